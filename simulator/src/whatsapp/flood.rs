//! Many messages of customers, or many statuses, against an engine on this machine: an open loop at a rate, or as fast as N connections
//! go. `agentlocator simulate load --whatsapp` calls it. It knows no carrier: nothing is sent back, and nothing needs to be.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use tokio::time::Instant;

use super::customer::{Line, Person, Written, as_form, as_meta};
use super::deliver::{Request, meta_request, twilio_request, wire_bytes};
use crate::load::Histogram;
use crate::route::{Engine, Reach};
use crate::wire::{Connection, WireError};

/// Later than this an answer is none.
const LIMIT: Duration = Duration::from_secs(15);
/// Different people who write.
const PEOPLE: u64 = 1_000;

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A new message each, of one of a thousand people.
    Messages,
    /// A `delivered` each, of messages that the engine does not know yet.
    Statuses,
}

/// A flood to be run.
#[derive(Debug, Clone)]
pub struct FloodPlan {
    pub engine: Engine,
    /// Twilio or Meta.
    pub line: Line,
    pub what: What,
    /// Twilio's account and token; Meta's secrets are those of this module.
    pub account_sid: String,
    pub auth_token: String,
    /// The business's number.
    pub to: String,
    /// Deliveries a second; `None`: as soon as the one before is answered.
    pub rate: Option<f64>,
    pub connections: usize,
    /// Deliveries in all.
    pub count: u64,
    /// Things in each delivery; Twilio has one.
    pub batch: u64,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FloodReport {
    /// From the first delivery to the last answer.
    pub seconds: f64,
    pub sent: u64,
    /// Messages or statuses in what was sent.
    pub things: u64,
    pub statuses: BTreeMap<u16, u64>,
    pub unanswered: u64,
    /// From when a delivery was due until it was answered.
    pub latency: Histogram,
}

struct Shared {
    plan: FloodPlan,
    run: u64,
    tickets: AtomicU64,
    start: Instant,
}

/// Runs it to its end.
///
/// # Errors
/// A sentence, for a plan that makes no sense.
pub async fn flood(plan: FloodPlan) -> Result<FloodReport, String> {
    crate::route::loopback(&plan.engine.target)?;
    if plan.line == Line::Bridge || plan.connections == 0 {
        return Err("a flood needs twilio or meta, and a connection".to_owned());
    }
    let shared = Arc::new(Shared {
        run: rand::random(),
        tickets: AtomicU64::new(0),
        start: Instant::now(),
        plan,
    });
    let workers: Vec<_> = (0..shared.plan.connections)
        .map(|_| tokio::spawn(work(shared.clone())))
        .collect();
    let mut report = FloodReport::default();
    for worker in workers {
        let part = worker.await.map_err(|error| error.to_string())??;
        report.sent += part.sent;
        report.things += part.things;
        report.unanswered += part.unanswered;
        report.latency.add(&part.latency);
        for (status, count) in part.statuses {
            *report.statuses.entry(status).or_default() += count;
        }
    }
    report.seconds = shared.start.elapsed().as_secs_f64();
    Ok(report)
}

async fn work(shared: Arc<Shared>) -> Result<FloodReport, String> {
    let mut report = FloodReport::default();
    let mut connection = None;
    let batch = match shared.plan.line {
        Line::Meta => shared.plan.batch.max(1),
        _ => 1,
    };
    loop {
        let ticket = shared.tickets.fetch_add(1, Ordering::Relaxed);
        if ticket >= shared.plan.count {
            return Ok(report);
        }
        let request = shared.request(ticket, batch);
        let reach = shared.plan.engine.reach(&request.url)?;
        let bytes = wire_bytes(&reach, &request, true);
        let due = shared.due(ticket).await;
        let outcome = tokio::time::timeout(LIMIT, exchange(&mut connection, &reach, &bytes)).await;
        report.sent += 1;
        report.things += batch;
        match outcome {
            Ok(Ok(status)) => {
                report.latency.record(due.elapsed());
                *report.statuses.entry(status).or_default() += 1;
            }
            _ => {
                connection = None;
                report.unanswered += 1;
            }
        }
    }
}

async fn exchange(kept: &mut Option<Connection>, reach: &Reach, bytes: &[u8]) -> Result<u16, WireError> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(reach.address).await?,
    };
    connection.send(bytes).await?;
    let reply = connection.reply(64 * 1024).await?;
    if connection.reusable {
        *kept = Some(connection);
    }
    Ok(reply.head.status)
}

impl Shared {
    async fn due(&self, ticket: u64) -> Instant {
        let Some(rate) = self.plan.rate else {
            return Instant::now();
        };
        let due = self.start + Duration::from_secs_f64(ticket as f64 / rate);
        if due > Instant::now() {
            tokio::time::sleep_until(due).await;
            return Instant::now();
        }
        due
    }

    fn request(&self, ticket: u64, batch: u64) -> Request {
        let ids = (0..batch).map(|index| ticket * batch + index);
        let plan = &self.plan;
        match (plan.line, plan.what) {
            (Line::Meta, What::Messages) => {
                let (messages, contacts): (Vec<_>, Vec<_>) = ids.map(|id| as_meta(&self.written(id))).unzip();
                meta_request(&plan.engine, json!({"messages": messages, "contacts": contacts}))
            }
            (Line::Meta, What::Statuses) => {
                let at = Timestamp::now().as_second().to_string();
                let status = |id| json!({"id": self.id(id), "status": "delivered", "timestamp": at, "recipient_id": "972501234567"});
                let statuses: Vec<_> = ids.map(status).collect();
                meta_request(&plan.engine, json!({"statuses": statuses}))
            }
            (_, What::Messages) => {
                let url = plan.engine.url("/webhook/whatsapp/twilio");
                let form = as_form(&self.written(ticket), &plan.account_sid, |_, _| String::new());
                twilio_request(&plan.auth_token, url, form)
            }
            (_, What::Statuses) => {
                let url = plan.engine.url("/webhook/whatsapp/status");
                let form = [
                    ("AccountSid", plan.account_sid.clone()),
                    ("MessageSid", self.id(ticket)),
                    ("MessageStatus", "delivered".to_owned()),
                    ("From", format!("whatsapp:{}", plan.to)),
                    ("To", "whatsapp:+972501234567".to_owned()),
                ];
                let form = form.map(|(name, value)| (name.to_owned(), value)).to_vec();
                twilio_request(&plan.auth_token, url, form)
            }
        }
    }

    fn id(&self, number: u64) -> String {
        match self.plan.line {
            Line::Twilio => format!("SM{:016x}{number:016x}", self.run),
            _ => format!("wamid.{:016x}{number:016x}", self.run),
        }
    }

    fn written(&self, number: u64) -> Written {
        let phone = format!("+97250{:07}", number % PEOPLE);
        let person = Person::new(&phone, "דנה כהן");
        let text = format!("שלום, מתי אפשר לראות את הדירה? {number}");
        let mut written = Written::text(self.plan.line, person, &self.plan.to, &text);
        written.id = self.id(number);
        written
    }
}
