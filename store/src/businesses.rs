//! Businesses and their numbers as rows.

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

    /// How many calls each business has had in the last day.
    pub async fn calls_of_a_day(&self) -> Result<HashMap<BusinessId, u32>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT business_id, count(*) FROM calls
                     WHERE started_at > now() - interval '1 day' AND business_id IS NOT NULL GROUP BY business_id",
                    &[],
                )
                .await?;
            let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
            Ok(rows.iter().map(|row| (BusinessId(row.get(0)), count(row.get(1)))).collect())
        })
        .await
    }

    /// All active businesses with their numbers: what the directory holds in memory.
    pub async fn businesses(&self) -> Result<Vec<BusinessRow>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query(
                    "SELECT b.id, b.name, b.time_zone, b.voice, b.script, b.greeting, b.turn_limit, b.on_failure,
                            b.transfer_to, b.version,
                            COALESCE(array_agg(p.number) FILTER (WHERE p.number IS NOT NULL), '{}'),
                            b.greeting_text, b.greeting_uploaded, b.hours, b.concurrent_calls, b.calls_per_day, b.features
                     FROM businesses b LEFT JOIN phone_numbers p ON p.business_id = b.id
                     WHERE b.active AND b.deleted_at IS NULL GROUP BY b.id ORDER BY b.id",
                    &[],
                )
                .await?;
            Ok(rows
                .iter()
                .map(|row| BusinessRow {
                    id: BusinessId(row.get(0)),
                    name: row.get(1),
                    time_zone: row.get(2),
                    voice: row.get(3),
                    script: row.get(4),
                    greeting: crate::recordings::hash(row.get(5)),
                    turn_limit: row.get(6),
                    on_failure: row.get(7),
                    transfer_to: row.get(8),
                    version: row.get(9),
                    numbers: row.get(10),
                    greeting_text: row.get(11),
                    greeting_uploaded: row.get(12),
                    hours: row.get(13),
                    concurrent_calls: row.get(14),
                    calls_per_day: row.get(15),
                    features: row.get(16),
                })
                .collect())
        })
        .await
    }
}
