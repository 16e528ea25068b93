//! `/api/businesses`: the platform's businesses, for administrators.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::Body;
use super::business_body::{Business, BusinessPut, NewBusiness, phone, time_zone};
use super::paging::{Page, Paged, searched, sorted};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, post, put, web};
use domain::ids::BusinessId;
use serde::Deserialize;
use store::business_records::{BusinessChange, BusinessQuery, NewRecord};
use utoipa::IntoParams;

/// What a list of businesses is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BusinessList {
    /// From 1.
    page: Option<i64>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
    /// In the name, or in a number.
    q: Option<String>,
    /// `name`, `created_at`, `updated_at`; a minus before it turns the order around.
    sort: Option<String>,
    active: Option<bool>,
}

const SORTS: [(&str, &str); 3] = [
    ("name", "name"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
];

/// Businesses, a page at a time.
#[utoipa::path(tag = "businesses", params(BusinessList), responses((status = 200, body = Paged<Business>)))]
#[get("/api/businesses")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<BusinessList>,
) -> Result<web::Json<Paged<Business>>, ApiError> {
    who.admin()?;
    let query = query.into_inner();
    let page = Page::of(query.page, query.limit)?;
    let asked = BusinessQuery {
        text: searched(query.q)?,
        active: query.active,
        sort: sorted(query.sort.as_deref(), &SORTS, ("name", false))?,
        limit: page.limit,
        offset: page.offset(),
    };
    let (rows, total) = edge.switchboard.store.list_businesses(&asked).await?;
    Ok(web::Json(
        page.with(rows.into_iter().map(Business::from).collect(), total),
    ))
}

/// Makes a business. 409 for a name or number that is taken.
#[utoipa::path(tag = "businesses", request_body = NewBusiness, responses((status = 201, body = Business)))]
#[post("/api/businesses")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<NewBusiness>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let new = body.0;
    let zone = match &new.time_zone {
        Some(zone) => time_zone(zone)?,
        None => "Asia/Jerusalem".into(),
    };
    let number = new.number.as_deref().filter(|number| !number.trim().is_empty());
    let number = number.map(|number| phone("number", number)).transpose()?;
    let record = NewRecord {
        name: new.name.trim(),
        number: number.as_deref(),
        time_zone: &zone,
        script: domain::script::REAL_ESTATE,
    };
    let id = edge.switchboard.store.create_business(&who.by, record).await?;
    Ok(HttpResponse::Created().json(found(&edge, id).await?))
}

/// A business.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), responses((status = 200, body = Business)))]
#[get("/api/businesses/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Business>, ApiError> {
    who.admin()?;
    Ok(web::Json(found(&edge, BusinessId(*id)).await?))
}

/// Changes what only an administrator may: name, zone, features, limits. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), request_body = BusinessPut, responses((status = 200, body = Business)))]
#[put("/api/businesses/{id}")]
pub async fn replace(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<BusinessPut>,
) -> Result<web::Json<Business>, ApiError> {
    who.admin()?;
    let version = body.0.version;
    let change = body.0.change()?;
    changed(&edge, &who, BusinessId(*id), Some(version), &change).await
}

/// Removes a business softly: its calls are not answered by it any more, nothing of it is lost.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), responses((status = 204)))]
#[delete("/api/businesses/{id}")]
pub async fn remove(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let change = BusinessChange {
        deleted: Some(true),
        ..BusinessChange::default()
    };
    changed(&edge, &who, BusinessId(*id), None, &change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Brings a removed business back.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), responses((status = 200, body = Business)))]
#[post("/api/businesses/{id}/restore")]
pub async fn restore(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Business>, ApiError> {
    who.admin()?;
    let change = BusinessChange {
        deleted: Some(false),
        ..BusinessChange::default()
    };
    changed(&edge, &who, BusinessId(*id), None, &change).await
}

/// Its numbers are answered as nobody's, until it is reactivated.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), responses((status = 200, body = Business)))]
#[post("/api/businesses/{id}/deactivate")]
pub async fn deactivate(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Business>, ApiError> {
    set_active(&edge, &who, *id, false).await
}

/// Its numbers are answered again.
#[utoipa::path(tag = "businesses", params(("id" = i64, Path)), responses((status = 200, body = Business)))]
#[post("/api/businesses/{id}/reactivate")]
pub async fn reactivate(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<Business>, ApiError> {
    set_active(&edge, &who, *id, true).await
}

async fn set_active(
    edge: &web::Data<Edge>,
    who: &Who,
    id: i64,
    active: bool,
) -> Result<web::Json<Business>, ApiError> {
    who.admin()?;
    let change = BusinessChange {
        active: Some(active),
        ..BusinessChange::default()
    };
    changed(edge, who, BusinessId(id), None, &change).await
}

async fn found(edge: &web::Data<Edge>, id: BusinessId) -> Result<Business, ApiError> {
    let mut tenant = tenant(edge, id).await?;
    let record = tenant.begin().await?.business_record().await?;
    record.map(Business::from).ok_or_else(ApiError::not_found)
}

/// Changes a business at this version and answers with it as it is then.
///
/// # Errors
/// 409 with `current` when it is at another version, 404 when it is not there.
pub async fn changed(
    edge: &web::Data<Edge>,
    who: &Who,
    id: BusinessId,
    version: Option<i64>,
    change: &BusinessChange,
) -> Result<web::Json<Business>, ApiError> {
    let mut tenant = tenant(edge, id).await?;
    let transaction = tenant.begin().await?;
    match transaction.change_business(&who.by, version, change).await? {
        Some(record) => {
            transaction.commit().await?;
            Ok(web::Json(record.into()))
        }
        None => match transaction.business_record().await? {
            Some(current) => Err(ApiError::conflict(Business::from(current))),
            None => Err(ApiError::not_found()),
        },
    }
}
