//! The end of what is kept of one person: rows here by `erase_person` (V022), and recordings at the carrier, one by one, until it
//! has none.

use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::ids::RecordingSid;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How asking for it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// It is gone.
    Done(Gone),
    /// A call of theirs is not over, or not yet summed up.
    Busy,
    NotThere,
}

/// What went, by number, and what stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Gone {
    /// Calls whose words and numbers went; that they were stays.
    pub calls: i64,
    /// Recordings, here and at the carrier.
    pub recordings: i64,
    /// Messages of WhatsApp, in either direction.
    pub messages: i64,
    pub notes: i64,
    pub tasks: i64,
    /// Papers that were never issued.
    pub drafts: i64,
    /// Papers that were: they stay as long as the law wants them.
    pub papers_kept: i64,
}

/// A recording that the carrier still has to delete, claimed until its next try.
#[derive(Debug, Clone)]
pub struct CarrierDeletion {
    pub recording: RecordingSid,
    /// Tries so far, this one too.
    pub attempts: i32,
}

impl TenantTx<'_> {
    /// Erases a customer and those who were merged into it: names, numbers, words, sounds. Told to the audit log by number only.
    pub async fn erase_person(&self, by: &By, id: i64) -> Result<Erased, StoreError> {
        limited(async {
            let row = self.sql().query_one("SELECT erase_person($1)", &[&id]).await?;
            let Some(told) = row.get::<_, Option<Value>>(0) else {
                return Ok(Erased::NotThere);
            };
            if told["busy"] == json!(true) {
                return Ok(Erased::Busy);
            }
            let happened = Happened {
                action: "customer.erased",
                subject: format!("customer:{id}"),
                detail: told.clone(),
            };
            self.audit(by, happened).await?;
            let gone = serde_json::from_value(told)
                .map_err(|_| StoreError::Refused("erase_person told something else".into()))?;
            Ok(Erased::Done(gone))
        })
        .await
    }
}

impl Store {
    /// Claims up to twenty recordings that the carrier has to delete, for a minute.
    pub async fn claim_carrier_deletions(&self) -> Result<Vec<CarrierDeletion>, StoreError> {
        limited(async {
            let sql = "UPDATE carrier_deletions d SET attempts = attempts + 1, next_try_at = now() + interval '1 minute'
                       FROM (SELECT recording_sid FROM carrier_deletions WHERE next_try_at <= now()
                             ORDER BY next_try_at LIMIT 20 FOR UPDATE SKIP LOCKED) AS due
                       WHERE d.recording_sid = due.recording_sid RETURNING d.recording_sid, d.attempts";
            let rows = self.client().await?.query(sql, &[]).await?;
            let claimed = rows.iter().filter_map(|row| {
                Some(CarrierDeletion {
                    recording: RecordingSid::parse(row.get(0)).ok()?,
                    attempts: row.get(1),
                })
            });
            Ok(claimed.collect())
        })
        .await
    }

    /// The carrier has it no more.
    pub async fn carrier_deleted(&self, recording: &RecordingSid) -> Result<(), StoreError> {
        limited(async {
            let sql = "DELETE FROM carrier_deletions WHERE recording_sid = $1";
            self.client().await?.execute(sql, &[&recording.as_str()]).await?;
            Ok(())
        })
        .await
    }

    /// The carrier is asked again after this time.
    pub async fn delete_at_carrier_later(
        &self,
        recording: &RecordingSid,
        wait: Duration,
    ) -> Result<(), StoreError> {
        limited(async {
            let sql = "UPDATE carrier_deletions SET next_try_at = now() + $2 * interval '1 second' WHERE recording_sid = $1";
            let client = self.client().await?;
            client
                .execute(sql, &[&recording.as_str(), &wait.as_secs_f64()])
                .await?;
            Ok(())
        })
        .await
    }
}
