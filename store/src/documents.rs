//! Papers: what is written while they are drafts, and lists of them. What issues, signs and pays is in the files beside; what is
//! issued is kept by triggers of V016, whoever asks.

mod issuing;
mod paying;
mod proving;
mod sending;
mod signing;
mod templates;

pub use issuing::{Credited, Drawn, File, FileKind, Issued};
pub use paying::{NewPayment, Paid, PaymentLine};
pub use proving::{EventChain, EventLine, Proof, check_events};
pub use sending::{NewSigning, Opened, Requested, SigningQuery, SigningRow, TimelyEnd};
pub use signing::{BETWEEN_CODES, CodeGiven, Ended, NewSignature, SignedNow, Signer};
pub use templates::{NewTemplate, SettingsRow, TemplateChanged, TemplateRow, VersionRow};

use crate::audit::{By, Happened};
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use crate::timeline::Entry;
use domain::customer::Event;
use domain::document::{Content, Issue, Kind, Paper, Percent, Status, TaxType, Totals, number_text};
use serde_json::{Value, json};
use tokio_postgres::Row;

/// A paper.
#[derive(Debug, Clone)]
pub struct DocumentRow {
    pub id: i64,
    /// Whose it is: of who was merged, the one he was merged into.
    pub customer: i64,
    pub customer_name: String,
    /// E.164.
    pub customer_phone: Option<String>,
    pub kind: Kind,
    pub tax_type: Option<TaxType>,
    pub series: String,
    pub number: Option<i64>,
    pub status: Status,
    pub title: String,
    /// Number, name and version.
    pub template: Option<(i64, String, i32)>,
    pub content: Content,
    /// Of a draft as it would be today.
    pub totals: Totals,
    pub vat_rate: Percent,
    pub allocation_needed: bool,
    pub allocation_number: Option<String>,
    pub credit_of: Option<i64>,
    pub credited_by: Option<i64>,
    /// Agorot.
    pub paid: i64,
    pub snapshot: Option<Paper>,
    pub sha256: Option<Vec<u8>>,
    pub issued_at: Option<jiff::Timestamp>,
    pub created_by: Option<i64>,
    pub created_at: jiff::Timestamp,
    pub updated_at: jiff::Timestamp,
    pub version: i64,
}

impl DocumentRow {
    /// The draft as it would be printed with this rate. `None` when it comes to less than nothing, or to too much.
    pub fn draft(&self, vat_rate: Percent) -> Option<Paper> {
        let issue = Issue {
            kind: self.kind,
            tax_type: self.tax_type,
            title: self.title.clone(),
            number: None,
            day: None,
            vat_rate,
            allocation_number: None,
            credit_of: None,
        };
        Paper::of(issue, self.content.clone())
    }

    /// Its number as people read it.
    pub fn number_text(&self) -> Option<String> {
        self.number.map(number_text)
    }
}

/// A paper to be written.
#[derive(Debug, Clone)]
pub struct NewDocument {
    pub customer: i64,
    pub kind: Kind,
    pub tax_type: Option<TaxType>,
    pub title: String,
    /// Number and version.
    pub template: Option<(i64, i32)>,
    pub content: Content,
    pub totals: Totals,
    pub vat_rate: Percent,
}

/// A change of a draft: what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct DocumentChange {
    pub title: Option<String>,
    pub content: Content,
    pub totals: Totals,
    pub vat_rate: Percent,
}

/// How a change of a draft ended.
#[derive(Debug, Clone)]
pub enum DocumentChanged {
    Done(Box<DocumentRow>),
    /// It is at another version.
    Meanwhile(Box<DocumentRow>),
    /// It is issued.
    Issued(Box<DocumentRow>),
    NotThere,
}

/// What a list is asked for.
#[derive(Debug, Clone, Default)]
pub struct DocumentQuery {
    pub kinds: &'static [Kind],
    /// In the title, the number, or the customer's name.
    pub text: Option<String>,
    pub status: Option<Status>,
    pub customer: Option<i64>,
    pub from: Option<jiff::Timestamp>,
    pub to: Option<jiff::Timestamp>,
    /// Column and whether it descends, from the list that the edge knows.
    pub sort: (&'static str, bool),
    pub limit: i64,
    pub offset: i64,
}

const COLUMNS: &str = "d.id, COALESCE(c.merged_into, c.id), c.name,
    (SELECT i.value FROM customer_identities i WHERE i.business_id = d.business_id AND i.customer_id = COALESCE(c.merged_into, c.id)
        AND i.kind = 'phone' ORDER BY i.is_primary DESC, i.value LIMIT 1),
    d.kind, d.tax_type, d.series, d.number, d.status, d.title, d.template_id, d.template_version,
    (SELECT v.name FROM document_template_versions v WHERE v.business_id = d.business_id AND v.template_id = d.template_id
        AND v.version = d.template_version),
    d.content, d.net, d.vat, d.total, d.vat_rate, d.allocation_needed, d.allocation_number, d.credit_of, d.credited_by, d.paid,
    d.snapshot, d.sha256, d.issued_at, d.created_by, d.created_at, d.updated_at, d.version";
const FROM: &str =
    "FROM documents d JOIN customers c ON c.business_id = d.business_id AND c.id = d.customer_id";

fn row(row: &Row) -> Result<DocumentRow, StoreError> {
    let odd = |_| StoreError::Refused("a document can't be read".into());
    let word = || StoreError::Refused("a document has a word that nobody knows".into());
    let template = (row.get::<_, Option<i64>>(10), row.get::<_, Option<i32>>(11));
    let name = row.get::<_, Option<String>>(12).unwrap_or_default();
    let snapshot: Option<Value> = row.get(23);
    Ok(DocumentRow {
        id: row.get(0),
        customer: row.get(1),
        customer_name: row.get(2),
        customer_phone: row.get(3),
        kind: Kind::parse(row.get(4)).ok_or_else(word)?,
        tax_type: row.get::<_, Option<i16>>(5).and_then(TaxType::of),
        series: row.get(6),
        number: row.get(7),
        status: Status::parse(row.get(8)).ok_or_else(word)?,
        title: row.get(9),
        template: template
            .0
            .zip(template.1)
            .map(|(id, version)| (id, name, version)),
        content: serde_json::from_value(row.get(13)).map_err(odd)?,
        totals: Totals {
            net: row.get(14),
            vat: row.get(15),
            total: row.get(16),
        },
        vat_rate: Percent::from_hundredths(row.get(17)),
        allocation_needed: row.get(18),
        allocation_number: row.get(19),
        credit_of: row.get(20),
        credited_by: row.get(21),
        paid: row.get(22),
        snapshot: snapshot.map(serde_json::from_value).transpose().map_err(odd)?,
        sha256: row.get(24),
        issued_at: row.get(25),
        created_by: row.get(26),
        created_at: row.get(27),
        updated_at: row.get(28),
        version: row.get(29),
    })
}

fn as_json(value: &impl serde::Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Refused(error.to_string()))
}

impl TenantTx<'_> {
    /// A paper, `None` when there is none of this number.
    pub async fn document(&self, id: i64) -> Result<Option<DocumentRow>, StoreError> {
        limited(self.document_at(id, "")).await
    }

    pub(super) async fn document_at(&self, id: i64, lock: &str) -> Result<Option<DocumentRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} {FROM} WHERE d.business_id = $1 AND d.id = $2 {lock}");
        let statement = self.sql().prepare_cached(&sql).await?;
        let found = self
            .sql()
            .query_opt(&statement, &[&self.business().0, &id])
            .await?;
        found.as_ref().map(row).transpose()
    }

    /// A paper under our lock until the transaction ends.
    pub(super) async fn hold_document(&self, id: i64) -> Result<Option<DocumentRow>, StoreError> {
        self.document_at(id, "FOR UPDATE OF d").await
    }

    /// A page of papers, and how many there are.
    pub async fn documents(&self, query: &DocumentQuery) -> Result<(Vec<DocumentRow>, i64), StoreError> {
        limited(async {
            let asked = "d.business_id = $1 AND d.kind = ANY ($2) AND ($3::text IS NULL OR d.status = $3)
                AND ($4::bigint IS NULL OR c.id = $4 OR c.merged_into = $4)
                AND ($5::timestamptz IS NULL OR d.created_at >= $5) AND ($6::timestamptz IS NULL OR d.created_at < $6)
                AND ($7::text IS NULL OR position(lower($7) IN lower(d.title || ' ' || c.name || ' ' || COALESCE(lpad(d.number::text, 4, '0'), ''))) > 0)";
            let kinds: Vec<&str> = query.kinds.iter().map(|kind| kind.as_str()).collect();
            let status = query.status.map(Status::as_str);
            let (column, down) = query.sort;
            let order = if down { "DESC" } else { "ASC" };
            let count = format!("SELECT count(*) {FROM} WHERE {asked}");
            let page = format!(
                "SELECT {COLUMNS} {FROM} WHERE {asked} ORDER BY {column} {order} NULLS LAST, d.id {order} LIMIT $8 OFFSET $9"
            );
            let business = self.business().0;
            let total = self
                .sql()
                .query_one(
                    &count,
                    &[&business, &kinds, &status, &query.customer, &query.from, &query.to, &query.text],
                )
                .await?
                .get(0);
            let rows = self
                .sql()
                .query(
                    &page,
                    &[
                        &business, &kinds, &status, &query.customer, &query.from, &query.to, &query.text, &query.limit,
                        &query.offset,
                    ],
                )
                .await?;
            let rows: Result<Vec<DocumentRow>, StoreError> = rows.iter().map(row).collect();
            Ok((rows?, total))
        })
        .await
    }

    /// Writes a draft. `None` when there is no such customer, or no such template.
    pub async fn make_document(&self, by: &By, new: &NewDocument) -> Result<Option<DocumentRow>, StoreError> {
        limited(async {
            let (template, version) = new.template.unzip();
            let sql = "INSERT INTO documents (business_id, customer_id, kind, tax_type, series, title, template_id, template_version,
                              content, net, vat, total, vat_rate, created_by)
                       SELECT $1, c.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM customers c
                       WHERE c.business_id = $1 AND c.id = $2 AND c.deleted_at IS NULL AND c.merged_into IS NULL RETURNING id";
            let made = self
                .sql()
                .query_opt(
                    sql,
                    &[
                        &self.business().0,
                        &new.customer,
                        &new.kind.as_str(),
                        &new.tax_type.map(TaxType::code),
                        &new.kind.series(new.tax_type, false),
                        &new.title,
                        &template,
                        &version,
                        &as_json(&new.content)?,
                        &new.totals.net,
                        &new.totals.vat,
                        &new.totals.total,
                        &new.vat_rate.hundredths(),
                        &by.actor,
                    ],
                )
                .await?;
            let Some(made) = made else {
                return Ok(None);
            };
            let Some(document) = self.document_at(made.get(0), "").await? else {
                return Ok(None);
            };
            self.document_told(by, &document, "created", json!({})).await?;
            Ok(Some(document))
        })
        .await
    }

    /// Changes a draft.
    pub async fn change_document(
        &self,
        by: &By,
        (id, version): (i64, i64),
        change: &DocumentChange,
    ) -> Result<DocumentChanged, StoreError> {
        limited(async {
            let Some(was) = self.hold_document(id).await? else {
                return Ok(DocumentChanged::NotThere);
            };
            if was.number.is_some() {
                return Ok(DocumentChanged::Issued(Box::new(was)));
            }
            if was.version != version {
                return Ok(DocumentChanged::Meanwhile(Box::new(was)));
            }
            let sql = "UPDATE documents SET title = COALESCE($3, title), content = $4, net = $5, vat = $6, total = $7, vat_rate = $8,
                              version = version + 1, updated_at = now()
                       WHERE business_id = $1 AND id = $2";
            self.sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &id,
                        &change.title,
                        &as_json(&change.content)?,
                        &change.totals.net,
                        &change.totals.vat,
                        &change.totals.total,
                        &change.vat_rate.hundredths(),
                    ],
                )
                .await?;
            self.document_audited(by, &was, "changed", json!({})).await?;
            let now = self.document_at(id, "").await?;
            Ok(now.map_or(DocumentChanged::NotThere, |now| DocumentChanged::Done(Box::new(now))))
        })
        .await
    }

    /// Throws a draft away.
    pub async fn remove_document(&self, by: &By, id: i64) -> Result<DocumentChanged, StoreError> {
        limited(async {
            let Some(was) = self.hold_document(id).await? else {
                return Ok(DocumentChanged::NotThere);
            };
            if was.number.is_some() {
                return Ok(DocumentChanged::Issued(Box::new(was)));
            }
            let sql = "DELETE FROM documents WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &id]).await?;
            self.document_told(by, &was, "deleted", json!({})).await?;
            Ok(DocumentChanged::Done(Box::new(was)))
        })
        .await
    }

    /// Tells the timeline and the audit log what happened to a paper.
    pub(super) async fn document_told(
        &self,
        by: &By,
        document: &DocumentRow,
        event: &str,
        detail: Value,
    ) -> Result<(), StoreError> {
        let number = document.number_text();
        self.tell_timeline(&Entry {
            customer: document.customer,
            kind: Event::Document,
            // The version makes each happening one of its own.
            key: format!("{}:{event}:{}", document.id, document.version),
            title: &document.title,
            meta: json!({
                "document_id": document.id, "document": document.kind, "event": event, "number": number,
                "total": document.totals.total, "by": by.actor, "more": detail,
            }),
        })
        .await?;
        self.document_audited(by, document, event, detail).await
    }

    pub(super) async fn document_audited(
        &self,
        by: &By,
        document: &DocumentRow,
        event: &str,
        detail: Value,
    ) -> Result<(), StoreError> {
        let happened = Happened {
            action: &format!("document.{event}"),
            subject: format!("document:{}", document.id),
            detail: json!({ "kind": document.kind, "number": document.number_text(), "customer": document.customer, "more": detail }),
        };
        self.audit(by, happened).await
    }
}
