//! A call as people read it: each turn with the milliseconds of its stages, and what came of it.
//! The demo prints it; pages will show it. It only reads.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use domain::ids::CallSid;
use serde_json::Value;

/// A turn that has been worked out.
#[derive(Debug, Clone)]
pub struct TurnReport {
    pub turn: i16,
    pub state: String,
    pub reason: Option<String>,
    pub heard: Option<String>,
    pub intent: Option<String>,
    pub understood: Option<bool>,
    pub answered: Option<String>,
    pub transcribed_by: Option<String>,
    pub replied_by: Option<String>,
    pub synthesised_by: Option<String>,
    /// Milliseconds: download, transcription, reply, synthesis.
    pub took_ms: [Option<i32>; 4],
    /// Milliseconds of audio, and of speech in it.
    pub audio_ms: Option<i32>,
    pub speech_ms: Option<i32>,
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct CallReport {
    pub summary: String,
    pub intent: Option<String>,
    pub customer: Option<CustomerReport>,
    pub tasks: Vec<TaskReport>,
}

/// The customer of a call.
#[derive(Debug, Clone)]
pub struct CustomerReport {
    pub id: i64,
    pub name: String,
    pub phone: String,
    pub details: Value,
}

/// A task that a call promised.
#[derive(Debug, Clone)]
pub struct TaskReport {
    pub id: i64,
    pub title: String,
    pub channel: String,
    pub due_at: jiff::Timestamp,
}

impl Store {
    /// The turns of a call that have ended, oldest first.
    pub async fn turn_reports(&self, sid: &CallSid) -> Result<Vec<TurnReport>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT turn, state, reason, transcript, intent, understood, reply, transcribed_by, replied_by,
                            synthesised_by, downloaded_ms, transcribed_ms, replied_ms, synthesised_ms, audio_ms, speech_ms
                     FROM recordings WHERE call_sid = $1
                       AND state IN ('synthesised', 'done', 'rejected', 'dead') ORDER BY turn",
                    &[&sid.as_str()],
                )
                .await?;
            Ok(rows
                .iter()
                .map(|row| TurnReport {
                    turn: row.get(0),
                    state: row.get(1),
                    reason: row.get(2),
                    heard: row.get(3),
                    intent: row.get(4),
                    understood: row.get(5),
                    answered: row.get(6),
                    transcribed_by: row.get(7),
                    replied_by: row.get(8),
                    synthesised_by: row.get(9),
                    took_ms: [row.get(10), row.get(11), row.get(12), row.get(13)],
                    audio_ms: row.get(14),
                    speech_ms: row.get(15),
                })
                .collect())
        })
        .await
    }

    /// What came of a call; `None` until it is wrapped up.
    pub async fn call_report(&self, sid: &CallSid) -> Result<Option<CallReport>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sid = sid.as_str();
            let call = client
                .query_opt(
                    "SELECT c.summary, c.intent, u.id, u.name, u.details,
                            (SELECT value FROM customer_identities i WHERE i.customer_id = u.id AND kind = 'phone' LIMIT 1)
                     FROM calls c LEFT JOIN customers u ON u.id = c.customer_id
                     WHERE c.call_sid = $1 AND c.wrapped_at IS NOT NULL AND c.summary IS NOT NULL",
                    &[&sid],
                )
                .await?;
            let Some(row) = call else { return Ok(None) };
            let tasks = client
                .query("SELECT id, title, channel, due_at FROM tasks WHERE call_sid = $1 ORDER BY id", &[&sid])
                .await?;
            let customer = row.get::<_, Option<i64>>(2).map(|id| CustomerReport {
                id,
                name: row.get(3),
                details: row.get(4),
                phone: row.get::<_, Option<String>>(5).unwrap_or_default(),
            });
            let task = |row: &tokio_postgres::Row| TaskReport {
                id: row.get(0),
                title: row.get(1),
                channel: row.get(2),
                due_at: row.get(3),
            };
            Ok(Some(CallReport {
                summary: row.get(0),
                intent: row.get(1),
                customer,
                tasks: tasks.iter().map(task).collect(),
            }))
        })
        .await
    }
}
