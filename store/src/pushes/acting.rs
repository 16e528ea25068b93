//! What somebody answers to a reminder from a notification: snooze, acknowledge, done. Every answer is a no-op the
//! second time, and everybody concerned is told of the first in the same transaction.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::ids::BusinessId;
use jiff::Timestamp;

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Acknowledge,
    /// It rings again then.
    Snooze(Timestamp),
    /// The task is done, and with it all its reminders.
    Done,
}

/// How a reminder stands after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// As it is stored: `fired`, `acknowledged`, `snoozed`, `done`.
    pub state: String,
    pub remind_at: Timestamp,
    /// False when it had been answered already: nothing was changed.
    pub changed: bool,
}

/// The task's row is locked first, as whoever edits it does.
const LOCKED: &str = "SELECT FROM tasks WHERE business_id = $1 AND id =
    (SELECT task_id FROM reminders WHERE business_id = $1 AND id = $2) FOR UPDATE";
const CONCERNS: &str = "SELECT FROM reminders r JOIN tasks t ON t.id = r.task_id
    WHERE r.business_id = $1 AND r.id = $2 AND $3 = ANY (concerned($1, t.assignee))";
const ACKNOWLEDGE: &str = "UPDATE reminders SET state = 'acknowledged', acknowledged_at = now(), acknowledged_by = $3, push_at = NULL
    WHERE business_id = $1 AND id = $2 AND state = 'fired'";
const SNOOZE: &str =
    "UPDATE reminders SET state = 'snoozed', remind_at = $4, snooze_count = snooze_count + 1, push_at = NULL,
        acknowledged_by = $3
    WHERE business_id = $1 AND id = $2 AND state = 'fired'";
const DONE: &str = "UPDATE tasks SET state = 'done', completed_at = now(), completed_by = $3, version = version + 1, updated_at = now()
    WHERE business_id = $1 AND state = 'open' AND id = (SELECT task_id FROM reminders WHERE business_id = $1 AND id = $2)";
const STANDS: &str = "SELECT state, remind_at FROM reminders WHERE business_id = $1 AND id = $2";
const TELL: &str = "SELECT tell($1, concerned($1, t.assignee), 'reminder:closed', json_build_object(
        'reminder_id', r.id, 'task_id', r.task_id, 'state', r.state, 'remind_at', r.remind_at, 'by', $3::bigint))
    FROM reminders r JOIN tasks t ON t.id = r.task_id WHERE r.business_id = $1 AND r.id = $2";

impl TenantTx<'_> {
    /// Answers a reminder for somebody whom it concerns; `None` for anybody else.
    pub async fn act_on_reminder(
        &self,
        reminder: i64,
        user: UserId,
        act: Act,
    ) -> Result<Option<Acted>, StoreError> {
        limited(async {
            let (sql, business) = (self.sql(), self.business().0);
            sql.execute(LOCKED, &[&business, &reminder]).await?;
            let whose: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&business, &reminder, &user.0];
            if sql.query_opt(CONCERNS, &whose).await?.is_none() {
                return Ok(None);
            }
            let changed = match act {
                Act::Acknowledge => sql.execute(ACKNOWLEDGE, &whose).await?,
                Act::Snooze(until) => {
                    sql.execute(SNOOZE, &[&business, &reminder, &user.0, &until])
                        .await?
                }
                Act::Done => sql.execute(DONE, &whose).await?,
            };
            if changed > 0 {
                sql.execute(TELL, &whose).await?;
            }
            let row = sql.query_one(STANDS, &[&business, &reminder]).await?;
            Ok(Some(Acted {
                state: row.get(0),
                remind_at: row.get(1),
                changed: changed > 0,
            }))
        })
        .await
    }
}

impl Store {
    /// Which business a reminder is of, for somebody who may still log in: a signed link names no business.
    pub async fn business_of_reminder(
        &self,
        reminder: i64,
        user: UserId,
    ) -> Result<Option<BusinessId>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let whose = "SELECT r.business_id FROM reminders r JOIN users u ON u.id = $2 AND u.active WHERE r.id = $1";
            let row = client.query_opt(whose, &[&reminder, &user.0]).await?;
            Ok(row.map(|row| BusinessId(row.get(0))))
        })
        .await
    }
}
