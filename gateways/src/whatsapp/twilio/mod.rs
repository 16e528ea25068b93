//! WhatsApp through Twilio: its webhooks in (signed as calls are: `crate::twilio::signature`), Messages and Content API out.
//! `forms` reads what Twilio posts; `client` is the [`super::Provider`] of one number. It never leaves the account's own addresses.

mod client;
mod forms;
mod lookup;
mod media;
mod templates;

pub use crate::twilio::form::LIMIT_BYTES;
pub use client::{TwilioAccess, TwilioClient};
pub use forms::{callback, inbound, status};
