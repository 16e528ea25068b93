//! WhatsApp through whoever carries it: Twilio, Meta's Cloud API, or a bridge that speaks our small contract (`bridge.md`).
//! The webhook edge turns what providers post into [`Inbound`]; the sending actor gives [`Outgoing`] to a [`Provider`].
//! It never decides whether something may be sent, never retries, and never quotes a message or a person in an error.

pub mod bridge;
mod exchange;
pub mod inbound;
pub mod meta;
pub mod outgoing;
pub mod provider;
mod reading;
pub mod twilio;

pub use inbound::{
    Batch, ChannelKey, ChoiceKind, Contact, Content, Inbound, InboundMessage, MediaMessage, MediaReference,
    Sender, StatusUpdate, TemplateUpdate,
};
pub use outgoing::{MediaSource, Outgoing, OutgoingContent, Recipient, Signal, TemplateUse};
pub use provider::{
    Abilities, Accepted, Fetched, Found, Lookup, MediaError, Provider, ProviderError, ReadError, SendError,
    Template, TemplateButton, TemplateParameter, Upload,
};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod wire_tests;
