//! `/api/crm/customers`: who the business's customers are. Found, made, changed, deleted and brought back; open cards and
//! lists are told to look again after each commit.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::Body;
use super::customer_body::{
    Customer, CustomerDetail, CustomerIdentityKind, CustomerPatch, CustomerStage, CustomerStatus,
    CustomerToMake, identity,
};
use super::paging::{Page, Paged, searched, sorted, whose};
use super::who::{Who, tenant};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use domain::access::UserId;
use domain::customer::{IdentityKind, Stage};
use domain::ids::BusinessId;
use domain::search::Search;
use garde::Validate;
use serde::{Deserialize, Serialize};
use store::customers::{Added, Changed, CustomerLine, CustomerQuery, CustomerRow, Made};
use utoipa::{IntoParams, ToSchema};

/// What a list of customers is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerList {
    /// From 1.
    pub(super) page: Option<i64>,
    /// 1 to 100, 25 when not said.
    pub(super) limit: Option<i64>,
    /// Beginnings of words of the name (also typed on the other layout), any part of a number or an address, words that
    /// were said in a call. What fits more than 5,000 shows 5,000 of them,
    /// a single letter or two or three digits 1,000.
    pub(super) q: Option<String>,
    /// `last_activity`, `created_at`, `name`, `stage`, `status`; a minus before it turns the order around. `-last_activity`
    /// when not said.
    pub(super) sort: Option<String>,
    pub(super) status: Option<CustomerStatus>,
    pub(super) stage: Option<CustomerStage>,
    pub(super) tag: Option<String>,
    /// `me`, `none`, or a person's number.
    pub(super) assignee: Option<String>,
    /// Customers who came to be at or after this moment.
    pub(super) from: Option<jiff::Timestamp>,
    /// Customers who came to be before this moment.
    pub(super) to: Option<jiff::Timestamp>,
    /// Customers who have come at least to this stage, wherever they are now.
    pub(super) reached: Option<CustomerStage>,
}

const SORTS: [(&str, &str); 5] = [
    ("last_activity", "c.last_activity_at"),
    ("created_at", "c.created_at"),
    ("name", "lower(c.name)"),
    (
        "stage",
        "array_position(ARRAY['new', 'contacted', 'qualified', 'viewing', 'negotiation', 'won', 'lost'], c.stage)",
    ),
    ("status", "c.status"),
];

impl CustomerList {
    /// The page that is asked for.
    ///
    /// # Errors
    /// 400 for one out of bounds.
    pub fn page(&self) -> Result<Page, ApiError> {
        Page::of(self.page, self.limit)
    }

    /// The question, as this person asks it.
    ///
    /// # Errors
    /// 400 for what can't be asked.
    pub fn asked(self, user: UserId, limit: i64, offset: i64) -> Result<CustomerQuery, ApiError> {
        let whose = whose(self.assignee.as_deref(), user)?;
        Ok(CustomerQuery {
            search: searched(self.q)?.map(|text| Search::parse(&text)),
            status: self.status.map(Into::into),
            stage: self.stage.map(Into::into),
            tag: searched(self.tag)?,
            whose,
            from: self.from,
            to: self.to,
            reached: self.reached.map(Into::into),
            sort: sorted(self.sort.as_deref(), &SORTS, ("c.last_activity_at", true))?,
            limit,
            offset,
        })
    }
}

/// The names of those who may be somebody's assignee, asked for only when one has any.
async fn people_of(
    edge: &Edge,
    business: BusinessId,
    lines: &[CustomerLine],
) -> Result<Vec<(UserId, String)>, ApiError> {
    if lines.iter().all(|line| line.assignee.is_none()) {
        return Ok(Vec::new());
    }
    Ok(edge.switchboard.store.assignees(business).await?)
}

/// A row with the names that it needs.
pub async fn whole(edge: &Edge, business: BusinessId, row: CustomerRow) -> Result<CustomerDetail, ApiError> {
    let people = people_of(edge, business, std::slice::from_ref(&row.line)).await?;
    Ok(CustomerDetail::of(row, &people))
}

/// 409 `duplicate`, with the customer that has it.
async fn duplicate(edge: &Edge, business: BusinessId, owner: CustomerLine) -> ApiError {
    let people = people_of(edge, business, std::slice::from_ref(&owner))
        .await
        .unwrap_or_default();
    let customer = serde_json::to_value(Customer::of(owner, &people)).unwrap_or_default();
    ApiError::new(
        Code::Duplicate,
        "somebody is known by this already: look at `customer`",
    )
    .with("customer", customer)
}

/// What a change came to, once it is committed.
async fn changed(edge: &Edge, business: BusinessId, changed: Changed) -> Result<CustomerDetail, ApiError> {
    match changed {
        Changed::Done(row) => {
            look_again(edge, business, row.line.id);
            whole(edge, business, *row).await
        }
        Changed::Meanwhile(row) => Err(ApiError::conflict(whole(edge, business, *row).await?)),
        Changed::NotThere => Err(ApiError::not_found()),
    }
}

/// After the commit: lists and the open card look again.
pub fn look_again(edge: &Edge, business: BusinessId, customer: i64) {
    edge.sessions.hint(business, &format!("customer:{customer}"));
}

/// Customers, the one that something happened to last first.
#[utoipa::path(tag = "customers", params(CustomerList), responses((status = 200, body = Paged<Customer>)))]
#[get("/api/crm/customers")]
pub async fn list(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<CustomerList>,
) -> Result<web::Json<Paged<Customer>>, ApiError> {
    let business = who.business()?;
    let query = query.into_inner();
    let page = query.page()?;
    let asked = query.asked(who.user, page.limit, page.offset())?;
    let mut tenant = tenant(&edge, business).await?;
    let (lines, total) = tenant.begin().await?.customers(&asked).await?;
    let people = people_of(&edge, business, &lines).await?;
    let customers = lines
        .into_iter()
        .map(|line| Customer::of(line, &people))
        .collect();
    Ok(web::Json(page.with(customers, total)))
}

/// Makes a customer. 409 `duplicate` with `customer` when one of the identities is another's.
#[utoipa::path(tag = "customers", request_body = CustomerToMake, responses((status = 201, body = CustomerDetail)))]
#[post("/api/crm/customers")]
pub async fn create(
    edge: web::Data<Edge>,
    who: Who,
    body: Body<CustomerToMake>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    // An administrator who looks in is nobody's assignee.
    let new = body.0.checked(who.role.map(|_| who.user))?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let id = match transaction.make_customer(&who.by, &new).await? {
        Made::Done(id) => id,
        Made::Duplicate(owner) => return Err(duplicate(&edge, business, *owner).await),
        Made::NotThere => return Err(ApiError::not_found()),
    };
    let row = transaction.customer(id).await?.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, id);
    Ok(HttpResponse::Created().json(whole(&edge, business, row).await?))
}

/// Who a new customer may be already.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CustomerCheck {
    phone: Option<String>,
    email: Option<String>,
    name: Option<String>,
}

/// By what somebody was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    Phone,
    Email,
    Name,
}

/// Somebody who is it perhaps.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerMatch {
    customer: Customer,
    by: MatchedBy,
}

/// Those who are it perhaps, the surest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerMatches {
    matches: Vec<CustomerMatch>,
}

/// Whether a customer who is about to be made is there already: what a form warns of while it is filled in. What is no
/// number or address yet matches nobody.
#[utoipa::path(tag = "customers", params(CustomerCheck), responses((status = 200, body = CustomerMatches)))]
#[get("/api/crm/customers/check")]
pub async fn check(
    edge: web::Data<Edge>,
    who: Who,
    query: web::Query<CustomerCheck>,
) -> Result<web::Json<CustomerMatches>, ApiError> {
    let business = who.business()?;
    let query = query.into_inner();
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let mut found: Vec<(CustomerLine, MatchedBy)> = Vec::new();
    for (kind, text, by) in [
        (IdentityKind::Phone, searched(query.phone)?, MatchedBy::Phone),
        (IdentityKind::Email, searched(query.email)?, MatchedBy::Email),
    ] {
        let read = text.and_then(|text| domain::customer::Identity::parse(kind, &text).ok());
        if let Some(identity) = read
            && let Some(owner) = transaction.customer_of(kind, identity.value()).await?
        {
            found.push((owner, by));
        }
    }
    let name = searched(query.name)?.filter(|name| name.chars().count() >= 3);
    if let Some(name) = name {
        let query = CustomerQuery {
            search: Some(Search::name(&name)),
            sort: ("c.last_activity_at", true),
            limit: 5,
            ..CustomerQuery::default()
        };
        let (lines, _) = transaction.customers(&query).await?;
        found.extend(lines.into_iter().map(|line| (line, MatchedBy::Name)));
    }
    let mut matches: Vec<(CustomerLine, MatchedBy)> = Vec::new();
    for (line, by) in found {
        if matches.iter().all(|(known, _)| known.id != line.id) {
            matches.push((line, by));
        }
    }
    let lines: Vec<CustomerLine> = matches.iter().map(|(line, _)| line.clone()).collect();
    let people = people_of(&edge, business, &lines).await?;
    let matches = matches.into_iter().map(|(line, by)| CustomerMatch {
        customer: Customer::of(line, &people),
        by,
    });
    Ok(web::Json(CustomerMatches {
        matches: matches.collect(),
    }))
}

/// One customer with all that is known of it; one that was merged says into which.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = CustomerDetail)))]
#[get("/api/crm/customers/{id}")]
pub async fn get_one(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<CustomerDetail>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let row = tenant.begin().await?.customer(*id).await?;
    let row = row
        .filter(|row| row.line.deleted_at.is_none())
        .ok_or_else(ApiError::not_found)?;
    Ok(web::Json(whole(&edge, business, row).await?))
}

/// Changes a customer. 409 with `current` when it was changed meanwhile.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = CustomerPatch, responses((status = 200, body = CustomerDetail)))]
#[patch("/api/crm/customers/{id}")]
pub async fn update(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<CustomerPatch>,
) -> Result<web::Json<CustomerDetail>, ApiError> {
    let business = who.business()?;
    let version = body.0.version();
    let change = body.0.checked()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let done = transaction
        .change_customer(&who.by, (*id, version), &change)
        .await?;
    transaction.commit().await?;
    Ok(web::Json(changed(&edge, business, done).await?))
}

/// Deletes a customer: out of every list, its history kept, until it is restored or calls again.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 204, description = "Deleted")))]
#[delete("/api/crm/customers/{id}")]
pub async fn remove(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    transaction
        .delete_customer(&who.by, *id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(HttpResponse::NoContent().finish())
}

/// Brings a deleted customer back.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), responses((status = 200, body = CustomerDetail)))]
#[post("/api/crm/customers/{id}/restore")]
pub async fn restore(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<CustomerDetail>, ApiError> {
    let business = who.business()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    transaction
        .restore_customer(&who.by, *id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let row = transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    transaction.commit().await?;
    look_again(&edge, business, *id);
    Ok(web::Json(whole(&edge, business, row).await?))
}

/// Something that a customer is known by, too.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIdentity {
    #[garde(skip)]
    kind: CustomerIdentityKind,
    #[garde(length(min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254)]
    value: String,
}

/// Adds an identity. 409 `duplicate` with `customer` when it is another's.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = NewIdentity, responses((status = 201, body = CustomerDetail)))]
#[post("/api/crm/customers/{id}/identities")]
pub async fn add_identity(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<NewIdentity>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let identity = identity("value", body.0.kind.into(), &body.0.value)?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    match transaction.add_identity(&who.by, *id, &identity).await? {
        Added::Done(done) => {
            transaction.commit().await?;
            Ok(HttpResponse::Created().json(changed(&edge, business, done).await?))
        }
        Added::Duplicate(owner) => Err(duplicate(&edge, business, *owner).await),
    }
}

/// Takes an identity away.
#[utoipa::path(tag = "customers", params(("id" = i64, Path), ("identity" = i64, Path)), responses((status = 200, body = CustomerDetail)))]
#[delete("/api/crm/customers/{id}/identities/{identity}")]
pub async fn remove_identity(
    edge: web::Data<Edge>,
    who: Who,
    path: web::Path<(i64, i64)>,
) -> Result<web::Json<CustomerDetail>, ApiError> {
    let business = who.business()?;
    let (id, identity) = path.into_inner();
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let done = transaction.remove_identity(&who.by, id, identity).await?;
    transaction.commit().await?;
    Ok(web::Json(changed(&edge, business, done).await?))
}

/// A step on the way to a deal.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageMove {
    #[garde(skip)]
    stage: CustomerStage,
    /// Wanted where the way ends: `won`, `lost`.
    #[garde(length(chars, max = 500))]
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// The version that it was made from; without it, whatever the version.
    #[garde(skip)]
    version: Option<i64>,
}

/// Moves a customer to a stage; how long it was in the one before is kept. 422 for `won` and `lost` without a reason.
#[utoipa::path(tag = "customers", params(("id" = i64, Path)), request_body = StageMove, responses((status = 200, body = CustomerDetail)))]
#[post("/api/crm/customers/{id}/stage")]
pub async fn stage(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
    body: Body<StageMove>,
) -> Result<web::Json<CustomerDetail>, ApiError> {
    let business = who.business()?;
    let (to, reason) = (Stage::from(body.0.stage), body.0.reason.unwrap_or_default());
    if to.wants_reason() && reason.trim().is_empty() {
        return Err(ApiError::field("reason", "say why: the way ends here"));
    }
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let done = transaction
        .set_stage(&who.by, (*id, body.0.version), (to, reason.trim()))
        .await?;
    transaction.commit().await?;
    Ok(web::Json(changed(&edge, business, done).await?))
}
