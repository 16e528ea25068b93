//! The control interface for whoever plays phone and provider from another process (browser stories, the command line): JSON only, on
//! loopback only.
//!
//! `GET /simulator/whatsapp/messages?to=+972…` what came to a phone · `POST /simulator/whatsapp/messages` [`WriteRequest`]: a customer
//! writes · `POST /simulator/whatsapp/statuses` [`Told`] · `POST /simulator/whatsapp/plan` [`StatusPlan`] ·
//! `POST /simulator/whatsapp/faults` a list of [`Fault`] · `POST /simulator/whatsapp/files` [`FileRequest`].

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::customer::{Line, Person, Written, Wrote};
use super::deliver::Told;
use super::sent::{Fault, Sent, StatusPlan};
use super::{BRIDGE_NUMBER, META_NUMBER, WhatsApp};
use crate::carrier::{Answer, Inner, with_json};
use crate::route::{Engine, loopback};

type Shared = State<Arc<Inner>>;

/// A customer writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteRequest {
    pub line: Line,
    pub from: Person,
    /// The business's number; left out: the one that the provider has here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub wrote: Wrote,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Where the engine listens; left out: the one that is connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The address it believes to be reached at; left out: `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// The id of the bridge's channel at the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge_channel: Option<String>,
    /// How often it is delivered; left out: once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// A file that a customer will send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRequest {
    pub base64: String,
    pub mime: String,
    /// Where the provider says that it is, instead of here.
    #[serde(default)]
    pub redirect: Option<String>,
}

pub(crate) fn router() -> Router<Arc<Inner>> {
    Router::new()
        .route("/simulator/whatsapp/messages", get(sent).post(write))
        .route("/simulator/whatsapp/statuses", post(tell))
        .route("/simulator/whatsapp/plan", post(plan))
        .route("/simulator/whatsapp/faults", post(fail))
        .route("/simulator/whatsapp/files", post(keep))
}

fn done(what: Result<Value, String>) -> Answer {
    match what {
        Ok(body) => with_json(StatusCode::OK, &body),
        Err(why) => with_json(StatusCode::BAD_REQUEST, &json!({"error": why})),
    }
}

async fn sent(State(inner): Shared, Query(query): Query<HashMap<String, String>>) -> Answer {
    let to = query
        .get("to")
        .map(|to| to.trim().trim_start_matches('+').to_owned());
    let all = WhatsApp::of(inner).sent();
    let fits = |one: &Sent| to.as_ref().is_none_or(|to| one.to.trim_start_matches('+') == to);
    let messages: Vec<&Sent> = all.iter().filter(|one| fits(one)).collect();
    done(Ok(json!({"messages": messages})))
}

async fn write(State(inner): Shared, Json(request): Json<WriteRequest>) -> Answer {
    let whatsapp = WhatsApp::of(inner.clone());
    if let Some(target) = &request.target {
        if let Err(why) = loopback(target) {
            return done(Err(why));
        }
        let public = request.public.as_ref().unwrap_or(target);
        inner.whatsapp().engine = Some(Engine::behind(target, public));
    }
    if request.bridge_channel.is_some() {
        inner
            .whatsapp()
            .bridge_channel
            .clone_from(&request.bridge_channel);
    }
    let to = match (request.to, request.line) {
        (Some(to), _) => to,
        (None, Line::Meta) => META_NUMBER.to_owned(),
        (None, Line::Bridge) => BRIDGE_NUMBER.to_owned(),
        (None, Line::Twilio) => return done(Err("to: which number of Twilio's".to_owned())),
    };
    let mut written = Written::new(request.line, request.from, &to, request.wrote);
    written.reply_to = request.reply_to;
    let mut status = Ok(0);
    for _ in 0..request.times.unwrap_or(1).min(100) {
        status = whatsapp.write(&written).await;
    }
    done(status.map(|status| json!({"id": written.id, "status": status})))
}

async fn tell(State(inner): Shared, Json(told): Json<Told>) -> Answer {
    let status = WhatsApp::of(inner).tell(&told).await;
    done(status.map(|status| json!({"status": status})))
}

async fn plan(State(inner): Shared, Json(plan): Json<StatusPlan>) -> Answer {
    WhatsApp::of(inner).statuses(plan);
    done(Ok(json!({})))
}

async fn fail(State(inner): Shared, Json(faults): Json<Vec<Fault>>) -> Answer {
    WhatsApp::of(inner).fail(faults);
    done(Ok(json!({})))
}

async fn keep(State(inner): Shared, Json(request): Json<FileRequest>) -> Answer {
    let bytes = base64::engine::general_purpose::STANDARD.decode(request.base64.trim());
    let whatsapp = WhatsApp::of(inner);
    done(bytes.map_err(|error| error.to_string()).map(|bytes| {
        let file = whatsapp.keep_file(bytes.into(), &request.mime);
        if let Some(to) = &request.redirect {
            whatsapp.redirect_file(&file, to);
        }
        json!({"file": file})
    }))
}
