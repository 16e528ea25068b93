//! Businesses and their numbers as rows.

use crate::business_records::{COLUMNS, record};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use domain::entities::Phone;
use domain::ids::{AudioHash, BusinessId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A business to be created.
#[derive(Debug, Clone)]
pub struct NewBusiness<'a> {
    pub name: &'a str,
    pub number: &'a Phone,
    /// Source of its script, TOML or JSON, already checked.
    pub script: &'a str,
    pub voice: &'a str,
}

/// A business as it is stored, and as the directory's snapshot keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BusinessRow {
    pub id: BusinessId,
    pub name: String,
    pub time_zone: String,
    pub voice: String,
    pub script: String,
    pub greeting: Option<AudioHash>,
    pub greeting_text: String,
    pub greeting_uploaded: bool,
    /// JSON of `domain::script::WeekHours`; `None` leaves the script's.
    pub hours: Option<serde_json::Value>,
    pub features: Vec<String>,
    pub concurrent_calls: i32,
    pub calls_per_day: i32,
    pub turn_limit: i16,
    pub on_failure: String,
    pub transfer_to: Option<String>,
    pub version: i64,
    pub numbers: Vec<String>,
}

impl Store {
    /// Creates the business with its number, or finds the one of that name.
    pub async fn ensure_business(&self, new: NewBusiness<'_>) -> Result<BusinessId, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_one(
                    "INSERT INTO businesses AS b (name, script, voice) VALUES ($1, $2, $3)
                     ON CONFLICT (lower(name)) WHERE deleted_at IS NULL DO UPDATE SET name = b.name RETURNING id",
                    &[&new.name, &new.script, &new.voice],
                )
                .await?;
            let id: i64 = row.get(0);
            transaction
                .execute(
                    "INSERT INTO phone_numbers (number, business_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    &[&new.number.as_e164(), &id],
                )
                .await?;
            transaction.commit().await?;
            Ok(BusinessId(id))
        })
        .await
    }

    /// The synthesised greeting that callers of this business hear from now on; an uploaded one stands. Nobody changed the
    /// business, so its version stays: who edits it meanwhile is not told that somebody else did.
    pub async fn set_greeting(&self, id: BusinessId, greeting: AudioHash) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            client
                .execute(
                    "UPDATE businesses SET greeting = $2, updated_at = now()
                     WHERE id = $1 AND greeting IS DISTINCT FROM $2 AND NOT greeting_uploaded",
                    &[&id.0, &&greeting.0[..]],
                )
                .await?;
            Ok(())
        })
        .await
    }

    /// How many calls each business has had in the last day, counted up to its limit.
    pub async fn calls_of_a_day(&self) -> Result<HashMap<BusinessId, u32>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT b.id, (SELECT count(*) FROM (SELECT FROM calls c WHERE c.business_id = b.id
                                AND c.started_at > now() - interval '1 day' LIMIT b.calls_per_day) AS counted)
                     FROM businesses b WHERE b.active AND b.deleted_at IS NULL",
                    &[],
                )
                .await?;
            let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
            Ok(rows
                .iter()
                .map(|row| (BusinessId(row.get(0)), count(row.get(1))))
                .collect())
        })
        .await
    }

    /// All active businesses with their numbers: what the directory holds in memory.
    pub async fn businesses(&self) -> Result<Vec<BusinessRow>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql = format!(
                "SELECT {COLUMNS} FROM businesses b WHERE b.active AND b.deleted_at IS NULL ORDER BY b.id"
            );
            let rows = client.query(&sql, &[]).await?;
            Ok(rows.iter().map(|row| record(row).row).collect())
        })
        .await
    }
}
