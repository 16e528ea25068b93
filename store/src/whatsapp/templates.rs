//! What may be sent when the day is over, as the provider approved it, and answers that people keep for themselves to
//! send again. A synchronisation takes a channel's list whole: what is not in it any more goes.

use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A template.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    pub id: i64,
    pub channel: i64,
    pub provider_id: String,
    pub name: String,
    pub language: String,
    pub category: String,
    pub status: String,
    pub body: String,
    /// `[{name, example}]`
    pub parameters: Value,
    pub header: Option<Value>,
    pub buttons: Value,
    pub rejected_reason: Option<String>,
}

/// A template as the provider has it.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    pub provider_id: String,
    pub name: String,
    pub language: String,
    pub category: String,
    pub status: String,
    pub body: String,
    pub parameters: Value,
    pub header: Option<Value>,
    pub buttons: Value,
    pub rejected_reason: Option<String>,
}

/// An answer that is kept.
#[derive(Debug, Clone)]
pub struct CannedReply {
    pub id: i64,
    pub shortcut: String,
    pub text: String,
}

const COLUMNS: &str = "id, channel_id, provider_id, name, language, category, status, body, parameters, header, buttons, rejected_reason";

fn template(row: &Row) -> TemplateRow {
    TemplateRow {
        id: row.get(0),
        channel: row.get(1),
        provider_id: row.get(2),
        name: row.get(3),
        language: row.get(4),
        category: row.get(5),
        status: row.get(6),
        body: row.get(7),
        parameters: row.get(8),
        header: row.get(9),
        buttons: row.get(10),
        rejected_reason: row.get(11),
    }
}

impl TenantTx<'_> {
    /// Templates of a number, or of all; those that may be used first.
    pub async fn whatsapp_templates(&self, channel: Option<i64>) -> Result<Vec<TemplateRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM whatsapp_templates WHERE business_id = $1 AND ($2::bigint IS NULL OR channel_id = $2)
                 ORDER BY status <> 'approved', name, language, id"
            );
            let rows = self.sql().query(&sql, &[&self.business().0, &channel]).await?;
            Ok(rows.iter().map(template).collect())
        })
        .await
    }

    /// The provider's list of a number takes the place of ours.
    pub async fn sync_templates(
        &self,
        by: &By,
        channel: i64,
        templates: &[NewTemplate],
    ) -> Result<(), StoreError> {
        limited(async {
            let business = self.business().0;
            let mut kept: Vec<i64> = Vec::with_capacity(templates.len());
            let sql = "INSERT INTO whatsapp_templates (business_id, channel_id, provider_id, name, language, category, status, body,
                    parameters, header, buttons, rejected_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                ON CONFLICT (business_id, channel_id, name, language) DO UPDATE SET provider_id = EXCLUDED.provider_id,
                    category = EXCLUDED.category, status = EXCLUDED.status, body = EXCLUDED.body, parameters = EXCLUDED.parameters,
                    header = EXCLUDED.header, buttons = EXCLUDED.buttons, rejected_reason = EXCLUDED.rejected_reason, synced_at = now()
                RETURNING id";
            let statement = self.sql().prepare_cached(sql).await?;
            for one in templates {
                let row = self
                    .sql()
                    .query_one(
                        &statement,
                        &[
                            &business,
                            &channel,
                            &one.provider_id,
                            &one.name,
                            &one.language,
                            &one.category,
                            &one.status,
                            &one.body,
                            &one.parameters,
                            &one.header,
                            &one.buttons,
                            &one.rejected_reason,
                        ],
                    )
                    .await?;
                kept.push(row.get(0));
            }
            let gone = "DELETE FROM whatsapp_templates WHERE business_id = $1 AND channel_id = $2 AND NOT id = ANY ($3)";
            self.sql().execute(gone, &[&business, &channel, &kept]).await?;
            let happened = Happened {
                action: "whatsapp.templates",
                subject: format!("channel:{channel}"),
                detail: json!({ "templates": kept.len() }),
            };
            self.audit(by, happened).await
        })
        .await
    }

    /// Kept answers, by their shortcuts.
    pub async fn canned_replies(&self) -> Result<Vec<CannedReply>, StoreError> {
        limited(async {
            let sql = "SELECT id, shortcut, text FROM whatsapp_replies WHERE business_id = $1 ORDER BY lower(shortcut)";
            let rows = self.sql().query(sql, &[&self.business().0]).await?;
            let reply = |row: &Row| CannedReply {
                id: row.get(0),
                shortcut: row.get(1),
                text: row.get(2),
            };
            Ok(rows.iter().map(reply).collect())
        })
        .await
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// `Taken` when the shortcut is another's.
    pub async fn keep_reply(&self, by: &By, shortcut: &str, text: &str) -> Result<i64, StoreError> {
        limited(async {
            let sql =
                "INSERT INTO whatsapp_replies (business_id, shortcut, text) VALUES ($1, $2, $3) RETURNING id";
            let row = self
                .sql()
                .query_one(sql, &[&self.business().0, &shortcut, &text])
                .await?;
            let id: i64 = row.get(0);
            self.reply_told(by, id, "whatsapp.reply_added").await?;
            Ok(id)
        })
        .await
    }

    /// Takes an answer away; whether it was there.
    pub async fn remove_reply(&self, by: &By, id: i64) -> Result<bool, StoreError> {
        limited(async {
            let sql = "DELETE FROM whatsapp_replies WHERE business_id = $1 AND id = $2";
            if self.sql().execute(sql, &[&self.business().0, &id]).await? == 0 {
                return Ok(false);
            }
            self.reply_told(by, id, "whatsapp.reply_removed").await?;
            Ok(true)
        })
        .await
    }

    async fn reply_told(&self, by: &By, id: i64, action: &str) -> Result<(), StoreError> {
        let (subject, detail) = (format!("reply:{id}"), json!({}));
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

impl Store {
    /// A provider looked at a template again.
    pub async fn template_looked_at(
        &self,
        (account, name, language): (&str, &str, &str),
        status: &str,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE whatsapp_templates t SET status = $4, rejected_reason = $5, synced_at = now() FROM whatsapp_channels h
                   WHERE h.id = t.channel_id AND h.account_id = $1 AND h.account_id <> '' AND t.name = $2 AND t.language = $3";
        limited(async {
            let client = self.client().await?;
            client
                .execute(sql, &[&account, &name, &language, &status, &reason])
                .await?;
            Ok(())
        })
        .await
    }
}
