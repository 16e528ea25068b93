//! The reference bridge: the whole contract of `gateways/src/whatsapp/bridge.md` over a phone that is not there. It shows what a bridge
//! beside Baileys or its like has to do: check signatures, keep client keys, tell statuses.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::customer::Line;
use super::deliver::{bridge_signature, follow};
use super::sent::{Fault, Sent};
use super::twilio::{serve, spoiled};
use crate::carrier::{Answer, Inner, new_sid, with_json};

type Shared = State<Arc<Inner>>;

/// The largest request that is read, bytes.
const LARGEST: usize = 1024 * 1024;

pub(super) fn router() -> Router<Arc<Inner>> {
    Router::new()
        .route("/bridge/messages", post(messages))
        .route("/bridge/messages/{key}", get(known))
        .route("/bridge/signals", post(signals))
        .route("/bridge/media/{file}", get(media))
        .route_layer(middleware::from_fn(proved))
}

fn error(status: StatusCode, code: &str, detail: &str) -> Answer {
    with_json(status, &json!({"error": {"code": code, "detail": detail}}))
}

/// Only what the engine signed within the last five minutes.
async fn proved(request: Request, next: Next) -> Answer {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST).await else {
        return error(StatusCode::PAYLOAD_TOO_LARGE, "bad_request", "too large");
    };
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    if !is_signed(&parts.headers, parts.method.as_str(), target, &bytes) {
        return error(StatusCode::FORBIDDEN, "credentials", "the signature");
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

fn is_signed(headers: &HeaderMap, method: &str, target: &str, body: &[u8]) -> bool {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(timestamp), Some(signature)) = (value("x-bridge-timestamp"), value("x-bridge-signature"))
    else {
        return false;
    };
    let fresh = timestamp
        .parse::<i64>()
        .is_ok_and(|at| at.abs_diff(Timestamp::now().as_second()) <= 300);
    fresh && signature == bridge_signature(timestamp, method, target, body)
}

async fn messages(State(inner): Shared, body: Bytes) -> Answer {
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(message) = message(&json) else {
        return error(StatusCode::BAD_REQUEST, "bad_request", "no message");
    };
    // One message for each key, however often it is asked for.
    if let Some(id) = taken(&inner, message.client_key.as_deref()) {
        return with_json(StatusCode::OK, &json!({"id": id}));
    }
    let answer = json!({"id": message.id});
    let (taken, fault) = inner.whatsapp().take(message, "window_closed");
    if let Some(message) = taken {
        follow(&inner, message, fault.clone());
    }
    match fault {
        Some(Fault::Throttle(wait)) => {
            let mut refusal = error(StatusCode::TOO_MANY_REQUESTS, "too_many_at_once", "later");
            if let Some(value) = wait.and_then(|seconds| seconds.to_string().parse().ok()) {
                refusal.headers_mut().insert(header::RETRY_AFTER, value);
            }
            refusal
        }
        Some(Fault::Code(code)) => error(StatusCode::UNPROCESSABLE_ENTITY, &code, "played by the simulator"),
        Some(Fault::Server | Fault::ServerAfterTaking) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "provider_down",
            "the phone is away",
        ),
        fault => spoiled(with_json(StatusCode::CREATED, &answer), fault.as_ref()),
    }
}

fn taken(inner: &Inner, key: Option<&str>) -> Option<String> {
    let desk = inner.whatsapp();
    let mut ours = desk.sent.iter().filter(|one| one.line == Line::Bridge);
    ours.find(|one| one.client_key.as_deref() == key)
        .map(|one| one.id.clone())
}

fn message(json: &Value) -> Option<Sent> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let kind = json["type"].as_str()?;
    let (media, reaction) = (&json["media"], &json["reaction"]);
    let words = [&json["text"], &media["caption"], &reaction["emoji"]];
    Some(Sent {
        line: Line::Bridge,
        id: new_sid("3EB0"),
        to: text(&json["to"]["phone"]).or_else(|| text(&json["to"]["user_id"]))?,
        kind: text(&media["kind"]).unwrap_or_else(|| kind.to_owned()),
        text: words.into_iter().find_map(text).unwrap_or_default(),
        template: None,
        media: text(&media["link"]),
        reply_to: text(&json["reply_to"]).or_else(|| text(&reaction["message_id"])),
        client_key: Some(text(&json["client_key"])?),
        callback: None,
        at: Timestamp::now(),
    })
}

async fn known(State(inner): Shared, Path(key): Path<String>) -> Answer {
    match taken(&inner, Some(&key)) {
        Some(id) => with_json(StatusCode::OK, &json!({"id": id})),
        None => error(StatusCode::NOT_FOUND, "unknown", "no such key"),
    }
}

async fn signals() -> Answer {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

async fn media(State(inner): Shared, Path(file): Path<String>) -> Answer {
    serve(&inner, &file)
}
