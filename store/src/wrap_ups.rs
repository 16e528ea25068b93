//! What follows a call: summary, customer, tasks and timeline, written in one commit and once.
//! The pipeline claims a finished call here, thinks, and brings the result back under its claim.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use domain::ids::{BusinessId, CallSid};
use serde_json::Value;
use std::time::Duration;

/// A finished call under our claim.
#[derive(Debug, Clone)]
pub struct ClaimedCall {
    pub call_sid: CallSid,
    /// The fence.
    pub claim_no: i32,
    pub business: Option<BusinessId>,
    pub caller: String,
    pub status_rank: i16,
    pub started_at: jiff::Timestamp,
    pub dialogue: Option<Value>,
    /// What was heard and answered, oldest first.
    pub turns: Vec<(String, String)>,
    /// Messages that were left: their words, or nothing where nobody could make words of them.
    pub messages: Vec<String>,
}

/// Which calls are ready to be wrapped up.
#[derive(Debug, Clone, Copy)]
pub struct Ready {
    /// After the final status: late events may still come.
    pub grace: Duration,
    /// Without any event for so long a call counts as over though no final status came.
    pub idle: Duration,
    /// A claim that nobody brings back is free again after this.
    pub lease: Duration,
}

/// What came out of a call.
#[derive(Debug, Clone)]
pub struct WrapUp {
    pub summary: String,
    pub intent: Option<String>,
    pub details: Value,
    /// The number the customer is found by, E.164; `None` when the caller withheld it and gave none.
    pub phone: Option<String>,
    /// A validated name, if one was given.
    pub name: Option<String>,
    /// Details that were validated: what may stand on the customer's card.
    pub validated: Value,
    pub tasks: Vec<NewTask>,
}

/// A task that the call promised.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub title: String,
    pub notes: String,
    /// `call`, `whatsapp` or `meeting`.
    pub channel: String,
    pub due_at: jiff::Timestamp,
}

/// What a call must be to be wrapped up. Each side of the OR has a partial index of its own, so that calls in
/// progress, however many, cost nothing.
const READY: &str = "wrapped_at IS NULL AND (wrap_lease_until IS NULL OR wrap_lease_until < now())
    AND ((ended_at IS NOT NULL AND last_event_at <= now() - $1::float8 * interval '1 millisecond')
         OR (started_at < now() - $2::float8 * interval '1 millisecond'
             AND last_event_at < now() - $2::float8 * interval '1 millisecond'))
    AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.call_sid = c.call_sid AND r.finished_at IS NULL)";

/// The statement that claims: this call (the sixth parameter), or the oldest that are ready.
fn claim(only: bool) -> String {
    let which = if only {
        "AND call_sid = $6"
    } else {
        "ORDER BY started_at LIMIT 20"
    };
    format!(
        "UPDATE calls SET wrap_claim = wrap_claim + 1, wrap_node = $4, wrap_incarnation = $5,
                wrap_lease_until = now() + $3::float8 * interval '1 millisecond'
         WHERE call_sid IN (SELECT call_sid FROM calls c WHERE {READY} {which} FOR UPDATE SKIP LOCKED)
         RETURNING call_sid, wrap_claim, business_id, caller, status_rank, started_at, dialogue"
    )
}

impl Store {
    /// Claims calls that are over and whose recordings have all ended: this one, or any.
    pub async fn claim_wrap_ups(
        &self,
        worker: &Worker,
        ready: Ready,
        only: Option<&CallSid>,
    ) -> Result<Vec<ClaimedCall>, StoreError> {
        let ms = |d: Duration| d.as_secs_f64() * 1000.0;
        limited(async {
            let client = self.client().await?;
            let claim = client.prepare_cached(&claim(only.is_some())).await?;
            let (grace, idle, lease) = (ms(ready.grace), ms(ready.idle), ms(ready.lease));
            let (node, incarnation) = (&worker.node, &worker.incarnation);
            let rows = match only {
                Some(sid) => {
                    client
                        .query(&claim, &[&grace, &idle, &lease, node, incarnation, &sid.as_str()])
                        .await?
                }
                None => {
                    client
                        .query(&claim, &[&grace, &idle, &lease, node, incarnation])
                        .await?
                }
            };
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let sids: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
            let turns = client
                .prepare_cached(
                    "SELECT call_sid, COALESCE(transcript, ''), COALESCE(reply, ''), purpose = 'message'
                     FROM recordings WHERE call_sid = ANY($1) AND state <> 'rejected'
                       AND (transcript IS NOT NULL OR purpose = 'message')
                       -- What two people said to each other is no message that somebody left.
                       AND NOT (purpose = 'message' AND EXISTS (SELECT FROM outgoing_calls o
                           WHERE o.call_sid = recordings.call_sid AND o.outcome = 'completed')) ORDER BY call_sid, turn",
                )
                .await?;
            let turns = client.query(&turns, &[&sids]).await?;
            let of = |sid: &str, message: bool| {
                let sid = sid.to_owned();
                turns
                    .iter()
                    .filter(move |t| t.get::<_, &str>(0) == sid && t.get::<_, bool>(3) == message)
            };
            rows.iter()
                .map(|row| {
                    let sid: &str = row.get(0);
                    Ok(ClaimedCall {
                        call_sid: CallSid::parse(sid).map_err(|e| StoreError::Refused(e.to_string()))?,
                        claim_no: row.get(1),
                        business: row.get::<_, Option<i64>>(2).map(BusinessId),
                        caller: row.get(3),
                        status_rank: row.get(4),
                        started_at: row.get(5),
                        dialogue: row.get(6),
                        turns: of(sid, false).map(|turn| (turn.get(1), turn.get(2))).collect(),
                        messages: of(sid, true).map(|turn| turn.get(1)).collect(),
                    })
                })
                .collect()
        })
        .await
    }

    /// Writes what came out of the call, under its claim, in one commit: the customer whose call it was, if anybody's.
    ///
    /// # Errors
    /// `Fenced` when another engine wrapped it up in the meantime: nothing is written.
    pub async fn wrap_up(
        &self,
        call: &ClaimedCall,
        result: Option<&WrapUp>,
    ) -> Result<Option<i64>, StoreError> {
        let sid = call.call_sid.as_str();
        let business = call.business.map(|business| business.0);
        let phone = result.and_then(|r| r.phone.as_deref());
        let name = result.and_then(|r| r.name.as_deref()).unwrap_or("");
        let validated = result.map(|r| &r.validated);
        let (summary, intent) = (
            result.map(|r| r.summary.as_str()),
            result.and_then(|r| r.intent.as_deref()),
        );
        let details = result.map(|r| &r.details);
        let tasks = result.map_or(&[][..], |r| &r.tasks);
        let titles: Vec<&str> = tasks.iter().map(|task| task.title.as_str()).collect();
        let notes: Vec<&str> = tasks.iter().map(|task| task.notes.as_str()).collect();
        let channels: Vec<&str> = tasks.iter().map(|task| task.channel.as_str()).collect();
        let due: Vec<jiff::Timestamp> = tasks.iter().map(|task| task.due_at).collect();
        let (wrapped, customer): (bool, _) = limited(async {
            let client = self.client().await?;
            let wrap = client
                .prepare_cached("SELECT wrapped, customer FROM wrap_up($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
                .await?;
            let row = client
                .query_one(
                    &wrap,
                    &[
                        &sid,
                        &call.claim_no,
                        &business,
                        &phone,
                        &name,
                        &validated,
                        &summary,
                        &intent,
                        &details,
                        &titles,
                        &notes,
                        &channels,
                        &due,
                    ],
                )
                .await?;
            Ok((row.get(0), row.get(1)))
        })
        .await?;
        if wrapped {
            Ok(customer)
        } else {
            Err(StoreError::Fenced)
        }
    }
}
