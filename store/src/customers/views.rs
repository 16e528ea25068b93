//! Questions about customers that somebody keeps: his own, and those that he shares with everybody of the business.

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use serde_json::Value;

/// A kept question.
#[derive(Debug, Clone)]
pub struct View {
    pub id: i64,
    pub name: String,
    /// What the list is asked for, as the page wrote it.
    pub query: Value,
    pub shared: bool,
    pub user: UserId,
}

/// Of one person in one business.
const MOST: i64 = 50;

impl TenantTx<'_> {
    /// This person's views, and those that others share.
    pub async fn views(&self, user: UserId) -> Result<Vec<View>, StoreError> {
        limited(async {
            let sql = "SELECT id, name, query, shared, user_id FROM customer_views
                       WHERE business_id = $1 AND (user_id = $2 OR shared) ORDER BY lower(name), id LIMIT 500";
            let rows = self.sql().query(sql, &[&self.business().0, &user.0]).await?;
            let view = rows.iter().map(|row| View {
                id: row.get(0),
                name: row.get(1),
                query: row.get(2),
                shared: row.get(3),
                user: UserId(row.get(4)),
            });
            Ok(view.collect())
        })
        .await
    }

    /// Keeps one; its number. `None` when the person has fifty already.
    pub async fn add_view(
        &self,
        user: UserId,
        (name, query, shared): (&str, &Value, bool),
    ) -> Result<Option<i64>, StoreError> {
        limited(async {
            let sql = "INSERT INTO customer_views (business_id, user_id, name, query, shared) SELECT $1, $2, $3, $4, $5
                       WHERE (SELECT count(*) FROM customer_views WHERE business_id = $1 AND user_id = $2) < $6 RETURNING id";
            let row = self
                .sql()
                .query_opt(sql, &[&self.business().0, &user.0, &name, query, &shared, &MOST])
                .await?;
            Ok(row.map(|row| row.get(0)))
        })
        .await
    }

    /// Takes one away: one's own, or any shared one when `any`. Whether there was one.
    pub async fn remove_view(&self, user: UserId, id: i64, any: bool) -> Result<bool, StoreError> {
        limited(async {
            let sql = "DELETE FROM customer_views WHERE business_id = $1 AND id = $2 AND (user_id = $3 OR $4 AND shared)";
            Ok(self.sql().execute(sql, &[&self.business().0, &id, &user.0, &any]).await? > 0)
        })
        .await
    }
}
