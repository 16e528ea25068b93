//! Messages as people see and write them. What is written is a row and an outbox row in one transaction, under the lock of
//! the conversation, so that messages are sent in the order in which they were written; the same key is the same message.

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A message with what hangs on it.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub id: i64,
    pub conversation: i64,
    pub direction: String,
    pub kind: String,
    pub body: String,
    pub content: Option<Value>,
    pub template: Option<Value>,
    /// The message that it answers, if it is here: its number and its first letters.
    pub reply_to: Option<(i64, String)>,
    pub reactions: Vec<ReactionRow>,
    pub media: Option<super::FileRow>,
    pub status: String,
    pub sent_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub read_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub error_code: Option<String>,
    pub error_detail: Option<String>,
    pub sender_kind: String,
    pub sender_id: Option<i64>,
    pub client_key: Option<String>,
    pub created_at: Timestamp,
}

/// What somebody thinks of a message.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct ReactionRow {
    /// `customer` or `us`.
    pub by: String,
    pub emoji: String,
}

/// Who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Person(i64),
    Assistant,
    /// Something that the engine sends by itself.
    Rule,
}

impl Sender {
    fn columns(self) -> (&'static str, Option<i64>) {
        match self {
            Self::Person(id) => ("person", Some(id)),
            Self::Assistant => ("assistant", None),
            Self::Rule => ("rule", None),
        }
    }
}

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage<'a> {
    pub conversation: i64,
    pub client_key: &'a str,
    /// As in the table; `reaction` for an emoji, which is the body.
    pub kind: &'a str,
    pub body: &'a str,
    pub template: Option<Value>,
    pub media: Option<i64>,
    /// The number of the message that it answers or reacts to.
    pub reply_to: Option<i64>,
    pub sender: Sender,
}

/// How writing ended.
#[derive(Debug, Clone)]
pub enum Posted {
    /// It will be sent.
    New(Box<MessageRow>),
    /// It was written before, with the same key.
    Known(Box<MessageRow>),
    /// There is no such conversation, file or message to answer.
    NotThere,
    /// The message to answer never got to the provider.
    NotAnswerable,
}

/// How a decision about a message ended.
#[derive(Debug, Clone)]
pub enum Decided {
    Done(Box<MessageRow>),
    /// It is neither uncertain nor failed.
    Not(Box<MessageRow>),
    NotThere,
}

const COLUMNS: &str = "m.id, m.conversation_id, m.direction, m.kind, m.body, m.content, m.template,
    p.id, left(COALESCE(NULLIF(p.body, ''), p.kind), 120),
    COALESCE((SELECT json_agg(json_build_object('by', r.side, 'emoji', r.emoji) ORDER BY r.at) FROM whatsapp_reactions r
        WHERE r.channel_id = m.channel_id AND r.provider_id = m.provider_id AND r.emoji <> ''), '[]'),
    m.status, m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.error_code, m.error_detail, m.sender_kind, m.sender_id,
    m.client_key, m.created_at, f.id, f.kind, f.mime, f.name, f.size, f.state, f.reason, f.sha256, f.thumbnail, f.transcript";
const FROM: &str = "FROM whatsapp_messages m
    LEFT JOIN whatsapp_messages p ON p.provider_id = m.reply_to AND p.channel_id = m.channel_id AND p.business_id = m.business_id
    LEFT JOIN whatsapp_media f ON f.business_id = m.business_id AND f.id = m.media_id";

fn message(row: &Row) -> Result<MessageRow, StoreError> {
    let odd = |_| StoreError::Refused("a reaction can't be read".into());
    Ok(MessageRow {
        id: row.get(0),
        conversation: row.get(1),
        direction: row.get(2),
        kind: row.get(3),
        body: row.get(4),
        content: row.get(5),
        template: row.get(6),
        reply_to: row.get::<_, Option<i64>>(7).zip(row.get(8)),
        reactions: serde_json::from_value(row.get(9)).map_err(odd)?,
        status: row.get(10),
        sent_at: row.get(11),
        delivered_at: row.get(12),
        read_at: row.get(13),
        failed_at: row.get(14),
        error_code: row.get(15),
        error_detail: row.get(16),
        sender_kind: row.get(17),
        sender_id: row.get(18),
        client_key: row.get(19),
        created_at: row.get(20),
        media: row.get::<_, Option<i64>>(21).map(|id| super::FileRow {
            id,
            kind: row.get(22),
            mime: row.get(23),
            name: row.get(24),
            size: row.get(25),
            state: row.get(26),
            reason: row.get(27),
            sha256: row.get(28),
            thumbnail: row.get(29),
            transcript: row.get(30),
        }),
    })
}

impl TenantTx<'_> {
    /// A conversation's messages, newest first, those before a number; one more than asked for tells that there are others.
    pub async fn messages(
        &self,
        conversation: i64,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} {FROM} WHERE m.business_id = $1 AND m.conversation_id = $2 AND m.kind <> 'reaction'
                    AND m.id < COALESCE($3, 9223372036854775807) ORDER BY m.id DESC LIMIT $4"
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let rows = self
                .sql()
                .query(&statement, &[&self.business().0, &conversation, &before, &limit])
                .await?;
            rows.iter().map(message).collect()
        })
        .await
    }

    /// One message.
    pub async fn message(&self, id: i64) -> Result<Option<MessageRow>, StoreError> {
        limited(async {
            let sql = format!("SELECT {COLUMNS} {FROM} WHERE m.business_id = $1 AND m.id = $2");
            let statement = self.sql().prepare_cached(&sql).await?;
            let row = self
                .sql()
                .query_opt(&statement, &[&self.business().0, &id])
                .await?;
            row.as_ref().map(message).transpose()
        })
        .await
    }

    /// The message that was written with this key in a conversation; a reaction's is the one that it reacts to.
    pub async fn message_of_key(
        &self,
        conversation: i64,
        key: &str,
    ) -> Result<Option<MessageRow>, StoreError> {
        limited(async {
            let sql = "SELECT COALESCE(t.id, m.id) FROM whatsapp_messages m
                LEFT JOIN whatsapp_messages t ON m.kind = 'reaction' AND t.provider_id = m.reply_to AND t.channel_id = m.channel_id
                WHERE m.business_id = $1 AND m.conversation_id = $2 AND m.client_key = $3";
            let row = self.sql().query_opt(sql, &[&self.business().0, &conversation, &key]).await?;
            match row {
                Some(row) => self.message(row.get(0)).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// Writes a message that is to be sent. A person who writes has the conversation: the assistant is out of it.
    pub async fn post_message(&self, by: &By, new: &NewMessage<'_>) -> Result<Posted, StoreError> {
        limited(async {
            let business = self.business().0;
            let held = "SELECT channel_id FROM whatsapp_conversations WHERE business_id = $1 AND id = $2 FOR UPDATE";
            let Some(row) = self.sql().query_opt(held, &[&business, &new.conversation]).await? else {
                return Ok(Posted::NotThere);
            };
            let channel: i64 = row.get(0);
            if let Some(known) = self.message_of_key(new.conversation, new.client_key).await? {
                return Ok(Posted::Known(Box::new(known)));
            }
            let answered = match new.reply_to {
                None => None,
                Some(id) => {
                    let sql = "SELECT provider_id FROM whatsapp_messages WHERE business_id = $1 AND id = $2 AND conversation_id = $3";
                    let Some(row) = self.sql().query_opt(sql, &[&business, &id, &new.conversation]).await? else {
                        return Ok(Posted::NotThere);
                    };
                    let Some(provider_id) = row.get::<_, Option<String>>(0) else {
                        return Ok(Posted::NotAnswerable);
                    };
                    Some(provider_id)
                }
            };
            if let Some(file) = new.media {
                let sql = "SELECT FROM whatsapp_media WHERE business_id = $1 AND id = $2 AND state = 'stored'";
                if self.sql().query_opt(sql, &[&business, &file]).await?.is_none() {
                    return Ok(Posted::NotThere);
                }
            }
            let id = self.write_message(by, (channel, answered.as_deref()), new).await?;
            let shown = if new.kind == "reaction" { new.reply_to.unwrap_or(id) } else { id };
            let row = self.message(shown).await?.ok_or(StoreError::Fenced)?;
            Ok(Posted::New(Box::new(row)))
        })
        .await
    }

    async fn write_message(
        &self,
        by: &By,
        (channel, answered): (i64, Option<&str>),
        new: &NewMessage<'_>,
    ) -> Result<i64, StoreError> {
        let business = self.business().0;
        let (kind, sender) = new.sender.columns();
        let sql = "INSERT INTO whatsapp_messages (business_id, channel_id, conversation_id, direction, kind, body, client_key, reply_to,
                       template, media_id, sender_kind, sender_id)
                   VALUES ($1, $2, $3, 'out', $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
        let row = self
            .sql()
            .query_one(
                sql,
                &[
                    &business,
                    &channel,
                    &new.conversation,
                    &new.kind,
                    &new.body,
                    &new.client_key,
                    &answered,
                    &new.template,
                    &new.media,
                    &kind,
                    &sender,
                ],
            )
            .await?;
        let id: i64 = row.get(0);
        let queued =
            "INSERT INTO whatsapp_outbox (message_id, business_id, channel_id, conversation_id, request_id)
                      VALUES ($1, $2, $3, $4, $5)";
        self.sql()
            .execute(
                queued,
                &[&id, &business, &channel, &new.conversation, &by.request_id],
            )
            .await?;
        if new.kind == "reaction" {
            let reacted = "INSERT INTO whatsapp_reactions VALUES ($1, $2, $3, 'us', $4, now())
                ON CONFLICT (channel_id, provider_id, side) DO UPDATE SET emoji = EXCLUDED.emoji, at = EXCLUDED.at";
            self.sql()
                .execute(reacted, &[&business, &channel, &answered, &new.body])
                .await?;
        }
        if let Sender::Person(_) = new.sender {
            let taken = "UPDATE whatsapp_conversations SET handled_by = 'person', assistant_for = NULL,
                    version = version + (handled_by <> 'person')::int
                WHERE business_id = $1 AND id = $2 AND (handled_by <> 'person' OR assistant_for IS NOT NULL)";
            self.sql().execute(taken, &[&business, &new.conversation]).await?;
        }
        let happened = Happened {
            action: "whatsapp.written",
            subject: format!("message:{id}"),
            detail: json!({ "conversation": new.conversation, "kind": new.kind }),
        };
        self.audit(by, happened).await?;
        Ok(id)
    }

    /// A person's word on a message that may have been sent, or was not: once more, or left as it is.
    pub async fn decide_message(&self, by: &By, id: i64, resend: bool) -> Result<Decided, StoreError> {
        limited(async {
            let business = self.business().0;
            let held = "SELECT status, channel_id, conversation_id FROM whatsapp_messages
                        WHERE business_id = $1 AND id = $2 AND direction = 'out' FOR UPDATE";
            let Some(row) = self.sql().query_opt(held, &[&business, &id]).await? else {
                return Ok(Decided::NotThere);
            };
            let status: String = row.get(0);
            if status != "uncertain" && !(resend && status == "failed") {
                let now = self.message(id).await?.ok_or(StoreError::Fenced)?;
                return Ok(Decided::Not(Box::new(now)));
            }
            let (channel, conversation): (i64, i64) = (row.get(1), row.get(2));
            if resend {
                // What the provider knew it by is the first try's; the second one has a key of its own.
                let again = "UPDATE whatsapp_messages SET uncertain_at = NULL, failed_at = NULL, sent_at = NULL, error_code = NULL,
                        error_detail = NULL, provider_id = NULL, resent = resent + 1 WHERE business_id = $1 AND id = $2";
                self.sql().execute(again, &[&business, &id]).await?;
                let queued = "INSERT INTO whatsapp_outbox (message_id, business_id, channel_id, conversation_id, request_id)
                              VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
                self.sql().execute(queued, &[&id, &business, &channel, &conversation, &by.request_id]).await?;
            } else {
                let left = "UPDATE whatsapp_messages SET failed_at = now(), error_code = 'expired' WHERE business_id = $1 AND id = $2";
                self.sql().execute(left, &[&business, &id]).await?;
            }
            let happened = Happened {
                action: "whatsapp.decided",
                subject: format!("message:{id}"),
                detail: json!({ "resend": resend, "was": status }),
            };
            self.audit(by, happened).await?;
            let now = self.message(id).await?.ok_or(StoreError::Fenced)?;
            Ok(Decided::Done(Box::new(now)))
        })
        .await
    }
}
