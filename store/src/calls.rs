//! Calls and their turns as rows: what a `CallActor` is rebuilt from, and what people read.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::hash;
use domain::call::{CarrierStatus, Outcome, Purpose, Spoken, Then};
use domain::ids::{BusinessId, CallSid};
use tokio_postgres::Row;

/// A call with its turns.
#[derive(Debug, Clone)]
pub struct CallRow {
    pub business: Option<BusinessId>,
    pub caller: String,
    pub called: String,
    pub status: CarrierStatus,
    pub turns: Vec<TurnRow>,
}

/// A turn: its recording, and its outcome once there is one.
#[derive(Debug, Clone)]
pub struct TurnRow {
    pub turn: u16,
    pub recording_sid: String,
    pub purpose: Purpose,
    pub outcome: Option<Outcome>,
    /// What the caller was told after it, once told.
    pub answer: Option<String>,
}

/// The conversation as it stands before a turn.
#[derive(Debug, Clone)]
pub struct Conversation {
    pub caller: String,
    pub dialogue: Option<serde_json::Value>,
    /// What was heard and answered, oldest first.
    pub turns: Vec<(String, String)>,
}

/// Reads columns turn, recording_sid, state, reply_then, understood, reply_audio, answer, purpose,
/// reply, which stand after the first.
pub(crate) fn turn_row(row: &Row) -> TurnRow {
    let then = match row.get::<_, Option<&str>>(4) {
        Some("end") => Then::End,
        Some("transfer") => Then::Transfer,
        Some("take_message") => Then::TakeMessage,
        _ => Then::Listen,
    };
    let outcome = match row.get::<_, &str>(3) {
        "synthesised" | "done" => Some(Outcome::Replied {
            spoken: match hash(row.get(6)) {
                Some(audio) => Spoken::Audio(audio),
                None => Spoken::Text(row.get::<_, Option<&str>>(9).unwrap_or_default().into()),
            },
            then,
            understood: row.get::<_, Option<bool>>(5).unwrap_or(true),
        }),
        "rejected" => Some(Outcome::NotHeard),
        "dead" => Some(Outcome::Failed),
        _ => None,
    };
    TurnRow {
        turn: row.get::<_, i16>(1).unsigned_abs(),
        recording_sid: row.get(2),
        purpose: if row.get::<_, &str>(8) == "message" {
            Purpose::Message
        } else {
            Purpose::Turn
        },
        outcome,
        answer: row.get(7),
    }
}

impl Store {
    /// The call with its turns, oldest first; `None` when no event of it has come.
    pub async fn call(&self, sid: &CallSid) -> Result<Option<CallRow>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let calls = client
                .prepare_cached("SELECT business_id, caller, called, status_rank FROM calls WHERE call_sid = $1")
                .await?;
            let turns = client
                .prepare_cached(
                    "SELECT call_sid, turn, recording_sid, state, reply_then, understood, reply_audio, answer, purpose,
                            reply
                     FROM recordings WHERE call_sid = $1 ORDER BY turn, received_at",
                )
                .await?;
            let sid = sid.as_str();
            let Some(row) = client.query_opt(&calls, &[&sid]).await? else { return Ok(None) };
            let turns = client.query(&turns, &[&sid]).await?;
            Ok(Some(CallRow {
                business: row.get::<_, Option<i64>>(0).map(BusinessId),
                caller: row.get(1),
                called: row.get(2),
                status: CarrierStatus::from_rank(row.get(3)).unwrap_or(CarrierStatus::Queued),
                turns: turns.iter().map(turn_row).collect(),
            }))
        })
        .await
    }

    /// The conversation before this turn: what the responder is given.
    pub async fn conversation(&self, sid: &CallSid, before_turn: u16) -> Result<Conversation, StoreError> {
        let before = i16::try_from(before_turn).unwrap_or(i16::MAX);
        limited(async {
            let client = self.client().await?;
            let call = client
                .prepare_cached("SELECT caller, dialogue FROM calls WHERE call_sid = $1")
                .await?;
            let turns = client
                .prepare_cached(
                    "SELECT transcript, COALESCE(reply, '') FROM recordings
                     WHERE call_sid = $1 AND turn < $2 AND transcript IS NOT NULL ORDER BY turn",
                )
                .await?;
            let row = client.query_opt(&call, &[&sid.as_str()]).await?;
            let turns = if before_turn > 1 {
                client.query(&turns, &[&sid.as_str(), &before]).await?
            } else {
                Vec::new()
            };
            Ok(Conversation {
                caller: row.as_ref().map(|r| r.get(0)).unwrap_or_default(),
                dialogue: row.and_then(|r| r.get(1)),
                turns: turns.iter().map(|r| (r.get(0), r.get(1))).collect(),
            })
        })
        .await
    }
}
