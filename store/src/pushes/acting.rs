//! Who may answer a reminder from a notification, without a log-in: whom it concerns at that moment. The answer itself
//! is taken by `reminders` and `tasks`, as any other is.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::ids::BusinessId;
use jiff::Timestamp;

/// How a reminder stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    pub task: i64,
    /// The task is still to be done.
    pub open: bool,
    /// As it is stored: `pending`, `fired`, `acknowledged`, `snoozed`, `done`.
    pub state: String,
    pub remind_at: Timestamp,
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

impl TenantTx<'_> {
    /// How a reminder stands, for somebody whom it concerns.
    pub async fn reminder_stands(&self, reminder: i64, user: UserId) -> Result<Option<Stands>, StoreError> {
        limited(async {
            let stands = "SELECT r.task_id, t.state = 'open', r.state, r.remind_at
                FROM reminders r JOIN tasks t ON t.business_id = r.business_id AND t.id = r.task_id
                WHERE r.business_id = $1 AND r.id = $2 AND $3 = ANY (concerned($1, t.assignee))";
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
                [&self.business().0, &reminder, &user.0];
            let row = self.sql().query_opt(stands, &values).await?;
            Ok(row.map(|row| Stands {
                task: row.get(0),
                open: row.get(1),
                state: row.get(2),
                remind_at: row.get(3),
            }))
        })
        .await
    }
}
