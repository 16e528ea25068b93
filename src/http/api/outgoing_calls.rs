//! Calls that a person of the business makes from a customer's card, or takes over while they run, and hanging up. The row is
//! committed before the carrier is asked; what became of it is read again, by the open card too.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use super::body::word;
use super::customers::look_again;
use super::policy::pass;
use super::who::{Who, tenant};
use actix_web::{HttpResponse, get, post, web};
use domain::access::Feature;
use domain::ids::{BusinessId, CallSid};
use domain::outgoing::{Kind, Outcome, State, briefing};
use domain::policy::{Means, Outgoing, Purpose};
use gateways::twilio::rest::RestError;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::Happened;
use store::outgoing_calls::{NewOutgoing, OutgoingRow, Started};
use store::tenant::TenantTx;
use utoipa::ToSchema;

word!(
    /// How far a call is that somebody makes or takes over.
    OutgoingState of State: Waiting, Placing, RingingAgent, Briefing, RingingCustomer, Ended
);
word!(
    /// How such a call ended.
    OutgoingOutcome of Outcome: Completed, AgentNoAnswer, AgentBusy, AgentDeclined, AgentFailed, AgentHungUp,
        CustomerNoAnswer, CustomerBusy, CustomerFailed, CallerHungUp, Canceled, CarrierRefused, CarrierAway
);
word!(
    /// What is done: two phones are rung, or a running call is put through.
    OutgoingKind of Kind: Bridge, TakeOver
);

/// A call that somebody makes or takes over.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OutgoingCall {
    pub id: i64,
    pub kind: OutgoingKind,
    pub customer_id: Option<i64>,
    pub agent_id: i64,
    pub state: OutgoingState,
    /// Null while it goes on.
    pub outcome: Option<OutgoingOutcome>,
    /// The carrier's id, once there is one: the call's page.
    pub call_id: Option<String>,
    pub requested_at: jiff::Timestamp,
    pub accepted_at: Option<jiff::Timestamp>,
    pub ended_at: Option<jiff::Timestamp>,
    /// Seconds that the two talked.
    pub talk_s: Option<i32>,
}

impl From<OutgoingRow> for OutgoingCall {
    fn from(row: OutgoingRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind.into(),
            customer_id: row.customer,
            agent_id: row.agent.0,
            state: row.state.into(),
            outcome: row.outcome.map(Into::into),
            call_id: row.call_sid,
            requested_at: row.requested_at,
            accepted_at: row.accepted_at,
            ended_at: row.ended_at,
            talk_s: row.talk_s,
        }
    }
}

/// The last such call, if there was one.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastOutgoingCall {
    pub call: Option<OutgoingCall>,
}

/// Who rings and is rung: the agent's phone and a number of the business.
async fn ends(edge: &Edge, who: &Who, transaction: &TenantTx<'_>) -> Result<(String, String), ApiError> {
    if !edge.dialer.is_ready() {
        return Err(ApiError::new(
            Code::Unavailable,
            "no carrier is set up that could place a call",
        ));
    }
    let user = edge.switchboard.store.user(who.user).await?;
    let phone = user.and_then(|user| user.phone);
    let phone = phone.ok_or_else(|| no_phone("agent", "your profile has no phone that could ring"))?;
    let record = transaction
        .business_record()
        .await?
        .ok_or_else(ApiError::not_found)?;
    let ours = record.row.numbers.into_iter().next();
    let ours = ours.ok_or_else(|| no_phone("business", "the business has no number to call from"))?;
    Ok((phone, ours))
}

fn no_phone(whose: &str, why: &str) -> ApiError {
    ApiError::new(Code::NoPhone, why).with("whose", whose)
}

fn in_progress() -> ApiError {
    ApiError::new(
        Code::CallInProgress,
        "there is a call to this customer or at your phone already",
    )
}

/// Commits the row, and rings the doorbell of who places it; the sweep stands behind.
fn rung(edge: &web::Data<Edge>, business: BusinessId, row: OutgoingRow) -> HttpResponse {
    if let Some(customer) = row.customer {
        look_again(edge, business, customer);
    }
    let (dialer, id) = (edge.dialer.clone(), row.id);
    actix_web::rt::spawn(async move { dialer.ring(id).await });
    HttpResponse::Created().json(OutgoingCall::from(row))
}

/// Calls a customer: one's own phone rings first. 409 `policy_refused`, `call_in_progress`, or `no_phone` with `whose`.
#[utoipa::path(tag = "calls", params(("id" = i64, Path)), responses((status = 201, body = OutgoingCall)))]
#[post("/api/customers/{id}/call/start")]
pub async fn start(edge: web::Data<Edge>, who: Who, id: web::Path<i64>) -> Result<HttpResponse, ApiError> {
    let business = who.with_feature(Feature::Calls)?;
    who.session()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let customer = transaction.customer(*id).await?;
    let customer = customer
        .filter(|customer| customer.line.deleted_at.is_none() && customer.line.merged_into.is_none())
        .ok_or_else(ApiError::not_found)?;
    let outgoing = Outgoing {
        means: Means::Call,
        purpose: Purpose::Service,
        by_engine: false,
    };
    pass(&transaction, *id, &outgoing).await?;
    let phone = customer.line.phone;
    let phone = phone.ok_or_else(|| no_phone("customer", "the customer has no phone"))?;
    let (agent_phone, our_number) = ends(&edge, &who, &transaction).await?;
    let new = NewOutgoing {
        kind: Kind::Bridge,
        customer: Some(*id),
        agent: who.user,
        agent_phone,
        customer_phone: phone,
        our_number,
        briefing: briefing(Kind::Bridge, &customer.line.name, ""),
        taken: None,
    };
    let row = match transaction.start_outgoing(&who.by, &new).await? {
        Started::Done(row) => *row,
        Started::InProgress => return Err(in_progress()),
    };
    transaction.commit().await?;
    drop(tenant);
    Ok(rung(&edge, business, row))
}

/// The last call that was made to a customer from a card, running or not.
#[utoipa::path(tag = "calls", params(("id" = i64, Path)), responses((status = 200, body = LastOutgoingCall)))]
#[get("/api/customers/{id}/call")]
pub async fn last(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<i64>,
) -> Result<web::Json<LastOutgoingCall>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    transaction.customer(*id).await?.ok_or_else(ApiError::not_found)?;
    let call = transaction.last_outgoing(*id).await?.map(Into::into);
    Ok(web::Json(LastOutgoingCall { call }))
}

/// The running call of this id.
async fn running(
    transaction: &TenantTx<'_>,
    id: &str,
) -> Result<(CallSid, store::call_pages::CallLine), ApiError> {
    let line = transaction.call_line(id).await?.ok_or_else(ApiError::not_found)?;
    let sid = CallSid::parse(id).map_err(|_| ApiError::not_found())?;
    if line.status.is_final() || line.ended_at.is_some() {
        return Err(ApiError::new(Code::Conflict, "the call is over"));
    }
    Ok((sid, line))
}

/// Moves a running call to one's own phone; nobody there, the caller goes on with the engine. 409 when it is over, or being moved.
#[utoipa::path(tag = "calls", params(("id" = String, Path, description = "CA…")), responses((status = 201, body = OutgoingCall)))]
#[post("/api/calls/{id}/take-over")]
pub async fn take_over(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    who.session()?;
    let mut tenant = tenant(&edge, business).await?;
    let transaction = tenant.begin().await?;
    let (_, line) = running(&transaction, &id).await?;
    let (agent_phone, _) = ends(&edge, &who, &transaction).await?;
    let turns = transaction.turns_of(&[id.as_str()]).await?.remove(id.as_str());
    let turns = turns.unwrap_or_default();
    let about = turns.iter().rev().find_map(|turn| turn.heard.clone());
    let known = match &line.customer {
        Some(customer) => Some(customer.clone()),
        None => caller_of(&transaction, &line.caller).await?,
    };
    let name = known.as_ref().map_or("", |(_, name)| name);
    let new = NewOutgoing {
        kind: Kind::TakeOver,
        customer: known.as_ref().map(|(id, _)| *id),
        agent: who.user,
        agent_phone,
        customer_phone: line.caller.clone(),
        our_number: line.called.clone(),
        briefing: briefing(Kind::TakeOver, name, about.as_deref().unwrap_or("")),
        taken: Some((
            id.to_string(),
            turns.iter().map(|turn| turn.turn).max().unwrap_or(0),
        )),
    };
    let row = match transaction.start_outgoing(&who.by, &new).await? {
        Started::Done(row) => *row,
        Started::InProgress => return Err(in_progress()),
    };
    transaction.commit().await?;
    drop(tenant);
    Ok(rung(&edge, business, row))
}

/// Whose number rings, before the call's end has said so.
async fn caller_of(transaction: &TenantTx<'_>, caller: &str) -> Result<Option<(i64, String)>, ApiError> {
    let kind = domain::customer::IdentityKind::Phone;
    let owner = transaction.customer_of(kind, caller).await?;
    Ok(owner.map(|line| (line.id, line.name)))
}

/// The last take-over of a call, running or not.
#[utoipa::path(tag = "calls", params(("id" = String, Path, description = "CA…")), responses((status = 200, body = LastOutgoingCall)))]
#[get("/api/calls/{id}/take-over")]
pub async fn last_take_over(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<String>,
) -> Result<web::Json<LastOutgoingCall>, ApiError> {
    let mut tenant = tenant(&edge, who.business()?).await?;
    let transaction = tenant.begin().await?;
    transaction
        .call_line(&id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let call = transaction.last_take_over(&id).await?.map(Into::into);
    Ok(web::Json(LastOutgoingCall { call }))
}

/// Ends a running call, both legs of it. 409 when it is over.
#[utoipa::path(tag = "calls", params(("id" = String, Path, description = "CA…")), responses((status = 204, description = "The carrier ends it")))]
#[post("/api/calls/{id}/hang-up")]
pub async fn hang_up(
    edge: web::Data<Edge>,
    who: Who,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let business = who.business()?;
    let sid = {
        let mut tenant = tenant(&edge, business).await?;
        let transaction = tenant.begin().await?;
        let (sid, _) = running(&transaction, &id).await?;
        let happened = Happened {
            action: "call.hung_up",
            subject: format!("call:{id}"),
            detail: json!({}),
        };
        transaction.audit(&who.by, happened).await?;
        transaction.commit().await?;
        sid
    };
    edge.dialer.hang_up(&sid).await.map_err(|error: RestError| {
        tracing::warn!(%error, "a call could not be ended");
        ApiError::new(Code::Unavailable, "the carrier did not end the call: try again")
    })?;
    Ok(HttpResponse::NoContent().finish())
}
