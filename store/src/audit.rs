//! What people did, kept for ever: each row carries the hash of the one before, in one chain per
//! business and one of the platform. Written in the transaction of what it tells; read by pages
//! and by `agentlocator admin verify-audit`, which computes the chain again.

use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::ids::BusinessId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio_postgres::{GenericClient, Row};

/// The chain of what belongs to no business.
pub const PLATFORM: BusinessId = BusinessId(0);

/// Who asked for a change, from where.
#[derive(Debug, Clone, Default)]
pub struct By {
    /// The person's id; `None` for the engine and the command line.
    pub actor: Option<i64>,
    /// Network address of the client.
    pub address: String,
    pub request_id: String,
}

/// Everything that the log may tell of. The application has words for each in every language (a test holds it).
pub const ACTIONS: &[&str] = &[
    "audit.read",
    "business.changed",
    "business.created",
    "business.entered",
    "call.hung_up",
    "call.started",
    "call.taken_over",
    "calls.exported",
    "consent.given",
    "consent.revoked",
    "customer.changed",
    "customer.created",
    "customer.deleted",
    "customer.erased",
    "customer.handed_out",
    "customer.identities",
    "customer.restored",
    "customer.stage",
    "customer.wishes",
    "customers.bulk",
    "customers.exported",
    "customers.import_reverted",
    "customers.imported",
    "customers.merged",
    "customers.unmerged",
    "document.cancelled",
    "document.changed",
    "document.created",
    "document.credited",
    "document.declined",
    "document.deleted",
    "document.expired",
    "document.issued",
    "document.paid",
    "document.reminded",
    "document.sent",
    "document.settings",
    "document.signed",
    "document.viewed",
    "greeting.removed",
    "greeting.uploaded",
    "invitation.accepted",
    "invitation.made",
    "invitation.revoked",
    "login",
    "login.failed",
    "logout",
    "member.changed",
    "member.removed",
    "member.reset_link",
    "note.added",
    "note.changed",
    "note.deleted",
    "number.added",
    "number.removed",
    "password.changed",
    "push.subscribed",
    "push.unsubscribed",
    "recording.listened",
    "session.ended",
    "session.stolen",
    "task.changed",
    "task.created",
    "template.changed",
    "template.created",
    "token.made",
    "token.revoked",
    "user.changed",
    "user.created",
    "user.reset_link",
    "whatsapp.channel_added",
    "whatsapp.channel_changed",
    "whatsapp.channel_removed",
    "whatsapp.conversation",
    "whatsapp.decided",
    "whatsapp.reply_added",
    "whatsapp.reply_removed",
    "whatsapp.templates",
    "whatsapp.written",
];

/// Something that happened: `business.changed`, `login.failed`, … and to what.
#[derive(Debug, Clone)]
pub struct Happened<'a> {
    /// One of [`ACTIONS`].
    pub action: &'a str,
    pub subject: String,
    /// What changed, without secrets.
    pub detail: Value,
}

/// A row of the log.
#[derive(Debug, Clone)]
pub struct AuditRow {
    pub seq: i64,
    pub at: jiff::Timestamp,
    pub actor: Option<i64>,
    pub action: String,
    pub subject: String,
    pub detail: Value,
    pub address: String,
    pub request_id: String,
}

/// What the log is asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    pub limit: i64,
    pub offset: i64,
    /// Only actions that begin with this.
    pub action: Option<String>,
    /// Only rows whose action, subject or detail has this in it.
    pub text: Option<String>,
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
}

/// How a chain was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every row follows the one before.
    Whole { rows: i64 },
    /// The first row that does not.
    Broken { seq: i64, why: &'static str },
}

/// Appends to this business's chain.
///
/// # Errors
/// What Postgres says; the transaction is lost then.
pub async fn append(
    client: &impl GenericClient,
    business: BusinessId,
    by: &By,
    happened: Happened<'_>,
) -> Result<(), StoreError> {
    debug_assert!(
        ACTIONS.contains(&happened.action),
        "{} is not among the log's actions",
        happened.action
    );
    let statement = client
        .prepare("SELECT audit_append($1, $2, $3, $4, $5, $6, $7)")
        .await?;
    let (action, address, request) = (happened.action, by.address.as_str(), by.request_id.as_str());
    client
        .query_one(
            &statement,
            &[
                &business.0,
                &by.actor,
                &action,
                &happened.subject,
                &happened.detail,
                &address,
                &request,
            ],
        )
        .await?;
    Ok(())
}

impl TenantTx<'_> {
    /// Tells the log of this business, in this transaction.
    pub async fn audit(&self, by: &By, happened: Happened<'_>) -> Result<(), StoreError> {
        limited(append(&**self.sql(), self.business(), by, happened)).await
    }

    /// The log of this business, newest first, and how many rows match.
    pub async fn audit_log(&self, query: &AuditQuery) -> Result<(Vec<AuditRow>, i64), StoreError> {
        limited(read(&**self.sql(), self.business(), query)).await
    }
}

impl Store {
    /// Tells a log by itself: log-ins, and what belongs to the platform.
    pub async fn audit(
        &self,
        business: BusinessId,
        by: &By,
        happened: Happened<'_>,
    ) -> Result<(), StoreError> {
        limited(async {
            let client = self.client().await?;
            append(&**client, business, by, happened).await
        })
        .await
    }

    /// The platform's log, newest first, and how many rows match.
    pub async fn platform_log(&self, query: &AuditQuery) -> Result<(Vec<AuditRow>, i64), StoreError> {
        limited(async {
            let client = self.client().await?;
            read(&**client, PLATFORM, query).await
        })
        .await
    }

    /// The chains there are.
    pub async fn audit_chains(&self) -> Result<Vec<BusinessId>, StoreError> {
        limited(async {
            let client = self.client().await?;
            let rows = client
                .query("SELECT business_id FROM audit_heads ORDER BY 1", &[])
                .await?;
            Ok(rows.iter().map(|row| BusinessId(row.get(0))).collect())
        })
        .await
    }

    /// Computes a chain again from its first row, a thousand rows at a time.
    pub async fn verify_audit(&self, business: BusinessId) -> Result<Chain, StoreError> {
        let client = self.client().await?;
        let (mut seq, mut hash) = (0_i64, Vec::new());
        loop {
            let rows = limited(async {
                Ok(client
                    .query(
                        "SELECT seq, (extract(epoch FROM at) * 1000000)::bigint::text, COALESCE(actor::text, ''), action,
                                subject, detail::text, address, request_id, prev_hash, hash
                         FROM audit WHERE business_id = $1 AND seq > $2 ORDER BY seq LIMIT 1000",
                        &[&business.0, &seq],
                    )
                    .await?)
            })
            .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                let at: i64 = row.get(0);
                if at != seq + 1 {
                    return Ok(Chain::Broken {
                        seq: seq + 1,
                        why: "a row is missing",
                    });
                }
                if row.get::<_, &[u8]>(8) != hash {
                    return Ok(Chain::Broken {
                        seq: at,
                        why: "it does not follow the row before",
                    });
                }
                let computed = computed(business, row, &hash);
                if row.get::<_, &[u8]>(9) != computed {
                    return Ok(Chain::Broken {
                        seq: at,
                        why: "it was changed",
                    });
                }
                (seq, hash) = (at, computed);
            }
        }
        let head = client
            .query_opt(
                "SELECT seq, hash FROM audit_heads WHERE business_id = $1",
                &[&business.0],
            )
            .await?;
        let whole = head.is_none_or(|head| head.get::<_, i64>(0) == seq && head.get::<_, &[u8]>(1) == hash);
        Ok(if whole {
            Chain::Whole { rows: seq }
        } else {
            Chain::Broken {
                seq: seq + 1,
                why: "the last rows are missing",
            }
        })
    }
}

/// The canonical form, the same as `audit_append`'s: each text after its length in four bytes.
fn computed(business: BusinessId, row: &Row, before: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    let own = [business.to_string(), row.get::<_, i64>(0).to_string()];
    let kept = (1..=7).map(|column| row.get::<_, String>(column));
    for text in own.into_iter().chain(kept) {
        hash.update((text.len() as u32).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// The rows that a question means; `$1` to `$5`.
const ASKED_FOR: &str = "FROM audit
     WHERE business_id = $1 AND ($2::text IS NULL OR starts_with(action, $2))
       AND ($3::text IS NULL OR position(lower($3) IN lower(action || ' ' || subject || ' ' || detail::text)) > 0)
       AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)";

async fn read(
    client: &impl GenericClient,
    business: BusinessId,
    query: &AuditQuery,
) -> Result<(Vec<AuditRow>, i64), StoreError> {
    let count = format!("SELECT count(*) {ASKED_FOR}");
    let page = format!(
        "SELECT seq, at, actor, action, subject, detail, address, request_id {ASKED_FOR}
         ORDER BY seq DESC LIMIT $6 OFFSET $7"
    );
    let (action, text, from, to) = (&query.action, &query.text, &query.from, &query.to);
    let total = client
        .query_one(&count, &[&business.0, action, text, from, to])
        .await?
        .get(0);
    let rows = client
        .query(
            &page,
            &[&business.0, action, text, from, to, &query.limit, &query.offset],
        )
        .await?;
    let rows = rows.iter().map(|row| AuditRow {
        seq: row.get(0),
        at: row.get(1),
        actor: row.get(2),
        action: row.get(3),
        subject: row.get(4),
        detail: row.get(5),
        address: row.get(6),
        request_id: row.get(7),
    });
    Ok((rows.collect(), total))
}
