//! A bridge: whatever speaks the small contract of `bridge.md`. `signing` proves requests in both directions, `events` reads what a
//! bridge tells, `client` is the [`super::Provider`] of one number. The address is a manager's: it is guarded unless the operator lists it.

mod client;
mod events;
mod signing;

pub use client::{AddressRefusal, BridgeAccess, BridgeClient};
pub use events::inbound;
pub use signing::{BridgeSecrets, SignedBridgeRequest};

/// The largest body of events that is read.
pub const LIMIT_BYTES: usize = 1024 * 1024;
/// The header with the seconds since 1970 at which a request was signed.
pub const TIMESTAMP_HEADER: &str = "X-Bridge-Timestamp";
/// The header with the signature.
pub const SIGNATURE_HEADER: &str = "X-Bridge-Signature";
