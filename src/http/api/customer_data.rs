//! `/api/crm/customers/{id}/data`: all that is kept of one person, for who asks what is known of him.

use super::super::Edge;
use super::super::errors::ApiError;
use super::who::{Who, tenant};
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use serde_json::Value;
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
