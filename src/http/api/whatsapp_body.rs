//! WhatsApp as pages and programs see it: shapes of channels, conversations, messages, templates, and what is sent in.

use super::super::Edge;
use domain::access::UserId;
use domain::ids::BusinessId;
use domain::whatsapp::ProviderName;
use domain::whatsapp::rules::{explained, window_expires_at};
use garde::Validate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::whatsapp::{ChannelRow, ConversationRow, FileRow, MessageRow};
use utoipa::ToSchema;

super::body::word!(
    /// Who carries a number's messages.
    WhatsappProvider of ProviderName: Twilio, Meta, Bridge
);

/// A number that the business writes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhatsappChannel {
    id: i64,
    provider: WhatsappProvider,
    /// E.164.
    number: String,
    name: String,
    active: bool,
    /// The assistant answers conversations that no person took.
    assistant: bool,
    /// Of Meta.
    phone_number_id: Option<String>,
    account_id: String,
    /// Of a bridge.
    base_url: String,
    /// Whether it has a secret of its own; it is never told.
    has_secret: bool,
    /// `{code, at, reason}`: what somebody has to look after.
    #[schema(value_type = Option<Object>)]
    last_error: Option<Value>,
}

impl From<ChannelRow> for WhatsappChannel {
    fn from(row: ChannelRow) -> Self {
        Self {
            id: row.id,
            provider: row.provider.into(),
            number: row.number,
            name: row.name,
            active: row.active,
            assistant: row.assistant,
            phone_number_id: row.phone_number_id,
            account_id: row.account_id,
            base_url: row.base_url,
            has_secret: row.secret.is_some(),
            last_error: row.last_error,
        }
    }
}

/// A number to be written from.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWhatsappChannel {
    /// `WHATSAPP_PROVIDER` when it is not said.
    #[garde(skip)]
    pub provider: Option<WhatsappProvider>,
    #[garde(length(chars, min = 3, max = 40))]
    pub number: String,
    #[garde(length(chars, max = 100))]
    #[serde(default)]
    pub name: String,
    #[garde(skip)]
    #[serde(default)]
    pub assistant: bool,
    #[garde(inner(length(min = 1, max = 64)))]
    pub phone_number_id: Option<String>,
    #[garde(inner(length(max = 64)))]
    pub account_id: Option<String>,
    #[garde(inner(length(max = 300)))]
    pub base_url: Option<String>,
    /// Meta's token or the bridge's shared secret; never read back.
    #[garde(inner(length(min = 8, max = 2000)))]
    pub secret: Option<String>,
}

/// What is changed of a number.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatsappChannelPatch {
    #[garde(inner(length(chars, max = 100)))]
    pub name: Option<String>,
    #[garde(skip)]
    pub active: Option<bool>,
    #[garde(skip)]
    pub assistant: Option<bool>,
    #[garde(inner(length(min = 1, max = 64)))]
    pub phone_number_id: Option<String>,
    #[garde(inner(length(max = 64)))]
    pub account_id: Option<String>,
    #[garde(inner(length(max = 300)))]
    pub base_url: Option<String>,
    #[garde(inner(length(min = 8, max = 2000)))]
    pub secret: Option<String>,
}

/// A customer as a conversation shows one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationCustomer {
    id: i64,
    name: String,
    phone: Option<String>,
}

/// A number as a conversation shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationChannel {
    id: i64,
    number: String,
}

/// Somebody of the business.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationAssignee {
    id: i64,
    name: String,
}

/// The newest message of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationLast {
    direction: String,
    kind: String,
    preview: String,
    at: Timestamp,
    status: String,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    Open,
    Snoozed,
    Closed,
}

impl ConversationStatus {
    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
        }
    }
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandledBy {
    Person,
    Assistant,
}

impl HandledBy {
    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Assistant => "assistant",
        }
    }
}

/// A conversation, as who asks sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conversation {
    pub id: i64,
    pub customer: ConversationCustomer,
    channel: ConversationChannel,
    status: ConversationStatus,
    assignee: Option<ConversationAssignee>,
    handled_by: HandledBy,
    /// Messages that who asks has not read; 100 is a hundred or more.
    unread: i64,
    snoozed_until: Option<Timestamp>,
    last_inbound_at: Option<Timestamp>,
    /// Free text may be sent until then; null: the customer never wrote, or there is no such limit (`window` says which).
    window_expires_at: Option<Timestamp>,
    /// Whether the number's provider has the limit of 24 hours at all.
    window: bool,
    last_message: Option<ConversationLast>,
    updated_at: Timestamp,
    version: i64,
}

impl Conversation {
    /// From its row, with the names of the business's people.
    pub fn of(row: ConversationRow, people: &[(UserId, String)]) -> Self {
        let name = |user: UserId| {
            people
                .iter()
                .find(|(id, _)| *id == user)
                .map(|(_, name)| name.clone())
        };
        Self {
            id: row.id,
            customer: ConversationCustomer {
                id: row.customer,
                name: row.customer_name,
                phone: row.customer_phone,
            },
            channel: ConversationChannel {
                id: row.channel,
                number: row.number,
            },
            status: match row.status.as_str() {
                "snoozed" => ConversationStatus::Snoozed,
                "closed" => ConversationStatus::Closed,
                _ => ConversationStatus::Open,
            },
            assignee: row.assignee.map(|user| ConversationAssignee {
                id: user.0,
                name: name(user).unwrap_or_default(),
            }),
            handled_by: match row.handled_by.as_str() {
                "assistant" => HandledBy::Assistant,
                _ => HandledBy::Person,
            },
            unread: row.unread,
            snoozed_until: row.snoozed_until,
            last_inbound_at: row.last_inbound_at,
            window_expires_at: window_expires_at(row.provider, row.last_inbound_at),
            window: row.provider != ProviderName::Bridge,
            last_message: row.last_message.map(|last| ConversationLast {
                direction: last.direction,
                kind: last.kind,
                preview: last.preview,
                at: last.at,
                status: last.status,
            }),
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// What is changed of a conversation.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversationPatch {
    #[garde(skip)]
    pub version: i64,
    #[garde(skip)]
    pub status: Option<ConversationStatus>,
    /// 0: nobody's.
    #[garde(skip)]
    pub assignee_user_id: Option<i64>,
    #[garde(skip)]
    pub snoozed_until: Option<Timestamp>,
    #[garde(skip)]
    pub handled_by: Option<HandledBy>,
}

/// A file of a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageMedia {
    id: i64,
    mime: String,
    name: String,
    size: Option<i64>,
    /// Works for a quarter of an hour.
    url: Option<String>,
    thumbnail_url: Option<String>,
    /// `fetching`, `stored`, `refused`.
    state: String,
    reason: Option<String>,
    transcript: Option<String>,
}

/// Seconds that a link to a file works.
const LINK_SECONDS: i64 = 900;

/// A link to a file of this business's, for a while.
pub fn file_link(edge: &Edge, business: BusinessId, file: i64, thumbnail: bool) -> String {
    let path = file_path(business, file, thumbnail);
    let until = Timestamp::now().as_second() + LINK_SECONDS;
    format!("{path}?{}", edge.links.sign(&path, until))
}

/// The address of a file, without its signature.
pub fn file_path(business: BusinessId, file: i64, thumbnail: bool) -> String {
    let small = if thumbnail { "/thumbnail" } else { "" };
    format!("/files/whatsapp/{}/{file}{small}", business.0)
}

impl MessageMedia {
    fn of(row: FileRow, edge: &Edge, business: BusinessId) -> Self {
        let stored = row.state == "stored";
        Self {
            id: row.id,
            mime: row.mime,
            name: row.name,
            size: row.size,
            url: stored.then(|| file_link(edge, business, row.id, false)),
            thumbnail_url: row.thumbnail.map(|_| file_link(edge, business, row.id, true)),
            state: row.state,
            reason: row.reason,
            transcript: row.transcript,
        }
    }
}

/// The message that one answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageReply {
    id: i64,
    preview: String,
}

/// What somebody thinks of a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageReaction {
    /// `customer` or `us`.
    by: String,
    emoji: String,
}

/// When a message came how far.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageTimes {
    sent: Option<Timestamp>,
    delivered: Option<Timestamp>,
    read: Option<Timestamp>,
    failed: Option<Timestamp>,
}

/// Why a message did not arrive.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageError {
    /// The provider's, or a word of ours.
    code: String,
    /// Keys of the catalogues.
    reason_key: &'static str,
    action_key: &'static str,
    detail: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageSender {
    /// `customer`, `person`, `assistant`, `rule`.
    kind: String,
    id: Option<i64>,
    name: Option<String>,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: i64,
    conversation_id: i64,
    /// `in` or `out`.
    direction: String,
    kind: String,
    body: String,
    media: Option<MessageMedia>,
    /// `{latitude, longitude, name, address}`.
    #[schema(value_type = Option<Object>)]
    location: Option<Value>,
    /// `[{name, phones, emails}]`.
    #[schema(value_type = Option<Object>)]
    contacts: Option<Value>,
    reply_to: Option<MessageReply>,
    reactions: Vec<MessageReaction>,
    /// `{name, language, parameters: [{name, value}]}`.
    #[schema(value_type = Option<Object>)]
    template: Option<Value>,
    /// `queued`, `sent`, `delivered`, `read`, `failed`, `uncertain`.
    status: String,
    status_at: MessageTimes,
    error: Option<MessageError>,
    sender: MessageSender,
    client_key: Option<String>,
    created_at: Timestamp,
}

impl Message {
    /// From its row.
    pub fn of(row: MessageRow, provider: ProviderName, edge: &Edge, business: BusinessId) -> Self {
        let failed = row.status == "failed";
        let error = row.error_code.filter(|_| failed).map(|code| {
            let explained = explained(provider, &code);
            MessageError {
                reason_key: explained.reason.as_str(),
                action_key: explained.action.as_str(),
                detail: row.error_detail.filter(|detail| !detail.is_empty()),
                code,
            }
        });
        let of_kind = |kind: &str| row.content.clone().filter(|_| row.kind == kind);
        Self {
            id: row.id,
            conversation_id: row.conversation,
            location: of_kind("location"),
            contacts: of_kind("contacts"),
            direction: row.direction,
            kind: row.kind,
            body: row.body,
            media: row.media.map(|file| MessageMedia::of(file, edge, business)),
            reply_to: row.reply_to.map(|(id, preview)| MessageReply { id, preview }),
            reactions: row
                .reactions
                .into_iter()
                .map(|one| MessageReaction {
                    by: one.by,
                    emoji: one.emoji,
                })
                .collect(),
            template: row.template,
            status: row.status,
            status_at: MessageTimes {
                sent: row.sent_at,
                delivered: row.delivered_at,
                read: row.read_at,
                failed: row.failed_at,
            },
            error,
            sender: MessageSender {
                kind: row.sender_kind,
                id: row.sender_id,
                name: None,
            },
            client_key: row.client_key,
            created_at: row.created_at,
        }
    }

    /// The same with the name of who of these people wrote it.
    #[must_use]
    pub fn named(mut self, people: &[(UserId, String)]) -> Self {
        if self.sender.kind == "person" {
            let known = people.iter().find(|(user, _)| Some(user.0) == self.sender.id);
            self.sender.name = known.map(|(_, name)| name.clone());
        }
        self
    }
}
