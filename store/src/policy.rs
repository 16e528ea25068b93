//! What the policy gate judges by, and what people change of it: the ledger of consents, who wants no calls or messages, and
//! when the business is quiet. A merged customer's word is the word of whom it became.

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::policy::{Consent, Means, OptOut, Purpose, QuietRules, Standing};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A consent to be written into the ledger.
#[derive(Debug, Clone)]
pub struct NewConsent {
    pub purpose: Purpose,
    pub means: Means,
    pub text_version: String,
    pub evidence: String,
    /// `None`: now.
    pub given_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// A consent with what proves it.
#[derive(Debug, Clone)]
pub struct ConsentRow {
    pub id: i64,
    pub consent: Consent,
    pub text_version: String,
    pub evidence: String,
    pub recorded_by: Option<i64>,
}

/// What a person notes of a customer's wishes: what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct WishesChange {
    pub do_not_call: Option<bool>,
    /// All of them: what is not among these is opted in again.
    pub opted_out: Option<Vec<Means>>,
    /// The registry was looked into just now.
    pub registry_checked: bool,
}

const WHOSE: &str =
    "(SELECT c.id FROM customers c WHERE c.business_id = $1 AND (c.id = $2 OR c.merged_into = $2))";
const CONSENT: &str =
    "id, purpose, means, given_at, expires_at, revoked_at, text_version, evidence, recorded_by";

fn odd() -> StoreError {
    StoreError::Refused("a consent has a word that nobody knows".into())
}

fn consent(row: &Row) -> Result<ConsentRow, StoreError> {
    Ok(ConsentRow {
        id: row.get(0),
        consent: Consent {
            purpose: Purpose::parse(row.get(1)).ok_or_else(odd)?,
            means: Means::parse(row.get(2)).ok_or_else(odd)?,
            given_at: row.get(3),
            expires_at: row.get(4),
            revoked_at: row.get(5),
        },
        text_version: row.get(6),
        evidence: row.get(7),
        recorded_by: row.get(8),
    })
}

/// The rules as they are kept; what can't be read is as quiet as a business begins.
pub(crate) fn rules(kept: Option<Value>) -> QuietRules {
    kept.and_then(|kept| serde_json::from_value(kept).ok())
        .unwrap_or_default()
}

impl TenantTx<'_> {
    /// Where a customer and the business stand now. `None` when there is no such customer. The last inbound is the last
    /// call's; who keeps conversations puts theirs in its place.
    pub async fn standing(&self, customer: i64) -> Result<Option<Standing>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT b.time_zone, b.quiet, now(),
                    EXISTS (SELECT FROM customers d WHERE d.business_id = $1 AND d.id IN {WHOSE} AND d.do_not_call_at IS NOT NULL),
                    c.registry_checked_at,
                    (SELECT max(k.started_at) FROM calls k WHERE k.business_id = $1 AND k.customer_id = $2)
                 FROM businesses b JOIN customers c ON c.business_id = b.id WHERE b.id = $1 AND c.id = $2"
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let key: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&self.business().0, &customer];
            let Some(row) = self.sql().query_opt(&statement, &key).await? else {
                return Ok(None);
            };
            let zone = TimeZone::get(row.get(0)).unwrap_or(TimeZone::UTC);
            let sql = format!("SELECT means, at FROM opt_outs WHERE business_id = $1 AND customer_id IN {WHOSE}");
            let statement = self.sql().prepare_cached(&sql).await?;
            let outs = self.sql().query(&statement, &key).await?;
            let out = |row: &Row| {
                Some(OptOut {
                    means: Means::parse(row.get(0))?,
                    at: row.get(1),
                })
            };
            let consents = self.consents(customer).await?;
            Ok(Some(Standing {
                now: row.get::<_, Timestamp>(2).to_zoned(zone),
                quiet: rules(row.get(1)),
                do_not_call: row.get(3),
                opted_out: outs.iter().filter_map(out).collect(),
                consents: consents.into_iter().map(|row| row.consent).collect(),
                registry_checked_at: row.get(4),
                last_inbound_at: row.get(5),
            }))
        })
        .await
    }

    /// The ledger of a customer, the newest first.
    pub async fn consents(&self, customer: i64) -> Result<Vec<ConsentRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {CONSENT} FROM consents WHERE business_id = $1 AND customer_id IN {WHOSE} ORDER BY id DESC"
            );
            let statement = self.sql().prepare_cached(&sql).await?;
            let rows = self.sql().query(&statement, &[&self.business().0, &customer]).await?;
            rows.iter().map(consent).collect()
        })
        .await
    }

    /// Writes a consent into the ledger. `None` when there is no such customer.
    pub async fn add_consent(
        &self,
        by: &By,
        customer: i64,
        new: &NewConsent,
    ) -> Result<Option<ConsentRow>, StoreError> {
        limited(async {
            let sql = format!(
                "INSERT INTO consents (business_id, customer_id, purpose, means, text_version, evidence, given_at, expires_at, recorded_by)
                 SELECT c.business_id, c.id, $3, $4, $5, $6, COALESCE($7, now()), $8, $9 FROM customers c
                 WHERE c.business_id = $1 AND c.id = $2 AND c.deleted_at IS NULL AND c.merged_into IS NULL RETURNING {CONSENT}"
            );
            let (purpose, means) = (new.purpose.as_str(), new.means.as_str());
            let row = self
                .sql()
                .query_opt(
                    &sql,
                    &[
                        &self.business().0,
                        &customer,
                        &purpose,
                        &means,
                        &new.text_version,
                        &new.evidence,
                        &new.given_at,
                        &new.expires_at,
                        &by.actor,
                    ],
                )
                .await?;
            let Some(row) = row else { return Ok(None) };
            let row = consent(&row)?;
            let detail = json!({ "consent": row.id, "purpose": purpose, "means": means, "expires_at": new.expires_at });
            self.wish(by, "consent.given", customer, detail).await?;
            Ok(Some(row))
        })
        .await
    }

    /// Revokes a consent. Whether there was one that held.
    pub async fn revoke_consent(&self, by: &By, customer: i64, consent: i64) -> Result<bool, StoreError> {
        limited(async {
            let sql = format!(
                "UPDATE consents SET revoked_at = now(), revoked_by = $4
                 WHERE business_id = $1 AND customer_id IN {WHOSE} AND id = $3 AND revoked_at IS NULL"
            );
            let revoked = self
                .sql()
                .execute(&sql, &[&self.business().0, &customer, &consent, &by.actor])
                .await?;
            if revoked > 0 {
                self.wish(by, "consent.revoked", customer, json!({ "consent": consent }))
                    .await?;
            }
            Ok(revoked > 0)
        })
        .await
    }

    /// Notes what a customer wants. Whether there is such a customer.
    pub async fn note_wishes(
        &self,
        by: &By,
        customer: i64,
        change: &WishesChange,
    ) -> Result<bool, StoreError> {
        limited(async {
            let sql = "UPDATE customers SET
                           do_not_call_at = CASE $3::boolean WHEN true THEN COALESCE(do_not_call_at, now()) WHEN false THEN NULL
                                            ELSE do_not_call_at END,
                           registry_checked_at = CASE WHEN $4 THEN now() ELSE registry_checked_at END, updated_at = now()
                       WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL AND merged_into IS NULL";
            let found = self
                .sql()
                .execute(
                    sql,
                    &[&self.business().0, &customer, &change.do_not_call, &change.registry_checked],
                )
                .await?;
            if found == 0 {
                return Ok(false);
            }
            if change.do_not_call == Some(false) {
                // Whom it became says so for those it was merged from.
                let sql = "UPDATE customers SET do_not_call_at = NULL
                           WHERE business_id = $1 AND merged_into = $2 AND do_not_call_at IS NOT NULL";
                self.sql().execute(sql, &[&self.business().0, &customer]).await?;
            }
            if let Some(means) = &change.opted_out {
                let means: Vec<&str> = means.iter().map(|means| means.as_str()).collect();
                let sql = format!(
                    "DELETE FROM opt_outs WHERE business_id = $1 AND customer_id IN {WHOSE} AND NOT means = ANY ($3)"
                );
                self.sql().execute(&sql, &[&self.business().0, &customer, &means]).await?;
                let sql = "INSERT INTO opt_outs (business_id, customer_id, means, evidence)
                           SELECT $1, $2, unnest($3::text[]), 'person' ON CONFLICT DO NOTHING";
                self.sql().execute(sql, &[&self.business().0, &customer, &means]).await?;
            }
            let detail = json!({ "do_not_call": change.do_not_call, "opted_out": change.opted_out,
                                 "registry_checked": change.registry_checked });
            self.wish(by, "customer.wishes", customer, detail).await?;
            Ok(true)
        })
        .await
    }

    /// A customer wrote that nothing more is wanted by these means, with the words it was said in.
    pub async fn opt_out(
        &self,
        by: &By,
        customer: i64,
        means: Means,
        evidence: &str,
    ) -> Result<(), StoreError> {
        limited(async {
            let sql = "INSERT INTO opt_outs AS o (business_id, customer_id, means, evidence) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (business_id, customer_id, means) DO UPDATE SET at = now(), evidence = EXCLUDED.evidence";
            let evidence: String = evidence.chars().take(500).collect();
            self.sql()
                .execute(sql, &[&self.business().0, &customer, &means.as_str(), &evidence])
                .await?;
            self.wish(by, "customer.wishes", customer, json!({ "opted_out": [means] }))
                .await
        })
        .await
    }

    async fn wish(&self, by: &By, action: &str, customer: i64, detail: Value) -> Result<(), StoreError> {
        let subject = format!("customer:{customer}");
        self.audit(
            by,
            Happened {
                action,
                subject,
                detail,
            },
        )
        .await
    }
}
