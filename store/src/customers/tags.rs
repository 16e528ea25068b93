//! Tags that customers of a business have: what a form offers while one is typed.

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;

/// A tag in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagLine {
    pub tag: String,
    /// Customers who have it.
    pub customers: i64,
}

impl TenantTx<'_> {
    /// Tags that begin like this, those of most customers first.
    pub async fn tags(&self, beginning: &str, limit: i64) -> Result<Vec<TagLine>, StoreError> {
        limited(async {
            let sql = "SELECT t.tag, count(*) FROM customers c, unnest(c.tags) AS t(tag)
                       WHERE c.business_id = $1 AND c.deleted_at IS NULL AND c.merged_into IS NULL AND c.tags <> '{}'
                         AND starts_with(lower(t.tag), lower($2))
                       GROUP BY t.tag ORDER BY 2 DESC, 1 LIMIT $3";
            let statement = self.sql().prepare_cached(sql).await?;
            let rows = self.sql().query(&statement, &[&self.business().0, &beginning, &limit]).await?;
            let line = |row: &tokio_postgres::Row| TagLine {
                tag: row.get(0),
                customers: row.get(1),
            };
            Ok(rows.iter().map(line).collect())
        })
        .await
    }
}
