//! People and how they prove who they are. These queries are the engine's: a person may be of many
//! businesses, and at the door it is not yet known of which. What is of one business names it.

pub mod api_tokens;
pub mod forgetting;
pub mod invitations;
pub mod members;
pub mod push_subscriptions;
pub mod sessions;
pub mod throttle;
pub mod users;

/// The SHA-256 of a secret that was given out: all that is kept of it.
pub type SecretHash = [u8; 32];
