//! What the assistant is to answer, claimed by lease and fence, and its answer: written in one transaction with where the
//! dialogue stands, if the conversation is still the assistant's and nothing newer waits.

use super::messages::{NewMessage, Posted, Sender};
use crate::audit::By;
use crate::connect::{Store, limited};
use crate::error::StoreError;
use domain::ids::BusinessId;
use domain::policy::Purpose;
use serde_json::Value;
use std::time::Duration;
use tokio_postgres::Row;

/// A conversation under our claim, with all that its answer needs.
#[derive(Debug, Clone)]
pub struct ClaimedAnswer {
    pub business: BusinessId,
    pub conversation: i64,
    pub customer: i64,
    pub claim: i32,
    /// The newest message that is to be answered.
    pub message: i64,
    pub phone: Option<String>,
    /// Everything that the customer has written since the last answer.
    pub heard: String,
    pub dialogue: Option<Value>,
    /// What was written and answered before, oldest first.
    pub turns: Vec<(String, String)>,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenAnswer {
    Written,
    /// The policy gate refuses it, with this code: the conversation is a person's.
    Refused(&'static str),
    /// A person took the conversation, or the customer wrote on.
    NotOurs,
}

const CLAIM: &str = "
    WITH pick AS MATERIALIZED (
        SELECT v.id FROM whatsapp_conversations v JOIN whatsapp_channels h ON h.id = v.channel_id
        WHERE v.assistant_for IS NOT NULL AND v.handled_by = 'assistant' AND h.assistant AND h.active AND h.deleted_at IS NULL
          AND (v.assistant_lease_until IS NULL OR v.assistant_lease_until < now())
        ORDER BY v.assistant_for LIMIT $2 FOR UPDATE OF v SKIP LOCKED
    ), claimed AS (
        UPDATE whatsapp_conversations v SET assistant_claim = assistant_claim + 1,
               assistant_lease_until = now() + $1::float8 * interval '1 millisecond'
        FROM pick WHERE v.id = pick.id
        RETURNING v.business_id, v.id, v.customer_id, v.assistant_claim, v.assistant_for, v.phone, v.dialogue
    ), answered AS (
        SELECT c.id, COALESCE(max(m.id), 0) AS last FROM claimed c
        LEFT JOIN whatsapp_messages m ON m.conversation_id = c.id AND m.direction = 'out' AND m.kind <> 'reaction' GROUP BY 1
    )
    SELECT c.business_id, c.id, c.customer_id, c.assistant_claim, c.assistant_for, c.phone, c.dialogue,
           (SELECT COALESCE(string_agg(m.body, E'\\n' ORDER BY m.id), '') FROM whatsapp_messages m
            WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.kind <> 'reaction' AND m.id > a.last AND m.id <= c.assistant_for),
           (SELECT COALESCE(json_agg(json_build_array(t.asked, t.body) ORDER BY t.id), '[]') FROM (
                SELECT o.id, o.body, COALESCE((SELECT i.body FROM whatsapp_messages i WHERE i.conversation_id = c.id
                    AND i.direction = 'in' AND i.kind <> 'reaction' AND i.id < o.id ORDER BY i.id DESC LIMIT 1), '') AS asked
                FROM whatsapp_messages o WHERE o.conversation_id = c.id AND o.sender_kind = 'assistant' ORDER BY o.id DESC LIMIT 12) t)
    FROM claimed c JOIN answered a ON a.id = c.id";

fn claimed(row: &Row) -> ClaimedAnswer {
    ClaimedAnswer {
        business: BusinessId(row.get(0)),
        conversation: row.get(1),
        customer: row.get(2),
        claim: row.get(3),
        message: row.get(4),
        phone: row.get(5),
        dialogue: row.get(6),
        heard: row.get(7),
        turns: serde_json::from_value(row.get(8)).unwrap_or_default(),
    }
}

impl Store {
    /// Claims conversations that the assistant is to answer, the one that waits longest first.
    pub async fn claim_answers(&self, lease: Duration, limit: i64) -> Result<Vec<ClaimedAnswer>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(CLAIM).await?;
            let lease = lease.as_secs_f64() * 1000.0;
            let rows = client.query(&statement, &[&lease, &limit]).await?;
            Ok(rows.iter().map(claimed).collect())
        })
        .await
    }

    /// Writes the assistant's answer, and where its dialogue stands; `hand_over` gives the conversation to people.
    pub async fn write_answer(
        &self,
        one: &ClaimedAnswer,
        text: &str,
        dialogue: &Value,
        hand_over: bool,
    ) -> Result<WrittenAnswer, StoreError> {
        let mut tenant = self.tenant(one.business).await?;
        let transaction = tenant.begin().await?;
        let ours = "UPDATE whatsapp_conversations SET dialogue = $4, assistant_lease_until = NULL,
                assistant_for = CASE WHEN assistant_for > $5 AND NOT $6 THEN assistant_for END,
                handled_by = CASE WHEN $6 THEN 'person' ELSE handled_by END, version = version + $6::int
            WHERE business_id = $1 AND id = $2 AND assistant_claim = $3 AND handled_by = 'assistant' AND assistant_for >= $5";
        let refused = transaction
            .whatsapp_refusal(one.customer, Purpose::Reply, true)
            .await?;
        let hand_over = hand_over || refused.is_some();
        let held = limited(async {
            let key = [&one.business.0, &one.conversation];
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
                [key[0], key[1], &one.claim, dialogue, &one.message, &hand_over];
            Ok(transaction.sql().execute(ours, &values).await?)
        })
        .await?;
        if held == 0 {
            return Ok(WrittenAnswer::NotOurs);
        }
        let by = By {
            request_id: format!("whatsapp-{}", one.message),
            ..By::default()
        };
        if let (None, false) = (&refused, text.trim().is_empty()) {
            let key = format!("assistant-{}", one.message);
            let new = NewMessage {
                conversation: one.conversation,
                client_key: &key,
                kind: "text",
                body: text,
                template: None,
                media: None,
                reply_to: None,
                sender: Sender::Assistant,
            };
            if let Posted::NotThere | Posted::NotAnswerable = transaction.post_message(&by, &new).await? {
                return Ok(WrittenAnswer::NotOurs);
            }
        }
        transaction.commit().await?;
        Ok(refused.map_or(WrittenAnswer::Written, |refusal| {
            WrittenAnswer::Refused(refusal.code)
        }))
    }
}
