//! `POST /webhook/incoming_call`: somebody rings. Answered at once with the greeting of the business
//! that owns the number, then listening.

use super::super::Edge;
use super::received::{Received, bad_field, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::switchboard::Kept;
use domain::business::Business;
use domain::call;
use domain::entities::Phone;
use gateways::twilio::form::{IncomingCall, Parameters};
use std::sync::Arc;
use store::inbox::Event;

/// The webhook.
pub async fn incoming_call(
    request: HttpRequest,
    payload: web::Payload,
    edge: web::Data<Edge>,
) -> HttpResponse {
    let received = match receive(&request, payload, &edge).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let Received {
        form,
        raw,
        request_id,
        ..
    } = received;
    let incoming = match IncomingCall::parse(form) {
        Ok(incoming) => incoming,
        Err(error) => return bad_field(&edge, "incoming_call", &error),
    };
    let business = business_of(&edge, &incoming.to);
    if business.is_none() {
        tracing::warn!(call = %incoming.call, "a number rang that belongs to no business");
    }
    let clips = edge.clips(business.as_deref());
    let answer = match &business {
        Some(business) => call::greet(&business.policy, ability(&edge, business)),
        None => call::greet(&edge.unknown_policy(), call::Ability::MessageOnly),
    };
    let answer = render::twiml(&answer, &clips);
    let event = Event {
        natural_key: format!("incoming_call:{}", incoming.call),
        kind: "incoming_call".into(),
        caller: caller(&incoming.parameters),
        called: incoming.to,
        business: business.as_ref().map(|business| business.id),
        status: incoming.status,
        duration_s: None,
        form: raw,
        answer: answer.clone(),
        request_id,
        recording: None,
        call_sid: incoming.call,
    };
    // The greeting needs no database: it is the same whether the event is in Postgres or in the spool.
    match edge.switchboard.take(event, answer.clone()).await {
        Kept::Committed { answer } | Kept::Spooled { answer } => render::respond(answer),
        Kept::Lost => render::respond(answer),
    }
}

/// What the engine does for this caller: who rings beyond what the business may have leaves a message.
fn ability(edge: &Edge, business: &Business) -> call::Ability {
    let board = &edge.switchboard;
    let limits = business.limits;
    let over = board.calls.live_of(business.id) >= limits.concurrent_calls
        || board.directory.calls_of_a_day(business.id) >= limits.calls_per_day;
    if over {
        metrics::counter!("calls_over_limit_total").increment(1);
        tracing::warn!(business = %business.id, "a call beyond the business's limits: a message is taken");
        return call::Ability::MessageOnly;
    }
    edge.speech.ability()
}

/// Who owns the number, as the carrier writes it or as any Israeli does.
pub(super) fn business_of(edge: &Edge, to: &str) -> Option<Arc<Business>> {
    let directory = &edge.switchboard.directory;
    directory
        .by_number(to)
        .or_else(|| directory.by_number(Phone::parse(to).ok()?.as_e164()))
}

/// `From` as it came, kept short: it is shown to people, and what carriers forward is data.
pub(super) fn caller(form: &Parameters) -> String {
    let from = form.get("From").or_else(|| form.get("Caller")).unwrap_or("");
    from.chars().filter(|c| !c.is_control()).take(64).collect()
}
