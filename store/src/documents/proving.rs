//! What proves a signature: the chain of a request's events, and the hashes of files by which anybody finds out whether a paper is
//! the one that was signed.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::Kind;
use domain::ids::BusinessId;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Something that happened to a request.
#[derive(Debug, Clone)]
pub struct EventLine {
    pub at: jiff::Timestamp,
    pub kind: String,
    pub address: String,
    pub device: String,
    pub hash: Vec<u8>,
}

/// How a chain was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventChain {
    Whole {
        events: i32,
    },
    /// The first event that does not follow the one before, or is not there.
    Broken {
        seq: i32,
    },
}

/// What a file is.
#[derive(Debug, Clone)]
pub struct Proof {
    pub kind: Kind,
    pub title: String,
    pub number: Option<i64>,
    /// As it stands on the paper.
    pub business: String,
    /// Whether it is the signed file, or the one before.
    pub signed: bool,
    pub signed_at: Option<jiff::Timestamp>,
    pub signer: Option<String>,
}

impl TenantTx<'_> {
    pub(super) async fn add_event(
        &self,
        signing: i64,
        kind: &str,
        (address, device): (&str, &str),
        detail: Value,
    ) -> Result<(), StoreError> {
        let sql = "SELECT signing_append($1, $2, $3, $4, $5, $6)";
        let statement = self.sql().prepare_cached(sql).await?;
        self.sql()
            .query_one(
                &statement,
                &[&self.business().0, &signing, &kind, &address, &device, &detail],
            )
            .await?;
        Ok(())
    }

    /// Tells that the signed file was made, and its hash, in the chain.
    pub(super) async fn seal_signing(&self, signing: i64, sha256: &[u8]) -> Result<(), StoreError> {
        let hex: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let detail = serde_json::json!({ "sha256": hex });
        self.add_event(signing, "sealed", ("", ""), detail).await
    }

    pub(super) async fn events(&self, signing: i64) -> Result<Vec<EventLine>, StoreError> {
        let sql = "SELECT at, kind, address, device, hash FROM signing_events WHERE business_id = $1 AND signing_id = $2 ORDER BY seq";
        let rows = self.sql().query(sql, &[&self.business().0, &signing]).await?;
        let line = |row: &tokio_postgres::Row| EventLine {
            at: row.get(0),
            kind: row.get(1),
            address: row.get(2),
            device: row.get(3),
            hash: row.get(4),
        };
        Ok(rows.iter().map(line).collect())
    }
}

/// Computes a request's chain again.
pub async fn check_events(
    store: &Store,
    business: BusinessId,
    signing: i64,
) -> Result<EventChain, StoreError> {
    limited(async {
        let client = store.client().await?;
        let sql = "SELECT seq, (extract(epoch FROM at) * 1000000)::bigint::text, kind, address, device, detail::text, hash
                   FROM signing_events WHERE business_id = $1 AND signing_id = $2 ORDER BY seq";
        let rows = client.query(sql, &[&business.0, &signing]).await?;
        let (mut seq, mut head) = (0, Vec::new());
        for row in &rows {
            let at: i32 = row.get(0);
            let mut hash = Sha256::new();
            hash.update(&head);
            let own = [business.to_string(), signing.to_string(), at.to_string()];
            for text in own.into_iter().chain((1..=5).map(|column| row.get::<_, String>(column))) {
                hash.update((text.len() as u32).to_be_bytes());
                hash.update(text.as_bytes());
            }
            let computed = hash.finalize().to_vec();
            if at != seq + 1 || row.get::<_, Vec<u8>>(6) != computed {
                return Ok(EventChain::Broken { seq: seq + 1 });
            }
            (seq, head) = (at, computed);
        }
        let sql = "SELECT seq, head FROM signings WHERE business_id = $1 AND id = $2";
        let last = client.query_opt(sql, &[&business.0, &signing]).await?;
        let whole = last.is_some_and(|last| last.get::<_, i32>(0) == seq && last.get::<_, Vec<u8>>(1) == head);
        Ok(if whole {
            EventChain::Whole { events: seq }
        } else {
            EventChain::Broken { seq: seq + 1 }
        })
    })
    .await
}

impl Store {
    /// What the file of this hash is; whoever has the file asks, whoever's it is.
    pub async fn proof(&self, sha256: &[u8]) -> Result<Option<Proof>, StoreError> {
        limited(async {
            let sql = "SELECT d.kind, d.title, d.number, d.snapshot->'business'->>'name', f.kind = 'signed', s.signed_at, s.signer
                       FROM document_files f JOIN documents d ON d.business_id = f.business_id AND d.id = f.document_id
                       LEFT JOIN signings s ON f.kind = 'signed' AND s.business_id = d.business_id AND s.document_id = d.id AND s.status = 'signed'
                       WHERE f.sha256 = $1 LIMIT 1";
            let client = self.client().await?;
            let row = client.query_opt(sql, &[&sha256]).await?;
            let odd = || StoreError::Refused("a document has a word that nobody knows".into());
            row.map(|row| {
                Ok(Proof {
                    kind: Kind::parse(row.get(0)).ok_or_else(odd)?,
                    title: row.get(1),
                    number: row.get(2),
                    business: row.get::<_, Option<String>>(3).unwrap_or_default(),
                    signed: row.get(4),
                    signed_at: row.get(5),
                    signer: row.get(6),
                })
            })
            .transpose()
        })
        .await
    }
}
