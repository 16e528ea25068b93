//! The carrier that AgentLocator is tested, shown and loaded with: it places signed calls, follows TwiML and plays
//! Twilio's REST and recording storage. Tests, the demo and the benches call it.
//! It knows the engine only by HTTP, never imports its gateways, and never contacts anything but loopback.

pub mod grammar;
pub mod signature;
