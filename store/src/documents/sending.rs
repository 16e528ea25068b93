//! Requests to sign: asked for by people, opened by links, called off, reminded of, run out. Of a link only its SHA-256 is kept; it
//! is exchanged for a session of half an hour, and dies with the request.

use super::DocumentRow;
use super::proving::EventLine;
use crate::audit::By;
use crate::connect::{Store, limited};
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::{Channel, Kind, SigningStatus, Status};
use domain::ids::BusinessId;
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A request to be made.
#[derive(Debug, Clone)]
pub struct NewSigning {
    pub document: i64,
    pub channel: Channel,
    /// A phone or a mail address, as it is shown.
    pub to: String,
    /// Where the one-time code goes, E.164.
    pub phone: Option<String>,
    pub days: i32,
    /// SHA-256 of the link's secret.
    pub link: [u8; 32],
}

/// A request to sign.
#[derive(Debug, Clone)]
pub struct SigningRow {
    pub id: i64,
    pub document: i64,
    pub customer: i64,
    pub kind: Kind,
    pub title: String,
    pub number: Option<i64>,
    pub status: SigningStatus,
    pub channel: Channel,
    pub to: String,
    pub phone: Option<String>,
    pub expires_at: jiff::Timestamp,
    pub signed_at: Option<jiff::Timestamp>,
    pub signer: Option<String>,
    pub signer_id: Option<String>,
    pub signature: Option<Value>,
    pub consent: Option<String>,
    pub declined_reason: Option<String>,
    pub created_at: jiff::Timestamp,
    pub over: bool,
    /// The oldest first; empty in lists.
    pub events: Vec<EventLine>,
}

/// How asking for a signature ended.
#[derive(Debug, Clone)]
pub enum Requested {
    Done(Box<SigningRow>),
    /// It is no paper to be signed, or is not issued, or signed already.
    Not(Box<DocumentRow>),
    /// One is open.
    Open,
    NotThere,
}

/// How an end by somebody's hand ended.
#[derive(Debug, Clone)]
pub enum TimelyEnd {
    Done(Box<SigningRow>),
    /// It was over before.
    Over(Box<SigningRow>),
    NotThere,
}

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    pub business: BusinessId,
    pub signing: i64,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct SigningQuery {
    pub status: Option<SigningStatus>,
    pub customer: Option<i64>,
    pub document: Option<i64>,
    pub limit: i64,
    pub offset: i64,
}

const COLUMNS: &str = "s.id, s.document_id, COALESCE(c.merged_into, c.id), d.kind, d.title, d.number, s.status, s.channel, s.sent_to, s.phone, s.expires_at,
    s.signed_at, s.signer, s.signer_id, s.signature, s.consent, s.declined_reason, s.created_at, s.expires_at < now()";
const FROM: &str =
    "FROM signings s JOIN documents d ON d.business_id = s.business_id AND d.id = s.document_id
    JOIN customers c ON c.business_id = d.business_id AND c.id = d.customer_id";

fn row(row: &Row) -> Result<SigningRow, StoreError> {
    let odd = || StoreError::Refused("a signing has a word that nobody knows".into());
    let status = SigningStatus::parse(row.get(6)).ok_or_else(odd)?;
    Ok(SigningRow {
        id: row.get(0),
        document: row.get(1),
        customer: row.get(2),
        kind: Kind::parse(row.get(3)).ok_or_else(odd)?,
        title: row.get(4),
        number: row.get(5),
        status,
        channel: Channel::parse(row.get(7)).ok_or_else(odd)?,
        to: row.get(8),
        phone: row.get(9),
        expires_at: row.get(10),
        signed_at: row.get(11),
        signer: row.get(12),
        signer_id: row.get(13),
        signature: row.get(14),
        consent: row.get(15),
        declined_reason: row.get(16),
        created_at: row.get(17),
        over: !status.is_open() || row.get(18),
        events: Vec::new(),
    })
}

impl TenantTx<'_> {
    /// Asks for a signature of an issued paper.
    pub async fn request_signing(&self, by: &By, new: &NewSigning) -> Result<Requested, StoreError> {
        limited(async {
            let Some(document) = self.hold_document(new.document).await? else {
                return Ok(Requested::NotThere);
            };
            if matches!(document.status, Status::Sent | Status::Viewed) {
                return Ok(Requested::Open);
            }
            if !document.kind.is_signed() || !document.status.may_become(Status::Sent) {
                return Ok(Requested::Not(Box::new(document)));
            }
            let sql = "INSERT INTO signings (business_id, document_id, channel, sent_to, phone, expires_at, created_by)
                       VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6), $7) RETURNING id";
            let row = self
                .sql()
                .query_one(
                    sql,
                    &[
                        &self.business().0,
                        &new.document,
                        &new.channel.as_str(),
                        &new.to,
                        &new.phone,
                        &new.days,
                        &by.actor,
                    ],
                )
                .await?;
            let id: i64 = row.get(0);
            self.add_link(id, &new.link).await?;
            self.add_event(id, "sent", (&by.address, ""), json!({ "channel": new.channel }))
                .await?;
            let document = self.document_becomes(&document, Status::Sent).await?;
            let detail = json!({ "signing": id, "channel": new.channel });
            self.document_told(by, &document, "sent", detail).await?;
            let made = self.signing_at(id, "").await?;
            Ok(made.map_or(Requested::NotThere, |made| Requested::Done(Box::new(made))))
        })
        .await
    }

    async fn add_link(&self, signing: i64, hash: &[u8; 32]) -> Result<(), StoreError> {
        let sql = "INSERT INTO signing_keys (hash, business_id, signing_id, kind, until)
                   SELECT $3, $1, $2, 'link', expires_at FROM signings WHERE business_id = $1 AND id = $2";
        self.sql()
            .execute(sql, &[&self.business().0, &signing, &hash.as_slice()])
            .await?;
        Ok(())
    }

    /// An issued paper comes into another state. What may follow what has been looked at.
    pub(super) async fn document_becomes(
        &self,
        was: &DocumentRow,
        status: Status,
    ) -> Result<DocumentRow, StoreError> {
        let sql = "UPDATE documents SET status = $3, version = version + 1, updated_at = now() WHERE business_id = $1 AND id = $2";
        self.sql()
            .execute(sql, &[&self.business().0, &was.id, &status.as_str()])
            .await?;
        let now = self.document_at(was.id, "").await?;
        now.ok_or_else(|| StoreError::Refused("a document has gone".into()))
    }

    pub(super) async fn signing_at(&self, id: i64, lock: &str) -> Result<Option<SigningRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} {FROM} WHERE s.business_id = $1 AND s.id = $2 {lock}");
        let found = self.sql().query_opt(&sql, &[&self.business().0, &id]).await?;
        let Some(mut found) = found.as_ref().map(row).transpose()? else {
            return Ok(None);
        };
        found.events = self.events(id).await?;
        Ok(Some(found))
    }

    /// A request with what happened to it, `None` when there is none of this number.
    pub async fn signing(&self, id: i64) -> Result<Option<SigningRow>, StoreError> {
        limited(self.signing_at(id, "")).await
    }

    /// The newest request of a paper.
    pub async fn signing_of(&self, document: i64) -> Result<Option<SigningRow>, StoreError> {
        limited(async {
            let sql = "SELECT id FROM signings WHERE business_id = $1 AND document_id = $2 ORDER BY id DESC LIMIT 1";
            let newest = self.sql().query_opt(sql, &[&self.business().0, &document]).await?;
            match newest {
                Some(newest) => self.signing_at(newest.get(0), "").await,
                None => Ok(None),
            }
        })
        .await
    }

    /// A page of requests, the newest first, and how many there are.
    pub async fn signings(&self, query: &SigningQuery) -> Result<(Vec<SigningRow>, i64), StoreError> {
        limited(async {
            let asked = "s.business_id = $1 AND ($2::text IS NULL OR s.status = $2) AND ($3::bigint IS NULL OR c.id = $3 OR c.merged_into = $3)
                AND ($4::bigint IS NULL OR s.document_id = $4)";
            let status = query.status.map(SigningStatus::as_str);
            let business = self.business().0;
            let count = format!("SELECT count(*) {FROM} WHERE {asked}");
            let total = self
                .sql()
                .query_one(&count, &[&business, &status, &query.customer, &query.document])
                .await?
                .get(0);
            let page = format!("SELECT {COLUMNS} {FROM} WHERE {asked} ORDER BY s.id DESC LIMIT $5 OFFSET $6");
            let rows = self
                .sql()
                .query(
                    &page,
                    &[&business, &status, &query.customer, &query.document, &query.limit, &query.offset],
                )
                .await?;
            let rows: Result<Vec<SigningRow>, StoreError> = rows.iter().map(row).collect();
            Ok((rows?, total))
        })
        .await
    }

    /// Calls a request off; the paper may be sent again.
    pub async fn cancel_signing(&self, by: &By, id: i64) -> Result<TimelyEnd, StoreError> {
        limited(self.end_signing(by, id, (SigningStatus::Cancelled, Status::Issued, "cancelled"))).await
    }

    /// Ends a request whose time has run out.
    pub async fn expire_signing(&self, id: i64) -> Result<TimelyEnd, StoreError> {
        let over = (SigningStatus::Expired, Status::Expired, "expired");
        limited(self.end_signing(&By::default(), id, over)).await
    }

    async fn end_signing(
        &self,
        by: &By,
        id: i64,
        (status, paper, event): (SigningStatus, Status, &str),
    ) -> Result<TimelyEnd, StoreError> {
        let Some(was) = self.signing_at(id, "FOR UPDATE OF s").await? else {
            return Ok(TimelyEnd::NotThere);
        };
        if !was.status.is_open() {
            return Ok(TimelyEnd::Over(Box::new(was)));
        }
        let sql = "UPDATE signings SET status = $3 WHERE business_id = $1 AND id = $2";
        self.sql()
            .execute(sql, &[&self.business().0, &id, &status.as_str()])
            .await?;
        self.add_event(id, event, (&by.address, ""), json!({})).await?;
        if let Some(document) = self.hold_document(was.document).await?
            && document.status.may_become(paper)
        {
            let document = self.document_becomes(&document, paper).await?;
            self.document_told(by, &document, event, json!({ "signing": id }))
                .await?;
        }
        let now = self.signing_at(id, "").await?;
        Ok(now.map_or(TimelyEnd::NotThere, |now| TimelyEnd::Done(Box::new(now))))
    }

    /// Another link of an open request, for a reminder.
    pub async fn remind_signing(&self, by: &By, id: i64, link: &[u8; 32]) -> Result<TimelyEnd, StoreError> {
        limited(async {
            let Some(was) = self.signing_at(id, "FOR UPDATE OF s").await? else {
                return Ok(TimelyEnd::NotThere);
            };
            if was.over {
                return Ok(TimelyEnd::Over(Box::new(was)));
            }
            let sql = "UPDATE signings SET reminders = reminders + 1, reminded_at = now() WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &id]).await?;
            self.add_link(id, link).await?;
            self.add_event(id, "reminded", (&by.address, ""), json!({})).await?;
            if let Some(document) = self.document_at(was.document, "").await? {
                self.document_audited(by, &document, "reminded", json!({ "signing": id })).await?;
            }
            let now = self.signing_at(id, "").await?;
            Ok(now.map_or(TimelyEnd::NotThere, |now| TimelyEnd::Done(Box::new(now))))
        })
        .await
    }

    /// A session of half an hour for whoever has the link.
    pub async fn begin_session(&self, signing: i64, hash: &[u8; 32]) -> Result<(), StoreError> {
        limited(async {
            let old = "DELETE FROM signing_keys WHERE business_id = $1 AND signing_id = $2 AND kind = 'session' AND until < now()";
            self.sql().execute(old, &[&self.business().0, &signing]).await?;
            let sql = "INSERT INTO signing_keys (hash, business_id, signing_id, kind, until)
                       VALUES ($3, $1, $2, 'session', now() + interval '30 minutes')";
            self.sql()
                .execute(sql, &[&self.business().0, &signing, &hash.as_slice()])
                .await?;
            Ok(())
        })
        .await
    }
}

impl Store {
    /// What this link opens: nobody has said yet whose it is.
    pub async fn signing_link(&self, hash: &[u8; 32]) -> Result<Option<Opened>, StoreError> {
        self.signing_key(hash, "link").await
    }

    /// What this session is of.
    pub async fn signing_session(&self, hash: &[u8; 32]) -> Result<Option<Opened>, StoreError> {
        self.signing_key(hash, "session").await
    }

    async fn signing_key(&self, hash: &[u8; 32], kind: &str) -> Result<Option<Opened>, StoreError> {
        limited(async {
            // A link that has run out is known: whoever opens it is told that it is over.
            let sql = "SELECT k.business_id, k.signing_id FROM signing_keys k JOIN businesses b ON b.id = k.business_id
                       WHERE k.hash = $1 AND k.kind = $2 AND (k.kind = 'link' OR k.until > now()) AND b.active AND b.deleted_at IS NULL";
            let client = self.client().await?;
            let row = client.query_opt(sql, &[&hash.as_slice(), &kind]).await?;
            Ok(row.map(|row| Opened {
                business: BusinessId(row.get(0)),
                signing: row.get(1),
            }))
        })
        .await
    }

    /// Ends requests whose time has run out, at most a hundred at a time, and gives whose papers they were of.
    pub async fn end_signings(&self) -> Result<Vec<(BusinessId, i64)>, StoreError> {
        let found = limited(async {
            let sql = "SELECT business_id, id FROM signings WHERE status IN ('sent', 'viewed') AND expires_at < now()
                       ORDER BY expires_at LIMIT 100";
            let client = self.client().await?;
            let rows = client.query(sql, &[]).await?;
            let opened = |row: &Row| (BusinessId(row.get(0)), row.get::<_, i64>(1));
            Ok(rows.iter().map(opened).collect::<Vec<_>>())
        })
        .await?;
        let mut ended = Vec::new();
        for (business, signing) in found {
            let mut tenant = self.tenant(business).await?;
            let transaction = tenant.begin().await?;
            if let TimelyEnd::Done(row) = transaction.expire_signing(signing).await? {
                transaction.commit().await?;
                ended.push((business, row.customer));
            }
        }
        Ok(ended)
    }
}
