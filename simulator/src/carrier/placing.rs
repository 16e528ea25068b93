//! Calls that the engine asks for: the carrier rings a phone, and who answers there presses the key that is asked for. Whoever
//! plays the phones can have them not answer. Source: Twilio docs `voice/api/call-resource`, create.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use super::rest::{Answer, twilio_error, with_json};
use super::state::{Inner, new_sid, rfc2822};
use crate::call::{CallPlan, Utterance};
use crate::route::{Engine, split};

/// `POST …/Calls.json`: 201 at once, and the call goes on by itself.
pub(super) async fn create_call(
    State(inner): State<Arc<Inner>>,
    Form(form): Form<Vec<(String, String)>>,
) -> Answer {
    let given = |name: &str| {
        let found = form.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let (Some(to), Some(from), Some(url)) = (given("To"), given("From"), given("Url")) else {
        return twilio_error(
            StatusCode::BAD_REQUEST,
            21201,
            "'To', 'From' and 'Url' are required",
        );
    };
    let Some((origin, path)) = split(&url) else {
        return twilio_error(StatusCode::BAD_REQUEST, 21205, "Url is not a valid URL");
    };
    let sid = new_sid("CA");
    let mut plan = CallPlan::new(Engine::local(origin), from.clone(), to.clone());
    plan.placed = Some(sid.clone());
    plan.voice_path = path;
    plan.status_path = given("StatusCallback").and_then(|url| Some(split(&url)?.1));
    plan.status_events = form
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent")
        .map(|(_, event)| {
            if event == "answered" {
                "in-progress".into()
            } else {
                event.clone()
            }
        })
        .collect();
    plan.caller.push(Utterance::SayAndPress {
        text: String::new(),
        key: '1',
    });
    plan.pace = 1.0;
    let answer = json!({
        "account_sid": inner.options.account_sid, "api_version": "2010-04-01", "sid": sid, "from": from, "to": to,
        "status": "queued", "direction": "outbound-api", "date_created": rfc2822(jiff::Timestamp::now()),
    });
    tokio::spawn(async move {
        let report = crate::call::place(inner, plan).await;
        tracing::debug!(
            call = report.call_sid,
            status = report.status,
            "a call that was asked for is over"
        );
    });
    with_json(StatusCode::CREATED, &answer)
}
