//! Businesses as people see and change them: every field, with a version that rises with each
//! change. One business is read and changed inside its own tenant transaction, by whomever;
//! only making one and listing all of them need the engine's eyes.

use crate::audit::{self, By, Happened};
use crate::businesses::BusinessRow;
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::ids::{AudioHash, BusinessId};
use domain::policy::QuietRules;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// Everything that is kept of a business.
#[derive(Debug, Clone)]
pub struct BusinessRecord {
    pub row: BusinessRow,
    pub active: bool,
    pub deleted: bool,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub quiet: QuietRules,
}

/// A change: what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct BusinessChange {
    pub name: Option<String>,
    pub time_zone: Option<String>,
    pub voice: Option<String>,
    pub greeting_text: Option<String>,
    pub on_failure: Option<String>,
    /// `Some(None)` takes the number away.
    pub transfer_to: Option<Option<String>>,
    pub turn_limit: Option<i16>,
    /// `Some(None)` leaves it to the script again.
    pub hours: Option<Option<Value>>,
    pub script: Option<String>,
    pub features: Option<Vec<String>>,
    pub concurrent_calls: Option<i32>,
    pub calls_per_day: Option<i32>,
    pub active: Option<bool>,
    pub deleted: Option<bool>,
    pub quiet: Option<QuietRules>,
}

/// What a list of businesses is asked for.
#[derive(Debug, Clone, Default)]
pub struct BusinessQuery {
    pub text: Option<String>,
    /// `None`: all that are not deleted.
    pub active: Option<bool>,
    /// Column and direction, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

/// What `record` reads, of `businesses b`.
pub(crate) const COLUMNS: &str = "b.id, b.name, b.time_zone, b.voice, b.script, b.greeting, b.turn_limit, b.on_failure, b.transfer_to,
    b.version, ARRAY(SELECT number FROM phone_numbers p WHERE p.business_id = b.id ORDER BY 1), b.greeting_text,
    b.greeting_uploaded, b.hours, b.concurrent_calls, b.calls_per_day, b.active, b.deleted_at IS NOT NULL, b.features,
    b.created_at, b.updated_at, b.quiet";

pub(crate) fn record(row: &Row) -> BusinessRecord {
    BusinessRecord {
        row: BusinessRow {
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
            features: row.get(18),
        },
        active: row.get(16),
        deleted: row.get(17),
        created_at: row.get(19),
        updated_at: row.get(20),
        quiet: crate::policy::rules(row.get(21)),
    }
}

impl BusinessChange {
    /// The names of what changes, for the audit log; texts as long as a script by name only.
    fn told(&self) -> Value {
        let mut told = serde_json::Map::new();
        let mut tell =
            |name: &str, value: Option<Value>| drop(value.map(|value| told.insert(name.into(), value)));
        tell("name", self.name.as_ref().map(|v| json!(v)));
        tell("time_zone", self.time_zone.as_ref().map(|v| json!(v)));
        tell("voice", self.voice.as_ref().map(|v| json!(v)));
        tell("greeting_text", self.greeting_text.as_ref().map(|v| json!(v)));
        tell("on_failure", self.on_failure.as_ref().map(|v| json!(v)));
        tell("transfer_to", self.transfer_to.as_ref().map(|v| json!(v)));
        tell("turn_limit", self.turn_limit.map(|v| json!(v)));
        tell("hours", self.hours.as_ref().map(|_| json!("changed")));
        tell("script", self.script.as_ref().map(|_| json!("changed")));
        tell("features", self.features.as_ref().map(|v| json!(v)));
        tell("concurrent_calls", self.concurrent_calls.map(|v| json!(v)));
        tell("calls_per_day", self.calls_per_day.map(|v| json!(v)));
        tell("active", self.active.map(|v| json!(v)));
        tell("deleted", self.deleted.map(|v| json!(v)));
        tell("quiet", self.quiet.as_ref().map(|v| json!(v)));
        Value::Object(told)
    }
}

impl TenantTx<'_> {
    /// This business; `None` when there is none, or it is deleted.
    pub async fn business_record(&self) -> Result<Option<BusinessRecord>, StoreError> {
        limited(async {
            let sql = format!("SELECT {COLUMNS} FROM businesses b WHERE b.id = $1 AND b.deleted_at IS NULL");
            let row = self.sql().query_opt(&sql, &[&self.business().0]).await?;
            Ok(row.as_ref().map(record))
        })
        .await
    }

    /// Changes it if it is still at this version (`None`: whatever its version), and tells the log.
    /// `None` when it is not, or not there.
    ///
    /// # Errors
    /// `Taken` for a name that another business has.
    pub async fn change_business(
        &self,
        by: &By,
        version: Option<i64>,
        change: &BusinessChange,
    ) -> Result<Option<BusinessRecord>, StoreError> {
        limited(async {
            let (clear_transfer, transfer_to) = cleared(&change.transfer_to);
            let (clear_hours, hours) = cleared(&change.hours);
            let quiet = change.quiet.as_ref().map(|quiet| json!(quiet));
            let changed = self
                .sql()
                .execute(
                    "UPDATE businesses SET
                        name = COALESCE($3, name), time_zone = COALESCE($4, time_zone), voice = COALESCE($5, voice),
                        greeting_text = COALESCE($6::text, greeting_text), on_failure = COALESCE($7, on_failure),
                        transfer_to = CASE WHEN $8::boolean THEN NULL ELSE COALESCE($9, transfer_to) END,
                        turn_limit = COALESCE($10, turn_limit),
                        hours = CASE WHEN $11::boolean THEN NULL ELSE COALESCE($12, hours) END,
                        script = COALESCE($13, script), features = COALESCE($14, features),
                        concurrent_calls = COALESCE($15, concurrent_calls), calls_per_day = COALESCE($16, calls_per_day),
                        active = COALESCE($17, active),
                        deleted_at = CASE $18::boolean WHEN true THEN now() WHEN false THEN NULL ELSE deleted_at END,
                        greeting_uploaded = greeting_uploaded AND $6::text IS NULL, quiet = COALESCE($19, quiet),
                        version = version + 1, updated_at = now()
                     WHERE id = $1 AND ($2::bigint IS NULL OR version = $2) AND (deleted_at IS NULL OR $18::boolean IS NOT NULL)",
                    &[
                        &self.business().0,
                        &version,
                        &change.name,
                        &change.time_zone,
                        &change.voice,
                        &change.greeting_text,
                        &change.on_failure,
                        &clear_transfer,
                        &transfer_to,
                        &change.turn_limit,
                        &clear_hours,
                        &hours,
                        &change.script,
                        &change.features,
                        &change.concurrent_calls,
                        &change.calls_per_day,
                        &change.active,
                        &change.deleted,
                        &quiet,
                    ],
                )
                .await?;
            if changed == 0 {
                return Ok(None);
            }
            let happened = Happened {
                action: "business.changed",
                subject: format!("business:{}", self.business()),
                detail: change.told(),
            };
            self.audit(by, happened).await?;
            let sql = format!("SELECT {COLUMNS} FROM businesses b WHERE b.id = $1");
            Ok(Some(record(&self.sql().query_one(&sql, &[&self.business().0]).await?)))
        })
        .await
    }

    /// Makes this sound the greeting, or with `None` lets the engine synthesise one again.
    pub async fn upload_greeting(&self, by: &By, sound: Option<AudioHash>) -> Result<(), StoreError> {
        limited(async {
            let hash = sound.map(|sound| sound.0.to_vec());
            self.sql()
                .execute(
                    "UPDATE businesses SET greeting = $2::bytea, greeting_uploaded = $2::bytea IS NOT NULL, version = version + 1,
                            updated_at = now() WHERE id = $1",
                    &[&self.business().0, &hash],
                )
                .await?;
            let happened = Happened {
                action: if sound.is_some() { "greeting.uploaded" } else { "greeting.removed" },
                subject: format!("business:{}", self.business()),
                detail: json!({ "sound": sound }),
            };
            self.audit(by, happened).await
        })
        .await
    }

    /// Gives the business a number.
    ///
    /// # Errors
    /// `Taken` when any business has it.
    pub async fn add_number(&self, by: &By, number: &str) -> Result<(), StoreError> {
        limited(async {
            self.sql()
                .execute(
                    "INSERT INTO phone_numbers (number, business_id) VALUES ($1, $2)",
                    &[&number, &self.business().0],
                )
                .await?;
            self.number_told(by, "number.added", number).await
        })
        .await
    }

    /// Takes a number away; false when it wasn't this business's.
    pub async fn remove_number(&self, by: &By, number: &str) -> Result<bool, StoreError> {
        limited(async {
            let removed = self
                .sql()
                .execute(
                    "DELETE FROM phone_numbers WHERE number = $1 AND business_id = $2",
                    &[&number, &self.business().0],
                )
                .await?;
            if removed > 0 {
                self.number_told(by, "number.removed", number).await?;
            }
            Ok(removed > 0)
        })
        .await
    }

    async fn number_told(&self, by: &By, action: &str, number: &str) -> Result<(), StoreError> {
        let happened = Happened {
            action,
            subject: format!("number:{number}"),
            detail: json!({}),
        };
        self.audit(by, happened).await
    }
}

fn cleared<T: Clone>(change: &Option<Option<T>>) -> (bool, Option<T>) {
    match change {
        Some(None) => (true, None),
        Some(Some(value)) => (false, Some(value.clone())),
        None => (false, None),
    }
}

/// A business to be made by an administrator.
#[derive(Debug, Clone)]
pub struct NewRecord<'a> {
    pub name: &'a str,
    pub number: Option<&'a str>,
    pub time_zone: &'a str,
    pub script: &'a str,
}

impl Store {
    /// Makes a business, and tells both its own log and the platform's.
    ///
    /// # Errors
    /// `Taken` for a name or a number that another business has.
    pub async fn create_business(&self, by: &By, new: NewRecord<'_>) -> Result<BusinessId, StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let row = transaction
                .query_one(
                    "INSERT INTO businesses (name, time_zone, script) VALUES ($1, $2, $3) RETURNING id",
                    &[&new.name, &new.time_zone, &new.script],
                )
                .await?;
            let id = BusinessId(row.get(0));
            if let Some(number) = new.number {
                transaction
                    .execute(
                        "INSERT INTO phone_numbers (number, business_id) VALUES ($1, $2)",
                        &[&number, &id.0],
                    )
                    .await?;
            }
            for chain in [id, audit::PLATFORM] {
                let happened = Happened {
                    action: "business.created",
                    subject: format!("business:{id}"),
                    detail: json!({ "name": new.name, "number": new.number }),
                };
                audit::append(&*transaction, chain, by, happened).await?;
            }
            transaction.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Businesses for an administrator, and how many match.
    pub async fn list_businesses(
        &self,
        query: &BusinessQuery,
    ) -> Result<(Vec<BusinessRecord>, i64), StoreError> {
        limited(async {
            let client = self.client().await?;
            let asked = "FROM businesses b WHERE b.deleted_at IS NULL AND ($1::text IS NULL
                    OR position(lower($1) IN lower(b.name)) > 0
                    OR EXISTS (SELECT FROM phone_numbers p WHERE p.business_id = b.id AND position($1 IN p.number) > 0))
                AND ($2::boolean IS NULL OR b.active = $2)";
            let (column, descending) = query.sort;
            let direction = if descending { "DESC" } else { "ASC" };
            let total = client
                .query_one(&format!("SELECT count(*) {asked}"), &[&query.text, &query.active])
                .await?;
            let sql = format!("SELECT {COLUMNS} {asked} ORDER BY b.{column} {direction}, b.id LIMIT $3 OFFSET $4");
            let rows = client
                .query(&sql, &[&query.text, &query.active, &query.limit, &query.offset])
                .await?;
            Ok((rows.iter().map(record).collect(), total.get(0)))
        })
        .await
    }
}
