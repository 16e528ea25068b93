//! Meta's Cloud API at its wire: takes messages, says what it is told to say, keeps files, and remembers what it accepted.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub const APP_SECRET: &str = "the secret of the app";
pub const VERIFY_TOKEN: &str = "verify-me";
pub const NUMBER_ID: &str = "106540352242922";

/// What it does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Well,
    /// Refuses it with this code.
    Refused(u32),
    /// Asks to wait, once.
    Busy,
    /// Accepts it, and its answer is lost.
    ThenFails,
}

#[derive(Default)]
struct Kept {
    takes: Option<Takes>,
    /// Bodies that were accepted, oldest first; the n-th has the id `wamid.out<n>`.
    accepted: Vec<Value>,
    files: HashMap<String, Vec<u8>>,
}

/// Meta, on a loopback port.
#[derive(Clone)]
pub struct MetaParty {
    pub base: String,
    kept: Arc<Mutex<Kept>>,
}

impl MetaParty {
    pub async fn start() -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let party = Self { base, kept };
        let router = Router::new()
            .route("/v25.0/{id}/messages", post(message))
            .route("/v25.0/{id}/message_templates", get(templates))
            .route("/v25.0/{id}", get(file))
            .route("/files/{id}", get(bytes))
            .with_state(party.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        party
    }

    fn with<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.kept.lock().expect("what it keeps"))
    }

    pub fn takes(&self, takes: Takes) {
        self.with(|kept| kept.takes = Some(takes));
    }

    pub fn keeps(&self, id: &str, bytes: &[u8]) {
        self.with(|kept| drop(kept.files.insert(id.into(), bytes.to_vec())));
    }

    /// Everything that it accepted as a message.
    pub fn accepted(&self) -> Vec<Value> {
        self.with(|kept| kept.accepted.clone())
    }

    /// What the engines are configured with.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("META_GRAPH_BASE", format!("{}/v25.0", self.base)),
            ("META_MEDIA_ORIGINS", self.base.clone()),
            ("META_ACCESS_TOKEN", "a token of the account".into()),
            ("META_APP_SECRET", APP_SECRET.into()),
            ("META_VERIFY_TOKEN", VERIFY_TOKEN.into()),
            ("META_WABA_ID", "102290129340398".into()),
            ("TEST_MS_WHATSAPP_RETRY", "50".into()),
            ("TEST_MS_WHATSAPP_LOOK", "100".into()),
            ("TEST_MS_WHATSAPP_PATIENCE", "400".into()),
        ]
    }
}

/// `X-Hub-Signature-256` over these bytes.
pub fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("a key");
    mac.update(body);
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("sha256={digits}")
}

/// An envelope around a value of `messages` or `statuses`.
pub fn envelope(mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": "97237654321", "phone_number_id": NUMBER_ID });
    json!({ "object": "whatsapp_business_account",
            "entry": [{ "id": "102290129340398", "changes": [{ "field": "messages", "value": value }] }] })
}

async fn message(party: State<MetaParty>, Path(_): Path<String>, Json(body): Json<Value>) -> Response {
    // A sign such as "read" is no message.
    if body["status"].is_string() {
        return Json(json!({ "success": true })).into_response();
    }
    let (takes, number) = party.with(|kept| {
        let takes = kept.takes.unwrap_or(Takes::Well);
        match takes {
            Takes::Well | Takes::ThenFails => kept.accepted.push(body),
            Takes::Busy => kept.takes = None,
            Takes::Refused(_) => {}
        }
        (takes, kept.accepted.len())
    });
    let error = |code: u32| json!({ "error": { "message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "x" } });
    match takes {
        Takes::Well => Json(
            json!({ "messaging_product": "whatsapp", "messages": [{ "id": format!("wamid.out{number}") }] }),
        )
        .into_response(),
        Takes::Refused(code) => (StatusCode::BAD_REQUEST, Json(error(code))).into_response(),
        Takes::Busy => (
            StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", "1")],
            Json(error(130_429)),
        )
            .into_response(),
        Takes::ThenFails => (StatusCode::BAD_GATEWAY, "<html>").into_response(),
    }
}

async fn templates() -> Response {
    let body =
        json!({ "type": "BODY", "text": "שלום {{1}}, נשמח לעזור", "example": { "body_text": [["דנה"]] } });
    Json(json!({ "data": [{ "id": "77", "name": "hello", "language": "he", "category": "UTILITY", "status": "APPROVED",
                            "components": [body] }] }))
    .into_response()
}

async fn file(party: State<MetaParty>, Path(id): Path<String>) -> Response {
    let bytes = party.with(|kept| kept.files.get(&id).map(Vec::len));
    match bytes {
        Some(size) => Json(
            json!({ "url": format!("{}/files/{id}", party.base), "mime_type": "image/jpeg",
                                   "file_size": size, "id": id, "messaging_product": "whatsapp" }),
        )
        .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn bytes(party: State<MetaParty>, Path(id): Path<String>) -> Response {
    match party.with(|kept| kept.files.get(&id).cloned()) {
        Some(bytes) => Bytes::from(bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
