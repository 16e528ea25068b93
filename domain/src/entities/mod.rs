//! Entities: what callers say and systems send, parsed at the door into types that can't be wrong.
//!
//! Called by the script responder, the webhooks, import and the customer's card. Nothing here does IO or asks the time.

mod phone;

pub use phone::{CallerId, Phone, PhoneError};
