//! `POST /webhook/handle_recording`: the caller has spoken. The recording becomes a row and the
//! caller is held; nothing slow happens here, and every delivery of it is told the same.

use super::super::Edge;
use super::incoming_call::{business_of, caller};
use super::received::{Received, bad_field, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use actors::switchboard::Kept;
use domain::business::Business;
use domain::call::{self, Answer, Purpose};
use gateways::twilio::form::{EndedBy, RecordingDone};
use store::inbox::{Event, NewRecording};

/// The webhook.
pub async fn handle_recording(
    request: HttpRequest,
    payload: web::Payload,
    edge: web::Data<Edge>,
) -> HttpResponse {
    let received = match receive(&request, payload, &edge).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let turn = received.number("turn", 1).max(1);
    let purpose = if received.flag("message").is_some() {
        Purpose::Message
    } else {
        Purpose::Turn
    };
    let Received {
        form,
        raw,
        request_id,
        ..
    } = received;
    let done = match RecordingDone::parse(form) {
        Ok(done) => done,
        Err(error) => return bad_field(&edge, "handle_recording", &error),
    };
    let business = done.to.as_deref().and_then(|to| business_of(&edge, to));
    let clips = edge.clips(business.as_deref());
    let answer = decide(&edge, &done, business.as_deref(), turn, purpose);
    let kept_only = if done.ended_by == EndedBy::Hangup {
        Answer::default()
    } else {
        call::message_kept()
    };
    let recording = new_recording(&done, turn, purpose);
    let event = Event {
        natural_key: format!("recording:{}", recording.key),
        kind: "handle_recording".into(),
        business: business.as_ref().map(|business| business.id),
        caller: caller(&done.parameters),
        called: done.to.clone().unwrap_or_default(),
        status: done.status,
        duration_s: None,
        form: raw,
        answer: render::twiml(&answer, &clips),
        request_id,
        recording: Some(recording),
        call_sid: done.call,
    };
    match edge
        .switchboard
        .take(event, render::twiml(&kept_only, &clips))
        .await
    {
        Kept::Committed { answer } | Kept::Spooled { answer } => render::respond(answer),
        Kept::Lost => render::respond(render::apology(&clips)),
    }
}

fn decide(
    edge: &Edge,
    done: &RecordingDone,
    business: Option<&Business>,
    turn: u16,
    purpose: Purpose,
) -> Answer {
    let gone = done.ended_by == EndedBy::Hangup;
    if done.recording.is_none() && !gone {
        tracing::warn!(call = %done.call, "a recording came without an id: the caller is asked again");
        let policy = business.map_or_else(|| edge.unknown_policy(), |business| business.policy.clone());
        return call::ask_again(&policy, turn);
    }
    call::take_recording(turn, purpose, gone)
}

/// The row. A recording that the carrier gave no id can't be fetched: it is kept as rejected.
fn new_recording(done: &RecordingDone, turn: u16, purpose: Purpose) -> NewRecording {
    let (key, rejected) = match &done.recording {
        Some(sid) => (sid.to_string(), None),
        None => (
            format!("{}/{turn}", done.call),
            Some("the carrier named no recording".to_owned()),
        ),
    };
    NewRecording {
        key,
        turn,
        is_message: purpose == Purpose::Message,
        carrier_seconds: done.duration_seconds.and_then(|s| i32::try_from(s).ok()),
        rejected,
        claim_for: None,
    }
}
