//! What providers tell us, in one shape: messages of customers, how far ours came, changes of templates, trouble of a number.
//! The parsers of each provider make these; the store keeps them. Texts are bounded and hold no NUL, which Postgres can't keep.

use domain::entities::Phone;
use domain::whatsapp::{MediaKind, Receipt, TemplateStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::provider::ProviderError;

/// How many things one body is read for; the rest of it is counted and left. Meta's batches hold at most 1,000.
pub const LARGEST_BATCH: usize = 10_000;
/// Characters of a message's text that are kept. WhatsApp's own limit is 4,096 for texts and 65,536 for bodies of others.
pub const LONGEST_TEXT: usize = 65_536;
/// Characters of a name, an address or a title that are kept.
pub const LONGEST_NAME: usize = 512;
/// Bytes of a provider's identifier; the longest known have about 120. A longer one is no identifier, and its thing is left out.
pub const LONGEST_ID: usize = 256;

/// Everything that one webhook body holds. The body was signed, so it is answered 200 whatever is in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// In the order of the body.
    pub items: Vec<Inbound>,
    /// How many more there were than [`LARGEST_BATCH`], or than could be read at all.
    pub dropped: usize,
}

/// One thing that a provider tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Inbound {
    Message(Box<InboundMessage>),
    Status(Box<StatusUpdate>),
    Template(TemplateUpdate),
    /// Something is wrong with a number, without a message to say it of (Meta's `value.errors`).
    Trouble {
        channel: ChannelKey,
        error: ProviderError,
    },
    /// Something that we have no use for: said so that it can be counted. `what` is the provider's own word for it.
    Unknown {
        what: String,
    },
}

/// Which of a business's numbers something is about, as the provider names it. Its text is unique within a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKey {
    /// Twilio and bridges.
    Number(Phone),
    /// Meta's `phone_number_id`.
    PhoneNumberId(String),
}

impl ChannelKey {
    /// E.164, or the digits of Meta's id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(phone) => phone.as_e164(),
            Self::PhoneNumberId(id) => id,
        }
    }
}

/// Who wrote. At least one of `phone` and `user_id` is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub phone: Option<Phone>,
    /// A business-scoped id (`IL.1349…`): the same person for the numbers of one Meta business, unknown elsewhere.
    pub user_id: Option<String>,
    /// What the person calls himself.
    pub name: Option<String>,
}

/// A message of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundMessage {
    pub channel: ChannelKey,
    /// `wamid.…`, `SM…`, or what the bridge says. A second delivery has the same one.
    pub provider_id: String,
    pub from: Sender,
    /// When it was written. `None`: the provider (Twilio) doesn't say; take the time of arrival.
    pub at: Option<Timestamp>,
    pub content: Content,
    /// The provider's id of the message that it answers.
    pub reply_to: Option<String>,
    pub forwarded: bool,
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Text(String),
    Media(MediaMessage),
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
        address: Option<String>,
    },
    Contacts(Vec<Contact>),
    /// To a message of either side, by its provider's id. `None`: the reaction was taken back.
    Reaction {
        to: String,
        emoji: Option<String>,
    },
    /// A button or an entry of a list was chosen; `title` is what the customer saw.
    Choice {
        kind: ChoiceKind,
        id: String,
        title: String,
    },
    /// Something that can't be shown (an order, a poll, what is not invented yet). `kind` is the provider's word; what it holds
    /// in words, if anything, is `text`.
    Unsupported {
        kind: String,
        text: Option<String>,
        error: Option<ProviderError>,
    },
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChoiceKind {
    /// A button of a message that we sent in the window.
    Button,
    /// An entry of a list.
    List,
    /// A button of a template.
    Template,
    /// A form (Meta's flows); `title` is its summary.
    Form,
}

/// A file of a message, not fetched yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaMessage {
    pub kind: MediaKind,
    /// What the provider says that it is: to be compared with what it turns out to be, never believed.
    pub mime: String,
    pub reference: MediaReference,
    pub caption: Option<String>,
    /// The file's name as the customer's phone had it.
    pub name: Option<String>,
    /// A voice note, as opposed to a song that was attached.
    pub voice: bool,
}

/// Where a provider keeps a file: kept as it is and given back to [`super::Provider::media`], which alone knows how to read it.
/// Meta's links live for five minutes and its files for some days: fetch soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaReference(pub String);

/// A contact that was sent as a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    /// As they were written.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

/// How far a message of ours came. May be told in any order, more than once, and of messages that were sent elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusUpdate {
    pub channel: Option<ChannelKey>,
    pub provider_id: String,
    pub receipt: Receipt,
    /// When. `None`: the provider (Twilio) doesn't say; take the time of arrival.
    pub at: Option<Timestamp>,
    pub error: Option<ProviderError>,
    /// The [`super::Outgoing::client_key`] that it was sent with, where the provider gives it back (Meta, bridges; Twilio by the
    /// query of the status callback). It tells of a message whose acceptance we never heard which one it is.
    pub client_key: Option<String>,
    /// Who got it, where the provider says so: a business-scoped id may come together with a phone number here.
    pub recipient: Option<Sender>,
}

/// Meta looked at a template again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateUpdate {
    /// The id of the WhatsApp business account.
    pub account: String,
    pub name: String,
    pub language: String,
    pub status: TemplateStatus,
    pub reason: Option<String>,
}
