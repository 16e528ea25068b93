//! Many customers at once: one change of all that are meant, and all of them as a file. More than 500 are a job, which goes
//! on by itself and says how far it is.

use super::super::Edge;
use super::super::errors::ApiError;
use super::body::Body;
use super::csv::Csv;
use super::customer_body::{CustomerStage, CustomerStatus, tags};
use super::customers::{CustomerList, look_again};
use super::who::{Who, tenant};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, get, post, web};
use domain::access::UserId;
use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::Happened;
use store::customers::{AT_ONCE, BulkChange, Job};
use utoipa::ToSchema;

/// What is done to each; one of them.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDo {
    /// A person's number; 0: nobody's.
    #[garde(skip)]
    assign: Option<i64>,
    #[garde(skip)]
    tag: Option<String>,
    #[garde(skip)]
    untag: Option<String>,
    #[garde(skip)]
    status: Option<CustomerStatus>,
    #[garde(skip)]
    delete: Option<bool>,
}

/// Which customers are meant; as the list's own filters.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerFilter {
    #[garde(skip)]
    q: Option<String>,
    #[garde(skip)]
    status: Option<CustomerStatus>,
    #[garde(skip)]
    stage: Option<CustomerStage>,
    #[garde(skip)]
    tag: Option<String>,
    /// `me`, `none`, or a person's number.
    #[garde(skip)]
    assignee: Option<String>,
    #[garde(skip)]
    from: Option<jiff::Timestamp>,
    #[garde(skip)]
    to: Option<jiff::Timestamp>,
    #[garde(skip)]
    reached: Option<CustomerStage>,
}

/// A change of many: these, or those that a filter means.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    #[garde(inner(length(max = 10_000)))]
    #[schema(max_items = 10000)]
    ids: Option<Vec<i64>>,
    #[garde(skip)]
    filter: Option<CustomerFilter>,
    #[garde(dive)]
    #[serde(rename = "do")]
    what: BulkDo,
}

/// A change of many that goes on by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkJob {
    id: i64,
    total: i64,
    done: i64,
    /// Those that were not that way already.
    changed: i64,
    created_at: jiff::Timestamp,
    /// Null: it goes on.
    finished_at: Option<jiff::Timestamp>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// Customers that were meant.
    total: i64,
    /// Those that were not that way already.
    changed: i64,
    /// 202: it goes on by itself.
    job: Option<BulkJob>,
}

impl From<Job> for BulkJob {
    fn from(known: Job) -> Self {
        Self {
            id: known.id,
            total: known.total,
            done: known.done,
            changed: known.changed,
            created_at: known.created_at,
            finished_at: known.finished_at,
        }
    }
}

impl BulkDo {
    fn checked(self) -> Result<BulkChange, ApiError> {
        let tag = |text: String| tags(vec![text]).map(|mut tags| tags.remove(0));
        let asked = [
            self.assign
                .map(|id| Ok(BulkChange::Assign((id != 0).then_some(UserId(id))))),
            self.tag.map(|text| tag(text).map(BulkChange::Tag)),
            self.untag.map(|text| tag(text).map(BulkChange::Untag)),
            self.status.map(|status| Ok(BulkChange::Status(status.into()))),
            self.delete
                .filter(|delete| *delete)
                .map(|_| Ok(BulkChange::Delete)),
        ];
        let mut asked = asked.into_iter().flatten();
        match (asked.next(), asked.next()) {
            (Some(one), None) => one,
            _ => Err(ApiError::field("do", "one of assign, tag, untag, status, delete")),
        }
    }
}

/// Changes many customers: 200 when it is done, 202 with a job when there are more than 500.
#[utoipa::path(tag = "customers", request_body = Bulk,
    responses((status = 200, body = BulkResult), (status = 202, body = BulkResult)))]
#[post("/api/crm/customers/bulk")]
pub async fn bulk(edge: web::Data<Edge>, who: Who, body: Body<Bulk>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let Bulk { ids, filter, what } = body.0;
    let change = what.checked()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let mut ids = match (ids, filter) {
        (Some(ids), None) => ids,
        (None, Some(filter)) => {
            let list = CustomerList {
                q: filter.q,
                status: filter.status,
                stage: filter.stage,
                tag: filter.tag,
                assignee: filter.assignee,
                from: filter.from,
                to: filter.to,
                reached: filter.reached,
                ..CustomerList::default()
            };
            transaction.customers_meant(&list.asked(who.user, 1, 0)?).await?
        }
        _ => return Err(ApiError::field("ids", "either ids or a filter")),
    };
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > AT_ONCE {
        let begun = transaction.make_job(&who.by, &ids, &change).await?;
        transaction.commit().await?;
        return Ok(HttpResponse::Accepted().json(BulkResult {
            total: begun.total,
            changed: 0,
            job: Some(begun.into()),
        }));
    }
    let changed = transaction.change_many(&who.by, &ids, &change).await?;
    let changed = changed.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    match changed.as_slice() {
        [] => {}
        [one] => look_again(&edge, business, *one),
        _ => edge.sessions.hint(business, "customers"),
    }
    Ok(HttpResponse::Ok().json(BulkResult {
        total: ids.len() as i64,
        changed: changed.len() as i64,
        job: None,
    }))
}

/// How far a change of many is.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = BulkJob)))]
#[get("/api/crm/jobs/{id}")]
pub async fn job(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<BulkJob>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let found = tenant.begin().await?.job(*id).await?;
    Ok(web::Json(found.ok_or_else(ApiError::not_found)?.into()))
}

/// Rows of an export.
const MOST_ROWS: i64 = 50_000;

/// The same customers as a CSV file for a spreadsheet, at most 50,000; told to the audit log.
#[utoipa::path(tag = "customers", params(CustomerList), responses((status = 200, content_type = "text/csv", body = String)))]
#[get("/api/crm/customers.csv")]
pub async fn export(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<CustomerList>,
) -> Result<HttpResponse, ApiError> {
    let business = who.manager()?;
    let query = query.into_inner();
    query.page()?;
    let asked = query.asked(who.user, MOST_ROWS, 0)?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let (lines, total) = transaction.customers(&asked).await?;
    let happened = Happened {
        action: "customers.exported",
        subject: "customers".into(),
        detail: json!({ "rows": lines.len(), "of": total }),
    };
    transaction.audit(&who.by, happened).await?;
    transaction.commit().await?;
    let people = edge.switchboard.store.assignees(business).await?;
    let mut csv = Csv::new(&[
        "id",
        "name",
        "phone",
        "email",
        "status",
        "stage",
        "tags",
        "assignee",
        "source",
        "last_activity_at",
        "created_at",
    ]);
    for line in lines {
        let assignee = line
            .assignee
            .and_then(|user| people.iter().find(|(id, _)| *id == user));
        csv.row(&[
            line.id.to_string(),
            line.name,
            line.phone.unwrap_or_default(),
            line.email.unwrap_or_default(),
            line.status.as_str().to_owned(),
            line.stage.as_str().to_owned(),
            line.tags.join(", "),
            assignee.map_or_else(String::new, |(_, name)| name.clone()),
            line.source.as_str().to_owned(),
            line.last_activity_at.to_string(),
            line.created_at.to_string(),
        ]);
    }
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"customers.csv\""))
        .body(csv.finish()))
}
