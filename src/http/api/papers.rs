//! `/api/quotes`, `/api/contracts`, `/api/invoices`: the same routes for each of the three, and what only invoices have: credits and
//! payments.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::customers::look_again;
use super::document_body::{Document, DocumentDraft, PaymentMethod};
use super::documents::{self, DocumentList, Shelf, office, original, registration_needed, whole};
use super::paging::Paged;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use garde::Validate;
use jiff::civil::Date;
use serde::Deserialize;
use store::documents::{Credited, NewPayment, Paid};
use utoipa::ToSchema;

macro_rules! papers {
    ($name:ident, $shelf:ident, $tag:tt, $of_customer:tt, $all:tt, $one:tt, $issue:tt, $pdf:tt) => {
        /// The routes of one of the three.
        pub mod $name {
            use super::*;

            /// Papers, the newest first, without their lines and texts.
            #[utoipa::path(tag = $tag, params(DocumentList), responses((status = 200, body = Paged<Document>)))]
            #[get($all)]
            pub async fn list(
                edge: web::Data<Edge>,
                who: Who,
                query: web::Query<DocumentList>,
            ) -> Result<web::Json<Paged<Document>>, ApiError> {
                let page = documents::list(&edge, &who, Shelf::$shelf, query.into_inner()).await?;
                Ok(web::Json(page))
            }

            /// A draft for a customer, filled in from what is known. `missing` says what it still wants.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), request_body = DocumentDraft, responses((status = 201, body = Document)))]
            #[post($of_customer)]
            pub async fn create(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
                body: Body<DocumentDraft>,
            ) -> Result<HttpResponse, ApiError> {
                let made = documents::create(&edge, &who, (Shelf::$shelf, *id), body.0).await?;
                Ok(HttpResponse::Created().json(made))
            }

            /// A paper.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), responses((status = 200, body = Document)))]
            #[get($one)]
            pub async fn get_one(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
            ) -> Result<web::Json<Document>, ApiError> {
                Ok(web::Json(documents::get_one(&edge, &who, (Shelf::$shelf, *id)).await?))
            }

            /// Changes a draft. 409 `conflict` at another version, `issued` when it is none any more.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), request_body = DocumentDraft, responses((status = 200, body = Document)))]
            #[patch($one)]
            pub async fn update(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
                body: Body<DocumentDraft>,
            ) -> Result<web::Json<Document>, ApiError> {
                let changed = documents::update(&edge, &who, (Shelf::$shelf, *id), body.0).await?;
                Ok(web::Json(changed))
            }

            /// Throws a draft away. 409 `issued` when it is none any more.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), responses((status = 204)))]
            #[delete($one)]
            pub async fn remove(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
            ) -> Result<HttpResponse, ApiError> {
                documents::remove(&edge, &who, (Shelf::$shelf, *id)).await
            }

            /// Gives the next number; from then on nothing of it changes. 422 `missing_fields`, 409 `registration_needed`.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), responses((status = 200, body = Document)))]
            #[post($issue)]
            pub async fn issue(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
            ) -> Result<web::Json<Document>, ApiError> {
                Ok(web::Json(documents::issue(&edge, &who, (Shelf::$shelf, *id)).await?))
            }

            /// The PDF; a draft says across each page that it is one.
            #[utoipa::path(tag = $tag, params(("id" = i64, Path)), responses((status = 200, content_type = "application/pdf", body = [u8])))]
            #[get($pdf)]
            pub async fn pdf(
                edge: web::Data<Edge>,
                who: Who,
                id: web::Path<i64>,
            ) -> Result<HttpResponse, ApiError> {
                documents::pdf(&edge, &who, (Shelf::$shelf, *id)).await
            }
        }
    };
}

papers!(
    quotes,
    Quotes,
    "documents",
    "/api/customers/{id}/quotes",
    "/api/quotes",
    "/api/quotes/{id}",
    "/api/quotes/{id}/issue",
    "/api/quotes/{id}/pdf"
);
papers!(
    contracts,
    Contracts,
    "documents",
    "/api/customers/{id}/contracts",
    "/api/contracts",
    "/api/contracts/{id}",
    "/api/contracts/{id}/issue",
    "/api/contracts/{id}/pdf"
);
papers!(
    invoices,
    Invoices,
    "documents",
    "/api/customers/{id}/invoices",
    "/api/invoices",
    "/api/invoices/{id}",
    "/api/invoices/{id}/issue",
    "/api/invoices/{id}/pdf"
);

/// Why an invoice is taken back.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreditReason {
    #[garde(inner(length(chars, max = 500)))]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Takes an invoice back with one of its own, issued at once. Managers. 409 when it is a draft, or was taken back before.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), request_body = CreditReason, responses((status = 201, body = Document)))]
#[post("/api/invoices/{id}/credit")]
pub async fn credit(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<CreditReason>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let reason = body.0.reason.unwrap_or_default();
    let made = {
        let mut tenant = tenant(&edge, business).await?;
        let transaction = tenant.begin().await?;
        let office = office(&transaction).await?;
        let done = transaction
            .credit_document(&who.by, *id, office.today, reason.trim())
            .await?;
        match done {
            Credited::Done(made) => {
                transaction.commit().await?;
                *made
            }
            Credited::Not(row) => return Err(documents::issued(*row)),
            Credited::Registration => return Err(registration_needed()),
            Credited::NotThere => return Err(ApiError::not_found()),
        }
    };
    look_again(&edge, business, made.customer);
    original(&edge, business, &made).await?;
    let made = documents::get_one(&edge, &who, (Shelf::Invoices, made.id)).await?;
    Ok(HttpResponse::Created().json(made))
}

/// A payment.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentToMake {
    /// Agorot.
    #[garde(range(min = 1))]
    #[schema(minimum = 1)]
    amount: i64,
    #[garde(skip)]
    method: PaymentMethod,
    #[garde(skip)]
    on: Date,
    #[garde(inner(length(chars, max = 500)))]
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Writes a payment down. 422 when it is more than is open, 409 `issued` for a draft or what was taken back.
#[utoipa::path(tag = "documents", params(("id" = i64, Path)), request_body = PaymentToMake, responses((status = 201, body = Document)))]
#[post("/api/invoices/{id}/payments")]
pub async fn payments(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<PaymentToMake>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let new = NewPayment {
        amount: body.0.amount,
        method: body.0.method.into(),
        on: body.0.on,
        note: body.0.note.unwrap_or_default(),
    };
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let row = match transaction.pay_document(&who.by, *id, &new).await? {
        Paid::Done(row) => *row,
        Paid::Not(_) => {
            return Err(ApiError::new(
                Code::Conflict,
                "a draft, a credit, or what was taken back is not paid",
            ));
        }
        Paid::TooMuch(open) => {
            let error = ApiError::field("amount", "it is more than is still open");
            return Err(error.with("open", open));
        }
        Paid::NotThere => return Err(ApiError::not_found()),
    };
    let paid = whole(&transaction, row).await?;
    transaction.commit().await?;
    look_again(&edge, business, paid.customer.id);
    Ok(HttpResponse::Created().json(paid))
}
