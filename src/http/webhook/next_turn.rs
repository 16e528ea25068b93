//! `POST /webhook/next_turn`: what comes after this turn? The request is held until the reply is
//! there, or until it is late and says so; so a ready reply is heard at once, without rounds.

use super::super::Edge;
use super::incoming_call::business_of;
use super::received::{Received, bad_field, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::call::late;
use domain::call;
use gateways::twilio::form::IncomingCall;

/// The webhook.
pub async fn next_turn(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let received = match receive(&request, payload, &edge).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let turn = received.number("turn", 1).max(1);
    let wait = u8::try_from(received.number("wait", 0)).unwrap_or(u8::MAX);
    let transferred = received.flag("transfer").is_some();
    let Received { form, .. } = received;
    // The parameters are those of any voice request.
    let call = match IncomingCall::parse(form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "next_turn", &error),
    };
    let business = business_of(&edge, &call.to);
    let clips = edge.clips(business.as_deref());
    if transferred {
        let answered = matches!(
            call.parameters.get("DialCallStatus"),
            Some("completed" | "answered")
        );
        return render::respond(render::twiml(&call::after_transfer(answered, turn), &clips));
    }
    let reply = edge
        .switchboard
        .ask(&call.call, turn, wait)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(call = %call.call, %error, "nobody could tell what comes next");
            let policy = business
                .as_ref()
                .map_or_else(|| edge.unknown_policy(), |b| b.policy.clone());
            late(&policy, turn, wait)
        });
    let twiml = render::twiml(&reply.answer, &clips);
    let stands = if reply.is_final {
        edge.switchboard.settle(&call.call, turn, twiml).await
    } else {
        twiml
    };
    render::respond(stands)
}
