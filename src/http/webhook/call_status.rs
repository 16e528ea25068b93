//! `POST|GET /webhook/call_status`: how a call goes on. Events come late, early, doubled and out of
//! order; the row only climbs. The answer is empty: nobody listens to it.

use super::super::Edge;
use super::incoming_call::caller;
use super::received::{Received, bad_field, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use gateways::twilio::form::CallStatus;
use store::inbox::Event;

/// An answer that does nothing.
pub(super) const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

/// The webhook.
pub async fn call_status(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
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
    let status = match CallStatus::parse(form) {
        Ok(status) => status,
        Err(error) => return bad_field(&edge, "call_status", &error),
    };
    let to = status.to.unwrap_or_default();
    let business = super::incoming_call::business_of(&edge, &to);
    let event = Event {
        natural_key: format!("call_status:{}:{}", status.call, status.status.as_str()),
        kind: "call_status".into(),
        business: business.map(|business| business.id),
        caller: caller(&status.parameters),
        called: to,
        status: Some(status.status),
        duration_s: status.duration_seconds.and_then(|s| i32::try_from(s).ok()),
        form: raw,
        answer: EMPTY.into(),
        request_id,
        recording: None,
        call_sid: status.call,
    };
    edge.switchboard.take(event, EMPTY.into()).await;
    render::respond(EMPTY.into())
}
