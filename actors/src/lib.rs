//! What is alive: calls, the recording pipeline, the schedule; their registry and supervision.
//! Actors decide by `domain`, remember by `store`, hear and speak by `media` and `gateways`.
//! Nothing here knows HTTP.

pub mod call;
pub mod dialing;
pub mod erasing;
pub mod faults;
pub mod hints;
pub mod pipeline;
pub mod pushing;
pub mod registry;
pub mod reminders;
pub mod schedule;
pub mod sessions;
pub mod speech;
pub mod supervision;
pub mod switchboard;
pub mod whatsapp;
