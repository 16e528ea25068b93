//! Payments that people write down: added, never changed. A paper that is paid in full says so.

use super::DocumentRow;
use crate::audit::By;
use crate::connect::limited;
use crate::error::StoreError;
use crate::tenant::TenantTx;
use domain::document::{Kind, Method, Status};
use jiff::civil::Date;
use serde_json::json;

/// A payment to be written down.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// Agorot, more than none.
    pub amount: i64,
    pub method: Method,
    pub on: Date,
    pub note: String,
}

/// A payment.
#[derive(Debug, Clone)]
pub struct PaymentLine {
    pub amount: i64,
    pub method: Method,
    pub on: Date,
    pub note: String,
    pub created_at: jiff::Timestamp,
}

/// How writing a payment down ended.
#[derive(Debug, Clone)]
pub enum Paid {
    Done(Box<DocumentRow>),
    /// It is a draft, or was taken back.
    Not(Box<DocumentRow>),
    /// More than is still open, in agorot.
    TooMuch(i64),
    NotThere,
}

impl TenantTx<'_> {
    /// Writes a payment of an invoice down.
    pub async fn pay_document(&self, by: &By, id: i64, new: &NewPayment) -> Result<Paid, StoreError> {
        limited(async {
            let Some(document) = self.hold_document(id).await? else {
                return Ok(Paid::NotThere);
            };
            if document.kind != Kind::Invoice {
                return Ok(Paid::NotThere);
            }
            let gone = matches!(document.status, Status::Draft | Status::Credited);
            if gone || document.credit_of.is_some() {
                return Ok(Paid::Not(Box::new(document)));
            }
            let open = document.totals.total - document.paid;
            if new.amount > open {
                return Ok(Paid::TooMuch(open));
            }
            let sql = "INSERT INTO document_payments (business_id, document_id, amount, method, paid_on, note, created_by)
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            self.sql()
                .execute(
                    sql,
                    &[
                        &self.business().0,
                        &id,
                        &new.amount,
                        &new.method.as_str(),
                        &new.on,
                        &new.note,
                        &by.actor,
                    ],
                )
                .await?;
            let sql = "UPDATE documents SET paid = paid + $3, status = CASE WHEN paid + $3 >= total THEN 'paid' ELSE status END,
                              version = version + 1, updated_at = now()
                       WHERE business_id = $1 AND id = $2";
            self.sql().execute(sql, &[&self.business().0, &id, &new.amount]).await?;
            let now = self.document_at(id, "").await?.unwrap_or(document);
            let detail = json!({ "amount": new.amount, "method": new.method, "on": new.on });
            self.document_told(by, &now, "paid", detail).await?;
            Ok(Paid::Done(Box::new(now)))
        })
        .await
    }

    /// A paper's payments, the oldest first.
    pub async fn payments(&self, id: i64) -> Result<Vec<PaymentLine>, StoreError> {
        limited(async {
            let sql = "SELECT amount, method, paid_on, note, created_at FROM document_payments
                       WHERE business_id = $1 AND document_id = $2 ORDER BY id";
            let rows = self.sql().query(sql, &[&self.business().0, &id]).await?;
            let line = |row: &tokio_postgres::Row| PaymentLine {
                amount: row.get(0),
                method: Method::parse(row.get(1)).unwrap_or(Method::Other),
                on: row.get(2),
                note: row.get(3),
                created_at: row.get(4),
            };
            Ok(rows.iter().map(line).collect())
        })
        .await
    }
}
