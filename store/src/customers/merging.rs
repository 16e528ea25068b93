//! Two customers who turn out to be one, and back: what belonged to whom is kept row by row, so that within thirty days they
//! can be taken apart again. Timelines are not moved: who was merged is read with the one who stayed.

use super::CustomerRow;
use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use crate::timeline::Entry;
use domain::customer::{Event, IdentityKind};
use serde_json::json;

/// How a merge ended.
#[derive(Debug, Clone)]
pub enum Merged {
    /// Its number, and the customer who stayed.
    Done(i64, Box<CustomerRow>),
    /// One of them is not there, or all of them are one.
    NotThere,
}

/// How taking apart ended.
#[derive(Debug, Clone)]
pub enum Undone {
    /// The customer who stayed, and those who are themselves again.
    Done(Box<CustomerRow>, Vec<i64>),
    /// After thirty days, a second time, or while the one who stayed is itself a part of another.
    TooLate,
    NotThere,
}

/// Days in which a merge can be undone.
pub const DAYS: i32 = 30;

/// How rows of each kind become the other's, and are noted.
const MOVES: [&str; 5] = [
    "WITH moved AS (SELECT call_sid AS ref, customer_id FROM calls WHERE business_id = $1 AND customer_id = ANY ($2) FOR UPDATE),
              written AS (UPDATE calls SET customer_id = $3 WHERE business_id = $1 AND call_sid IN (SELECT ref FROM moved))
         INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT $1, $4, 'call', ref, customer_id FROM moved",
    "WITH moved AS (SELECT id, customer_id FROM tasks WHERE business_id = $1 AND customer_id = ANY ($2) FOR UPDATE),
              written AS (UPDATE tasks SET customer_id = $3 WHERE business_id = $1 AND id IN (SELECT id FROM moved))
         INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT $1, $4, 'task', id::text, customer_id FROM moved",
    "WITH moved AS (SELECT id, customer_id FROM customer_notes WHERE business_id = $1 AND customer_id = ANY ($2) FOR UPDATE),
              written AS (UPDATE customer_notes SET customer_id = $3 WHERE business_id = $1 AND id IN (SELECT id FROM moved))
         INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT $1, $4, 'note', id::text, customer_id FROM moved",
    "WITH moved AS (SELECT id, customer_id FROM whatsapp_conversations WHERE business_id = $1 AND customer_id = ANY ($2) FOR UPDATE),
              written AS (UPDATE whatsapp_conversations SET customer_id = $3 WHERE business_id = $1 AND id IN (SELECT id FROM moved))
         INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT $1, $4, 'conversation', id::text, customer_id FROM moved",
    "WITH moved AS (SELECT id, merged_into FROM customers WHERE business_id = $1 AND merged_into = ANY ($2) FOR UPDATE),
              written AS (UPDATE customers SET merged_into = $3 WHERE business_id = $1 AND id IN (SELECT id FROM moved))
         INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id) SELECT $1, $4, 'customer', id::text, merged_into FROM moved",
];

/// How what was moved goes back, if nobody has moved it on since.
const BACK: [&str; 5] = [
    "UPDATE calls t SET customer_id = r.customer_id FROM customer_merge_rows r
     WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'call' AND t.business_id = $1 AND t.call_sid = r.ref AND t.customer_id = $3",
    "UPDATE tasks t SET customer_id = r.customer_id FROM customer_merge_rows r
     WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'task' AND t.business_id = $1 AND t.id = r.ref::bigint AND t.customer_id = $3",
    "UPDATE customer_notes t SET customer_id = r.customer_id FROM customer_merge_rows r
     WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'note' AND t.business_id = $1 AND t.id = r.ref::bigint AND t.customer_id = $3",
    "UPDATE whatsapp_conversations t SET customer_id = r.customer_id FROM customer_merge_rows r
     WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'conversation' AND t.business_id = $1 AND t.id = r.ref::bigint AND t.customer_id = $3",
    "UPDATE customers t SET merged_into = r.customer_id FROM customer_merge_rows r
     WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'customer' AND t.business_id = $1 AND t.id = r.ref::bigint AND t.merged_into = $3",
];

impl TenantTx<'_> {
    /// Makes these customers a part of one: it keeps its name, stage and status, gets their identities, calls, tasks, notes
    /// and tags, and of their details those that it has not.
    pub async fn merge_customers(&self, by: &By, keep: i64, merge: &[i64]) -> Result<Merged, StoreError> {
        limited(async {
            let business = self.business().0;
            let mut all: Vec<i64> = merge.iter().copied().chain([keep]).collect();
            all.sort_unstable();
            all.dedup();
            let merged: Vec<i64> = all.iter().copied().filter(|id| *id != keep).collect();
            let held = "SELECT id, name FROM customers WHERE business_id = $1 AND id = ANY ($2) AND deleted_at IS NULL
                            AND merged_into IS NULL ORDER BY id FOR UPDATE";
            let rows = self.sql().query(held, &[&business, &all]).await?;
            if merged.is_empty() || rows.len() != all.len() {
                return Ok(Merged::NotThere);
            }
            let names: Vec<String> = rows
                .iter()
                .filter(|row| row.get::<_, i64>(0) != keep)
                .map(|row| row.get(1))
                .collect();
            let made = "INSERT INTO customer_merges (business_id, keep, merged, by_user) VALUES ($1, $2, $3, $4) RETURNING id";
            let merge: i64 = self.sql().query_one(made, &[&business, &keep, &merged, &by.actor]).await?.get(0);
            for sql in MOVES {
                self.sql().execute(sql, &[&business, &merged, &keep, &merge]).await?;
            }
            self.move_identities(keep, &merged, merge).await?;
            let joined = "UPDATE customers k SET version = k.version + 1, updated_at = now(),
                    name = CASE WHEN k.name = '' THEN COALESCE((SELECT m.name FROM customers m WHERE m.business_id = $1
                        AND m.id = ANY ($3) AND m.name <> '' ORDER BY m.last_activity_at DESC LIMIT 1), '') ELSE k.name END,
                    tags = (SELECT COALESCE(array_agg(t ORDER BY n), '{}') FROM (
                        SELECT t, min(n) AS n FROM unnest(k.tags || ARRAY(SELECT unnest(m.tags) FROM customers m
                            WHERE m.business_id = $1 AND m.id = ANY ($3))) WITH ORDINALITY AS u(t, n) GROUP BY t ORDER BY 2 LIMIT 30) x),
                    details = (SELECT COALESCE(jsonb_object_agg(e.key, e.value), '{}') FROM customers m, jsonb_each(m.details) e
                        WHERE m.business_id = $1 AND m.id = ANY ($3)) || k.details,
                    last_activity_at = now()
                 WHERE k.business_id = $1 AND k.id = $2";
            self.sql().execute(joined, &[&business, &keep, &merged]).await?;
            let gone = "UPDATE customers SET merged_into = $2, version = version + 1, updated_at = now()
                        WHERE business_id = $1 AND id = ANY ($3)";
            self.sql().execute(gone, &[&business, &keep, &merged]).await?;
            let names = names.join(", ");
            self.tell_timeline(&Entry {
                customer: keep,
                kind: Event::Merged,
                key: format!("{merge}"),
                title: &names,
                meta: json!({ "merge_id": merge, "merged": merged, "event": "merged", "by": by.actor }),
            })
            .await?;
            self.merge_told(by, "customers.merged", keep, (merge, &merged)).await?;
            let row = self.customer(keep).await?.ok_or(StoreError::Fenced)?;
            Ok(Merged::Done(merge, Box::new(row)))
        })
        .await
    }

    async fn move_identities(&self, keep: i64, merged: &[i64], merge: i64) -> Result<(), StoreError> {
        let noted = "INSERT INTO customer_merge_rows (business_id, merge_id, kind, ref, customer_id, was_primary)
                     SELECT business_id, $3, 'identity', id::text, customer_id, is_primary FROM customer_identities
                     WHERE business_id = $1 AND customer_id = ANY ($2)";
        self.sql()
            .execute(noted, &[&self.business().0, &merged, &merge])
            .await?;
        let moved = "UPDATE customer_identities SET customer_id = $3, is_primary = false
                     WHERE business_id = $1 AND customer_id = ANY ($2)";
        self.sql()
            .execute(moved, &[&self.business().0, &merged, &keep])
            .await?;
        for kind in IdentityKind::ALL {
            self.choose_primary(keep, kind.as_str()).await?;
        }
        Ok(())
    }

    /// Takes a merge apart: each has again what it had, if nobody has moved it on since; what came since stays with the
    /// one who stayed, and so do the tags and details that it got.
    pub async fn undo_merge(&self, by: &By, merge: i64) -> Result<Undone, StoreError> {
        limited(async {
            let business = self.business().0;
            let sql = "SELECT m.keep, m.merged, m.undone_at IS NULL AND m.at > now() - make_interval(days => $3)
                           AND NOT EXISTS (SELECT FROM customer_merges l WHERE l.business_id = $1 AND l.id > m.id
                               AND l.undone_at IS NULL AND m.keep = ANY (l.merged))
                       FROM customer_merges m WHERE m.business_id = $1 AND m.id = $2 FOR UPDATE";
            let Some(row) = self.sql().query_opt(sql, &[&business, &merge, &DAYS]).await? else {
                return Ok(Undone::NotThere);
            };
            let (keep, merged): (i64, Vec<i64>) = (row.get(0), row.get(1));
            if !row.get::<_, bool>(2) {
                return Ok(Undone::TooLate);
            }
            for sql in BACK {
                self.sql().execute(sql, &[&business, &merge, &keep]).await?;
            }
            // First none is the first of its kind: two at once may not be.
            let identities = [
                "UPDATE customer_identities t SET customer_id = r.customer_id, is_primary = false FROM customer_merge_rows r
                 WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'identity' AND t.business_id = $1
                   AND t.id = r.ref::bigint AND t.customer_id = $3",
                "UPDATE customer_identities t SET is_primary = true FROM customer_merge_rows r
                 WHERE r.business_id = $1 AND r.merge_id = $2 AND r.kind = 'identity' AND r.was_primary AND t.business_id = $1
                   AND t.id = r.ref::bigint AND t.customer_id = r.customer_id AND $3::bigint IS NOT NULL",
            ];
            for sql in identities {
                self.sql().execute(sql, &[&business, &merge, &keep]).await?;
            }
            for id in merged.iter().chain([&keep]) {
                for kind in IdentityKind::ALL {
                    self.choose_primary(*id, kind.as_str()).await?;
                }
            }
            let back = "UPDATE customers SET merged_into = CASE WHEN id = $2 THEN merged_into END, version = version + 1, updated_at = now()
                        WHERE business_id = $1 AND (id = $2 OR id = ANY ($3) AND merged_into = $2)";
            self.sql().execute(back, &[&business, &keep, &merged]).await?;
            let undone = "UPDATE customer_merges SET undone_at = now() WHERE business_id = $1 AND id = $2";
            self.sql().execute(undone, &[&business, &merge]).await?;
            self.tell_timeline(&Entry {
                customer: keep,
                kind: Event::Merged,
                key: format!("{merge}:undone"),
                title: "",
                meta: json!({ "merge_id": merge, "merged": merged, "event": "undone", "by": by.actor }),
            })
            .await?;
            self.merge_told(by, "customers.unmerged", keep, (merge, &merged)).await?;
            let row = self.customer(keep).await?.ok_or(StoreError::Fenced)?;
            Ok(Undone::Done(Box::new(row), merged))
        })
        .await
    }

    async fn merge_told(
        &self,
        by: &By,
        action: &str,
        keep: i64,
        (merge, merged): (i64, &[i64]),
    ) -> Result<(), StoreError> {
        let happened = Happened {
            action,
            subject: format!("customer:{keep}"),
            detail: json!({ "merge": merge, "merged": merged }),
        };
        self.audit(by, happened).await
    }
}
