//! Customers who turn out to be one: made one, and taken apart again within thirty days.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::customer_body::CustomerDetail;
use super::customers::{look_again, whole};
use super::who::{Who, tenant};
use actix_web::{post, web};
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::customers::{Merged, Undone};
use utoipa::ToSchema;

/// Who is whom.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Who stays, with name, stage and status.
    #[garde(skip)]
    keep: i64,
    /// Who becomes a part of it.
    #[garde(length(min = 1, max = 20))]
    #[schema(min_items = 1, max_items = 20)]
    #[serde(rename = "merge")]
    others: Vec<i64>,
}

/// A merge.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeDone {
    /// Its number: what it is undone by.
    id: i64,
    customer: CustomerDetail,
}

/// A merge that was taken apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeUndone {
    customer: CustomerDetail,
    /// Those who are themselves again.
    restored: Vec<i64>,
}

/// Makes customers one: identities, calls, tasks and notes go to the one who stays, and timelines are read together.
#[utoipa::path(tag = "customers", request_body = Merge, responses((status = 200, body = MergeDone)))]
#[post("/api/crm/customers/merge")]
pub async fn merge(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<Merge>,
) -> Result<web::Json<MergeDone>, ApiError> {
    let business = who.business()?;
    let Merge { keep, others } = body.0;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let Merged::Done(id, row) = transaction.merge_customers(&who.by, keep, &others).await? else {
        return Err(ApiError::not_found());
    };
    transaction.commit().await?;
    for id in others.iter().chain([&keep]) {
        look_again(&edge, business, *id);
    }
    let customer = whole(&edge, business, *row).await?;
    Ok(web::Json(MergeDone { id, customer }))
}

/// Takes a merge apart. 409 after thirty days, a second time, or when who stayed was merged on since.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = MergeUndone)))]
#[post("/api/crm/merges/{id}/undo")]
pub async fn undo(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<MergeUndone>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    match transaction.undo_merge(&who.by, *id).await? {
        Undone::Done(row, restored) => {
            transaction.commit().await?;
            for id in restored.iter().chain([&row.line.id]) {
                look_again(&edge, business, *id);
            }
            let customer = whole(&edge, business, *row).await?;
            Ok(web::Json(MergeUndone { customer, restored }))
        }
        Undone::TooLate => Err(ApiError::new(Code::Conflict, "it can't be taken apart any more")),
        Undone::NotThere => Err(ApiError::not_found()),
    }
}
