//! Requests to sign as they are sent and taken, to people of the business and to the signer.

use super::super::hex::hex;
use super::body::word;
use super::document_body::DocumentKind;
use domain::document::{Channel, SigningStatus};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::documents::{EventLine, SigningRow};
use utoipa::ToSchema;

word!(
    /// The way to the signer.
    SigningChannel of Channel: Sms, Email, Whatsapp, Link
);
word!(
    /// How far a request to sign has come.
    SigningState of SigningStatus: Sent, Viewed, Signed, Declined, Expired, Cancelled
);

/// Something that happened to a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct SigningEvent {
    pub at: jiff::Timestamp,
    /// `sent`, `viewed`, `code_sent`, `code_wrong`, `verified`, `consented`, `signed`, `sealed`, `declined`, `reminded`,
    /// `cancelled`, `expired`.
    pub kind: String,
    pub address: String,
    pub device: String,
    /// Hexadecimal SHA-256 of this event and the one before it.
    pub hash: String,
}

impl From<EventLine> for SigningEvent {
    fn from(line: EventLine) -> Self {
        Self {
            at: line.at,
            kind: line.kind,
            address: line.address,
            device: line.device,
            hash: hex(&line.hash),
        }
    }
}

/// A request to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signing {
    pub id: i64,
    pub document_id: i64,
    pub kind: DocumentKind,
    pub title: String,
    pub number: Option<String>,
    pub customer_id: i64,
    pub status: SigningState,
    pub channel: SigningChannel,
    pub to: String,
    /// Once, to whoever made it or reminded of it: it is kept nowhere.
    pub link: Option<String>,
    /// Of `whatsapp`: an address that opens the conversation with the link in it.
    pub whatsapp: Option<String>,
    /// Whether it went out by itself; otherwise somebody hands the link on.
    pub delivered: bool,
    pub expires_at: jiff::Timestamp,
    pub created_at: jiff::Timestamp,
    pub signed_at: Option<jiff::Timestamp>,
    pub signer: Option<String>,
    pub declined_reason: Option<String>,
    /// The oldest first; empty in lists.
    pub events: Vec<SigningEvent>,
}

impl From<SigningRow> for Signing {
    fn from(row: SigningRow) -> Self {
        // What has run out has, whether a sweep has been there or not.
        let status = if row.over && row.status.is_open() {
            SigningStatus::Expired
        } else {
            row.status
        };
        Self {
            id: row.id,
            document_id: row.document,
            kind: row.kind.into(),
            title: row.title,
            number: row.number.map(domain::document::number_text),
            customer_id: row.customer,
            status: status.into(),
            channel: row.channel.into(),
            to: row.to,
            link: None,
            whatsapp: None,
            delivered: false,
            expires_at: row.expires_at,
            created_at: row.created_at,
            signed_at: row.signed_at,
            signer: row.signer,
            declined_reason: row.declined_reason,
            events: row.events.into_iter().map(Into::into).collect(),
        }
    }
}

/// A request to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningToMake {
    #[garde(skip)]
    pub document_id: i64,
    #[garde(skip)]
    pub channel: SigningChannel,
    /// A phone, or of `email` an address; the customer's when not said.
    #[garde(inner(length(max = 254)))]
    #[schema(max_length = 254)]
    pub to: Option<String>,
    /// How many days it is open: 7 when not said.
    #[garde(inner(range(min = 1, max = 90)))]
    #[schema(minimum = 1, maximum = 90)]
    pub days: Option<i32>,
}

/// A code that came.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeGivenBack {
    #[garde(length(max = 20))]
    #[schema(max_length = 20)]
    pub code: String,
}
