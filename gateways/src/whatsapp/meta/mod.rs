//! Meta's Cloud API (developers.facebook.com, "WhatsApp Business Platform"): webhooks in, messages out.
//! `hook` proves and `events` reads what Meta posts; `client` is the [`super::Provider`] of one phone number id.
//! It never goes to another host than the configured ones, and never reads a body before its signature was proved.

mod body;
mod client;
mod events;
mod hook;
mod media;
mod message;
mod templates;

pub use client::{MEDIA_ORIGIN, MetaAccess, MetaClient};
pub use events::inbound;
pub(super) use hook::signs;
pub use hook::{AppSecrets, challenge};

/// The largest webhook body that is read. Meta says that its own may have 3 MB.
pub const LIMIT_BYTES: usize = 3 * 1024 * 1024;
