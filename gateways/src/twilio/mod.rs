//! Twilio: what it signs, what it posts, what it is answered with, and its REST addresses.
//! Called by the webhook edge (`src/http/webhook`) and by the recording pipeline. It never decides what to answer.

pub mod form;
pub mod messages;
pub mod recordings;
pub mod rest;
pub mod signature;
pub mod twiml;
