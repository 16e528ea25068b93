//! One connection of a load: takes the next ticket, waits until it is due, and sends a request or runs a whole call.
//! `load::run` starts as many as the plan has connections. Each keeps its own counts: nothing is shared but the tickets.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::template::{self, Template, hole};
use super::{EXAMPLES, LoadReport, Scenario, Shared};
use crate::call::WebhookKind;
use crate::grammar::{self, Checked, Method, Target, Verb};
use crate::route;
use crate::wire::{Connection, Reply, WireError};

const LIMIT: Duration = Duration::from_secs(15);
const LARGEST: usize = 16 * 1024 * 1024;
/// A call that asks more often than this is in a loop.
const MOST_REQUESTS: u32 = 200;

struct Worker {
    shared: Arc<Shared>,
    connection: Option<Connection>,
    incoming: Option<Template>,
    status: Option<Template>,
    request: Vec<u8>,
    report: LoadReport,
    answers: u64,
}

/// The identifiers of one call.
struct Call {
    sid: String,
    from: String,
    to: String,
}

pub(super) async fn run(shared: Arc<Shared>) -> LoadReport {
    let mut worker = Worker::new(shared.clone());
    loop {
        let ticket = shared.tickets.fetch_add(1, Ordering::Relaxed);
        let Some(due) = worker.due(ticket).await else {
            return worker.report;
        };
        worker.report.arrivals += 1;
        let to = &shared.plan.to[(ticket % shared.plan.to.len() as u64) as usize];
        let call = Call {
            sid: format!("CA{:016x}{ticket:016x}", shared.run),
            from: format!("+97250{:07}", ticket % 10_000_000),
            to: to.clone(),
        };
        match shared.plan.scenario {
            Scenario::Incoming => {
                worker.incoming(&call, due).await;
            }
            Scenario::WholeCall { turns, fetch_media } => {
                let good = worker.whole_call(&call, due, (turns, fetch_media)).await;
                let count = if good {
                    &mut worker.report.calls_good
                } else {
                    &mut worker.report.calls_bad
                };
                *count += 1;
            }
        }
    }
}

impl Worker {
    fn new(shared: Arc<Shared>) -> Self {
        let plan = &shared.plan;
        let mut params = crate::call::common(&plan.account_sid, &hole(0), (&hole(1), &hole(2)), "ringing");
        let template = |path: &str, params: &[(String, String)]| {
            let url = plan.engine.url(path);
            plan.engine
                .reach(&url)
                .ok()
                .map(|reach| Template::new(&url, &reach, params))
        };
        let incoming = template(&plan.voice_path, &params);
        for (name, value) in &mut params {
            if name == "CallStatus" {
                *value = "completed".into();
            }
        }
        let more = [
            ("CallDuration", "30"),
            ("Duration", "1"),
            ("SequenceNumber", "3"),
            ("SipResponseCode", "200"),
        ];
        params.extend(more.map(|(n, v)| (n.to_owned(), v.to_owned())));
        params.push(("CallbackSource".into(), "call-progress-events".into()));
        params.push((
            "Timestamp".into(),
            crate::carrier::rfc2822(jiff::Timestamp::now()),
        ));
        let status = template(&plan.status_path, &params);
        Self {
            connection: None,
            incoming,
            status,
            request: Vec::with_capacity(2048),
            report: LoadReport::default(),
            answers: 0,
            shared,
        }
    }

    /// Waits for the ticket's time; when its latency begins, or `None` when the load is over.
    async fn due(&mut self, ticket: u64) -> Option<Instant> {
        let plan = &self.shared.plan;
        let start = self.shared.start;
        if ticket >= plan.count {
            return None;
        }
        let Some(rate) = plan.rate else {
            return (start.elapsed() < plan.time).then(Instant::now);
        };
        let offset = Duration::try_from_secs_f64(ticket as f64 / rate).ok()?;
        if offset >= plan.time {
            return None;
        }
        let due = start + offset;
        if due > Instant::now() {
            tokio::time::sleep_until(due).await;
            // The timer's own slack, up to a millisecond, is not the engine's latency.
            return Some(Instant::now());
        }
        self.report.late += 1;
        Some(due)
    }

    async fn incoming(&mut self, call: &Call, due: Instant) -> Option<Reply> {
        if let Some(template) = &self.incoming {
            let values = [call.sid.as_str(), &call.from, &call.to];
            template.fill(&self.shared.signer, &values, &mut self.request);
        }
        let reply = self.exchange(WebhookKind::Incoming, due).await?;
        self.answers += 1;
        let wholly = self.answers.is_multiple_of(self.shared.plan.judge_every.max(1));
        if wholly && matches!(self.shared.plan.scenario, Scenario::Incoming) {
            self.judge(WebhookKind::Incoming, &reply);
        } else if !(reply.body.starts_with(b"<") && contains(&reply.body, b"<Response")) {
            self.wrong(WebhookKind::Incoming, "the answer is no TwiML".into());
        }
        Some(reply)
    }

    /// Sends what is in `request` and counts what comes; `None` when it is not a 2xx answer.
    async fn exchange(&mut self, kind: WebhookKind, due: Instant) -> Option<Reply> {
        let outcome = tokio::time::timeout(LIMIT, self.try_exchange()).await;
        let outcome = outcome.unwrap_or(Err(WireError::Late(LIMIT)));
        let entry = self.report.kinds.entry(kind).or_default();
        entry.sent += 1;
        match outcome {
            Ok(reply) => {
                entry.latency.record(due.elapsed());
                *entry.statuses.entry(reply.head.status).or_default() += 1;
                (200..300).contains(&reply.head.status).then_some(reply)
            }
            Err(error) => {
                entry.unanswered += 1;
                self.connection = None;
                self.example(format!("{kind:?}: {error}"));
                None
            }
        }
    }

    /// A kept connection may have been closed meanwhile: then one more try on a new one, as any client does.
    async fn try_exchange(&mut self) -> Result<Reply, WireError> {
        let kept = self.connection.is_some();
        match self.once().await {
            Err(WireError::Broken(_)) if kept => {
                self.connection = None;
                self.once().await
            }
            outcome => outcome,
        }
    }

    async fn once(&mut self) -> Result<Reply, WireError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.shared.address).await?,
        };
        connection.send(&self.request).await?;
        let reply = connection.reply(LARGEST).await?;
        if connection.reusable {
            self.connection = Some(connection);
        }
        Ok(reply)
    }

    fn judge(&mut self, kind: WebhookKind, reply: &Reply) -> Checked {
        let checked = grammar::check(reply.head.status, reply.head.header("content-type"), &reply.body);
        if !checked.clean() {
            let why = checked
                .findings
                .first()
                .map_or(String::new(), |finding| finding.sentence.clone());
            self.wrong(kind, why);
        }
        checked
    }

    fn wrong(&mut self, kind: WebhookKind, why: String) {
        self.report.kinds.entry(kind).or_default().invalid += 1;
        self.example(format!("{kind:?}: {why}"));
    }

    fn example(&mut self, sentence: String) {
        if self.report.examples.len() < EXAMPLES {
            self.report.examples.push(sentence);
        }
    }

    /// A call from its first request to its final status; whether every answer was good.
    async fn whole_call(&mut self, call: &Call, due: Instant, how: (u32, bool)) -> bool {
        let good = match self.incoming(call, due).await {
            Some(reply) => self.follow(call, reply, how).await,
            None => false,
        };
        if let Some(template) = &self.status {
            let values = [call.sid.as_str(), &call.from, &call.to];
            template.fill(&self.shared.signer, &values, &mut self.request);
        }
        self.exchange(WebhookKind::Status, Instant::now()).await.is_some() && good
    }

    async fn follow(&mut self, call: &Call, first: Reply, (turns, fetch_media): (u32, bool)) -> bool {
        let mut document = self.shared.plan.engine.url(&self.shared.plan.voice_path);
        let (mut reply, mut kind, mut turns_left) = (first, WebhookKind::Incoming, turns);
        let mut turn: Option<(Instant, bool)> = None;
        for _ in 0..MOST_REQUESTS {
            let checked = self.judge(kind, &reply);
            if !checked.clean() {
                return false;
            }
            let mut next = None;
            for verb in checked.verbs {
                match verb {
                    Verb::Play(play) => {
                        if let Some((_, played)) = &mut turn {
                            *played = true;
                        }
                        if fetch_media && !self.fetch(&document, &play.url).await {
                            return false;
                        }
                    }
                    Verb::Record(record) => {
                        self.end_turn(turn.take());
                        if turns_left > 0 {
                            turns_left -= 1;
                            turn = Some((Instant::now(), false));
                            next = Some((WebhookKind::RecordAction, record.action.unwrap_or_else(here)));
                        }
                        break;
                    }
                    Verb::Redirect(target) => {
                        next = Some((WebhookKind::Redirect, target));
                        break;
                    }
                    Verb::Hangup | Verb::Reject { .. } | Verb::Dial(_) => break,
                    _ => {}
                }
            }
            let Some((onwards, target)) = next else {
                self.end_turn(turn.take());
                return true;
            };
            let url = route::resolve(&document, &target.url);
            kind = onwards;
            reply = match self.ask(call, kind, (&url, target.method)).await {
                Some(reply) => reply,
                None => return false,
            };
            document = url;
        }
        self.example(format!("{}: a loop of {MOST_REQUESTS} requests", call.sid));
        false
    }

    fn end_turn(&mut self, turn: Option<(Instant, bool)>) {
        let Some((begun, played)) = turn else { return };
        self.report.turns += 1;
        self.report.turns_played += u64::from(played);
        self.report.turn.record(begun.elapsed());
    }

    async fn ask(&mut self, call: &Call, kind: WebhookKind, to: (&str, Method)) -> Option<Reply> {
        let (url, method) = to;
        let plan = &self.shared.plan;
        let ends = (call.from.as_str(), call.to.as_str());
        let mut params = crate::call::common(&plan.account_sid, &call.sid, ends, "in-progress");
        if kind == WebhookKind::RecordAction {
            let sid = crate::carrier::new_sid("RE");
            let path = format!("/2010-04-01/Accounts/{}/Recordings/{sid}", plan.account_sid);
            params.push((
                "RecordingUrl".into(),
                format!("{}{path}", plan.recordings.trim_end_matches('/')),
            ));
            params.push(("RecordingSid".into(), sid));
            params.push(("RecordingDuration".into(), "4".into()));
            params.push(("Digits".into(), String::new()));
        }
        let bare = url.split('#').next().unwrap_or(url);
        let url = match method {
            Method::Post => bare.to_owned(),
            Method::Get => {
                let joint = if bare.contains('?') { '&' } else { '?' };
                let query = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(&params)
                    .finish();
                format!("{bare}{joint}{query}")
            }
        };
        let reach = match self.reach(&url) {
            Ok(reach) => reach,
            Err(why) => {
                self.wrong(kind, why);
                return None;
            }
        };
        match method {
            Method::Post => template::whole(&self.shared.signer, &url, &reach, &params, &mut self.request),
            Method::Get => template::get(&self.shared.signer, &url, &reach, &mut self.request),
        }
        self.exchange(kind, Instant::now()).await
    }

    /// Fetches a file over the same connection; whether it came.
    async fn fetch(&mut self, document: &str, url: &str) -> bool {
        let url = route::resolve(document, url);
        let Ok(reach) = self.reach(&url) else { return false };
        template::file(&reach, &mut self.request);
        let outcome = tokio::time::timeout(LIMIT, self.try_exchange()).await;
        let came = matches!(&outcome, Ok(Ok(reply)) if reply.head.status == 200 && !reply.body.is_empty());
        if !came {
            self.connection = None;
            self.example(format!("the file {url} did not come"));
        }
        came
    }

    /// Everything goes over the one connection to the engine: another address would be a mistake of the engine's.
    fn reach(&self, url: &str) -> Result<route::Reach, String> {
        let reach = self.shared.plan.engine.reach(url)?;
        if reach.address != self.shared.address {
            return Err(format!("{url} is not on the engine"));
        }
        Ok(reach)
    }
}

fn here() -> Target {
    Target {
        url: String::new(),
        method: Method::Post,
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
