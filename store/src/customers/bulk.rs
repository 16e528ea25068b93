//! One change of many customers: a few at once in one transaction, more as a job that goes on by itself, a part at a time,
//! after a crash from where it was. A job is a row before it is work; whoever finds it holds it by its lease.

use super::{Asked, CustomerQuery};
use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::access::UserId;
use domain::customer::Status;
use domain::ids::BusinessId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Row;

/// What is done to each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkChange {
    /// `None`: nobody's.
    Assign(Option<UserId>),
    Tag(String),
    Untag(String),
    Status(Status),
    Delete,
}

/// What is done to many, and how far it is.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: i64,
    pub total: i64,
    pub done: i64,
    /// Those that were not that way already.
    pub changed: i64,
    pub created_at: jiff::Timestamp,
    pub finished_at: Option<jiff::Timestamp>,
}

/// So many are changed in one transaction.
pub const AT_ONCE: usize = 500;
/// Customers that one job changes.
pub const MOST: i64 = 100_000;

const JOB: &str = "id, cardinality(ids)::bigint, done::bigint, changed::bigint, created_at, finished_at";

fn job(row: &Row) -> Job {
    Job {
        id: row.get(0),
        total: row.get(1),
        done: row.get(2),
        changed: row.get(3),
        created_at: row.get(4),
        finished_at: row.get(5),
    }
}

impl TenantTx<'_> {
    /// The customers that a question means, the lowest number first, at most [`MOST`].
    pub async fn customers_meant(&self, query: &CustomerQuery) -> Result<Vec<i64>, StoreError> {
        limited(async {
            let asked = Asked::of(self.business().0, query);
            let sql = format!("SELECT c.id {} ORDER BY c.id LIMIT {MOST}", asked.from());
            let rows = self.sql().query(&sql, &asked.parameters()).await?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })
        .await
    }

    /// Changes these at once, at most [`AT_ONCE`]: those that it changed. `None` when the assignee is not of the business.
    pub async fn change_many(
        &self,
        by: &By,
        ids: &[i64],
        change: &BulkChange,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        limited(async {
            if let BulkChange::Assign(user) = change
                && !self.may_be_assigned(*user).await?
            {
                return Ok(None);
            }
            let business = self.business().0;
            let held = "c.business_id = $1 AND c.id = ANY ($2) AND c.deleted_at IS NULL AND c.merged_into IS NULL";
            // Locked in one order, whoever else changes some of them.
            let lock = format!("SELECT c.id, c.status, c.assignee FROM customers c WHERE {held} ORDER BY c.id FOR UPDATE");
            let rows = self.sql().query(&lock, &[&business, &ids]).await?;
            if rows.is_empty() {
                return Ok(Some(Vec::new()));
            }
            let (set, text, number): (_, Option<&str>, Option<i64>) = match change {
                BulkChange::Assign(user) => (
                    "assignee = $4 WHERE assignee IS DISTINCT FROM $4 AND $3::text IS NULL",
                    None,
                    user.map(|user| user.0),
                ),
                BulkChange::Tag(tag) => (
                    "tags = c.tags || $3::text WHERE NOT c.tags @> ARRAY[$3::text] AND cardinality(c.tags) < 30 AND $4::bigint IS NULL",
                    Some(tag.as_str()),
                    None,
                ),
                BulkChange::Untag(tag) => (
                    "tags = array_remove(c.tags, $3::text) WHERE c.tags @> ARRAY[$3::text] AND $4::bigint IS NULL",
                    Some(tag.as_str()),
                    None,
                ),
                BulkChange::Status(status) => (
                    "status = $3::text WHERE c.status <> $3::text AND $4::bigint IS NULL",
                    Some(status.as_str()),
                    None,
                ),
                BulkChange::Delete => (
                    "deleted_at = now() WHERE $3::text IS NULL AND $4::bigint IS NULL",
                    None,
                    None,
                ),
            };
            let sql = format!("UPDATE customers c SET version = version + 1, updated_at = now(), {set} AND {held} RETURNING c.id, c.version");
            let changed = self.sql().query(&sql, &[&business, &ids, &text, &number]).await?;
            let changed: Vec<(i64, i64)> = changed.iter().map(|row| (row.get(0), row.get(1))).collect();
            self.tell_many(by, &changed, change, &rows).await?;
            let happened = Happened {
                action: "customers.bulk",
                subject: "customers".into(),
                detail: json!({ "do": change, "customers": ids.len(), "changed": changed.len() }),
            };
            self.audit(by, happened).await?;
            Ok(Some(changed.into_iter().map(|(id, _)| id).collect()))
        })
        .await
    }

    /// What the timelines of those that changed are told: as if each had been changed by hand.
    async fn tell_many(
        &self,
        by: &By,
        changed: &[(i64, i64)],
        change: &BulkChange,
        before: &[Row],
    ) -> Result<(), StoreError> {
        let (field, title, to) = match change {
            BulkChange::Assign(user) => ("assignee", "assignee", json!(user)),
            BulkChange::Status(status) => ("status", status.as_str(), json!(status)),
            BulkChange::Delete => ("deleted", "deleted", json!(true)),
            BulkChange::Tag(_) | BulkChange::Untag(_) => return Ok(()),
        };
        let was = |id: i64| {
            let row = before.iter().find(|row| row.get::<_, i64>(0) == id);
            match (change, row) {
                (BulkChange::Assign(_), Some(row)) => json!(row.get::<_, Option<i64>>(2)),
                (BulkChange::Status(_), Some(row)) => json!(row.get::<_, String>(1)),
                _ => json!(false),
            }
        };
        let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
        let keys: Vec<String> = changed
            .iter()
            .map(|(id, version)| format!("{id}:{version}:{field}"))
            .collect();
        let metas: Vec<serde_json::Value> = ids
            .iter()
            .map(|id| json!({ "field": field, "from": was(*id), "to": to, "by": by.actor }))
            .collect();
        let sql = "INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
                   SELECT $1, id, 'status', now(), key, $5, meta FROM unnest($2::bigint[], $3::text[], $4::jsonb[]) AS u(id, key, meta)
                   ON CONFLICT DO NOTHING";
        self.sql()
            .execute(sql, &[&self.business().0, &ids, &keys, &metas, &title])
            .await?;
        Ok(())
    }

    /// Writes a job down; it begins when this is committed.
    pub async fn make_job(&self, by: &By, ids: &[i64], change: &BulkChange) -> Result<Job, StoreError> {
        limited(async {
            let sql = format!(
                "INSERT INTO customer_jobs (business_id, by_user, address, request_id, what, ids)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING {JOB}"
            );
            let what = serde_json::to_value(change).unwrap_or_default();
            let row = self
                .sql()
                .query_one(
                    &sql,
                    &[
                        &self.business().0,
                        &by.actor,
                        &by.address,
                        &by.request_id,
                        &what,
                        &ids,
                    ],
                )
                .await?;
            Ok(job(&row))
        })
        .await
    }

    /// How far a job is.
    pub async fn job(&self, id: i64) -> Result<Option<Job>, StoreError> {
        limited(async {
            let sql = format!("SELECT {JOB} FROM customer_jobs WHERE business_id = $1 AND id = $2");
            let row = self.sql().query_opt(&sql, &[&self.business().0, &id]).await?;
            Ok(row.as_ref().map(job))
        })
        .await
    }
}

impl Store {
    /// Does the next part of the oldest job that nobody works on: its business, and whether it has ended. `None` when there
    /// is nothing to do.
    pub async fn work_on_customers(&self) -> Result<Option<(BusinessId, bool)>, StoreError> {
        let claimed = limited(async {
            let client = self.client().await?;
            let sql = "UPDATE customer_jobs SET lease_until = now() + interval '30 seconds'
                       WHERE id = (SELECT id FROM customer_jobs WHERE finished_at IS NULL AND lease_until <= now()
                                   ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
                       RETURNING id, business_id, what, ids[done + 1 : done + 500], done, cardinality(ids), by_user, address, request_id";
            Ok(client.query_opt(sql, &[]).await?)
        })
        .await?;
        let Some(row) = claimed else { return Ok(None) };
        let (id, business) = (row.get::<_, i64>(0), BusinessId(row.get(1)));
        let change: BulkChange =
            serde_json::from_value(row.get(2)).map_err(|error| StoreError::Refused(error.to_string()))?;
        let (ids, done, total): (Vec<i64>, i32, i32) = (row.get(3), row.get(4), row.get(5));
        let by = By {
            actor: row.get(6),
            address: row.get(7),
            request_id: row.get(8),
        };
        let mut tenant = self.tenant(business).await?;
        let transaction = tenant.begin().await?;
        let changed = transaction.change_many(&by, &ids, &change).await?;
        let changed = changed.map_or(0, |ids| i32::try_from(ids.len()).unwrap_or(i32::MAX));
        let next = done + i32::try_from(ids.len()).unwrap_or(0);
        let over = next >= total || ids.is_empty();
        // The same part again writes nothing: whoever comes second finds `done` moved on.
        let noted = limited(async {
            let sql = "UPDATE customer_jobs SET done = $4, changed = changed + $5, lease_until = now(),
                              finished_at = CASE WHEN $6 THEN now() END
                       WHERE business_id = $1 AND id = $2 AND done = $3 AND finished_at IS NULL";
            Ok(transaction
                .sql()
                .execute(sql, &[&business.0, &id, &done, &next, &changed, &over])
                .await?)
        })
        .await?;
        if noted == 0 {
            return Err(StoreError::Fenced);
        }
        transaction.commit().await?;
        Ok(Some((business, over)))
    }
}
