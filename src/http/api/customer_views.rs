//! `/api/crm/views`: questions about customers that somebody keeps, for himself or for everybody of the business.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::{Body, readable};
use super::paging::{Paged, whole};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::access::Role;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A kept question.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerView {
    id: i64,
    name: String,
    /// What the list is asked for: `q`, `status`, `stage`, `tag`, `assignee`, `sort`, and what else the page wrote.
    #[schema(value_type = Object)]
    query: Value,
    shared: bool,
    /// Whether it is the asker's own.
    mine: bool,
}

/// A question to be kept.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    #[garde(length(chars, min = 1, max = 80), custom(readable))]
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    #[garde(skip)]
    #[schema(value_type = Object)]
    query: Map<String, Value>,
    /// For everybody of the business; one's own when not said.
    #[garde(skip)]
    shared: Option<bool>,
}

/// One's own views, and those that others share.
#[utoipa::path(tag = "customers", responses((status = 200, body = Paged<CustomerView>)))]
#[get("/api/crm/views")]
pub async fn list(edge: web::Data<Edge>, who: Who) -> Result<web::Json<Paged<CustomerView>>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let views = tenant.begin().await?.views(who.user).await?;
    let views = views.into_iter().map(|view| CustomerView {
        id: view.id,
        name: view.name,
        query: view.query,
        shared: view.shared,
        mine: view.user == who.user,
    });
    Ok(web::Json(whole(views.collect())))
}

/// Keeps a question; fifty of one person at most.
#[utoipa::path(tag = "customers", request_body = NewView, responses((status = 201, body = CustomerView)))]
#[post("/api/crm/views")]
pub async fn create(edge: web::Data<Edge>, who: Who, body: Body<NewView>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let NewView { name, query, shared } = body.0;
    let query = Value::Object(query);
    if query.to_string().len() > 4096 {
        return Err(ApiError::field("query", "at most 4 kB"));
    }
    let (name, shared) = (name.trim().to_owned(), shared.unwrap_or(false));
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let made = transaction.add_view(who.user, (&name, &query, shared)).await?;
    let id =
        made.ok_or_else(|| ApiError::new(Code::Conflict, "fifty views are the most: take one away first"))?;
    transaction.commit().await?;
    Ok(HttpResponse::Created().json(CustomerView {
        id,
        name,
        query,
        shared,
        mine: true,
    }))
}

/// Takes a view away: one's own, or a shared one by a manager.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 204, description = "Taken away")))]
#[delete("/api/crm/views/{id}")]
pub async fn remove(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let any = who.admin || who.role == Some(Role::Manager);
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    if !transaction.remove_view(who.user, *id, any).await? {
        return Err(ApiError::not_found());
    }
    transaction.commit().await?;
    Ok(HttpResponse::NoContent().finish())
}
