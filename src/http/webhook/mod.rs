//! The addresses that the carrier calls. Each reads and checks the request, has the event taken in,
//! and answers with TwiML, whatever fails inside. Only a forged request is refused.

mod call_status;
mod handle_recording;
mod incoming_call;
mod next_turn;
mod received;
mod recording_status;
mod render;
pub mod whatsapp;

pub use call_status::call_status;
pub use handle_recording::handle_recording;
pub use incoming_call::incoming_call;
pub use next_turn::next_turn;
pub use recording_status::recording_status;
pub use render::{Clips, twiml};
