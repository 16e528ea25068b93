//! Files of messages: those that a provider has are fetched under a lease, those that people send come with them. The bytes
//! are in `media` by their hash; whoever may see a message may see its file.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::recordings::Worker;
use crate::tenant::TenantTx;
use domain::ids::BusinessId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;
use tokio_postgres::Row;

/// A file as a message shows it.
#[derive(Debug, Clone)]
pub struct FileRow {
    pub id: i64,
    /// What it is sent as.
    pub kind: String,
    pub mime: String,
    pub name: String,
    pub size: Option<i64>,
    /// `fetching`, `stored`, `refused`.
    pub state: String,
    pub reason: Option<String>,
    pub sha256: Option<Vec<u8>>,
    pub thumbnail: Option<Vec<u8>>,
    pub transcript: Option<String>,
}

/// A file that a person sends.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// As of a message.
    pub kind: &'a str,
    pub mime: &'a str,
    pub name: &'a str,
    pub bytes: &'a [u8],
    pub thumbnail: Option<&'a [u8]>,
    pub by: Option<i64>,
}

/// A file under our claim, to be fetched.
#[derive(Debug, Clone)]
pub struct ClaimedFile {
    pub id: i64,
    pub claim_no: i32,
    pub attempt: i16,
    pub age: Duration,
    pub business: BusinessId,
    pub channel: i64,
    pub conversation: i64,
    pub kind: String,
    pub mime: String,
    pub name: String,
    pub reference: Value,
    pub request_id: String,
}

/// How fetching one ends.
#[derive(Debug, Clone, Copy)]
pub enum FileEnd<'a> {
    Stored {
        mime: &'a str,
        name: &'a str,
        bytes: &'a [u8],
        thumbnail: Option<&'a [u8]>,
        transcript: Option<&'a str>,
    },
    Refused(&'a str),
    /// Again after this long.
    Later(Duration),
}

/// Bytes of either side's files, kept by their hash.
const KEEP: &str =
    "INSERT INTO media (sha256, mime, millis, bytes) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING";

fn hashed(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn claimed(row: &Row) -> ClaimedFile {
    ClaimedFile {
        id: row.get(0),
        claim_no: row.get(1),
        attempt: row.get(2),
        age: Duration::try_from_secs_f64(row.get(3)).unwrap_or_default(),
        business: BusinessId(row.get(4)),
        channel: row.get::<_, Option<i64>>(5).unwrap_or_default(),
        conversation: row.get::<_, Option<i64>>(6).unwrap_or_default(),
        kind: row.get(7),
        mime: row.get(8),
        name: row.get(9),
        reference: row.get::<_, Option<Value>>(10).unwrap_or_default(),
        request_id: row.get(11),
    }
}

impl TenantTx<'_> {
    /// A file of this business's, if it is stored.
    pub async fn whatsapp_file(&self, id: i64) -> Result<Option<FileRow>, StoreError> {
        limited(async {
            let sql = "SELECT id, kind, mime, name, size, state, reason, sha256, thumbnail, transcript FROM whatsapp_media
                       WHERE business_id = $1 AND id = $2";
            let row = self.sql().query_opt(sql, &[&self.business().0, &id]).await?;
            Ok(row.map(|row| FileRow {
                id: row.get(0),
                kind: row.get(1),
                mime: row.get(2),
                name: row.get(3),
                size: row.get(4),
                state: row.get(5),
                reason: row.get(6),
                sha256: row.get(7),
                thumbnail: row.get(8),
                transcript: row.get(9),
            }))
        })
        .await
    }
}

impl Store {
    /// Keeps a file that somebody of this business sends; its number.
    pub async fn keep_file(&self, business: BusinessId, file: NewFile<'_>) -> Result<i64, StoreError> {
        let (hash, size) = (hashed(file.bytes), file.bytes.len() as i64);
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            transaction.execute(KEEP, &[&hash, &file.mime, &file.bytes]).await?;
            let thumbnail = file.thumbnail.map(hashed);
            if let (Some(hash), Some(bytes)) = (&thumbnail, file.thumbnail) {
                transaction.execute(KEEP, &[hash, &"image/jpeg", &bytes]).await?;
            }
            let sql = "INSERT INTO whatsapp_media (business_id, kind, mime, name, size, state, sha256, thumbnail, uploaded_by)
                       VALUES ($1, $2, $3, $4, $5, 'stored', $6, $7, $8) RETURNING id";
            let row = transaction
                .query_one(
                    sql,
                    &[
                        &business.0,
                        &file.kind,
                        &file.mime,
                        &file.name,
                        &size,
                        &hash,
                        &thumbnail,
                        &file.by,
                    ],
                )
                .await?;
            transaction.commit().await?;
            Ok(row.get(0))
        })
        .await
    }

    /// A stored file of this business's by its number: type, name and bytes; its thumbnail when that is asked for.
    pub async fn file_bytes(
        &self,
        business: BusinessId,
        id: i64,
        thumbnail: bool,
    ) -> Result<Option<(String, String, Vec<u8>)>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let sql =
                "SELECT CASE WHEN $3 THEN 'image/jpeg' ELSE f.mime END, f.name, b.bytes FROM whatsapp_media f
                       JOIN media b ON b.sha256 = CASE WHEN $3 THEN f.thumbnail ELSE f.sha256 END
                       WHERE f.business_id = $1 AND f.id = $2 AND f.state = 'stored'";
            let statement = client.prepare_cached(sql).await?;
            let row = client
                .query_opt(&statement, &[&business.0, &id, &thumbnail])
                .await?;
            Ok(row.map(|row| (row.get(0), row.get(1), row.get(2))))
        })
        .await
    }

    /// Claims files to be fetched, the oldest first.
    pub async fn claim_files(
        &self,
        worker: &Worker,
        lease: Duration,
        limit: i64,
    ) -> Result<Vec<ClaimedFile>, StoreError> {
        let sql = "WITH pick AS MATERIALIZED (
                SELECT id FROM whatsapp_media WHERE state = 'fetching' AND not_before <= now()
                  AND (lease_until IS NULL OR lease_until < now() OR lease_node = $1 AND lease_incarnation <> $2)
                ORDER BY not_before, id LIMIT $4 FOR UPDATE SKIP LOCKED)
            UPDATE whatsapp_media f SET claim_no = claim_no + 1, attempt = attempt + 1, lease_node = $1, lease_incarnation = $2,
                   lease_until = now() + $3::float8 * interval '1 millisecond'
            FROM pick WHERE f.id = pick.id
            RETURNING f.id, f.claim_no, f.attempt, extract(epoch FROM now() - f.created_at)::float8, f.business_id, f.channel_id,
                      f.conversation_id, f.kind, f.mime, f.name, f.reference, f.request_id";
        limited(async {
            let client = self.client().await?;
            let statement = client.prepare_cached(sql).await?;
            let lease = lease.as_secs_f64() * 1000.0;
            let rows = client
                .query(&statement, &[&worker.node, &worker.incarnation, &lease, &limit])
                .await?;
            Ok(rows.iter().map(claimed).collect())
        })
        .await
    }

    /// Ends fetching a file.
    ///
    /// # Errors
    /// `Fenced` when somebody else fetches it now.
    pub async fn end_file(&self, one: &ClaimedFile, end: FileEnd<'_>) -> Result<(), StoreError> {
        limited(async {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            let ended = match end {
                FileEnd::Stored {
                    mime,
                    name,
                    bytes,
                    thumbnail,
                    transcript,
                } => {
                    let (hash, size) = (hashed(bytes), bytes.len() as i64);
                    transaction.execute(KEEP, &[&hash, &mime, &bytes]).await?;
                    let small = thumbnail.map(hashed);
                    if let (Some(hash), Some(bytes)) = (&small, thumbnail) {
                        transaction.execute(KEEP, &[hash, &"image/jpeg", &bytes]).await?;
                    }
                    let sql = "UPDATE whatsapp_media SET state = 'stored', mime = $3, size = $4, sha256 = $5, thumbnail = $6, transcript = $7, name = $8,
                               lease_until = NULL WHERE id = $1 AND claim_no = $2 AND state = 'fetching'";
                    transaction
                        .execute(sql, &[&one.id, &one.claim_no, &mime, &size, &hash, &small, &transcript, &name])
                        .await?
                }
                FileEnd::Refused(reason) => {
                    let sql = "UPDATE whatsapp_media SET state = 'refused', reason = $3, lease_until = NULL
                               WHERE id = $1 AND claim_no = $2 AND state = 'fetching'";
                    transaction.execute(sql, &[&one.id, &one.claim_no, &reason]).await?
                }
                FileEnd::Later(wait) => {
                    let sql = "UPDATE whatsapp_media SET not_before = now() + $3::float8 * interval '1 second', lease_until = NULL
                               WHERE id = $1 AND claim_no = $2 AND state = 'fetching'";
                    transaction.execute(sql, &[&one.id, &one.claim_no, &wait.as_secs_f64()]).await?
                }
            };
            transaction.commit().await?;
            if ended == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
        .await
    }
}
