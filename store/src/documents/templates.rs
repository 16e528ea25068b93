//! Templates with their versions, what papers say of the business, and what is known of a customer when a paper is begun.

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::{BUILT_IN, Kind};
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A template at its newest version.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    pub id: i64,
    pub kind: Kind,
    /// `quote`, `order`, `exclusivity`, `contract`.
    pub built_in: Option<String>,
    pub name: String,
    pub title: String,
    pub body: String,
    pub version: i32,
    pub updated_at: jiff::Timestamp,
}

/// A template to be made, or a new version of one.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    pub kind: Kind,
    pub name: String,
    pub title: String,
    pub body: String,
}

/// What a template said at one of its versions.
#[derive(Debug, Clone)]
pub struct VersionRow {
    pub version: i32,
    pub name: String,
    pub title: String,
    pub body: String,
    /// Who wrote it; nobody wrote what was there from the start.
    pub created_by: Option<i64>,
    pub created_at: jiff::Timestamp,
}

/// How a new version ended.
#[derive(Debug, Clone)]
pub enum TemplateChanged {
    Done(TemplateRow),
    /// It is at another version.
    Meanwhile(TemplateRow),
    NotThere,
}

/// What papers say of the business, as the edge reads it.
#[derive(Debug, Clone)]
pub struct SettingsRow {
    /// The business's name.
    pub name: String,
    pub time_zone: String,
    /// Null until somebody says otherwise.
    pub settings: Value,
    /// 0 until then.
    pub version: i64,
}

const TEMPLATE: &str = "SELECT t.id, t.kind, t.built_in, v.name, v.title, v.body, t.version, t.updated_at
    FROM document_templates t JOIN document_template_versions v
      ON v.business_id = t.business_id AND v.template_id = t.id AND v.version = t.version
    WHERE t.business_id = $1";

fn template(row: &Row) -> Result<TemplateRow, StoreError> {
    let odd = || StoreError::Refused("a template has a word that nobody knows".into());
    Ok(TemplateRow {
        id: row.get(0),
        kind: Kind::parse(row.get(1)).ok_or_else(odd)?,
        built_in: row.get(2),
        name: row.get(3),
        title: row.get(4),
        body: row.get(5),
        version: row.get(6),
        updated_at: row.get(7),
    })
}

impl TenantTx<'_> {
    /// All templates; those that every business begins with are written when they are asked for first. Commit to keep them.
    pub async fn templates(&self) -> Result<Vec<TemplateRow>, StoreError> {
        limited(async {
            for built_in in BUILT_IN {
                let sql = "WITH made AS (
                               INSERT INTO document_templates (business_id, built_in, kind) VALUES ($1, $2, $3)
                               ON CONFLICT (business_id, built_in) DO NOTHING RETURNING id)
                           INSERT INTO document_template_versions (business_id, template_id, version, name, title, body)
                           SELECT $1, id, 1, $4, $5, $6 FROM made";
                let statement = self.sql().prepare_cached(sql).await?;
                self.sql()
                    .execute(
                        &statement,
                        &[
                            &self.business().0,
                            &built_in.name,
                            &built_in.kind.as_str(),
                            &built_in.label,
                            &built_in.title,
                            &built_in.body,
                        ],
                    )
                    .await?;
            }
            let rows = self
                .sql()
                .query(&format!("{TEMPLATE} ORDER BY t.id"), &[&self.business().0])
                .await?;
            rows.iter().map(template).collect()
        })
        .await
    }

    async fn template_at(&self, id: i64, lock: &str) -> Result<Option<TemplateRow>, StoreError> {
        let sql = format!("{TEMPLATE} AND t.id = $2 {lock}");
        let found = self.sql().query_opt(&sql, &[&self.business().0, &id]).await?;
        found.as_ref().map(template).transpose()
    }

    /// A template, `None` when there is none of this number.
    pub async fn template(&self, id: i64) -> Result<Option<TemplateRow>, StoreError> {
        limited(self.template_at(id, "")).await
    }

    /// The newest hundred versions of a template, the newest first; none of a template that is not there.
    pub async fn template_versions(&self, id: i64) -> Result<Vec<VersionRow>, StoreError> {
        limited(async {
            let sql =
                "SELECT version, name, title, body, created_by, created_at FROM document_template_versions
                       WHERE business_id = $1 AND template_id = $2 ORDER BY version DESC LIMIT 100";
            let rows = self.sql().query(sql, &[&self.business().0, &id]).await?;
            let version = |row: &Row| VersionRow {
                version: row.get(0),
                name: row.get(1),
                title: row.get(2),
                body: row.get(3),
                created_by: row.get(4),
                created_at: row.get(5),
            };
            Ok(rows.iter().map(version).collect())
        })
        .await
    }

    async fn write_version(
        &self,
        by: &By,
        id: i64,
        version: i32,
        new: &NewTemplate,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO document_template_versions (business_id, template_id, version, name, title, body, created_by)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        self.sql()
            .execute(
                sql,
                &[
                    &self.business().0,
                    &id,
                    &version,
                    &new.name,
                    &new.title,
                    &new.body,
                    &by.actor,
                ],
            )
            .await?;
        Ok(())
    }

    /// Makes a template.
    pub async fn make_template(&self, by: &By, new: &NewTemplate) -> Result<TemplateRow, StoreError> {
        limited(async {
            let sql = "INSERT INTO document_templates (business_id, kind) VALUES ($1, $2) RETURNING id";
            let row = self
                .sql()
                .query_one(sql, &[&self.business().0, &new.kind.as_str()])
                .await?;
            let id: i64 = row.get(0);
            self.write_version(by, id, 1, new).await?;
            self.template_audited(by, "template.created", id, 1).await?;
            let made = self.template_at(id, "").await?;
            made.ok_or_else(|| StoreError::Refused("a template can't be read".into()))
        })
        .await
    }

    /// Writes a new version; papers that were made keep theirs.
    pub async fn change_template(
        &self,
        by: &By,
        (id, version): (i64, i32),
        new: &NewTemplate,
    ) -> Result<TemplateChanged, StoreError> {
        limited(async {
            let Some(was) = self.template_at(id, "FOR UPDATE OF t").await? else {
                return Ok(TemplateChanged::NotThere);
            };
            if was.version != version {
                return Ok(TemplateChanged::Meanwhile(was));
            }
            self.write_version(by, id, version + 1, new).await?;
            let sql = "UPDATE document_templates SET version = version + 1, updated_at = now() WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &id]).await?;
            self.template_audited(by, "template.changed", id, version + 1).await?;
            let now = self.template_at(id, "").await?;
            Ok(now.map_or(TemplateChanged::NotThere, TemplateChanged::Done))
        })
        .await
    }

    async fn template_audited(&self, by: &By, action: &str, id: i64, version: i32) -> Result<(), StoreError> {
        let happened = Happened {
            action,
            subject: format!("template:{id}"),
            detail: json!({ "version": version }),
        };
        self.audit(by, happened).await
    }

    /// What papers say of the business.
    pub async fn document_settings(&self) -> Result<Option<SettingsRow>, StoreError> {
        limited(async {
            let sql = "SELECT b.name, b.time_zone, COALESCE(s.settings, 'null'), COALESCE(s.version, 0)
                       FROM businesses b LEFT JOIN document_settings s ON s.business_id = b.id WHERE b.id = $1";
            let statement = self.sql().prepare_cached(sql).await?;
            let row = self.sql().query_opt(&statement, &[&self.business().0]).await?;
            Ok(row.map(|row| SettingsRow {
                name: row.get(0),
                time_zone: row.get(1),
                settings: row.get(2),
                version: row.get(3),
            }))
        })
        .await
    }

    /// Replaces it, if it is still at this version.
    pub async fn set_document_settings(
        &self,
        by: &By,
        version: i64,
        settings: &Value,
    ) -> Result<bool, StoreError> {
        limited(async {
            let sql = "INSERT INTO document_settings AS s (business_id, settings) SELECT $1, $3 WHERE $2::bigint >= 0
                       ON CONFLICT (business_id) DO UPDATE SET settings = EXCLUDED.settings, version = s.version + 1, updated_at = now()
                       WHERE s.version = $2";
            let written = self.sql().execute(sql, &[&self.business().0, &version, settings]).await?;
            if written == 0 {
                return Ok(false);
            }
            let happened = Happened {
                action: "document.settings",
                subject: format!("business:{}", self.business()),
                detail: settings.clone(),
            };
            self.audit(by, happened).await?;
            Ok(true)
        })
        .await
    }

    /// What was found in the last call of a customer, by name; null when there is none.
    pub async fn last_call_details(&self, customer: i64) -> Result<Value, StoreError> {
        limited(async {
            let sql = "SELECT COALESCE(details->'details', 'null') FROM calls
                       WHERE business_id = $1 AND customer_id = $2 AND details IS NOT NULL ORDER BY started_at DESC LIMIT 1";
            let row = self.sql().query_opt(sql, &[&self.business().0, &customer]).await?;
            Ok(row.map_or(Value::Null, |row| row.get(0)))
        })
        .await
    }
}
