//! Issuing: a paper gets its number and is what it is from then on. The number, the frozen paper, the timeline and the audit log
//! are one transaction, under the lock of the series; the file is drawn from the frozen paper after it, any number of times the same.

use super::{DocumentRow, as_json};
use crate::audit::By;
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::{Content, Issue, Kind, Paper, Percent, Rules, Status, TaxType, missing, number_text};
use jiff::civil::Date;
use serde_json::json;

/// How issuing ended.
#[derive(Debug, Clone)]
pub enum Issued {
    Done(Box<DocumentRow>),
    /// It was issued before.
    Already(Box<DocumentRow>),
    /// What the law, or the paper's own text, still wants.
    Missing(Vec<String>),
    /// Only registered software may issue papers of this type.
    Registration,
    /// It comes to less than nothing, or to too much.
    Sums,
    NotThere,
}

/// How crediting ended.
#[derive(Debug, Clone)]
pub enum Credited {
    /// The paper that takes the other one back.
    Done(Box<DocumentRow>),
    /// It is a draft, or was taken back before.
    Not(Box<DocumentRow>),
    Registration,
    NotThere,
}

/// Which file of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Original,
    Signed,
}

impl FileKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Signed => "signed",
        }
    }
}

/// What a file was drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    Original,
    /// By this request.
    Signed(i64),
}

impl Drawn {
    /// Which file of the paper that is.
    pub fn kind(self) -> FileKind {
        match self {
            Self::Original => FileKind::Original,
            Self::Signed(_) => FileKind::Signed,
        }
    }
}

/// A file of a paper.
#[derive(Debug, Clone)]
pub struct File {
    pub bytes: Vec<u8>,
    pub pages: i32,
    pub sha256: Vec<u8>,
}

/// What is issued now.
struct Issuing {
    document: DocumentRow,
    content: Content,
    rate: Percent,
    day: Date,
    credit_of: Option<String>,
}

impl TenantTx<'_> {
    /// Issues a draft on this day of the business's calendar.
    pub async fn issue_document(
        &self,
        by: &By,
        id: i64,
        day: Date,
        rules: &Rules,
    ) -> Result<Issued, StoreError> {
        limited(async {
            let Some(document) = self.hold_document(id).await? else {
                return Ok(Issued::NotThere);
            };
            if document.number.is_some() {
                return Ok(Issued::Already(Box::new(document)));
            }
            let content = document.content.clone();
            let missing = missing(
                document.kind,
                &content.fields,
                !content.lines.is_empty(),
                &content.body,
            );
            if !missing.is_empty() {
                return Ok(Issued::Missing(missing));
            }
            if document.tax_type.is_some_and(TaxType::needs_registration) {
                return Ok(Issued::Registration);
            }
            let issuing = Issuing {
                document,
                content,
                rate: rules.vat_on(day),
                day,
                credit_of: None,
            };
            let needs = |paper: &Paper| {
                let tax = paper.tax_type;
                tax.is_some_and(|tax| rules.needs_allocation(tax, paper.totals.net, paper.totals.vat, day))
            };
            match self.give_number(by, issuing, needs).await? {
                Some(document) => Ok(Issued::Done(Box::new(document))),
                None => Ok(Issued::Sums),
            }
        })
        .await
    }

    /// The next number of the series: who asks at the same time waits until this transaction ends.
    async fn next_number(&self, series: &str) -> Result<i64, StoreError> {
        let first =
            "INSERT INTO document_numbers (business_id, series) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let first = self.sql().prepare_cached(first).await?;
        self.sql().execute(&first, &[&self.business().0, &series]).await?;
        let held = "SELECT last FROM document_numbers WHERE business_id = $1 AND series = $2 FOR UPDATE";
        let held = self.sql().prepare_cached(held).await?;
        let last: i64 = self
            .sql()
            .query_one(&held, &[&self.business().0, &series])
            .await?
            .get(0);
        let next = "UPDATE document_numbers SET last = $3 WHERE business_id = $1 AND series = $2";
        let next = self.sql().prepare_cached(next).await?;
        self.sql()
            .execute(&next, &[&self.business().0, &series, &(last + 1)])
            .await?;
        Ok(last + 1)
    }

    async fn give_number(
        &self,
        by: &By,
        issuing: Issuing,
        needs_allocation: impl Fn(&Paper) -> bool + Send,
    ) -> Result<Option<DocumentRow>, StoreError> {
        let document = issuing.document;
        let number = self.next_number(&document.series).await?;
        let issue = Issue {
            kind: document.kind,
            tax_type: document.tax_type,
            title: document.title.clone(),
            number: Some(number_text(number)),
            day: Some(issuing.day),
            vat_rate: issuing.rate,
            allocation_number: document.allocation_number.clone(),
            credit_of: issuing.credit_of,
        };
        let Some(paper) = Paper::of(issue, issuing.content) else {
            return Ok(None);
        };
        let sql = "UPDATE documents SET number = $3, status = 'issued', issued_at = now(), snapshot = $4, net = $5, vat = $6, total = $7,
                          vat_rate = $8, allocation_needed = $9, version = version + 1, updated_at = now()
                   WHERE business_id = $1 AND id = $2";
        let statement = self.sql().prepare_cached(sql).await?;
        self.sql()
            .execute(
                &statement,
                &[
                    &self.business().0,
                    &document.id,
                    &number,
                    &as_json(&paper)?,
                    &paper.totals.net,
                    &paper.totals.vat,
                    &paper.totals.total,
                    &issuing.rate.hundredths(),
                    &needs_allocation(&paper),
                ],
            )
            .await?;
        let Some(document) = self.document_at(document.id, "").await? else {
            return Ok(None);
        };
        self.document_told(by, &document, "issued", json!({})).await?;
        Ok(Some(document))
    }

    /// Takes an issued invoice back with a paper of its own: it names what it takes back, has the same lines and comes to the
    /// same sum.
    pub async fn credit_document(
        &self,
        by: &By,
        id: i64,
        day: Date,
        reason: &str,
    ) -> Result<Credited, StoreError> {
        limited(async {
            let Some(document) = self.hold_document(id).await? else {
                return Ok(Credited::NotThere);
            };
            if document.kind != Kind::Invoice {
                return Ok(Credited::NotThere);
            }
            let is_credit = document.credit_of.is_some();
            if is_credit || document.credited_by.is_some() || !document.status.may_become(Status::Credited) {
                return Ok(Credited::Not(Box::new(document)));
            }
            if document.tax_type.is_some_and(TaxType::needs_registration) {
                return Ok(Credited::Registration);
            }
            let number = document.number_text().unwrap_or_default();
            let mut content = document.content.clone();
            content.body = reason.replace('{', "(").replace('}', ")");
            (content.payment_link, content.due_on) = (None, None);
            let credit = self.write_credit(by, &document, &content).await?;
            let of = format!("{} {number}", document.title);
            let issuing = Issuing {
                document: credit,
                content,
                rate: document.vat_rate,
                day,
                credit_of: Some(of),
            };
            let Some(credit) = self.give_number(by, issuing, |_| false).await? else {
                return Err(StoreError::Refused("what was issued can't be taken back".into()));
            };
            let sql = "UPDATE documents SET status = 'credited', credited_by = $3, version = version + 1, updated_at = now()
                       WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &id, &credit.id]).await?;
            let was = self.document_at(id, "").await?.unwrap_or(document);
            self.document_told(by, &was, "credited", json!({ "credited_by": credit.id })).await?;
            Ok(Credited::Done(Box::new(credit)))
        })
        .await
    }

    async fn write_credit(
        &self,
        by: &By,
        of: &DocumentRow,
        content: &Content,
    ) -> Result<DocumentRow, StoreError> {
        let sql = "INSERT INTO documents (business_id, customer_id, kind, tax_type, series, title, content, vat_rate, credit_of, created_by)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
        let row = self
            .sql()
            .query_one(
                sql,
                &[
                    &self.business().0,
                    &of.customer,
                    &of.kind.as_str(),
                    &of.tax_type.map(TaxType::code),
                    &of.kind.series(of.tax_type, true),
                    &format!("ביטול {}", of.title),
                    &as_json(content)?,
                    &of.vat_rate.hundredths(),
                    &of.id,
                    &by.actor,
                ],
            )
            .await?;
        let made = self.document_at(row.get(0), "").await?;
        made.ok_or_else(|| StoreError::Refused("a credit can't be read".into()))
    }

    /// Keeps a file that was drawn from an issued paper; the first one stays, and that it is the one is told in the chain of the
    /// request by which it was signed, if it was.
    pub async fn keep_file(&self, document: i64, drawn: Drawn, file: &File) -> Result<(), StoreError> {
        limited(async {
            let kind = drawn.kind();
            let sql = "INSERT INTO document_files (business_id, document_id, kind, sha256, pages, bytes)
                       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
            let kept = self
                .sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &document,
                        &kind.as_str(),
                        &file.sha256,
                        &file.pages,
                        &file.bytes,
                    ],
                )
                .await?;
            if kept == 0 {
                return Ok(());
            }
            if let Drawn::Signed(signing) = drawn {
                self.seal_signing(signing, &file.sha256).await?;
            } else {
                let sql = "UPDATE documents SET sha256 = f.sha256 FROM document_files f
                           WHERE documents.business_id = $1 AND documents.id = $2 AND documents.sha256 IS NULL
                             AND f.business_id = $1 AND f.document_id = $2 AND f.kind = 'original'";
                self.sql().execute(sql, &[&self.business().0, &document]).await?;
            }
            Ok(())
        })
        .await
    }

    /// A file of a paper, if it was kept already.
    pub async fn file(&self, document: i64, kind: FileKind) -> Result<Option<File>, StoreError> {
        limited(async {
            let sql = "SELECT bytes, pages, sha256 FROM document_files WHERE business_id = $1 AND document_id = $2 AND kind = $3";
            let row = self
                .sql()
                .query_opt(sql, &[&self.business().0, &document, &kind.as_str()])
                .await?;
            Ok(row.map(|row| File {
                bytes: row.get(0),
                pages: row.get(1),
                sha256: row.get(2),
            }))
        })
        .await
    }
}
