//! Load for an engine on this machine: an open loop of signed `incoming_call` requests, or of whole recorded calls, at a
//! given rate or as fast as N connections go. The benches and `agentlocator simulate` call it. It is bounded by count
//! and time, spends as little as it can per request (it shares the cores with the engine), and refuses any address that
//! is not loopback.

mod histogram;
mod template;
mod worker;

#[cfg(test)]
mod tests;

pub use histogram::Histogram;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::call::WebhookKind;
use crate::route::{Engine, loopback};
use crate::signature::Signer;

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// `incoming_call` alone, each with a `CallSid` of its own.
    Incoming,
    /// Incoming, then for each turn a recording and whatever the TwiML leads to, then the final status.
    WholeCall {
        /// Times that the caller speaks before it hangs up.
        turns: u32,
        /// Whether played files are fetched, too.
        fetch_media: bool,
    },
}

/// A load to be run.
#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// The engine.
    pub engine: Engine,
    /// `AC…`.
    pub account_sid: String,
    /// Signs the requests.
    pub auth_token: String,
    /// Numbers called, in turn: one for each business.
    pub to: Vec<String>,
    /// What is sent.
    pub scenario: Scenario,
    /// Arrivals (requests or calls) a second; `None`: each connection sends as soon as it is answered.
    pub rate: Option<f64>,
    /// Connections, each with one request or call at a time. For calls: how many can be at once.
    pub connections: usize,
    /// Arrivals in all.
    pub count: u64,
    /// No arrival later than this.
    pub time: Duration,
    /// Where recordings can be fetched: the base of a carrier that answers any recording
    /// ([`Carrier::answer_any_recording`](crate::Carrier::answer_any_recording)).
    pub recordings: String,
    /// Every so many answers to `incoming_call` is judged by the whole grammar, the others by a glance. 1: all.
    pub judge_every: u64,
    /// Path of the voice webhook.
    pub voice_path: String,
    /// Path of the status callback.
    pub status_path: String,
}

impl LoadPlan {
    /// As many `incoming_call` requests as 16 connections carry in 10 seconds, to the addresses of AgentLocator.
    pub fn new(engine: Engine, account_sid: impl Into<String>, auth_token: impl Into<String>) -> Self {
        Self {
            recordings: engine.target.clone(),
            engine,
            account_sid: account_sid.into(),
            auth_token: auth_token.into(),
            to: vec!["+97231234567".into()],
            scenario: Scenario::Incoming,
            rate: None,
            connections: 16,
            count: u64::MAX,
            time: Duration::from_secs(10),
            judge_every: 32,
            voice_path: "/webhook/incoming_call".into(),
            status_path: "/webhook/call_status".into(),
        }
    }
}

/// Why a load did not start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine is not on this machine.
    #[error("refused: {0}")]
    NotLoopback(String),
    /// The plan makes no sense.
    #[error("{0}")]
    Plan(String),
}

/// What came of one kind of request.
#[derive(Debug, Clone, Default, Serialize)]
pub struct KindReport {
    /// Requests sent.
    pub sent: u64,
    /// Answers by HTTP status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without an answer: no connection, broken, or later than 15 s.
    pub unanswered: u64,
    /// 2xx answers that Twilio would refuse or warn of.
    pub invalid: u64,
    /// Real time from when the request was due until its answer was read.
    pub latency: Histogram,
}

/// What came of a load.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LoadReport {
    /// From the first arrival to the last answer, seconds.
    pub seconds: f64,
    /// Arrivals that were sent.
    pub arrivals: u64,
    /// Arrivals that came later than due because all connections were busy; their latency counts from when they
    /// were due.
    pub late: u64,
    /// Whole calls that ended as a caller would want: every request answered with valid TwiML.
    pub calls_good: u64,
    /// Whole calls in which some request failed.
    pub calls_bad: u64,
    /// Turns that were answered by a file (a hold phrase counts), of [`Self::turns`].
    pub turns_played: u64,
    /// Turns that the callers took.
    pub turns: u64,
    /// From the action of a recording until the caller is listened to again or the call ends.
    pub turn: Histogram,
    /// By kind of webhook.
    pub kinds: BTreeMap<WebhookKind, KindReport>,
    /// The first few things that were wrong, in sentences.
    pub examples: Vec<String>,
}

impl LoadReport {
    /// Requests a second, all kinds together.
    pub fn requests_per_second(&self) -> f64 {
        self.kinds.values().map(|kind| kind.sent).sum::<u64>() as f64 / self.seconds.max(1e-9)
    }

    /// Requests that got no answer, an answer that is not 2xx, or an invalid one.
    pub fn failures(&self) -> u64 {
        let bad = |kind: &KindReport| {
            let refused: u64 = kind
                .statuses
                .iter()
                .filter(|(s, _)| !(200..300).contains(*s))
                .map(|(_, n)| n)
                .sum();
            refused + kind.unanswered + kind.invalid
        };
        self.kinds.values().map(bad).sum()
    }

    fn add(&mut self, other: LoadReport) {
        self.late += other.late;
        self.arrivals += other.arrivals;
        self.calls_good += other.calls_good;
        self.calls_bad += other.calls_bad;
        self.turns_played += other.turns_played;
        self.turns += other.turns;
        self.turn.add(&other.turn);
        for (kind, report) in other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            sum.sent += report.sent;
            sum.unanswered += report.unanswered;
            sum.invalid += report.invalid;
            sum.latency.add(&report.latency);
            for (status, count) in report.statuses {
                *sum.statuses.entry(status).or_default() += count;
            }
        }
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

/// How many sentences a report keeps.
const EXAMPLES: usize = 20;

/// What all connections share.
struct Shared {
    plan: LoadPlan,
    address: std::net::SocketAddr,
    signer: Signer,
    /// Sets the identifiers of this run apart from those of any other.
    run: u64,
    tickets: AtomicU64,
    start: Instant,
}

/// Runs a load to its end.
pub async fn run(plan: LoadPlan) -> Result<LoadReport, LoadError> {
    let address = loopback(&plan.engine.target).map_err(LoadError::NotLoopback)?;
    loopback(&plan.recordings).map_err(LoadError::NotLoopback)?;
    if plan.to.is_empty() || plan.connections == 0 {
        return Err(LoadError::Plan(
            "a load needs a number to call and a connection".into(),
        ));
    }
    if plan.rate.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(LoadError::Plan("a rate is more than 0".into()));
    }
    let shared = Arc::new(Shared {
        address,
        signer: Signer::new(&plan.auth_token),
        run: rand::random(),
        tickets: AtomicU64::new(0),
        start: Instant::now(),
        plan,
    });
    let workers: Vec<_> = (0..shared.plan.connections)
        .map(|_| tokio::spawn(worker::run(shared.clone())))
        .collect();
    let mut report = LoadReport::default();
    for worker in workers {
        match worker.await {
            Ok(part) => report.add(part),
            Err(error) => report.examples.push(format!("a worker died: {error}")),
        }
    }
    report.seconds = shared.start.elapsed().as_secs_f64();
    Ok(report)
}
