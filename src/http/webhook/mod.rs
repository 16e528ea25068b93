//! The addresses that the carrier calls. Each reads and checks the request, has the event taken in,
//! and answers with TwiML, whatever fails inside. Only a forged request is refused.

mod call_status;
mod handle_recording;
mod incoming_call;
mod next_turn;
mod outgoing;
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

use actix_web::web;

/// The addresses of calls that people make and take over.
pub fn outgoing_calls(config: &mut web::ServiceConfig) {
    config
        .route("/webhook/outgoing/agent", web::post().to(outgoing::agent))
        .route("/webhook/outgoing/accept", web::post().to(outgoing::accept))
        .route("/webhook/outgoing/done", web::post().to(outgoing::done))
        .route("/webhook/outgoing/status", web::post().to(outgoing::status))
        .route("/webhook/outgoing/caller", web::post().to(outgoing::caller))
        .route("/webhook/outgoing/screen", web::post().to(outgoing::screen))
        .route("/webhook/outgoing/take", web::post().to(outgoing::take))
        .route("/webhook/outgoing/returned", web::post().to(outgoing::returned));
}
