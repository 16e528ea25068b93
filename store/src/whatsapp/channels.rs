//! Numbers that a business writes from: made, changed and taken away by its managers, looked up by whoever sends, fetches or
//! checks a bridge's signature. Secrets come sealed and go sealed: this room can't read them.

use crate::audit::{By, Happened};
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::ids::BusinessId;
use domain::whatsapp::ProviderName;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A number.
#[derive(Debug, Clone)]
pub struct ChannelRow {
    pub id: i64,
    pub business: BusinessId,
    pub provider: ProviderName,
    /// E.164.
    pub number: String,
    pub name: String,
    pub active: bool,
    pub assistant: bool,
    pub phone_number_id: Option<String>,
    pub account_id: String,
    pub base_url: String,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    /// `{code, at, reason}`.
    pub last_error: Option<Value>,
    pub version: i64,
}

/// A number to be written from.
#[derive(Debug, Clone)]
pub struct NewChannel {
    pub provider: ProviderName,
    pub number: String,
    pub name: String,
    pub assistant: bool,
    pub phone_number_id: Option<String>,
    pub account_id: String,
    pub base_url: String,
    pub secret: Option<Vec<u8>>,
}

/// What is changed; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    pub name: Option<String>,
    pub active: Option<bool>,
    pub assistant: Option<bool>,
    pub phone_number_id: Option<String>,
    pub account_id: Option<String>,
    pub base_url: Option<String>,
    pub secret: Option<Vec<u8>>,
}

const COLUMNS: &str = "h.id, h.business_id, h.provider, h.number, h.name, h.active, h.assistant, h.phone_number_id, h.account_id,
    h.base_url, h.secret, h.last_error, h.version";

fn channel(row: &Row) -> Result<ChannelRow, StoreError> {
    let odd = || StoreError::Refused("a channel has a provider that nobody knows".into());
    Ok(ChannelRow {
        id: row.get(0),
        business: BusinessId(row.get(1)),
        provider: ProviderName::parse(row.get(2)).ok_or_else(odd)?,
        number: row.get(3),
        name: row.get(4),
        active: row.get(5),
        assistant: row.get(6),
        phone_number_id: row.get(7),
        account_id: row.get(8),
        base_url: row.get(9),
        secret: row.get(10),
        last_error: row.get(11),
        version: row.get(12),
    })
}

impl TenantTx<'_> {
    /// The business's numbers, the oldest first.
    pub async fn channels(&self) -> Result<Vec<ChannelRow>, StoreError> {
        limited(async {
            let sql = format!(
                "SELECT {COLUMNS} FROM whatsapp_channels h WHERE h.business_id = $1 AND h.deleted_at IS NULL ORDER BY h.id"
            );
            let rows = self.sql().query(&sql, &[&self.business().0]).await?;
            rows.iter().map(channel).collect()
        })
        .await
    }

    /// One of them.
    pub async fn channel(&self, id: i64) -> Result<Option<ChannelRow>, StoreError> {
        let channels = self.channels().await?;
        Ok(channels.into_iter().find(|channel| channel.id == id))
    }

    /// Makes one.
    ///
    /// # Errors
    /// `Taken` when the number is somebody's already.
    pub async fn make_channel(&self, by: &By, new: &NewChannel) -> Result<ChannelRow, StoreError> {
        limited(async {
            let sql = "INSERT INTO whatsapp_channels
                    (business_id, provider, number, name, assistant, phone_number_id, account_id, base_url, secret)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
            let row = self
                .sql()
                .query_one(
                    sql,
                    &[
                        &self.business().0,
                        &new.provider.as_str(),
                        &new.number,
                        &new.name,
                        &new.assistant,
                        &new.phone_number_id,
                        &new.account_id,
                        &new.base_url,
                        &new.secret,
                    ],
                )
                .await?;
            let id: i64 = row.get(0);
            let detail = json!({ "provider": new.provider, "number": new.number, "assistant": new.assistant });
            self.channel_told(by, id, "whatsapp.channel_added", detail).await?;
            self.channel(id).await?.ok_or(StoreError::Fenced)
        })
        .await
    }

    /// Changes one. What stopped it is forgotten: it is tried again at once.
    pub async fn change_channel(
        &self,
        by: &By,
        id: i64,
        change: &ChannelChange,
    ) -> Result<Option<ChannelRow>, StoreError> {
        limited(async {
            let sql = "UPDATE whatsapp_channels SET name = COALESCE($3, name), active = COALESCE($4, active),
                    assistant = COALESCE($5, assistant), phone_number_id = COALESCE($6, phone_number_id),
                    account_id = COALESCE($7, account_id), base_url = COALESCE($8, base_url), secret = COALESCE($9, secret),
                    last_error = NULL, wait_until = NULL, version = version + 1
                WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL";
            let changed = self
                .sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &id,
                        &change.name,
                        &change.active,
                        &change.assistant,
                        &change.phone_number_id,
                        &change.account_id,
                        &change.base_url,
                        &change.secret,
                    ],
                )
                .await?;
            if changed == 0 {
                return Ok(None);
            }
            let detail =
                json!({ "active": change.active, "assistant": change.assistant, "secret": change.secret.is_some() });
            self.channel_told(by, id, "whatsapp.channel_changed", detail).await?;
            self.channel(id).await
        })
        .await
    }

    /// Takes one away; its conversations stay. Whether it was there.
    pub async fn remove_channel(&self, by: &By, id: i64) -> Result<bool, StoreError> {
        limited(async {
            let sql = "UPDATE whatsapp_channels SET deleted_at = now(), active = false, secret = NULL
                       WHERE business_id = $1 AND id = $2 AND deleted_at IS NULL";
            if self.sql().execute(sql, &[&self.business().0, &id]).await? == 0 {
                return Ok(false);
            }
            self.channel_told(by, id, "whatsapp.channel_removed", json!({}))
                .await?;
            Ok(true)
        })
        .await
    }

    async fn channel_told(&self, by: &By, id: i64, action: &str, detail: Value) -> Result<(), StoreError> {
        let subject = format!("channel:{id}");
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
    /// A number by its id, for the engine's own work.
    pub async fn whatsapp_channel(&self, id: i64) -> Result<Option<ChannelRow>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql =
                format!("SELECT {COLUMNS} FROM whatsapp_channels h WHERE h.id = $1 AND h.deleted_at IS NULL");
            let statement = client.prepare_cached(&sql).await?;
            let row = client.query_opt(&statement, &[&id]).await?;
            row.as_ref().map(channel).transpose()
        })
        .await
    }
}
