//! The control interface: lets another process on this machine ask a running carrier to place a call, and watch it.
//! `simulator::remote` and the command line call it. It needs `Content-Type: application/json`, which no foreign web
//! page can send without a preflight, and it is on loopback like the whole carrier.
//!
//! `POST /simulator/calls` [`CallRequest`] as JSON answers `application/x-ndjson`: one step a line, and at the end a line
//! `{"report": …}`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, header};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use bytes::Bytes;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::rest::with_json;
use super::state::Inner;
use crate::call::{CallPlan, CallReport, DialOutcome, Step, Utterance};
use crate::route::{Engine, loopback};

/// A call that another process asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// The number called, E.164.
    pub to: String,
    /// The caller, E.164.
    pub from: String,
    /// What the caller says, one a turn; an empty string is a silent turn.
    #[serde(default)]
    pub say: Vec<String>,
    /// A WAV that the caller plays after what it says, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wav_base64: Option<String>,
    /// Where the engine listens, `http://127.0.0.1:PORT`.
    pub target: String,
    /// The address it believes to be reached at; left out: `target`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<String>,
    /// What a `<Dial>` meets; left out: a person who talks for 5 seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dial: Option<DialOutcome>,
    /// 0: takes no time. Left out: 1, real time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<f64>,
}

/// One line of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// The last one.
    Report {
        /// The whole call.
        report: Box<CallReport>,
    },
    /// A step, as it happens.
    Step(Step),
}

impl CallRequest {
    /// The plan of the call, or a sentence saying what is wrong with the request.
    pub fn plan(self) -> Result<CallPlan, String> {
        loopback(&self.target)?;
        let public = self.public.unwrap_or_else(|| self.target.clone());
        let mut plan = CallPlan::new(Engine::behind(self.target, public), self.from, self.to);
        for text in self.say {
            plan.caller.push(if text.is_empty() {
                Utterance::Silence
            } else {
                Utterance::Say(text)
            });
        }
        if let Some(text) = self.wav_base64 {
            let wav = base64::engine::general_purpose::STANDARD.decode(text.trim());
            plan.caller.push(Utterance::Wav(
                wav.map_err(|error| format!("wav_base64: {error}"))?,
            ));
        }
        plan.dial = self.dial.unwrap_or(plan.dial);
        let pace = self.pace.unwrap_or(1.0);
        if !(0.0..=10.0).contains(&pace) {
            return Err(format!("pace {pace} is not between 0 and 10"));
        }
        plan.pace = pace;
        if pace >= 1.0 {
            plan.silence_limit_s = Some(2.0);
        }
        Ok(plan)
    }
}

pub(super) fn router() -> Router<Arc<Inner>> {
    Router::new().route("/simulator/calls", post(place))
}

async fn place(State(inner): State<Arc<Inner>>, Json(request): Json<CallRequest>) -> Response<Body> {
    let mut plan = match request.plan() {
        Ok(plan) => plan,
        Err(why) => return with_json(StatusCode::BAD_REQUEST, &serde_json::json!({"error": why})),
    };
    let (observer, steps) = mpsc::channel(256);
    plan.observer = Some(observer);
    let (lines, written) = mpsc::channel::<Bytes>(256);
    tokio::spawn(relay(inner, plan, steps, lines));
    let body = stream::unfold(written, |mut written| async move {
        let line = written.recv().await?;
        Some((Ok::<_, Infallible>(line), written))
    });
    let mut response = Response::new(Body::from_stream(body));
    let ndjson = header::HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, ndjson);
    response
}

/// Runs the call to its end even when nobody reads any more, as a real caller would.
async fn relay(
    inner: Arc<Inner>,
    plan: CallPlan,
    mut steps: mpsc::Receiver<Step>,
    lines: mpsc::Sender<Bytes>,
) {
    let writer = lines.clone();
    let relaying = tokio::spawn(async move {
        while let Some(step) = steps.recv().await {
            if writer.send(line(&Line::Step(step))).await.is_err() {
                steps.close();
            }
        }
    });
    let report = Box::new(crate::call::place(inner, plan).await);
    // The plan and with it the observer are gone: the relay ends when all steps are written.
    if relaying.await.is_ok() {
        let _ = lines.send(line(&Line::Report { report })).await;
    }
}

fn line(line: &Line) -> Bytes {
    let mut text = serde_json::to_vec(line).unwrap_or_default();
    text.push(b'\n');
    text.into()
}
