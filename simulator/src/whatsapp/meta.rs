//! Meta's Graph API for one number, as the engine meets it (Meta, "Messages API", "Media", "Message templates").

use std::sync::Arc;

use axum::Router;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::customer::Line;
use super::deliver::follow;
use super::sent::{Fault, Sent};
use super::twilio::{serve, spoiled};
use super::{META_ACCOUNT_ID, META_PHONE_NUMBER_ID, META_TOKEN};
use crate::carrier::{Answer, Inner, new_sid, with_json};

type Shared = State<Arc<Inner>>;

pub(super) fn router() -> Router<Arc<Inner>> {
    Router::new()
        .route("/graph/{version}/{id}/messages", post(messages))
        .route("/graph/{version}/{id}/media", post(upload))
        .route("/graph/{version}/{id}/message_templates", get(templates))
        .route("/graph/{version}/{id}", get(file))
        .route("/graph/files/{id}/bytes", get(bytes))
}

fn error(status: StatusCode, code: u32, detail: &str) -> Answer {
    let kind = if code == 190 {
        "OAuthException"
    } else {
        "GraphMethodException"
    };
    let body = json!({"error": {"message": format!("(#{code}) played by the simulator"), "type": kind, "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": detail}, "fbtrace_id": "Asimulated"}});
    with_json(status, &body)
}

fn refused(headers: &HeaderMap) -> Option<Answer> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let known = given.is_some_and(|value| value == format!("Bearer {META_TOKEN}"));
    (!known).then(|| error(StatusCode::UNAUTHORIZED, 190, "Invalid OAuth access token"))
}

async fn messages(
    State(inner): Shared,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    if id != META_PHONE_NUMBER_ID || json["messaging_product"] != "whatsapp" {
        return error(
            StatusCode::BAD_REQUEST,
            100,
            "messaging_product and the number's id are required",
        );
    }
    if json["status"] == "read" {
        return with_json(StatusCode::OK, &json!({"success": true}));
    }
    let Some(message) = message(&json) else {
        return error(StatusCode::BAD_REQUEST, 100, "no message");
    };
    if message.kind == "template"
        && !TEMPLATES
            .iter()
            .any(|(_, name, ..)| Some(*name) == message.template.as_deref())
    {
        return error(
            StatusCode::NOT_FOUND,
            132_001,
            "template name does not exist in the translation",
        );
    }
    let answer = json!({"messaging_product": "whatsapp", "contacts": [{"input": message.to, "wa_id": message.to.trim_start_matches('+')}],
        "messages": [{"id": message.id, "message_status": "accepted"}]});
    let (taken, fault) = inner.whatsapp().take(message, "131047");
    if let Some(message) = taken {
        follow(&inner, message, fault.clone());
    }
    match fault {
        Some(Fault::Throttle(_)) => error(
            StatusCode::TOO_MANY_REQUESTS,
            130_429,
            "Cloud API message throughput has been reached",
        ),
        Some(Fault::Code(code)) => error(
            StatusCode::BAD_REQUEST,
            code.parse().unwrap_or(100),
            "played by the simulator",
        ),
        Some(Fault::Server | Fault::ServerAfterTaking) => {
            error(StatusCode::INTERNAL_SERVER_ERROR, 1, "An unknown error occurred")
        }
        fault => spoiled(with_json(StatusCode::OK, &answer), fault.as_ref()),
    }
}

fn message(json: &Value) -> Option<Sent> {
    let kind = json["type"].as_str()?;
    let inner = &json[kind];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let to = text(&json["to"]).or_else(|| text(&json["recipient"]))?;
    let parameters = inner["components"].as_array().into_iter().flatten();
    let parameters =
        parameters.flat_map(|component| component["parameters"].as_array().into_iter().flatten());
    let filled: Vec<&str> = parameters.filter_map(|one| one["text"].as_str()).collect();
    let words = [&inner["body"], &inner["caption"], &inner["emoji"]];
    Some(Sent {
        line: Line::Meta,
        id: new_sid("wamid.HBgM"),
        to,
        kind: kind.to_owned(),
        text: words
            .into_iter()
            .find_map(text)
            .unwrap_or_else(|| filled.join(" · ")),
        template: text(&inner["name"]),
        media: text(&inner["id"]).or_else(|| text(&inner["link"])),
        reply_to: text(&json["context"]["message_id"]).or_else(|| text(&inner["message_id"])),
        client_key: text(&json["biz_opaque_callback_data"]),
        callback: None,
        at: Timestamp::now(),
    })
}

async fn upload(
    State(inner): Shared,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    mut parts: Multipart,
) -> Answer {
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    let mut file = None;
    let mut product = false;
    while let Ok(Some(part)) = parts.next_field().await {
        match part.name() {
            Some("messaging_product") => product = part.text().await.is_ok_and(|text| text == "whatsapp"),
            Some("file") => file = part.bytes().await.ok(),
            _ => {}
        }
    }
    let Some(bytes) = file.filter(|_| product && id == META_PHONE_NUMBER_ID) else {
        return error(
            StatusCode::BAD_REQUEST,
            100,
            "file and messaging_product are required",
        );
    };
    let name = new_sid("9");
    inner.whatsapp().uploads.insert(name.clone(), bytes);
    with_json(StatusCode::OK, &json!({"id": name}))
}

async fn file(State(inner): Shared, Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Answer {
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    let Some(kept) = inner.whatsapp().files.get(&id).cloned() else {
        return error(
            StatusCode::BAD_REQUEST,
            100,
            "Unsupported get request. Object does not exist",
        );
    };
    let url = kept
        .redirect
        .unwrap_or_else(|| format!("{}/graph/files/{id}/bytes", inner.base));
    let hash: String = Sha256::digest(&kept.bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let body = json!({"messaging_product": "whatsapp", "id": id, "url": url, "mime_type": kept.mime, "sha256": hash,
        "file_size": kept.bytes.len()});
    with_json(StatusCode::OK, &body)
}

async fn bytes(State(inner): Shared, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    match refused(&headers) {
        Some(refusal) => refusal.into_response(),
        None => serve(&inner, &id),
    }
}

/// Id, name, Meta's word, body.
const TEMPLATES: [(&str, &str, &str, &str); 3] = [
    (
        "594425479261596",
        "viewing_reminder",
        "APPROVED",
        "שלום {{1}}, תזכורת לביקור בדירה ב{{2}}. נתראה!",
    ),
    (
        "594425479261597",
        "follow_up",
        "APPROVED",
        "שלום {{1}}, חזרנו אליך בהמשך לשיחה.",
    ),
    ("594425479261598", "discount", "REJECTED", "מבצע! {{1}}"),
];

async fn templates(Path((_, id)): Path<(String, String)>, headers: HeaderMap) -> Answer {
    if let Some(refusal) = refused(&headers) {
        return refusal;
    }
    if id != META_ACCOUNT_ID {
        return error(
            StatusCode::BAD_REQUEST,
            100,
            "Unsupported get request. Object does not exist",
        );
    }
    let rows: Vec<Value> = TEMPLATES
        .iter()
        .map(|(id, name, status, body)| {
            json!({"id": id, "name": name, "language": "he", "category": "UTILITY", "status": status,
                "rejected_reason": if *status == "REJECTED" { "INCORRECT_CATEGORY" } else { "NONE" },
                "components": [{"type": "BODY", "text": body, "example": {"body_text": [["דנה", "הרצל 1"]]}}]})
        })
        .collect();
    let body = json!({"data": rows, "paging": {"cursors": {"before": "a", "after": "b"}}});
    with_json(StatusCode::OK, &body)
}
