//! `/api/crm/tags`: tags that are in use, which a form offers while one is typed, so that one thing has one word.

use super::super::Edge;
use super::super::errors::ApiError;
use super::paging::{Page, Paged, searched, whole};
use super::who::{Who, tenant};
use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which tags are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagQuery {
    /// How they begin; all when not said.
    q: Option<String>,
    /// 1 to 100, 25 when not said.
    limit: Option<i64>,
}

/// A tag in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagInUse {
    tag: String,
    /// Customers who have it.
    customers: i64,
}

/// Tags in use, those of most customers first.
#[utoipa::path(tag = "customers", params(TagQuery), responses((status = 200, body = Paged<TagInUse>)))]
#[get("/api/crm/tags")]
pub async fn tags(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<TagQuery>,
) -> Result<web::Json<Paged<TagInUse>>, ApiError> {
    let query = query.into_inner();
    let page = Page::of(None, query.limit)?;
    let beginning = searched(query.q)?.unwrap_or_default();
    let mut tenant = tenant(&edge, who.business()?).await?;
    let lines = tenant.begin().await?.tags(&beginning, page.limit).await?;
    let tags = lines.into_iter().map(|line| TagInUse {
        tag: line.tag,
        customers: line.customers,
    });
    Ok(web::Json(whole(tags.collect())))
}
