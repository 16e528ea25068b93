//! Short messages as the carrier takes them: kept, never sent anywhere, and read again by whoever plays the phone.
//! Source: Twilio docs `messaging/api/message-resource`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rest::{Answer, twilio_error, with_json};
use super::state::Inner;
use crate::whatsapp::send_through_twilio;

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `SM` and 32 hexadecimal digits.
    pub sid: String,
    /// E.164.
    pub from: String,
    /// E.164.
    pub to: String,
    /// The text.
    pub body: String,
}

/// `POST …/Messages.json`.
pub(super) async fn send(
    State(inner): State<Arc<Inner>>,
    Form(form): Form<HashMap<String, String>>,
) -> Answer {
    if form.get("From").is_some_and(|from| from.starts_with("whatsapp:")) {
        return send_through_twilio(&inner, &form);
    }
    let given = |name: &str| form.get(name).filter(|value| !value.is_empty()).cloned();
    let (Some(from), Some(to), Some(body)) = (given("From"), given("To"), given("Body")) else {
        return twilio_error(
            StatusCode::BAD_REQUEST,
            21604,
            "'To', 'From' and 'Body' are required",
        );
    };
    if !to.starts_with('+') {
        return twilio_error(StatusCode::BAD_REQUEST, 21211, "Invalid 'To' Phone Number");
    }
    let mut books = inner.books();
    let sid = format!("SM{:032x}", books.messages.len() + 1);
    let answer = json!({
        "account_sid": inner.options.account_sid, "api_version": "2010-04-01", "sid": sid, "from": from, "to": to, "body": body,
        "status": "queued", "direction": "outbound-api", "error_code": null, "num_segments": "1",
    });
    books.messages.push(Message { sid, from, to, body });
    with_json(StatusCode::CREATED, &answer)
}

/// `GET /simulator/messages?to=+972…`: what came to a phone, the oldest first.
pub(super) async fn received(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    let books = inner.books();
    let to = query
        .get("to")
        .map(|to| to.trim().trim_start_matches('+').to_owned());
    let fits = |message: &&Message| {
        to.as_ref()
            .is_none_or(|to| message.to.trim_start_matches('+') == to)
    };
    let messages: Vec<&Message> = books.messages.iter().filter(fits).collect();
    with_json(StatusCode::OK, &json!({ "messages": messages }))
}
