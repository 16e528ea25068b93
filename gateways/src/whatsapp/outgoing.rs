//! What we ask a provider to do: a message to one customer, or a signal that costs nothing when it is lost.
//! The sending actor makes these from rows. They hold everything that the request needs, so nothing is looked up on the way.

use domain::entities::Phone;
use domain::whatsapp::MediaKind;

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    Phone(Phone),
    /// A business-scoped id.
    UserId(String),
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    pub to: Recipient,
    /// Ours, at most 128 letters, digits, `-` and `_`: the bridge sends one message for each, Meta and Twilio give it back with
    /// the statuses.
    pub client_key: String,
    pub content: OutgoingContent,
    /// The provider's id of the message that this one quotes; left out where the provider can't ([`super::Abilities::reply`]).
    pub reply_to: Option<String>,
    /// Where Twilio tells how far it came: `https://…/webhook/whatsapp/status`. The client key is added to its query.
    pub status_callback: Option<String>,
    /// Sent as `X-Request-ID`.
    pub request_id: String,
}

/// What a message of ours holds.
#[derive(Debug, Clone, PartialEq)]
pub enum OutgoingContent {
    Text(String),
    Template(TemplateUse),
    Media {
        kind: MediaKind,
        source: MediaSource,
        mime: String,
        caption: Option<String>,
        /// Shown for documents.
        name: Option<String>,
    },
    /// To a message by its provider's id. `None` takes the reaction back.
    Reaction {
        to: String,
        emoji: Option<String>,
    },
}

/// Where the provider gets a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaSource {
    /// Fetches it itself, from a signed link of ours: every provider.
    Link(String),
    /// Has it: what [`super::Provider::upload`] gave.
    Uploaded(String),
}

/// A template with its parameters filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateUse {
    /// [`super::Template::provider_id`]: Twilio sends by it.
    pub provider_id: String,
    pub name: String,
    /// `he`, `en_US`.
    pub language: String,
    /// Key of [`super::TemplateParameter`] and value, all that the template has.
    pub parameters: Vec<(String, String)>,
}

/// A sign to the customer that needs no row: losing one loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The customer's message was read (blue ticks).
    Read { provider_id: String },
    /// We are writing an answer to this message: shown for 25 seconds at most, and marks it read.
    Typing { provider_id: String },
}
