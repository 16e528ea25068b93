//! What webhooks tell, taken in: each message and each status once, in commits that are shared by all that wait
//! (`group_commit`), before anybody is answered. What it comes to is decided by `take_whatsapp` (V019).

use crate::connect::{Connector, Store, limited};
use crate::error::StoreError;
use crate::group_commit::{Batched, GroupCommit, Link};
use domain::ids::BusinessId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

/// One thing that a webhook told, as it is written and spooled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Arrived {
    Message(Box<ArrivedMessage>),
    Status(ArrivedStatus),
}

/// A message of a customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ArrivedMessage {
    /// E.164, or Meta's id of the number; empty when `channel_id` says it.
    pub channel: String,
    pub channel_id: Option<i64>,
    pub provider_id: String,
    pub at: Option<Timestamp>,
    /// E.164. One of the two is there.
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub name: String,
    /// As in the table.
    pub kind: String,
    /// The text, the caption, the title of the choice, the emoji.
    pub body: String,
    /// The provider's id of what it answers or reacts to.
    pub reply_to: Option<String>,
    pub content: Option<Value>,
    pub media: Option<ArrivedMedia>,
    /// `opt_out` or `opt_in` when the message is that word.
    pub consent: Option<String>,
    pub request_id: String,
}

/// A file that the provider has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArrivedMedia {
    pub mime: String,
    pub name: String,
    pub reference: Value,
}

/// How far a message of ours came.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ArrivedStatus {
    /// Whose message it may be; a bridge speaks for its own channel only.
    pub channel_id: Option<i64>,
    pub provider_id: String,
    /// `sent`, `delivered`, `read`, `failed`.
    pub status: String,
    pub at: Option<Timestamp>,
    pub code: Option<String>,
    pub detail: Option<String>,
    /// Our message's number, where the provider gives it back.
    pub reference: Option<String>,
}

impl Arrived {
    /// What makes it the same thing when it comes again.
    pub fn natural_key(&self) -> String {
        match self {
            Self::Message(one) => format!(
                "whatsapp:{}:{}:{}",
                one.channel,
                one.channel_id.unwrap_or_default(),
                one.provider_id
            ),
            Self::Status(one) => format!("whatsapp_status:{}:{}", one.provider_id, one.status),
        }
    }

    fn order(&self) -> (&str, &str) {
        match self {
            Self::Message(one) => (
                "message",
                one.phone
                    .as_deref()
                    .or(one.user_id.as_deref())
                    .unwrap_or_default(),
            ),
            Self::Status(one) => ("status", &one.provider_id),
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Message,
    Reaction,
    /// A message of ours came further.
    Status,
    /// It was known.
    Again,
    /// A status of a message that is not known yet: it waits for it.
    Early,
    /// Nobody here has that number.
    Unplaced,
}

/// It is in Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    pub news: News,
    pub business: Option<BusinessId>,
    pub conversation: Option<i64>,
    pub message: Option<i64>,
    pub customer: Option<i64>,
}

/// Takes in what webhooks tell. Cheap to clone.
#[derive(Clone)]
pub struct WhatsappInbox {
    commits: GroupCommit<Arrivals>,
}

impl WhatsappInbox {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            commits: GroupCommit::new(connector),
        }
    }

    /// Returns when it is committed.
    ///
    /// # Errors
    /// `Away` or `Slow`: it must be spooled. `Refused`: Postgres will never take it.
    pub async fn take(&self, one: Arrived, limit: Duration) -> Result<Took, StoreError> {
        self.commits.write(one, limit).await
    }

    /// What waits for a commit.
    pub fn depth(&self) -> usize {
        self.commits.depth()
    }
}

struct Arrivals;

impl Batched for Arrivals {
    type Item = Arrived;
    type Reply = Took;
    const NAME: &'static str = "whatsapp_inbox";
    const SQL: &'static str = "
        SELECT t.news, t.business, t.conversation, t.message, t.customer
        FROM unnest($1::jsonb[]) WITH ORDINALITY AS e(item, place), LATERAL take_whatsapp(e.item) AS t ORDER BY place";
    const ONE: &'static str = "SELECT news, business, conversation, message, customer FROM take_whatsapp($1)";

    /// By who writes, whose rows all his messages change; a status changes its message only.
    fn order(item: &Arrived) -> (&str, &str) {
        item.order()
    }

    async fn write(link: &Link, items: &[&Arrived]) -> Result<Vec<Took>, StoreError> {
        let rows = match items {
            [one] => link.client.query(&link.one, &[&Json(*one)]).await?,
            many => {
                let many: Vec<Json<&Arrived>> = many.iter().map(|one| Json(*one)).collect();
                link.client.query(&link.many, &[&many]).await?
            }
        };
        if rows.len() != items.len() {
            return Err(StoreError::Refused("something that arrived gave no row".into()));
        }
        rows.iter().map(took).collect()
    }
}

fn took(row: &Row) -> Result<Took, StoreError> {
    let news = match row.get::<_, &str>(0) {
        "message" => News::Message,
        "reaction" => News::Reaction,
        "status" => News::Status,
        "again" => News::Again,
        "early" => News::Early,
        "unplaced" => News::Unplaced,
        other => return Err(StoreError::Refused(format!("nobody knows the news {other}"))),
    };
    Ok(Took {
        news,
        business: row.get::<_, Option<i64>>(1).map(BusinessId),
        conversation: row.get(2),
        message: row.get(3),
        customer: row.get(4),
    })
}

/// The most that is taken up in one look.
const AT_ONCE: i64 = 500;

impl Store {
    /// Statuses that came before their message was known, and fit one now.
    pub async fn take_early_statuses(&self) -> Result<Vec<Took>, StoreError> {
        let sql = "WITH fit AS (
                DELETE FROM whatsapp_early_statuses e WHERE (e.provider_id, e.status) IN (
                    SELECT s.provider_id, s.status FROM whatsapp_early_statuses s JOIN whatsapp_messages m ON m.provider_id = s.provider_id
                    WHERE m.direction = 'out' LIMIT $1 FOR UPDATE OF s SKIP LOCKED)
                RETURNING e.item)
            SELECT t.news, t.business, t.conversation, t.message, t.customer FROM fit, LATERAL take_whatsapp(fit.item) AS t";
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            let rows = client.query(&statement, &[&AT_ONCE]).await?;
            rows.iter().map(took).collect()
        })
        .await
    }

    /// What came for a number before somebody here had it.
    pub async fn take_unplaced(&self, addresses: &[&str]) -> Result<Vec<Took>, StoreError> {
        let sql = "WITH fit AS (
                DELETE FROM whatsapp_unplaced u WHERE (u.address, u.provider_id) IN (
                    SELECT s.address, s.provider_id FROM whatsapp_unplaced s WHERE s.address = ANY ($2)
                    ORDER BY s.received_at LIMIT $1 FOR UPDATE SKIP LOCKED)
                RETURNING u.item, u.received_at)
            SELECT t.news, t.business, t.conversation, t.message, t.customer
            FROM (SELECT * FROM fit ORDER BY received_at) AS fit, LATERAL take_whatsapp(fit.item) AS t";
        limited(async {
            let client = self.client().await?;
            let rows = client.query(sql, &[&AT_ONCE, &addresses]).await?;
            rows.iter().map(took).collect()
        })
        .await
    }

    /// A number is in trouble, says its provider: people are shown that.
    pub async fn whatsapp_trouble(&self, address: &str, code: &str, detail: &str) -> Result<(), StoreError> {
        let sql = "UPDATE whatsapp_channels SET last_error = jsonb_build_object('code', $2::text, 'reason', $3::text, 'at', now())
                   WHERE deleted_at IS NULL AND (number = $1 OR phone_number_id = $1)";
        limited(async {
            let client = self.client().await?;
            client.execute(sql, &[&address, &code, &detail]).await?;
            Ok(())
        })
        .await
    }
}
