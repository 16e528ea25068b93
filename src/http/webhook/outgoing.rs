//! `POST /webhook/outgoing/…?call=N`: the carrier's questions about a call that somebody of the business makes or takes over. The
//! agent's phone is told who it is and asked for a key, so that a voicemail is no answer; then the two are put together by one
//! `<Dial>`, whose legs end together. Each answer follows from the row; asked twice it is the same.

use super::super::Edge;
use super::call_status::EMPTY;
use super::received::{Received, bad_field, malformed, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::call;
use domain::ids::CallSid;
use domain::outgoing::{Outcome, State, agent_leg_ended, customer_leg_ended, take_over_ended};
use gateways::twilio::form::{CallStatus, IncomingCall};
use gateways::twilio::twiml::{
    Dial, DialRecord, DialTarget, Gather, GatherInput, Language, Response, Say, TwimlError, Voice,
};
use store::StoreError;
use store::outgoing_calls::OutgoingRow;

/// Seconds that the customer's phone rings, and the agent's when a running call is put through.
const RING_SECONDS: u32 = 30;
/// Seconds in which a key is pressed.
const KEY_SECONDS: u32 = 8;
const ANY_KEY: &str = "";

fn say(text: &str) -> Say<'_> {
    Say {
        text,
        language: Language::HeIl,
        voice: Voice::HeIlWavenetA,
    }
}

/// A request of the carrier's with the call that it is about.
struct Asked {
    received: Received,
    id: i64,
}

async fn asked(request: &HttpRequest, payload: web::Payload, edge: &Edge) -> Result<Asked, HttpResponse> {
    let received = receive(request, payload, edge).await?;
    match received.flag("call").and_then(|id| id.parse().ok()) {
        Some(id) => Ok(Asked { received, id }),
        None => Err(malformed(edge)),
    }
}

fn written(edge: &Edge, document: Result<String, TwimlError>) -> HttpResponse {
    match document {
        Ok(document) => render::respond(document),
        Err(error) => {
            tracing::error!(%error, "an answer about a call that goes out could not be written");
            malformed(edge)
        }
    }
}

/// Nothing is left to do with this leg, or nobody can tell: it ends, and the sweep finds out how.
fn over(error: Option<StoreError>) -> HttpResponse {
    if let Some(error) = error {
        tracing::warn!(%error, "a leg of a call that goes out is ended: its row could not be read");
    }
    render::respond("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Hangup/></Response>".into())
}

/// The row, brought this far by the leg of this id.
async fn come_to(edge: &Edge, id: i64, sid: &CallSid, state: State) -> Result<OutgoingRow, HttpResponse> {
    match edge.switchboard.store.outgoing_came_to(id, sid, state).await {
        Ok(Some(row)) => {
            edge.dialer.look_again(&row);
            Ok(row)
        }
        Ok(None) => Err(over(None)),
        Err(error) => Err(over(Some(error))),
    }
}

/// The briefing, and a key that accepts; without one the leg ends.
fn briefed(edge: &Edge, row: &OutgoingRow, accept: &str) -> HttpResponse {
    let action = format!("{}/webhook/outgoing/{accept}?call={}", edge.public_host, row.id);
    let gather = Gather {
        action: &action,
        input: GatherInput::Keys,
        timeout: KEY_SECONDS,
        num_digits: Some(1),
        finish_on_key: ANY_KEY,
        play: &[],
        say: Some(say(&row.briefing)),
    };
    written(edge, Response::new().gather(gather).hangup().finish())
}

/// The agent's phone was answered, by whomever.
pub async fn agent(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let call = match IncomingCall::parse(received.form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "outgoing/agent", &error),
    };
    match come_to(&edge, id, &call.call, State::Briefing).await {
        Ok(row) => briefed(&edge, &row, "accept"),
        Err(response) => response,
    }
}

/// A key was pressed: the customer's phone rings, and both are recorded, each on a track of its own.
pub async fn accept(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let call = match IncomingCall::parse(received.form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "outgoing/accept", &error),
    };
    let row = match come_to(&edge, id, &call.call, State::RingingCustomer).await {
        Ok(row) => row,
        Err(response) => return response,
    };
    let action = format!("{}/webhook/outgoing/done?call={id}", edge.public_host);
    let recorded = format!("{}/webhook/recording_status?turn=1&message=1", edge.public_host);
    let dial = Dial {
        action: Some(&action),
        timeout: RING_SECONDS,
        caller_id: Some(&row.our_number),
        record: Some(DialRecord::FromAnswerDual),
        recording_status_callback: Some(&recorded),
        ..Dial::to(DialTarget::Number(&row.customer_phone))
    };
    written(&edge, Response::new().dial(dial).finish())
}

async fn ended(edge: &Edge, id: i64, outcome: Outcome, talk_s: Option<i32>) -> Result<(), StoreError> {
    if let Some(row) = edge.switchboard.store.end_outgoing(id, outcome, talk_s).await? {
        metrics::counter!("outgoing_calls_total", "outcome" => outcome.as_str()).increment(1);
        edge.dialer.look_again(&row);
    }
    Ok(())
}

fn talk(form: &IncomingCall) -> Option<i32> {
    form.parameters.get("DialCallDuration")?.parse().ok()
}

/// The customer's leg is over; the agent, if still there, hears why nobody came.
pub async fn done(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let call = match IncomingCall::parse(received.form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "outgoing/done", &error),
    };
    let outcome = customer_leg_ended(call.parameters.get("DialCallStatus").unwrap_or(""));
    if let Err(error) = ended(&edge, id, outcome, talk(&call)).await {
        return over(Some(error));
    }
    match outcome.told() {
        Some(text) => written(&edge, Response::new().say(say(text)).hangup().finish()),
        None => over(None),
    }
}

/// How the agent's leg goes on. Its end ends the call, however far it was.
pub async fn status(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let told = match CallStatus::parse(received.form) {
        Ok(told) => told,
        Err(error) => return bad_field(&edge, "outgoing/status", &error),
    };
    let seconds = told.duration_seconds.and_then(|s| i32::try_from(s).ok());
    let store = &edge.switchboard.store;
    let kept = async {
        // Its own id tells of a call whose making was never confirmed.
        let row = store
            .outgoing_came_to(id, &told.call, State::RingingAgent)
            .await?;
        store.outgoing_status(&told.call, told.status, seconds).await?;
        let Some(row) = row else { return Ok(()) };
        match told.status.is_final() {
            true => ended(&edge, id, agent_leg_ended(row.state, told.status), None).await,
            false => {
                edge.dialer.look_again(&row);
                Ok(())
            }
        }
    };
    if let Err(error) = kept.await {
        let error: StoreError = error;
        tracing::warn!(%error, "what the carrier says of a call is left to the sweep");
    }
    render::respond(EMPTY.into())
}

/// A running call is put through: the caller hears so, and the agent's phone rings with a screen before it.
pub async fn caller(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let call = match IncomingCall::parse(received.form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "outgoing/caller", &error),
    };
    let row = match come_to(&edge, id, &call.call, State::RingingAgent).await {
        Ok(row) => row,
        Err(response) => return response,
    };
    let host = &edge.public_host;
    let action = format!("{host}/webhook/outgoing/returned?call={id}");
    let screen = format!("{host}/webhook/outgoing/screen?call={id}");
    let recorded = format!("{host}/webhook/recording_status?turn={}&message=1", row.turn + 1);
    let dial = Dial {
        action: Some(&action),
        timeout: RING_SECONDS,
        caller_id: Some(&row.our_number),
        record: Some(DialRecord::FromAnswerDual),
        recording_status_callback: Some(&recorded),
        screen: Some(&screen),
        ..Dial::to(DialTarget::Number(&row.agent_phone))
    };
    let hold = call::Prompt::Transferring.text();
    written(&edge, Response::new().say(say(hold)).dial(dial).finish())
}

/// The row of a take-over, for the agent's leg, which has an id of its own.
async fn row_of(edge: &Edge, id: i64) -> Result<OutgoingRow, HttpResponse> {
    match edge.switchboard.store.outgoing(id).await {
        Ok(Some(row)) if row.state != State::Ended => Ok(row),
        Ok(_) => Err(over(None)),
        Err(error) => Err(over(Some(error))),
    }
}

/// The agent's phone was answered while a caller waits.
pub async fn screen(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { id, .. } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    match row_of(&edge, id).await {
        Ok(row) => briefed(&edge, &row, "take"),
        Err(response) => response,
    }
}

/// A key was pressed: the screen ends, and with it the two are put together.
pub async fn take(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { id, .. } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let row = match row_of(&edge, id).await {
        Ok(row) => row,
        Err(response) => return response,
    };
    let Some(sid) = row.call_sid.as_deref().and_then(|sid| CallSid::parse(sid).ok()) else {
        return over(None);
    };
    match come_to(&edge, id, &sid, State::RingingCustomer).await {
        Ok(_) => render::respond(EMPTY.into()),
        Err(response) => response,
    }
}

/// The agent's leg is over: the call ends with it, or the caller is the engine's again.
pub async fn returned(request: HttpRequest, payload: web::Payload, edge: web::Data<Edge>) -> HttpResponse {
    let Asked { received, id } = match asked(&request, payload, &edge).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let call = match IncomingCall::parse(received.form) {
        Ok(call) => call,
        Err(error) => return bad_field(&edge, "outgoing/returned", &error),
    };
    let store = &edge.switchboard.store;
    let row = match store.outgoing(id).await {
        Ok(Some(row)) => row,
        Ok(None) => return over(None),
        Err(error) => return over(Some(error)),
    };
    let said = call.parameters.get("DialCallStatus").unwrap_or("");
    let outcome = match row.outcome {
        // Asked a second time.
        Some(outcome) => outcome,
        None => take_over_ended(said, row.accepted_at.is_some()),
    };
    if let Err(error) = ended(&edge, id, outcome, talk(&call)).await {
        tracing::warn!(%error, "how a take-over ended is left to the sweep");
    }
    if outcome == Outcome::Completed {
        return over(None);
    }
    let business = super::incoming_call::business_of(&edge, &call.to);
    let policy = business
        .as_ref()
        .map_or_else(|| edge.unknown_policy(), |business| business.policy.clone());
    let turn = u16::try_from(row.turn).unwrap_or(0);
    let clips = edge.clips(business.as_deref());
    render::respond(render::twiml(&call::taken_back(&policy, turn), &clips))
}
