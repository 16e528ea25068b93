//! How often something may be tried, counted in Postgres so that all replicas count together. The
//! generic cell rate algorithm: one moment is kept for each key, in one statement.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use std::time::Duration;

/// So many tries in a window, then one each time a share of the window has passed.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    pub tries: u32,
    pub within: Duration,
}

impl Store {
    /// Counts a try: `None` when it may go on, else how long to wait.
    pub async fn tried(&self, key: &str, allowed: Allowed) -> Result<Option<Duration>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let window = allowed.within.as_secs_f64();
            let each = window / f64::from(allowed.tries.max(1));
            let counted = client
                .prepare_cached(
                    "INSERT INTO throttles AS t (key, tat) VALUES ($1, now() + $2::float8 * interval '1 second')
                     ON CONFLICT (key) DO UPDATE SET tat = GREATEST(t.tat, now()) + $2::float8 * interval '1 second'
                     WHERE GREATEST(t.tat, now()) + $2::float8 * interval '1 second' <= now() + $3::float8 * interval '1 second'
                     RETURNING true",
                )
                .await?;
            if client.query_opt(&counted, &[&key, &each, &window]).await?.is_some() {
                return Ok(None);
            }
            let row = client
                .query_opt(
                    "SELECT extract(epoch FROM tat - now())::float8 FROM throttles WHERE key = $1",
                    &[&key],
                )
                .await?;
            let ahead = row.map_or(0.0, |row| row.get::<_, f64>(0));
            Ok(Some(Duration::from_secs_f64((ahead + each - window).max(1.0))))
        })
        .await
    }

    /// Gives one try of a key back: it turned out to be nobody's guess.
    pub async fn refund(&self, key: &str, allowed: Allowed) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            let each = allowed.within.as_secs_f64() / f64::from(allowed.tries.max(1));
            client
                .execute(
                    "UPDATE throttles SET tat = tat - $2::float8 * interval '1 second' WHERE key = $1",
                    &[&key, &each],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Forgets the tries of a key: it turned out to be in order.
    pub async fn forgive(&self, keys: &[&str]) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "DELETE FROM throttles WHERE key = ANY ($1) OR tat < now()",
                    &[&keys],
                )
                .await?;
            Ok(())
        })
        .await
    }
}
