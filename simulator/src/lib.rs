//! The carrier that AgentLocator is tested, shown and loaded with: it places signed calls, follows TwiML and plays
//! Twilio's REST and recording storage. Tests, the demo and the benches call it.
//! It knows the engine only by HTTP, never imports its gateways, and never contacts anything but loopback.

pub mod call;
pub mod carrier;
#[cfg(test)]
mod fake;
pub mod grammar;
pub mod load;
pub mod remote;
mod route;
pub mod signature;
pub mod voice;
pub mod whatsapp;
mod wire;

pub use call::{CallPlan, CallReport, Utterance};
pub use carrier::{Carrier, CarrierOptions, RecordingFault};
pub use route::{Engine, loopback};
pub use wire::WireError;
