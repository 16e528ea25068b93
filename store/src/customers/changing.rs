//! Customers made and changed by people: each change names the version it was made from, is told to the audit log and,
//! where others should know, to the timeline, in one transaction.

use super::{CustomerLine, CustomerRow};
use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use crate::timeline::Entry;
use domain::access::UserId;
use domain::customer::{Event, Identity, IdentityKind, Source, Stage, Status};
use serde_json::{Value, json};

/// A customer to be made.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    pub name: String,
    /// The first of each kind is the one that is shown.
    pub identities: Vec<Identity>,
    pub status: Status,
    pub tags: Vec<String>,
    pub assignee: Option<UserId>,
    /// An object.
    pub details: Value,
    pub source: Source,
}

/// How making one ended.
#[derive(Debug, Clone)]
pub enum Made {
    Done(i64),
    /// An identity is this customer's; nothing was written that may be committed.
    Duplicate(Box<CustomerLine>),
    /// The assignee is not of this business.
    NotThere,
}

/// A change: what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct CustomerChange {
    pub name: Option<String>,
    pub status: Option<Status>,
    pub tags: Option<Vec<String>>,
    /// `Some(None)`: nobody's.
    pub assignee: Option<Option<UserId>>,
    /// An object whose fields are put in place of those there; a null takes one away.
    pub details: Option<Value>,
}

/// How a change ended.
#[derive(Debug, Clone)]
pub enum Changed {
    Done(Box<CustomerRow>),
    /// It is at another version.
    Meanwhile(Box<CustomerRow>),
    NotThere,
}

/// A customer under our lock, as it was before the change.
pub(super) struct Held {
    pub version: i64,
    pub status: String,
    pub stage: Stage,
    pub assignee: Option<i64>,
}

impl TenantTx<'_> {
    /// Makes a customer.
    pub async fn make_customer(&self, by: &By, new: &NewCustomer) -> Result<Made, StoreError> {
        limited(async {
            if !self.may_be_assigned(new.assignee).await? {
                return Ok(Made::NotThere);
            }
            let mut identities = new.identities.clone();
            identities.sort_unstable();
            for identity in &identities {
                self.hold_identity(identity).await?;
                if let Some(owner) = self.customer_of(identity.kind(), identity.value()).await? {
                    return Ok(Made::Duplicate(Box::new(owner)));
                }
            }
            let sql = "INSERT INTO customers (business_id, name, details, status, tags, assignee, source)
                       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
            let row = self
                .sql()
                .query_one(
                    sql,
                    &[
                        &self.business().0,
                        &new.name,
                        &new.details,
                        &new.status.as_str(),
                        &new.tags,
                        &new.assignee.map(|user| user.0),
                        &new.source.as_str(),
                    ],
                )
                .await?;
            let id: i64 = row.get(0);
            let mut seen: Vec<&Identity> = Vec::new();
            for identity in &new.identities {
                if !seen.contains(&identity) {
                    self.write_identity(id, identity).await?;
                    seen.push(identity);
                }
            }
            self.tell_timeline(&Entry {
                customer: id,
                kind: Event::Created,
                key: id.to_string(),
                title: &new.name,
                meta: json!({ "source": new.source, "by": by.actor }),
            })
            .await?;
            let happened = Happened {
                action: "customer.created",
                subject: format!("customer:{id}"),
                detail: json!({ "source": new.source, "identities": identities.len() }),
            };
            self.audit(by, happened).await?;
            Ok(Made::Done(id))
        })
        .await
    }

    /// Changes a customer if it is still at this version (`None`: whatever its version).
    pub async fn change_customer(
        &self,
        by: &By,
        (id, version): (i64, Option<i64>),
        change: &CustomerChange,
    ) -> Result<Changed, StoreError> {
        limited(async {
            let held = match self.hold_customer(id, version).await? {
                Ok(held) => held,
                Err(not) => return Ok(not),
            };
            if !self.may_be_assigned(change.assignee.flatten()).await? {
                return Ok(Changed::NotThere);
            }
            let (sets_assignee, assignee) = (
                change.assignee.is_some(),
                change.assignee.flatten().map(|user| user.0),
            );
            let status = change.status.map(Status::as_str);
            self.sql()
                .execute(
                    "UPDATE customers SET name = COALESCE($3, name), status = COALESCE($4, status), tags = COALESCE($5, tags),
                        assignee = CASE WHEN $6 THEN $7 ELSE assignee END,
                        details = CASE WHEN $8::jsonb IS NULL THEN details ELSE jsonb_strip_nulls(details || $8) END,
                        version = version + 1, updated_at = now()
                     WHERE business_id = $1 AND id = $2",
                    &[
                        &self.business().0,
                        &id,
                        &change.name,
                        &status,
                        &change.tags,
                        &sets_assignee,
                        &assignee,
                        &change.details,
                    ],
                )
                .await?;
            if let Some(status) = status.filter(|status| *status != held.status) {
                let meta = json!({ "field": "status", "from": held.status, "to": status, "by": by.actor });
                self.tell_change((id, held.version + 1), status, meta).await?;
            }
            if sets_assignee && assignee != held.assignee {
                let meta = json!({ "field": "assignee", "from": held.assignee, "to": assignee, "by": by.actor });
                self.tell_change((id, held.version + 1), "assignee", meta).await?;
            }
            let fields = [
                ("name", change.name.is_some()),
                ("status", change.status.is_some()),
                ("tags", change.tags.is_some()),
                ("assignee", sets_assignee),
                ("details", change.details.is_some()),
            ];
            let fields: Vec<&str> = fields.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect();
            self.customer_changed(by, id, "customer.changed", json!({ "fields": fields, "status": change.status, "assignee": assignee }))
                .await
        })
        .await
    }

    /// Moves a customer to a stage, with the reason where the way ends. The same stage again changes nothing.
    pub async fn set_stage(
        &self,
        by: &By,
        (id, version): (i64, Option<i64>),
        (stage, reason): (Stage, &str),
    ) -> Result<Changed, StoreError> {
        limited(async {
            let held = match self.hold_customer(id, version).await? {
                Ok(held) => held,
                Err(not) => return Ok(not),
            };
            if held.stage == stage {
                let row = self.customer(id).await?.ok_or(StoreError::Fenced)?;
                return Ok(Changed::Done(Box::new(row)));
            }
            let moved = "WITH was AS (SELECT stage, stage_since FROM customers WHERE business_id = $1 AND id = $2),
                 now_is AS (UPDATE customers SET stage = $3, stage_reason = $4, stage_since = now(), version = version + 1,
                                updated_at = now() WHERE business_id = $1 AND id = $2)
                 INSERT INTO customer_stages (business_id, customer_id, from_stage, stage, reason, seconds, by_user)
                 SELECT $1, $2, was.stage, $3, $4, GREATEST(0, floor(extract(epoch FROM now() - was.stage_since)))::bigint, $5
                 FROM was RETURNING seconds";
            let row = self
                .sql()
                .query_one(moved, &[&self.business().0, &id, &stage.as_str(), &reason, &by.actor])
                .await?;
            let meta = json!({ "field": "stage", "from": held.stage, "to": stage, "reason": reason,
                               "seconds": row.get::<_, i64>(0), "by": by.actor });
            self.tell_change((id, held.version + 1), stage.as_str(), meta.clone()).await?;
            self.customer_changed(by, id, "customer.stage", meta).await
        })
        .await
    }

    /// Takes a customer out of every list; its history stays. `None` when there is none.
    pub async fn delete_customer(&self, by: &By, id: i64) -> Result<Option<i64>, StoreError> {
        self.set_deleted(by, id, true).await
    }

    /// Brings a deleted customer back. `None` when there is none that was deleted.
    pub async fn restore_customer(&self, by: &By, id: i64) -> Result<Option<i64>, StoreError> {
        self.set_deleted(by, id, false).await
    }

    async fn set_deleted(&self, by: &By, id: i64, deleted: bool) -> Result<Option<i64>, StoreError> {
        limited(async {
            let sql = "UPDATE customers SET deleted_at = CASE WHEN $3 THEN now() END, version = version + 1, updated_at = now()
                       WHERE business_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL
                         AND (deleted_at IS NULL) = $3 RETURNING version";
            let row = self.sql().query_opt(sql, &[&self.business().0, &id, &deleted]).await?;
            let Some(version) = row.map(|row| row.get::<_, i64>(0)) else {
                return Ok(None);
            };
            let word = if deleted { "deleted" } else { "restored" };
            self.tell_change((id, version), word, json!({ "field": "deleted", "to": deleted, "by": by.actor }))
                .await?;
            let action = if deleted { "customer.deleted" } else { "customer.restored" };
            let happened = Happened {
                action,
                subject: format!("customer:{id}"),
                detail: json!({}),
            };
            self.audit(by, happened).await?;
            Ok(Some(version))
        })
        .await
    }

    /// Locks a customer that is there and at this version.
    pub(super) async fn hold_customer(
        &self,
        id: i64,
        version: Option<i64>,
    ) -> Result<Result<Held, Changed>, StoreError> {
        let sql = "SELECT version, status, stage, assignee FROM customers
                   WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL AND merged_into IS NULL FOR UPDATE";
        let Some(row) = self.sql().query_opt(sql, &[&self.business().0, &id]).await? else {
            return Ok(Err(Changed::NotThere));
        };
        let held = Held {
            version: row.get(0),
            status: row.get(1),
            stage: Stage::parse(row.get(2)).unwrap_or(Stage::New),
            assignee: row.get(3),
        };
        if version.is_some_and(|version| version != held.version) {
            let row = self.customer(id).await?.ok_or(StoreError::Fenced)?;
            return Ok(Err(Changed::Meanwhile(Box::new(row))));
        }
        Ok(Ok(held))
    }

    /// Tells the audit log, and gives the customer as it is now.
    pub(super) async fn customer_changed(
        &self,
        by: &By,
        id: i64,
        action: &str,
        detail: Value,
    ) -> Result<Changed, StoreError> {
        let subject = format!("customer:{id}");
        self.audit(
            by,
            Happened {
                action,
                subject,
                detail,
            },
        )
        .await?;
        let row = self.customer(id).await?.ok_or(StoreError::Fenced)?;
        Ok(Changed::Done(Box::new(row)))
    }

    async fn tell_change(
        &self,
        (id, version): (i64, i64),
        title: &str,
        meta: Value,
    ) -> Result<(), StoreError> {
        let field = meta["field"].as_str().unwrap_or("");
        self.tell_timeline(&Entry {
            customer: id,
            kind: Event::Status,
            key: format!("{id}:{version}:{field}"),
            title,
            meta,
        })
        .await
    }

    pub(super) async fn may_be_assigned(&self, user: Option<UserId>) -> Result<bool, StoreError> {
        let Some(user) = user else { return Ok(true) };
        let sql =
            "SELECT EXISTS (SELECT FROM memberships WHERE business_id = $1 AND user_id = $2 AND active)";
        let row = self.sql().query_one(sql, &[&self.business().0, &user.0]).await?;
        Ok(row.get(0))
    }

    /// One lock per number, the same as a call's wrap-up takes: a person and a call make one customer of it.
    pub(super) async fn hold_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        let of_number = identity.kind() == IdentityKind::Phone;
        let key = match of_number {
            true => format!("{}/{}", self.business().0, identity.value()),
            false => format!(
                "{}/{}/{}",
                self.business().0,
                identity.kind().as_str(),
                identity.value()
            ),
        };
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        self.sql().query_one(sql, &[&key]).await?;
        Ok(())
    }
}
