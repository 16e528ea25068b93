//! Files of customers: kept line by line as they came, looked through before anything is written, written a part at a time
//! with what is wrong with each line, and taken back as a whole. Whoever finds a file to work on holds it by its lease.

use super::changing::{Made, NewCustomer};
use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::customer::Source;
use domain::ids::BusinessId;
use domain::import::{Mapping, Wrong};
use domain::table::Table;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A file of customers.
#[derive(Debug, Clone)]
pub struct ImportRow {
    pub id: i64,
    pub file: String,
    pub columns: Vec<String>,
    pub rows: i32,
    pub mapping: Option<Mapping>,
    /// `uploaded`, `running`, `done`, `reverting`, `reverted`.
    pub state: String,
    pub done: i32,
    pub made: i32,
    pub failed: i32,
    pub reverted: i32,
    pub kept: i32,
    pub created_at: jiff::Timestamp,
    pub finished_at: Option<jiff::Timestamp>,
}

/// A line that was not taken.
#[derive(Debug, Clone)]
pub struct ImportError {
    pub line: i32,
    pub field: String,
    pub error: String,
    pub cells: Vec<String>,
}

/// So many lines are written in one transaction.
const AT_ONCE: i32 = 250;
/// Lines that are sent to Postgres in one statement.
pub(super) const SENT: usize = 2_000;

const COLUMNS: &str =
    "id, file, columns, rows, mapping, state, done, made, failed, reverted, kept, created_at, finished_at";

fn import(row: &Row) -> ImportRow {
    ImportRow {
        id: row.get(0),
        file: row.get(1),
        columns: row.get(2),
        rows: row.get(3),
        mapping: row
            .get::<_, Option<Value>>(4)
            .and_then(|mapping| serde_json::from_value(mapping).ok()),
        state: row.get(5),
        done: row.get(6),
        made: row.get(7),
        failed: row.get(8),
        reverted: row.get(9),
        kept: row.get(10),
        created_at: row.get(11),
        finished_at: row.get(12),
    }
}

fn cells(value: Value) -> Vec<String> {
    serde_json::from_value(value).unwrap_or_default()
}

impl TenantTx<'_> {
    /// Keeps a file as it came.
    pub async fn keep_import(&self, by: &By, file: &str, table: &Table) -> Result<ImportRow, StoreError> {
        let row = limited(async {
            let sql = format!(
                "INSERT INTO customer_imports (business_id, by_user, address, request_id, file, columns, rows)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"
            );
            let rows = i32::try_from(table.rows.len()).unwrap_or(i32::MAX);
            let row = self
                .sql()
                .query_one(
                    &sql,
                    &[
                        &self.business().0,
                        &by.actor,
                        &by.address,
                        &by.request_id,
                        &file,
                        &table.columns,
                        &rows,
                    ],
                )
                .await?;
            Ok(import(&row))
        })
        .await?;
        for lines in table.rows.chunks(SENT) {
            let numbers: Vec<i32> = lines
                .iter()
                .map(|(line, _)| i32::try_from(*line).unwrap_or(0))
                .collect();
            let cells: Vec<Value> = lines.iter().map(|(_, cells)| json!(cells)).collect();
            limited(async {
                let sql = "INSERT INTO customer_import_rows (business_id, import_id, line, cells)
                           SELECT $1, $2, l, c FROM unnest($3::integer[], $4::jsonb[]) AS u(l, c)";
                self.sql()
                    .execute(sql, &[&self.business().0, &row.id, &numbers, &cells])
                    .await?;
                Ok(())
            })
            .await?;
        }
        Ok(row)
    }

    /// The files of a business, the newest first, a hundred at most.
    pub async fn imports(&self) -> Result<Vec<ImportRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM customer_imports WHERE business_id = $1 ORDER BY id DESC LIMIT 100"
            );
            let rows = self.sql().query(&sql, &[&self.business().0]).await?;
            Ok(rows.iter().map(import).collect())
        })
        .await
    }

    /// One file.
    pub async fn import(&self, id: i64) -> Result<Option<ImportRow>, StoreError> {
        limited(async {
            let sql = format!("SELECT {COLUMNS} FROM customer_imports WHERE business_id = $1 AND id = $2");
            let row = self.sql().query_opt(&sql, &[&self.business().0, &id]).await?;
            Ok(row.as_ref().map(import))
        })
        .await
    }

    /// So many lines of a file, after this one.
    pub async fn import_lines(
        &self,
        id: i64,
        after: i32,
        limit: i64,
    ) -> Result<Vec<(i32, Vec<String>)>, StoreError> {
        limited(async {
            let sql = "SELECT line, cells FROM customer_import_rows WHERE business_id = $1 AND import_id = $2 AND line > $3
                       ORDER BY line LIMIT $4";
            let rows = self.sql().query(sql, &[&self.business().0, &id, &after, &limit]).await?;
            Ok(rows.iter().map(|row| (row.get(0), cells(row.get(1)))).collect())
        })
        .await
    }

    /// A page of the lines that were not taken.
    pub async fn import_errors(
        &self,
        id: i64,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<ImportError>, StoreError> {
        limited(async {
            let sql = "SELECT line, field, error, cells
                       FROM customer_import_rows WHERE business_id = $1 AND import_id = $2 AND error IS NOT NULL
                       ORDER BY line LIMIT $3 OFFSET $4";
            let rows = self.sql().query(sql, &[&self.business().0, &id, &limit, &offset]).await?;
            let error = rows.iter().map(|row| ImportError {
                line: row.get(0),
                field: row.get::<_, Option<String>>(1).unwrap_or_default(),
                error: row.get(2),
                cells: cells(row.get(3)),
            });
            Ok(error.collect())
        })
        .await
    }

    /// Begins to write a file's lines by this mapping. `None` when there is none such, or it was begun already.
    pub async fn start_import(
        &self,
        by: &By,
        id: i64,
        mapping: &Mapping,
    ) -> Result<Option<ImportRow>, StoreError> {
        let mapping = serde_json::to_value(mapping).unwrap_or_default();
        let set = "state = 'running' WHERE state = 'uploaded'";
        self.move_import(by, (id, "customers.imported"), (set, Some(mapping)))
            .await
    }

    /// Begins to take a file back that was written. `None` when there is none such.
    pub async fn revert_import(&self, by: &By, id: i64) -> Result<Option<ImportRow>, StoreError> {
        let set = "state = 'reverting', done = 0, finished_at = NULL WHERE state = 'done'";
        self.move_import(by, (id, "customers.import_reverted"), (set, None))
            .await
    }

    async fn move_import(
        &self,
        by: &By,
        (id, action): (i64, &str),
        (set, mapping): (&str, Option<Value>),
    ) -> Result<Option<ImportRow>, StoreError> {
        limited(async {
            let sql = format!(
                "UPDATE customer_imports SET lease_until = now(), mapping = COALESCE($3, mapping), by_user = $4, {set}
                 AND business_id = $1 AND id = $2 RETURNING {COLUMNS}"
            );
            let row = self
                .sql()
                .query_opt(&sql, &[&self.business().0, &id, &mapping, &by.actor])
                .await?;
            let Some(row) = row.as_ref().map(import) else {
                return Ok(None);
            };
            let happened = Happened {
                action,
                subject: format!("import:{id}"),
                detail: json!({ "rows": row.rows, "made": row.made }),
            };
            self.audit(by, happened).await?;
            Ok(Some(row))
        })
        .await
    }

    /// Writes the lines of a part: how many became customers, and how many did not.
    async fn write_lines(
        &self,
        by: &By,
        (id, after): (i64, i32),
        mapping: &Mapping,
    ) -> Result<Part, StoreError> {
        let mut part = Part::default();
        for (line, cells) in self.import_lines(id, after, i64::from(AT_ONCE)).await? {
            part.last = line;
            part.lines += 1;
            let made = match mapping.read(&cells) {
                Err(wrong) => Err(wrong),
                Ok(read) => {
                    let new = NewCustomer {
                        name: read.name,
                        identities: read.identities,
                        status: read.status,
                        tags: read.tags,
                        assignee: None,
                        details: json!(read.details),
                        source: Source::Import,
                    };
                    match self.make_customer(by, &new).await? {
                        Made::Done(customer) => Ok(customer),
                        Made::Duplicate(owner) => Err(Wrong {
                            field: "identity",
                            why: format!("customer {} is known by it already", owner.id),
                        }),
                        Made::NotThere => Err(Wrong {
                            field: "assignee",
                            why: "nobody of the business".into(),
                        }),
                    }
                }
            };
            let (customer, wrong) = match made {
                Ok(customer) => (Some(customer), None),
                Err(wrong) => (None, Some(wrong)),
            };
            match &wrong {
                None => part.good += 1,
                Some(_) => part.bad += 1,
            }
            self.note_line((id, line), customer, wrong).await?;
        }
        Ok(part)
    }

    async fn note_line(
        &self,
        (id, line): (i64, i32),
        customer: Option<i64>,
        wrong: Option<Wrong>,
    ) -> Result<(), StoreError> {
        limited(async {
            let sql = "UPDATE customer_import_rows SET customer_id = $4, field = $5, error = $6
                       WHERE business_id = $1 AND import_id = $2 AND line = $3";
            let statement = self.sql().prepare_cached(sql).await?;
            let (field, why) = wrong.map(|wrong| (wrong.field, wrong.why)).unzip();
            self.sql()
                .execute(
                    &statement,
                    &[&self.business().0, &id, &line, &customer, &field, &why],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// Takes back the customers of a part: those that nobody has worked with since; their identities are free again.
    async fn take_back(&self, (id, after): (i64, i32)) -> Result<Part, StoreError> {
        limited(async {
            let lines = "SELECT line, customer_id FROM customer_import_rows WHERE business_id = $1 AND import_id = $2 AND line > $3
                         ORDER BY line LIMIT $4";
            let limit = i64::from(AT_ONCE);
            let rows = self.sql().query(lines, &[&self.business().0, &id, &after, &limit]).await?;
            let ids: Vec<i64> = rows.iter().filter_map(|row| row.get(1)).collect();
            let gone = "UPDATE customers c SET deleted_at = now(), version = version + 1, updated_at = now()
                        WHERE c.business_id = $1 AND c.id = ANY ($2) AND c.version = 1 AND c.deleted_at IS NULL AND c.merged_into IS NULL
                          AND NOT EXISTS (SELECT FROM calls k WHERE k.business_id = $1 AND k.customer_id = c.id)
                          AND NOT EXISTS (SELECT FROM tasks t WHERE t.business_id = $1 AND t.customer_id = c.id)
                          AND NOT EXISTS (SELECT FROM customer_notes n WHERE n.business_id = $1 AND n.customer_id = c.id)
                        RETURNING c.id";
            let gone = self.sql().query(gone, &[&self.business().0, &ids]).await?;
            let gone: Vec<i64> = gone.iter().map(|row| row.get(0)).collect();
            let free = "DELETE FROM customer_identities WHERE business_id = $1 AND customer_id = ANY ($2)";
            self.sql().execute(free, &[&self.business().0, &gone]).await?;
            let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
            Ok(Part {
                last: rows.last().map_or(after, |row| row.get(0)),
                lines: count(rows.len()),
                good: count(gone.len()),
                bad: count(ids.len() - gone.len()),
            })
        })
        .await
    }
}

/// What was done in one transaction.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    last: i32,
    lines: i32,
    good: i32,
    bad: i32,
}

impl Store {
    /// Does the next part of the oldest file that nobody works on: its business. `None` when there is nothing to do.
    pub async fn work_on_imports(&self) -> Result<Option<BusinessId>, StoreError> {
        let claimed = limited(async {
            let client = self.client().await?;
            // A part takes a fraction of a second; who died in it holds the file no longer than this. Two who write the same
            // part are told apart at its end, by how far the file is. Where the last part ended: the highest line worked on.
            let sql = "UPDATE customer_imports i SET lease_until = now() + interval '10 seconds'
                       WHERE id = (SELECT id FROM customer_imports WHERE state IN ('running', 'reverting') AND lease_until <= now()
                                   ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
                       RETURNING id, business_id, mapping, state, done, by_user, address, request_id,
                           COALESCE((SELECT line FROM customer_import_rows r WHERE r.business_id = i.business_id AND r.import_id = i.id
                                     ORDER BY line OFFSET GREATEST(i.done - 1, 0) LIMIT 1), 0)";
            Ok(client.query_opt(sql, &[]).await?)
        })
        .await?;
        let Some(row) = claimed else { return Ok(None) };
        let (id, business) = (row.get::<_, i64>(0), BusinessId(row.get(1)));
        let (writes, done) = (row.get::<_, &str>(3) == "running", row.get::<_, i32>(4));
        let by = By {
            actor: row.get(5),
            address: row.get(6),
            request_id: row.get(7),
        };
        let after: i32 = if done == 0 { 0 } else { row.get(8) };
        let mut tenant = self.tenant(business).await?;
        let transaction = tenant.begin().await?;
        let part = if writes {
            let mapping = row.get::<_, Option<Value>>(2).unwrap_or_default();
            let mapping: Mapping =
                serde_json::from_value(mapping).map_err(|error| StoreError::Refused(error.to_string()))?;
            transaction.write_lines(&by, (id, after), &mapping).await?
        } else {
            transaction.take_back((id, after)).await?
        };
        let noted = limited(async {
            let sql = "UPDATE customer_imports SET done = $4, lease_until = now(),
                              made = made + CASE WHEN $5 THEN $6 ELSE 0 END, failed = failed + CASE WHEN $5 THEN $7 ELSE 0 END,
                              reverted = reverted + CASE WHEN $5 THEN 0 ELSE $6 END, kept = kept + CASE WHEN $5 THEN 0 ELSE $7 END,
                              state = CASE WHEN $8 THEN CASE WHEN $5 THEN 'done' ELSE 'reverted' END ELSE state END,
                              finished_at = CASE WHEN $8 THEN now() END
                       WHERE business_id = $1 AND id = $2 AND done = $3 AND state = CASE WHEN $5 THEN 'running' ELSE 'reverting' END";
            let (next, over) = (done + part.lines, part.lines < AT_ONCE);
            Ok(transaction
                .sql()
                .execute(
                    sql,
                    &[&business.0, &id, &done, &next, &writes, &part.good, &part.bad, &over],
                )
                .await?)
        })
        .await?;
        if noted == 0 {
            return Err(StoreError::Fenced);
        }
        transaction.commit().await?;
        Ok(Some(business))
    }
}
