//! The one timeline of a customer: what happened, written in the transaction of its cause and never changed, read newest
//! first from a place on. What a note says is the note's own row, as it is now; a merged customer's past is read with it.

mod notes;

pub use notes::{NoteChanged, NoteLine};

use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::customer::Event;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Something that happened, to be told.
pub(crate) struct Entry<'a> {
    pub customer: i64,
    pub kind: Event,
    /// Of its kind, in the business: told twice it is there once.
    pub key: String,
    pub title: &'a str,
    pub meta: Value,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct TimelineLine {
    pub id: i64,
    pub kind: Event,
    pub ts: jiff::Timestamp,
    /// What it is about: a call's id, a task's number, …
    pub reference: String,
    pub title: String,
    pub meta: Value,
}

/// A page of a timeline.
#[derive(Debug, Clone)]
pub struct TimelinePage {
    pub lines: Vec<TimelineLine>,
    /// The last entry's moment and number, when there is more.
    pub next: Option<(jiff::Timestamp, i64)>,
}

/// What a timeline is asked for.
#[derive(Debug, Clone, Default)]
pub struct TimelineQuery {
    /// Empty: all kinds.
    pub kinds: Vec<Event>,
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
    /// Only what is older than this entry: its moment and number.
    pub after: Option<(jiff::Timestamp, i64)>,
    pub limit: i64,
}

impl TenantTx<'_> {
    /// Tells the timeline, in this transaction.
    pub(crate) async fn tell_timeline(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
                   VALUES ($1, $2, $3, now(), $4, $5, $6) ON CONFLICT DO NOTHING";
        let statement = self.sql().prepare_cached(sql).await?;
        self.sql()
            .execute(
                &statement,
                &[
                    &self.business().0,
                    &entry.customer,
                    &entry.kind.as_str(),
                    &entry.key,
                    &entry.title,
                    &entry.meta,
                ],
            )
            .await?;
        Ok(())
    }

    /// A page of a customer's timeline. `None` when there is no such customer.
    pub async fn timeline(
        &self,
        customer: i64,
        query: &TimelineQuery,
    ) -> Result<Option<TimelinePage>, StoreError> {
        limited(async {
            let whose = "SELECT id FROM customers WHERE business_id = $1 AND (id = $2 OR merged_into = $2)";
            let whose = self.sql().prepare_cached(whose).await?;
            let rows = self.sql().query(&whose, &[&self.business().0, &customer]).await?;
            let whose: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
            if !whose.contains(&customer) {
                return Ok(None);
            }
            let mut lines = self.timeline_rows(&whose, query).await?;
            let more = lines.len() as i64 > query.limit;
            lines.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
            let next = lines.last().filter(|_| more).map(|line| (line.ts, line.id));
            self.with_notes(&mut lines).await?;
            Ok(Some(TimelinePage { lines, next }))
        })
        .await
    }

    /// One more than a page: whether there is another. Each person who became this one has a stretch of the index.
    async fn timeline_rows(
        &self,
        whose: &[i64],
        query: &TimelineQuery,
    ) -> Result<Vec<TimelineLine>, StoreError> {
        let of_kind = if query.kinds.is_empty() {
            ""
        } else {
            " AND t.kind = ANY ($3)"
        };
        let after = match query.after {
            Some(_) => " AND (t.ts, t.id) < ($6, $7)",
            None => " AND $6::timestamptz IS NULL AND $7::bigint IS NULL",
        };
        let sql = format!(
            "SELECT t.id, t.kind, t.ts, t.ref, t.title, t.meta FROM unnest($2::bigint[]) AS w(id) CROSS JOIN LATERAL (
                 SELECT * FROM timeline t WHERE t.business_id = $1 AND t.customer_id = w.id AND $3::text[] IS NOT NULL{of_kind}
                   AND t.ts >= COALESCE($4, '-infinity'::timestamptz) AND t.ts < COALESCE($5, 'infinity'::timestamptz){after}
                 ORDER BY t.ts DESC, t.id DESC LIMIT {limit}) t
             ORDER BY t.ts DESC, t.id DESC LIMIT {limit}",
            limit = query.limit + 1
        );
        let statement = self.sql().prepare_cached(&sql).await?;
        let kinds: Vec<&str> = query.kinds.iter().map(|kind| kind.as_str()).collect();
        let (ts, id) = query.after.unzip();
        let rows = self
            .sql()
            .query(
                &statement,
                &[
                    &self.business().0,
                    &whose,
                    &kinds,
                    &query.from,
                    &query.to,
                    &ts,
                    &id,
                ],
            )
            .await?;
        let odd = || StoreError::Refused("a timeline has a word that nobody knows".into());
        let line = |row: &tokio_postgres::Row| {
            Ok(TimelineLine {
                id: row.get(0),
                kind: Event::parse(row.get(1)).ok_or_else(odd)?,
                ts: row.get(2),
                reference: row.get(3),
                title: row.get(4),
                meta: row.get(5),
            })
        };
        rows.iter().map(line).collect()
    }

    /// Puts what notes say now in place; a note that was taken away is not told.
    async fn with_notes(&self, lines: &mut Vec<TimelineLine>) -> Result<(), StoreError> {
        let ids = lines.iter().filter(|line| line.kind == Event::Note);
        let ids: Vec<i64> = ids.filter_map(|line| line.reference.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let notes = self.notes(&ids).await?;
        let notes: HashMap<String, NoteLine> = notes
            .into_iter()
            .map(|note| (note.id.to_string(), note))
            .collect();
        lines.retain_mut(|line| {
            if line.kind != Event::Note {
                return true;
            }
            let Some(note) = notes.get(&line.reference) else {
                return false;
            };
            line.title.clone_from(&note.text);
            line.meta = json!({ "note_id": note.id, "by": note.created_by, "version": note.version,
                                "edited": note.version > 1, "updated_at": note.updated_at });
            true
        });
        Ok(())
    }
}
