//! `/api/crm/customers/{id}/data`: all that is kept of one person, for who asks what is known of him, and its end.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::customers::look_again;
use super::who::{Who, tenant};
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, delete, get, web};
use serde::Serialize;
use serde_json::Value;
use store::customers::Erased;
use utoipa::ToSchema;

/// All that is kept of one person: rows as they are stored, by what they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonData {
    /// When it was put together.
    at: jiff::Timestamp,
    /// `customers` (also those who were merged), `identities`, `stages`, `notes`, `tasks`, `timeline`, `imported`, `documents`,
    /// `signings`, `consents`, `opt_outs`, and `calls` with what was heard and answered in them.
    #[schema(value_type = Object)]
    data: Value,
}

/// Everything that is kept of a customer, as a file; managers only. That it was asked for is told to the audit log.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = PersonData)))]
#[get("/api/crm/customers/{id}/data")]
pub async fn data(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let data = transaction.person_data(&who.by, *id).await?;
    let data = data.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    let name = format!("attachment; filename=\"customer-{id}.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, name))
        .json(PersonData {
            at: jiff::Timestamp::now(),
            data,
        }))
}

/// What went, by number, and what stays.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonErased {
    /// Calls whose words, sounds and numbers went; that they were stays.
    calls: i64,
    /// Recordings. The carrier is asked to delete its own, until it has none.
    recordings: i64,
    /// Messages of WhatsApp.
    messages: i64,
    notes: i64,
    tasks: i64,
    /// Papers that were never issued.
    drafts: i64,
    /// Papers that were issued or signed: the law wants them kept.
    papers_kept: i64,
}

/// Erases a customer for good: names, numbers, words and sounds, also of who was merged into it; managers only. It can't be undone.
/// That there were calls, the audit log, and papers that were issued stay. 409 `call_in_progress` while a call of theirs is not over.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = PersonErased)))]
#[delete("/api/crm/customers/{id}/data")]
pub async fn erase(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<PersonErased>, ApiError> {
    let business = who.manager()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let gone = match transaction.erase_person(&who.by, *id).await? {
        Erased::Done(gone) => gone,
        Erased::NotThere => return Err(ApiError::not_found()),
        Erased::Busy => {
            let detail = "a call of this customer is not over, or not yet summed up";
            return Err(ApiError::new(Code::CallInProgress, detail));
        }
    };
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(web::Json(PersonErased {
        calls: gone.calls,
        recordings: gone.recordings,
        messages: gone.messages,
        notes: gone.notes,
        tasks: gone.tasks,
        drafts: gone.drafts,
        papers_kept: gone.papers_kept,
    }))
}
