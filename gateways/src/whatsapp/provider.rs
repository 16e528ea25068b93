//! A provider of one number: what it can do, what it answers, and errors by what to do next.
//! Implemented by `twilio`, `meta` and `bridge`. One attempt each time: retries are the sending actor's, who alone knows the row.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::whatsapp::failure::{Explained, explain};
use domain::whatsapp::{MediaKind, ProviderName, TemplateStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::inbound::MediaReference;
use super::outgoing::{Outgoing, OutgoingContent, Recipient, Signal};

/// The client of one number at its provider.
#[async_trait]
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// Who it is.
    fn name(&self) -> ProviderName;

    /// What it can do; ask before offering it to a person.
    fn abilities(&self) -> Abilities;

    /// Sends one message, once.
    ///
    /// # Errors
    /// By what to do next. After [`SendError::Uncertain`] ask [`Provider::find`] before anything is sent again.
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError>;

    /// Whether a message whose acceptance we did not hear was taken. Lists lag behind: ask ten seconds after the attempt or later.
    ///
    /// # Errors
    /// When the provider can't be asked just now; nothing follows from that.
    async fn find(&self, lookup: &Lookup<'_>) -> Result<Found, ReadError>;

    /// A sign to the customer. May be tried again, or not.
    ///
    /// # Errors
    /// As [`Provider::send`]; `Uncertain` never matters here.
    async fn signal(&self, signal: &Signal, request_id: &str) -> Result<(), SendError>;

    /// All templates of the account, also those that may not be used.
    ///
    /// # Errors
    /// When they can't be read whole: never half a list.
    async fn templates(&self, request_id: &str) -> Result<Vec<Template>, ReadError>;

    /// Gives the provider a file to send, where [`Abilities::upload`] is true; gives what goes into
    /// [`super::MediaSource::Uploaded`].
    ///
    /// # Errors
    /// By what to do next; `Uncertain` may simply be tried again.
    async fn upload(&self, file: &Upload<'_>) -> Result<String, SendError>;

    /// Fetches a file that a customer sent, at most the kind's limit, from the provider's own hosts only.
    ///
    /// # Errors
    /// By what to do next.
    async fn media(
        &self,
        reference: &MediaReference,
        kind: MediaKind,
        request_id: &str,
    ) -> Result<Fetched, MediaError>;
}

/// What a provider can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// Quote a message.
    pub reply: bool,
    /// Put an emoji to a message.
    pub reaction: bool,
    /// Show that we write. Marks as read, too.
    pub typing: bool,
    /// Mark as read.
    pub read_receipts: bool,
    /// Take files beforehand; otherwise they are fetched from a link of ours.
    pub upload: bool,
    /// Write to a business-scoped id.
    pub user_ids: bool,
    /// Only approved templates reach a customer who has not written for 24 hours. False for bridges of private numbers.
    pub window: bool,
    /// Characters of a text.
    pub longest_text: usize,
}

/// The provider has the message. Whether it arrives is told by statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub provider_id: String,
}

/// A provider's own error. `detail` is its text for the log of a manager, at most 300 characters, and may name the recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderError {
    /// A number, or a word of a bridge.
    pub code: String,
    pub detail: String,
}

impl ProviderError {
    /// What it means and what to do.
    pub fn explained(&self, provider: ProviderName) -> Explained {
        explain(provider, &self.code)
    }
}

/// Why a message was not taken, by what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It will never go: keep code and reason, and tell the person.
    #[error("the provider refuses the message: {}", .0.code)]
    Refused(ProviderError),
    /// Surely not taken; again after this long (at least), the whole number, or only this customer.
    #[error("the provider asks to wait")]
    Throttled {
        retry_after: Option<Duration>,
        /// Only messages to this customer wait.
        pair: bool,
        error: Option<ProviderError>,
    },
    /// The number or its account can't send at all until a person has looked: stop the channel; the message waits.
    #[error("the provider refuses the channel: {}", .0.code)]
    Channel(ProviderError),
    /// No connection came about: surely not taken, try again soon.
    #[error("the provider can't be reached")]
    Unreachable,
    /// It went out and no answer came, or a 5xx: it may have been taken. Look before sending again.
    #[error("it is not known whether the provider took the message")]
    Uncertain,
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("the provider refuses the credentials")]
    Credentials,
    #[error("the provider can't answer just now")]
    RetryAfter(Option<Duration>),
    #[error("the provider refuses the request: {}", .0.code)]
    Refused(ProviderError),
    #[error("the provider's answer can't be read: {0}")]
    Garbage(&'static str),
    /// The provider has no such interface.
    #[error("the provider has no such thing")]
    NotSupported,
}

/// Which message is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    pub to: &'a Recipient,
    pub content: &'a OutgoingContent,
    pub client_key: &'a str,
    /// From the first attempt …
    pub from: Timestamp,
    /// … to the last one.
    pub until: Timestamp,
    /// Ids that are other messages' already: two equal texts are told apart by them.
    pub known: &'a [String],
    /// Sent as `X-Request-ID`.
    pub request_id: &'a str,
}

/// What the provider knows of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It was taken.
    Taken(Accepted),
    /// It was not: it may be sent again.
    NotTaken,
    /// This provider can't be asked (Meta): a status with the client key may still tell; otherwise it stays uncertain.
    CantTell,
}

/// A file to give to a provider.
#[derive(Debug, Clone)]
pub struct Upload<'a> {
    pub kind: MediaKind,
    pub mime: &'a str,
    pub name: &'a str,
    pub bytes: Bytes,
    /// Sent as `X-Request-ID`.
    pub request_id: &'a str,
}

/// A file as it came, not looked into yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Bytes,
    /// `Content-Type` without parameters, in lower case.
    pub mime: Option<String>,
}

/// Why there is no file, by what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// Not there yet, a limit, or trouble on the way: again later.
    #[error("the file can't be had just now")]
    Retry(Option<Duration>),
    /// Fix the channel's credentials, then again.
    #[error("the provider refuses the credentials")]
    Credentials,
    /// Deleted there, or expired: give up.
    #[error("the provider has the file no more")]
    Gone,
    /// Over the kind's limit: give up.
    #[error("the file is larger than allowed")]
    TooLarge,
    /// It leads to a host that is not the provider's, or to a private address: give up.
    #[error("the file is kept where we do not go: {0}")]
    Forbidden(&'static str),
    /// Any other refusal: give up.
    #[error("the provider refuses: HTTP {0}")]
    Refused(u16),
}

impl MediaError {
    /// Why the file was given up, for the message's row; `None`: it was not.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Retry(_) | Self::Credentials => None,
            Self::Gone => Some("gone"),
            Self::TooLarge => Some("too_large"),
            Self::Forbidden(_) => Some("forbidden_address"),
            Self::Refused(_) => Some("provider_refused"),
        }
    }
}

/// A template as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Meta's number, Twilio's `HX…`, the bridge's word.
    pub provider_id: String,
    pub name: String,
    /// `he`, `en_US`.
    pub language: String,
    /// `utility`, `marketing`, `authentication`, in lower case.
    pub category: String,
    pub status: TemplateStatus,
    /// A header in words, with its parameters as `{{1}}`; `None` also for pictures, which `header_media` names.
    pub header: Option<String>,
    pub header_media: Option<MediaKind>,
    /// With its parameters as `{{1}}` or `{{name}}`.
    pub body: String,
    pub footer: Option<String>,
    pub buttons: Vec<TemplateButton>,
    /// All that must be filled in, in the order of the page.
    pub parameters: Vec<TemplateParameter>,
    pub rejected_reason: Option<String>,
}

/// A button of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateButton {
    /// `quick_reply`, `url`, `phone_number` or the provider's word, in lower case.
    pub kind: String,
    pub text: String,
    pub url: Option<String>,
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateParameter {
    /// Unique in the template: `1`, `name`, and for other places than the body `header.1`, `button.0.1`.
    pub key: String,
    pub example: Option<String>,
}
