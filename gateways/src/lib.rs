//! The outside parties: the carrier, the providers of speech and language, as real clients over HTTP.
//! Called by `actors` and `src`; every error says what the caller should do next: wait, give up, fix credentials.
//! It never decides what a call does, never touches the database, and never logs a secret or what a person said.

pub mod breaker;
pub mod bus;
pub mod chain;
pub mod google_tts;
pub mod openai;
pub mod outbound;
pub mod provider;
pub mod sealed;
pub mod telemetry;
pub mod twilio;
pub mod web_push;
pub mod whatsapp;

#[cfg(test)]
mod stub;
