//! Notes: what people write down about a customer. Changed and taken away by who wrote them, or by a manager.

use super::Entry;
use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::customer::Event;
use serde_json::json;
use tokio_postgres::Row;

/// A note.
#[derive(Debug, Clone)]
pub struct NoteLine {
    pub id: i64,
    pub text: String,
    pub created_by: Option<i64>,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub version: i64,
}

/// How a change of a note ended.
#[derive(Debug, Clone)]
pub enum NoteChanged {
    Done(NoteLine),
    /// It is at another version.
    Meanwhile(NoteLine),
    /// Somebody else wrote it.
    NotYours,
    NotThere,
}

const COLUMNS: &str = "id, text, created_by, created_at, updated_at, version";

fn note(row: &Row) -> NoteLine {
    NoteLine {
        id: row.get(0),
        text: row.get(1),
        created_by: row.get(2),
        created_at: row.get(3),
        updated_at: row.get(4),
        version: row.get(5),
    }
}

impl TenantTx<'_> {
    pub(super) async fn notes(&self, ids: &[i64]) -> Result<Vec<NoteLine>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM customer_notes WHERE business_id = $1 AND id = ANY ($2) AND deleted_at IS NULL"
        );
        let statement = self.sql().prepare_cached(&sql).await?;
        let rows = self.sql().query(&statement, &[&self.business().0, &ids]).await?;
        Ok(rows.iter().map(note).collect())
    }

    /// Writes a note down. `None` when there is no such customer.
    pub async fn add_note(&self, by: &By, customer: i64, text: &str) -> Result<Option<NoteLine>, StoreError> {
        limited(async {
            let sql = format!(
                "INSERT INTO customer_notes (business_id, customer_id, text, created_by)
                 SELECT $1, id, $3, $4 FROM customers
                 WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL AND merged_into IS NULL RETURNING {COLUMNS}"
            );
            let row = self
                .sql()
                .query_opt(&sql, &[&self.business().0, &customer, &text, &by.actor])
                .await?;
            let Some(note) = row.as_ref().map(note) else {
                return Ok(None);
            };
            self.tell_timeline(&Entry {
                customer,
                kind: Event::Note,
                key: note.id.to_string(),
                title: "",
                meta: json!({ "note_id": note.id, "by": by.actor }),
            })
            .await?;
            self.note_told(by, customer, "note.added", note.id).await?;
            Ok(Some(note))
        })
        .await
    }

    /// Changes a note, or takes it away (`None`); anybody's when `any`, else one's own.
    pub async fn change_note(
        &self,
        by: &By,
        (customer, id, version): (i64, i64, Option<i64>),
        text: Option<&str>,
        any: bool,
    ) -> Result<NoteChanged, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM customer_notes
                 WHERE business_id = $1 AND customer_id = $2 AND id = $3 AND deleted_at IS NULL FOR UPDATE"
            );
            let row = self.sql().query_opt(&sql, &[&self.business().0, &customer, &id]).await?;
            let Some(was) = row.as_ref().map(note) else {
                return Ok(NoteChanged::NotThere);
            };
            if !any && was.created_by != by.actor {
                return Ok(NoteChanged::NotYours);
            }
            if version.is_some_and(|version| version != was.version) {
                return Ok(NoteChanged::Meanwhile(was));
            }
            let sql = format!(
                "UPDATE customer_notes SET text = COALESCE($3, text), deleted_at = CASE WHEN $3::text IS NULL THEN now() END,
                        version = version + 1, updated_at = now()
                 WHERE business_id = $1 AND id = $2 RETURNING {COLUMNS}"
            );
            let row = self.sql().query_one(&sql, &[&self.business().0, &id, &text]).await?;
            let action = if text.is_some() { "note.changed" } else { "note.deleted" };
            self.note_told(by, customer, action, id).await?;
            Ok(NoteChanged::Done(note(&row)))
        })
        .await
    }

    async fn note_told(&self, by: &By, customer: i64, action: &str, note: i64) -> Result<(), StoreError> {
        let happened = Happened {
            action,
            subject: format!("customer:{customer}"),
            detail: json!({ "note": note }),
        };
        self.audit(by, happened).await
    }
}
