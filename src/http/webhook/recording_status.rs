//! `POST /webhook/recording_status`: the file is there, or never will be. The second trigger of a
//! recording whose first one was lost.

use super::super::Edge;
use super::call_status::EMPTY;
use super::received::{bad_field, receive};
use super::render;
use actix_web::{HttpRequest, HttpResponse, web};
use gateways::twilio::form::{RecordingState, RecordingStatus};
use store::inbox::{Event, NewRecording};

/// The webhook.
pub async fn recording_status(
    request: HttpRequest,
    payload: web::Payload,
    edge: web::Data<Edge>,
) -> HttpResponse {
    let received = match receive(&request, payload, &edge).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let turn = received.number("turn", 1).max(1);
    let is_message = received.flag("message").is_some();
    let status = match RecordingStatus::parse(received.form) {
        Ok(status) => status,
        Err(error) => return bad_field(&edge, "recording_status", &error),
    };
    let (state, rejected) = match status.state {
        RecordingState::InProgress => return render::respond(EMPTY.into()),
        RecordingState::Completed => ("completed", None),
        RecordingState::Absent => ("absent", Some("the carrier has no audio of it".to_owned())),
        RecordingState::Failed => ("failed", Some("the carrier failed to record".to_owned())),
    };
    let event = Event {
        natural_key: format!("recording_status:{}:{state}", status.recording),
        kind: "recording_status".into(),
        business: None,
        caller: String::new(),
        called: String::new(),
        status: None,
        duration_s: None,
        form: received.raw,
        answer: EMPTY.into(),
        request_id: received.request_id,
        recording: Some(NewRecording {
            key: status.recording.to_string(),
            turn,
            is_message,
            carrier_seconds: status.duration_seconds.and_then(|s| i32::try_from(s).ok()),
            rejected,
            claim_for: None,
        }),
        call_sid: status.call,
    };
    edge.switchboard.take(event, EMPTY.into()).await;
    render::respond(EMPTY.into())
}
