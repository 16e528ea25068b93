//! When tasks ring: what is ahead, the one statement that takes what is due, what people answer, and how a series goes on.
//! Time is the database's; an engine's clock only says how long to wait.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::streams::{Told, told};
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::task::{ReminderState, Repeats};
use serde_json::{Value, json};
use std::time::Duration;

/// How long until a reminder is due; nothing for what is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead {
    pub id: i64,
    pub due_in: Duration,
}

/// What became of reminders that were thought to be due.
#[derive(Debug, Clone, Default)]
pub struct Rung {
    /// What people were told.
    pub told: Vec<Told>,
    /// Those that did not ring and still will: moved, or in another engine's hands at this moment. All others are over.
    pub waiting: Vec<Ahead>,
}

/// A task of a series whose next one is to be made.
#[derive(Debug, Clone)]
pub struct SeriesTask {
    pub id: i64,
    pub repeats: Repeats,
    pub first: jiff::civil::DateTime,
    pub occurrence: i32,
    pub time_zone: String,
}

/// What a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Acknowledged,
    /// Again at this moment.
    Snoozed(jiff::Timestamp),
}

/// How an answer was taken.
#[derive(Debug, Clone)]
pub struct Answered {
    pub task: i64,
    /// False when somebody had answered before: nothing changed.
    pub first: bool,
    pub told: Vec<Told>,
}

fn millis(ms: f64) -> Duration {
    Duration::from_secs_f64(ms.max(0.0) / 1000.0)
}

/// Reminders of one claim.
const AT_ONCE: i64 = 256;
const DUE_IN: &str = "(extract(epoch FROM r.remind_at - clock_timestamp()) * 1000)::float8";

impl Store {
    /// Reminders due within this time, the nearest first, this many at most.
    pub async fn reminders_ahead(&self, horizon: Duration, most: i64) -> Result<Vec<Ahead>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!(
                "SELECT r.id, {DUE_IN} FROM reminders r WHERE r.state IN ('pending', 'snoozed')
                 AND r.remind_at < now() + $1::float8 * interval '1 second' ORDER BY r.remind_at LIMIT $2"
            );
            let statement = client.prepare_cached(&sql).await?;
            let rows = client.query(&statement, &[&horizon.as_secs_f64(), &most]).await?;
            let ahead = |row: &tokio_postgres::Row| Ahead {
                id: row.get(0),
                due_in: millis(row.get(1)),
            };
            Ok(rows.iter().map(ahead).collect())
        })
        .await
    }

    /// The same for those of these that will ring within this time.
    pub async fn reminders_now(&self, ids: &[i64], horizon: Duration) -> Result<Vec<Ahead>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!(
                "SELECT r.id, {DUE_IN} FROM reminders r WHERE r.id = ANY ($1::bigint[]) AND r.state IN ('pending', 'snoozed')
                 AND r.remind_at < now() + $2::float8 * interval '1 second'"
            );
            let statement = client.prepare_cached(&sql).await?;
            let rows = client.query(&statement, &[&ids, &horizon.as_secs_f64()]).await?;
            let ahead = |row: &tokio_postgres::Row| Ahead { id: row.get(0), due_in: millis(row.get(1)) };
            Ok(rows.iter().map(ahead).collect())
        })
        .await
    }

    /// Lets ring what is due, each once for all engines, and tells whom it concerns; then says which of these will still.
    ///
    /// # Errors
    /// `Away` or `Slow`: nothing is known; ask again, what has rung doesn't ring again.
    pub async fn fire_reminders(&self, ids: &[i64]) -> Result<Rung, StoreError> {
        limited(async {
            let client = self.client().await?;
            let fire = client.prepare_cached(include_str!("fire_reminders.sql")).await?;
            let rows = client.query(&fire, &[&AT_ONCE]).await?;
            let told: Vec<Told> = rows.iter().map(told).collect();
            let sql = format!(
                "SELECT r.id, {DUE_IN} FROM reminders r WHERE r.id = ANY ($1::bigint[]) AND r.state IN ('pending', 'snoozed')"
            );
            let left = client.prepare_cached(&sql).await?;
            let rows = client.query(&left, &[&ids]).await?;
            let ahead = |row: &tokio_postgres::Row| Ahead { id: row.get(0), due_in: millis(row.get(1)) };
            Ok(Rung { told, waiting: rows.iter().map(ahead).collect() })
        })
        .await
    }

    /// Tasks of a series that are due or done and have no successor yet.
    pub async fn series_to_continue(&self) -> Result<Vec<SeriesTask>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let statement = client
                .prepare_cached(
                    "SELECT t.id, t.repeats, t.first_local, t.occurrence, b.time_zone
                     FROM tasks t JOIN businesses b ON b.id = t.business_id
                     WHERE t.repeats IS NOT NULL AND NOT t.continued
                       AND (t.state = 'done' OR t.state = 'open' AND t.due_at <= now()) LIMIT 500",
                )
                .await?;
            let rows = client.query(&statement, &[]).await?;
            let task = |row: &tokio_postgres::Row| {
                Some(SeriesTask {
                    id: row.get(0),
                    repeats: Repeats::parse(row.get(1))?,
                    first: row.get(2),
                    occurrence: row.get(3),
                    time_zone: row.get(4),
                })
            };
            Ok(rows.iter().filter_map(task).collect())
        })
        .await
    }

    /// Makes the next task of a series, once: the `occurrence`th, due then.
    pub async fn continue_series(
        &self,
        task: i64,
        occurrence: i32,
        due_at: jiff::Timestamp,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "WITH last AS (
                         UPDATE tasks SET continued = true WHERE id = $1 AND NOT continued AND repeats IS NOT NULL RETURNING *
                     )
                     INSERT INTO tasks (business_id, customer_id, title, notes, channel, source, due_at, assignee, priority,
                                        remind_before, created_by, repeats, first_local, series, occurrence, effect_key)
                     SELECT business_id, customer_id, title, notes, channel, 'rule', $3, assignee, priority, remind_before,
                            created_by, repeats, first_local, COALESCE(series, id), $2::integer, 'series:' || COALESCE(series, id) || ':' || first_local || ':' || $2::integer
                     FROM last ON CONFLICT (effect_key) DO NOTHING",
                    &[&task, &occurrence, &due_at],
                )
                .await?;
            Ok(())
        })
        .await
    }
}

impl TenantTx<'_> {
    /// What rings for this person and nobody has answered, the oldest first.
    pub async fn ringing(&self, user: UserId) -> Result<Vec<Value>, StoreError> {
        limited(async {
            let sql = "SELECT reminder_told(r) FROM reminders r JOIN tasks t ON t.business_id = r.business_id AND t.id = r.task_id
                       WHERE r.business_id = $1 AND r.state = 'fired' AND (t.assignee = $2 OR t.assignee IS NULL)
                       ORDER BY r.remind_at, r.id LIMIT 100";
            let rows = self.sql().query(sql, &[&self.business().0, &user.0]).await?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })
        .await
    }

    /// A tab in sight has shown these: a push can wait a minute. How many of them concern this person.
    pub async fn reminders_shown(&self, user: UserId, ids: &[i64]) -> Result<i64, StoreError> {
        limited(async {
            let sql = "WITH his AS (
                           SELECT r.id FROM reminders r JOIN tasks t ON t.business_id = r.business_id AND t.id = r.task_id
                           WHERE r.business_id = $1 AND r.id = ANY ($3) AND (t.assignee = $2 OR t.assignee IS NULL)
                       ), noted AS (
                           UPDATE reminders r SET seen_at = now(), push_at = GREATEST(r.push_at, r.fired_at + interval '60 seconds')
                           FROM his WHERE r.id = his.id AND r.state = 'fired' AND r.seen_at IS NULL
                       )
                       SELECT count(*) FROM his";
            let row = self.sql().query_one(sql, &[&self.business().0, &user.0, &ids]).await?;
            Ok(row.get(0))
        })
        .await
    }

    /// Takes a person's answer to a reminder that rings, and closes it for everybody concerned. `None` when there is none,
    /// or it does not concern this person.
    pub async fn answer_reminder(
        &self,
        id: i64,
        user: UserId,
        answer: Answer,
    ) -> Result<Option<Answered>, StoreError> {
        limited(async {
            let found = "SELECT r.task_id, r.state, concerned(t.business_id, t.assignee)
                         FROM reminders r JOIN tasks t ON t.business_id = r.business_id AND t.id = r.task_id
                         WHERE r.business_id = $1 AND r.id = $2 FOR UPDATE OF r";
            let Some(row) = self.sql().query_opt(found, &[&self.business().0, &id]).await? else {
                return Ok(None);
            };
            let (task, state, whom) = (row.get::<_, i64>(0), row.get::<_, &str>(1), row.get::<_, Vec<i64>>(2));
            if !whom.contains(&user.0) {
                return Ok(None);
            }
            let state = ReminderState::parse(state).unwrap_or(ReminderState::Done);
            let open = match answer {
                Answer::Acknowledged => state == ReminderState::Fired,
                Answer::Snoozed(_) => matches!(state, ReminderState::Fired | ReminderState::Acknowledged),
            };
            if !open {
                return Ok(Some(Answered { task, first: false, told: Vec::new() }));
            }
            let (state, until) = match answer {
                Answer::Acknowledged => (ReminderState::Acknowledged, None),
                Answer::Snoozed(until) => (ReminderState::Snoozed, Some(until)),
            };
            self.sql()
                .execute(
                    "UPDATE reminders SET state = $3, remind_at = COALESCE($4, remind_at), push_at = NULL,
                            snooze_count = snooze_count + CASE WHEN $4::timestamptz IS NULL THEN 0 ELSE 1 END,
                            acknowledged_at = now(), acknowledged_by = $5
                     WHERE business_id = $1 AND id = $2",
                    &[&self.business().0, &id, &state.as_str(), &until, &user.0],
                )
                .await?;
            let data = json!({ "reminder_id": id, "task_id": task, "state": state.as_str(), "remind_at": until, "by": user.0 });
            let told = self.tell(&whom, "reminder:closed", &data).await?;
            Ok(Some(Answered { task, first: true, told }))
        })
        .await
    }
}
