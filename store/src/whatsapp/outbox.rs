//! What is to be sent: claimed by lease and fence, in each conversation the oldest only, no number more than its share at
//! once. A claim says that a request may go out, so who claims again after a crash is told since when, and looks first.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use domain::ids::BusinessId;
use jiff::Timestamp;
use serde_json::Value;
use std::time::Duration;
use tokio_postgres::Row;

/// A message under our claim, with all that it needs.
#[derive(Debug, Clone)]
pub struct ClaimedMessage {
    pub message: i64,
    /// The fence: rises with every claim.
    pub claim_no: i32,
    /// Claims spent, this one included.
    pub attempt: i16,
    pub age: Duration,
    /// Since when a request may have gone out of which nothing is known; `None`: surely none has.
    pub begun_before: Option<Timestamp>,
    pub business: BusinessId,
    pub channel: i64,
    pub conversation: i64,
    pub customer: i64,
    /// Where it goes: E.164, else what the provider calls the customer.
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub kind: String,
    pub body: String,
    pub template: Option<Value>,
    pub reply_to: Option<String>,
    pub resent: i16,
    pub sender_kind: String,
    pub last_inbound_at: Option<Timestamp>,
    /// Number, kind, type and name of the file.
    pub media: Option<(i64, String, String, String)>,
    pub created_at: Timestamp,
    pub request_id: String,
}

/// How sending one ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageEnd<'a> {
    /// The provider has it, under this id.
    Sent(&'a str),
    /// It will never go.
    Failed { code: &'a str, detail: &'a str },
    /// It may have gone, and nobody can tell.
    Uncertain,
}

/// Why one waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    /// Surely not taken: it may simply be sent later.
    NotTaken,
    /// The same, and everything of its number waits with it.
    Number,
    /// It may have been taken: it is looked for before it is sent.
    Unknown,
}

/// The oldest that are looked at when claiming.
const LOOKED_AT: i64 = 1_000;

const CLAIM: &str = "
    WITH busy AS (
        SELECT channel_id AS c, count(*) AS n FROM whatsapp_outbox WHERE lease_until > now() GROUP BY 1
    ), ready AS (
        SELECT o.message_id, o.channel_id, o.not_before FROM whatsapp_outbox o
        JOIN whatsapp_channels h ON h.id = o.channel_id AND h.active AND h.deleted_at IS NULL
        WHERE o.not_before <= now() AND (o.lease_until IS NULL OR o.lease_until < now())
          AND (h.wait_until IS NULL OR h.wait_until <= now())
          AND NOT EXISTS (SELECT FROM whatsapp_outbox e WHERE e.conversation_id = o.conversation_id AND e.message_id < o.message_id)
        ORDER BY o.not_before, o.message_id LIMIT $6
    ), placed AS (
        SELECT ready.*, COALESCE(busy.n, 0) + row_number()
               OVER (PARTITION BY ready.channel_id ORDER BY ready.not_before, ready.message_id) AS place
        FROM ready LEFT JOIN busy ON busy.c = ready.channel_id
    ), pick AS MATERIALIZED (
        SELECT o.message_id, o.begun_at FROM whatsapp_outbox o JOIN placed ON placed.message_id = o.message_id
        WHERE placed.place <= $5 AND (o.lease_until IS NULL OR o.lease_until < now())
        ORDER BY placed.place, placed.not_before, o.message_id LIMIT $4 FOR UPDATE OF o SKIP LOCKED
    ), claimed AS (
        UPDATE whatsapp_outbox o SET claim_no = claim_no + 1, attempt = attempt + 1, lease_node = $1, lease_incarnation = $2,
               lease_until = now() + $3::float8 * interval '1 millisecond', begun_at = COALESCE(o.begun_at, now())
        FROM pick WHERE o.message_id = pick.message_id
        RETURNING o.message_id, o.claim_no, o.attempt, o.request_id, pick.begun_at AS begun_before
    )
    SELECT m.id, k.claim_no, k.attempt, extract(epoch FROM now() - m.created_at)::float8, k.begun_before, m.business_id, m.channel_id,
           m.conversation_id, v.customer_id, v.phone, v.user_id, m.kind, m.body, m.template, m.reply_to, m.resent, m.sender_kind,
           v.last_inbound_at, f.id, f.kind, f.mime, f.name, m.created_at, k.request_id
    FROM claimed k JOIN whatsapp_messages m ON m.id = k.message_id
    JOIN whatsapp_conversations v ON v.id = m.conversation_id
    LEFT JOIN whatsapp_media f ON f.business_id = m.business_id AND f.id = m.media_id
    ORDER BY m.id";

fn claimed(row: &Row) -> ClaimedMessage {
    ClaimedMessage {
        message: row.get(0),
        claim_no: row.get(1),
        attempt: row.get(2),
        age: Duration::try_from_secs_f64(row.get(3)).unwrap_or_default(),
        begun_before: row.get(4),
        business: BusinessId(row.get(5)),
        channel: row.get(6),
        conversation: row.get(7),
        customer: row.get(8),
        phone: row.get(9),
        user_id: row.get(10),
        kind: row.get(11),
        body: row.get(12),
        template: row.get(13),
        reply_to: row.get(14),
        resent: row.get(15),
        sender_kind: row.get(16),
        last_inbound_at: row.get(17),
        media: row
            .get::<_, Option<i64>>(18)
            .map(|id| (id, row.get(19), row.get(20), row.get(21))),
        created_at: row.get(22),
        request_id: row.get(23),
    }
}

impl Store {
    /// Claims up to `limit` messages that may go now, no number more than `share` at once over all engines.
    pub async fn claim_messages(
        &self,
        worker: &Worker,
        lease: Duration,
        limit: i64,
        share: i64,
    ) -> Result<Vec<ClaimedMessage>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(CLAIM).await?;
            let lease = lease.as_secs_f64() * 1000.0;
            let rows = client
                .query(
                    &statement,
                    &[
                        &worker.node,
                        &worker.incarnation,
                        &lease,
                        &limit,
                        &share,
                        &LOOKED_AT,
                    ],
                )
                .await?;
            Ok(rows.iter().map(claimed).collect())
        })
        .await
    }

    /// Frees what earlier lives of this engine held; how many. What they had begun stays begun.
    pub async fn free_messages(&self, worker: &Worker) -> Result<u64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let freed = "UPDATE whatsapp_outbox SET lease_until = NULL
                         WHERE lease_node = $1 AND lease_incarnation <> $2 AND lease_until > now()";
            Ok(client
                .execute(freed, &[&worker.node, &worker.incarnation])
                .await?)
        })
        .await
    }

    /// Ends a message's sending. A number that sends is in no trouble.
    ///
    /// # Errors
    /// `Fenced` when somebody else sends it now, or a status said already what became of it.
    pub async fn end_message(&self, one: &ClaimedMessage, end: MessageEnd<'_>) -> Result<(), StoreError> {
        let (provider_id, code, detail) = match end {
            MessageEnd::Sent(id) => (Some(id), None, None),
            MessageEnd::Failed { code, detail } => (None, Some(code), Some(detail)),
            MessageEnd::Uncertain => (None, None, None),
        };
        let uncertain = end == MessageEnd::Uncertain;
        let sql = "WITH done AS (
                DELETE FROM whatsapp_outbox WHERE message_id = $1 AND claim_no = $2 RETURNING message_id, channel_id
            ), well AS (
                UPDATE whatsapp_channels h SET last_error = NULL FROM done
                WHERE h.id = done.channel_id AND h.last_error IS NOT NULL AND $3::text IS NOT NULL
            )
            UPDATE whatsapp_messages m SET provider_id = COALESCE(m.provider_id, $3),
                   sent_at = CASE WHEN $3::text IS NOT NULL THEN COALESCE(m.sent_at, now()) ELSE m.sent_at END,
                   failed_at = CASE WHEN $4::text IS NOT NULL THEN COALESCE(m.failed_at, now()) ELSE m.failed_at END,
                   error_code = COALESCE($4, m.error_code), error_detail = COALESCE($5, m.error_detail),
                   uncertain_at = CASE WHEN $6 THEN now() ELSE m.uncertain_at END
            FROM done WHERE m.id = done.message_id";
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            let ended = client
                .execute(
                    &statement,
                    &[
                        &one.message,
                        &one.claim_no,
                        &provider_id,
                        &code,
                        &detail,
                        &uncertain,
                    ],
                )
                .await?;
            if ended == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
        .await
    }

    /// Puts a message off, and what has to wait with it.
    ///
    /// # Errors
    /// `Fenced` as above.
    pub async fn put_message_off(
        &self,
        one: &ClaimedMessage,
        wait: Duration,
        why: PutOff,
    ) -> Result<(), StoreError> {
        let sql = "WITH alone AS (
                UPDATE whatsapp_channels SET wait_until = now() + $3::float8 * interval '1 second' WHERE id = $4 AND $5
            )
            UPDATE whatsapp_outbox SET not_before = now() + $3::float8 * interval '1 second', lease_until = NULL,
                   begun_at = CASE WHEN $6 THEN begun_at END
            WHERE message_id = $1 AND claim_no = $2";
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            let put = client
                .execute(
                    &statement,
                    &[
                        &one.message,
                        &one.claim_no,
                        &wait.as_secs_f64(),
                        &one.channel,
                        &(why == PutOff::Number),
                        &(why == PutOff::Unknown),
                    ],
                )
                .await?;
            if put == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
        .await
    }

    /// A number can't send until somebody has looked after it: people are shown why.
    pub async fn channel_in_trouble(&self, channel: i64, code: &str, detail: &str) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "UPDATE whatsapp_channels SET last_error = jsonb_build_object('code', $2::text, 'reason', $3::text, 'at', now())
                       WHERE id = $1";
            client.execute(sql, &[&channel, &code, &detail]).await?;
            Ok(())
        })
        .await
    }

    /// Ids that messages of this conversation have at the provider, of those written since: equal texts are told apart by them.
    pub async fn known_provider_ids(
        &self,
        conversation: i64,
        since: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = "SELECT provider_id FROM whatsapp_messages
                       WHERE conversation_id = $1 AND direction = 'out' AND provider_id IS NOT NULL AND sent_at >= $2::timestamptz - interval '1 hour'";
            let rows = client.query(sql, &[&conversation, &since]).await?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })
        .await
    }

    /// Messages that wait to be sent.
    pub async fn messages_waiting(&self) -> Result<i64, StoreError> {
        limited(async {
            let client = self.client().await?;
            let row = client
                .query_one("SELECT count(*) FROM whatsapp_outbox", &[])
                .await?;
            Ok(row.get(0))
        })
        .await
    }
}
