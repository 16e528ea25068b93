//! Calls the engine's webhooks as the providers do: the body, its signature, the request. Whoever writes, and the plan of statuses
//! after a message was taken, come through here. It speaks only to the connected engine, on loopback.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use super::customer::{Line, Written, as_event, as_form, as_meta};
use super::sent::{Fault, Sent};
use super::{BRIDGE_SECRET, META_ACCOUNT_ID, META_APP_SECRET, META_NUMBER, META_PHONE_NUMBER_ID};
use crate::carrier::Inner;
use crate::route::{Engine, Reach};
use crate::{signature, wire};

/// Meta and Twilio wait longer; whoever plays them here does not.
const LIMIT: Duration = Duration::from_secs(15);

/// How far a message came, as a provider tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub line: Line,
    /// The provider's id.
    pub id: String,
    /// `sent`, `delivered`, `read`, `played`, `failed`; for Twilio also `undelivered` and the rest of its words.
    pub word: String,
    /// The provider's code of a failure.
    #[serde(default)]
    pub code: Option<String>,
}

/// A webhook's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Absolute, under the engine's public address.
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

pub(super) async fn written(inner: &Arc<Inner>, all: &[Written]) -> Result<u16, String> {
    let single = all.first().is_some_and(|one| one.line == Line::Twilio);
    let mut status = 200;
    for part in all.chunks(if single { 1 } else { all.len().max(1) }) {
        let request = request_of(inner, part)?;
        status = post(inner, &request).await?;
    }
    Ok(status)
}

pub(super) async fn told(inner: &Arc<Inner>, told: &Told) -> Result<u16, String> {
    let message = inner
        .whatsapp()
        .sent
        .iter()
        .find(|one| one.id == told.id)
        .cloned();
    let request = status_request(inner, told, message.as_ref())?;
    post(inner, &request).await
}

/// After a message was taken: its statuses, as the plan has them.
pub(super) fn follow(inner: &Arc<Inner>, message: Sent, fault: Option<Fault>) {
    let plan = {
        let desk = inner.whatsapp();
        if desk.engine.is_none() {
            return;
        }
        desk.plan.clone()
    };
    let inner = inner.clone();
    tokio::spawn(async move {
        let failure = match fault {
            Some(Fault::FailLater(code)) => Some(code),
            _ => None,
        };
        let words = match &failure {
            Some(_) => vec!["failed".to_owned()],
            None => plan.words.clone(),
        };
        for word in words {
            tokio::time::sleep(plan.every()).await;
            let status = Told {
                line: message.line,
                id: message.id.clone(),
                word,
                code: failure.clone(),
            };
            for _ in 0..plan.times {
                if let Err(why) = told(&inner, &status).await {
                    tracing::warn!(%why, "a status was not delivered");
                }
            }
        }
    });
}

pub(super) fn request_of(inner: &Arc<Inner>, all: &[Written]) -> Result<Request, String> {
    let first = all.first().ok_or("nothing was written")?;
    match first.line {
        Line::Twilio => {
            let account = &inner.options.account_sid;
            let media = |message: &str, file: &str| {
                format!(
                    "{}{}/Messages/{message}/Media/{file}",
                    inner.base,
                    inner.account_path()
                )
            };
            let url = engine(inner)?.url("/webhook/whatsapp/twilio");
            let form = as_form(first, account, media);
            Ok(twilio_request(&inner.options.auth_token, url, form))
        }
        Line::Meta => {
            let (messages, contacts): (Vec<Value>, Vec<Value>) = all.iter().map(as_meta).unzip();
            let value = json!({"messages": messages, "contacts": contacts});
            Ok(meta_request(&engine(inner)?, value))
        }
        Line::Bridge => bridge(inner, all.iter().map(as_event).collect()),
    }
}

fn status_request(inner: &Arc<Inner>, told: &Told, message: Option<&Sent>) -> Result<Request, String> {
    let to = message.map_or("", |one| one.to.as_str());
    let key = message.and_then(|one| one.client_key.clone());
    match told.line {
        Line::Twilio => {
            let own = engine(inner)?.url("/webhook/whatsapp/status");
            let url = message.and_then(|one| one.callback.clone()).unwrap_or(own);
            let mut form: Vec<(String, String)> = [
                ("AccountSid", inner.options.account_sid.as_str()),
                ("MessageSid", told.id.as_str()),
                ("SmsSid", told.id.as_str()),
                ("MessageStatus", told.word.as_str()),
                ("SmsStatus", told.word.as_str()),
                ("ChannelPrefix", "whatsapp"),
                ("To", &format!("whatsapp:{to}")),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
            if let Some(code) = &told.code {
                form.push(("ErrorCode".into(), code.clone()));
                form.push(("ErrorMessage".into(), "played by the simulator".into()));
            }
            Ok(twilio_request(&inner.options.auth_token, url, form))
        }
        Line::Meta => {
            let mut status = json!({"id": told.id, "status": told.word, "recipient_id": to.trim_start_matches('+'),
                "timestamp": Timestamp::now().as_second().to_string()});
            if let Some(key) = key {
                status["biz_opaque_callback_data"] = key.into();
            }
            if let Some(code) = &told.code {
                let code: u32 = code.parse().unwrap_or(131_000);
                status["errors"] = json!([{"code": code, "title": "played", "error_data": {"details": "played by the simulator"}}]);
            }
            Ok(meta_request(&engine(inner)?, json!({"statuses": [status]})))
        }
        Line::Bridge => {
            let mut event = json!({"type": "status", "id": told.id, "client_key": key, "status": told.word,
                "timestamp": Timestamp::now().as_second()});
            if let Some(code) = &told.code {
                event["error"] = json!({"code": code, "detail": "played by the simulator"});
            }
            bridge(inner, vec![event])
        }
    }
}

fn engine(inner: &Inner) -> Result<Engine, String> {
    inner
        .whatsapp()
        .engine
        .clone()
        .ok_or_else(|| "no engine is connected".to_owned())
}

/// A form signed as Twilio does.
pub(super) fn twilio_request(token: &str, url: String, form: Vec<(String, String)>) -> Request {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form)
        .finish();
    let signature = signature::form(token, &url, &form);
    Request {
        url,
        headers: vec![
            (
                "Content-Type",
                "application/x-www-form-urlencoded; charset=UTF-8".into(),
            ),
            ("X-Twilio-Signature", signature),
        ],
        body: body.into_bytes(),
    }
}

/// An envelope of Meta's with one change, signed.
pub(super) fn meta_request(engine: &Engine, mut value: Value) -> Request {
    value["messaging_product"] = "whatsapp".into();
    value["metadata"] = json!({"display_phone_number": META_NUMBER.trim_start_matches('+'),
        "phone_number_id": META_PHONE_NUMBER_ID});
    let change = json!({"field": "messages", "value": value});
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": META_ACCOUNT_ID, "changes": [change]}]});
    let body = body.to_string().into_bytes();
    let signature = format!("sha256={}", mac(META_APP_SECRET, &[&body]));
    Request {
        url: engine.url("/webhook/whatsapp/meta"),
        headers: vec![
            ("Content-Type", "application/json".into()),
            ("X-Hub-Signature-256", signature),
        ],
        body,
    }
}

fn bridge(inner: &Inner, events: Vec<Value>) -> Result<Request, String> {
    let channel = inner.whatsapp().bridge_channel.clone();
    let channel = channel.ok_or("the bridge's channel is not known")?;
    let path = format!("/webhook/whatsapp/bridge/{channel}");
    let body = json!({"events": events}).to_string().into_bytes();
    let timestamp = Timestamp::now().as_second().to_string();
    let signature = bridge_signature(&timestamp, "POST", &path, &body);
    Ok(Request {
        url: engine(inner)?.url(&path),
        headers: vec![
            ("Content-Type", "application/json".into()),
            ("X-Bridge-Timestamp", timestamp),
            ("X-Bridge-Signature", signature),
        ],
        body,
    })
}

/// The contract's signature, as the bridge computes it.
pub(super) fn bridge_signature(timestamp: &str, method: &str, target: &str, body: &[u8]) -> String {
    let head = format!("{timestamp}\n{method}\n{target}\n");
    format!("sha256={}", mac(BRIDGE_SECRET, &[head.as_bytes(), body]))
}

fn mac(secret: &str, pieces: &[&[u8]]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    for piece in pieces {
        mac.update(piece);
    }
    let digest = mac.finalize().into_bytes();
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

async fn post(inner: &Inner, request: &Request) -> Result<u16, String> {
    let reach = engine(inner)?.reach(&request.url)?;
    let bytes = wire_bytes(&reach, request, false);
    let reply = wire::exchange(reach.address, &bytes, LIMIT, 64 * 1024).await;
    reply
        .map(|reply| reply.head.status)
        .map_err(|error| error.to_string())
}

/// The bytes of a request; `keep`: the connection is used again.
pub(super) fn wire_bytes(reach: &Reach, request: &Request, keep: bool) -> Vec<u8> {
    let mut head = format!("POST {} HTTP/1.1\r\nHost: {}\r\n", reach.path, reach.host);
    for (name, value) in &request.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let connection = if keep { "keep-alive" } else { "close" };
    let length = request.body.len();
    let _ = write!(
        head,
        "Content-Length: {length}\r\nConnection: {connection}\r\n\r\n"
    );
    [head.as_bytes(), &request.body].concat()
}
