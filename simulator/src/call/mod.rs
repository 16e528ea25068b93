//! One simulated call from ringing to its end: asks the engine for TwiML, follows it, and writes down everything.
//! `Carrier::place_call` and the control interface start it. It knows the engine only by HTTP.

mod callbacks;
mod caller;
mod follow;
mod listen;
mod plan;
mod play;
mod report;
mod request;
mod silence;

#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod tests;

pub use plan::{CallPlan, Delivery, DialOutcome, Faults, SignatureFault, Utterance};
pub use report::{Answer, CallReport, Event, Played, Step, Violation, WebhookKind};
pub(crate) use request::common;
pub use silence::{Cause, Silence};

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};

use crate::carrier::{CallRow, Inner, Update, new_sid};
use crate::grammar::{Finding, Method, Severity, Target};
use callbacks::Callbacks;
use caller::Prepared;
use silence::Silences;

/// A call that is running. Every change of it is small and whole, because an interruption drops the future that
/// follows the TwiML at any await.
struct Run {
    carrier: Arc<Inner>,
    plan: CallPlan,
    sid: String,
    status: &'static str,
    clock_s: f64,
    report: CallReport,
    silences: Silences,
    caller: VecDeque<Prepared>,
    callbacks: Callbacks,
    webhooks: u32,
    /// The document that is being followed: relative addresses resolve against it.
    document: String,
    hang_up_at: watch::Sender<Option<tokio::time::Instant>>,
}

/// Where the call goes on.
#[derive(Debug, Clone)]
enum Next {
    Request {
        kind: WebhookKind,
        target: Target,
        extra: Vec<(String, String)>,
    },
    Document(String),
}

enum Interruption {
    Update(Update),
    HangUp,
    TooLong,
}

/// Places the call and follows it to its end.
pub(crate) async fn place(carrier: Arc<Inner>, plan: CallPlan) -> CallReport {
    let (updates, mut updated) = mpsc::channel(8);
    let (hang_up_at, mut hang_up) = watch::channel(None);
    let mut run = Run::new(carrier, plan, hang_up_at);
    run.prepare_caller().await;
    run.register(updates);
    let ringing = Event::Ringing {
        call_sid: run.sid.clone(),
        from: run.plan.from.clone(),
        to: run.plan.to.clone(),
    };
    run.note(ringing).await;
    run.status_callback("initiated", false);
    run.status_callback("ringing", false);
    let deadline = tokio::time::Instant::now() + run.plan.time_limit;
    let url = run.plan.engine.url(&run.plan.voice_path);
    let mut next = Next::Request {
        kind: WebhookKind::Incoming,
        target: Target {
            url,
            method: Method::Post,
        },
        extra: Vec::new(),
    };
    loop {
        let interruption = tokio::select! {
            biased;
            Some(update) = updated.recv() => Interruption::Update(update),
            () = due(&mut hang_up) => Interruption::HangUp,
            () = tokio::time::sleep_until(deadline) => Interruption::TooLong,
            () = run.follow(next) => break,
        };
        match run.interrupted(interruption).await {
            Some(onwards) => next = onwards,
            None => break,
        }
    }
    run.finish().await
}

/// Waits until the caller hangs up by the clock; for ever, when it is not going to.
async fn due(hang_up: &mut watch::Receiver<Option<tokio::time::Instant>>) {
    loop {
        let at = *hang_up.borrow_and_update();
        let changed = async {
            if hang_up.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        match at {
            Some(at) => tokio::select! {
                () = tokio::time::sleep_until(at) => return,
                () = changed => {}
            },
            None => changed.await,
        }
    }
}

impl Run {
    fn new(
        carrier: Arc<Inner>,
        plan: CallPlan,
        hang_up_at: watch::Sender<Option<tokio::time::Instant>>,
    ) -> Self {
        let sid = plan.placed.clone().unwrap_or_else(|| new_sid("CA"));
        let report = CallReport {
            call_sid: sid.clone(),
            ..CallReport::default()
        };
        Self {
            callbacks: Callbacks::default(),
            carrier,
            plan,
            sid,
            status: "ringing",
            clock_s: 0.0,
            report,
            silences: Silences::default(),
            caller: VecDeque::new(),
            webhooks: 0,
            document: String::new(),
            hang_up_at,
        }
    }

    fn register(&self, updates: mpsc::Sender<Update>) {
        self.carrier.books().keep_call(CallRow {
            sid: self.sid.clone(),
            from: self.plan.from.clone(),
            to: self.plan.to.clone(),
            status: "ringing".into(),
            direction: match self.plan.placed {
                Some(_) => "outbound-api",
                None => "inbound",
            },
            created: Timestamp::now(),
            ended: None,
            updates,
        });
    }

    /// Writes a step down and shows it to the observer.
    async fn note(&mut self, event: Event) {
        let step = Step {
            at_s: self.clock_s,
            event,
        };
        if let Some(observer) = &self.plan.observer {
            // An observer that is gone has seen enough: the call goes on.
            let _ = observer.send(step.clone()).await;
        }
        self.report.steps.push(step);
    }

    async fn violation(
        &mut self,
        severity: Severity,
        code: Option<u32>,
        sentence: impl Into<String>,
        url: &str,
    ) {
        let violation = Violation {
            severity,
            code,
            sentence: sentence.into(),
            url: url.to_owned(),
        };
        if severity == Severity::Note {
            return self.report.notes.push(violation);
        }
        self.report.violations.push(violation.clone());
        self.note(Event::Violation(violation)).await;
    }

    async fn findings(&mut self, findings: Vec<Finding>, url: &str) {
        for finding in findings {
            self.violation(finding.severity, finding.code, finding.sentence, url)
                .await;
        }
    }

    /// Call time passes with nothing to be heard.
    fn quiet(&mut self, cause: Cause, seconds: f64) {
        // Before the answer the caller hears ringing.
        if self.status == "in-progress" {
            self.silences.quiet(self.clock_s, cause, seconds);
        }
        self.clock_s += seconds;
    }

    /// Something is heard: the silence before it is over, and judged.
    async fn sound(&mut self) {
        let limit = self.plan.silence_limit_s;
        let Some(silence) = self.silences.broken() else {
            return;
        };
        let (from, seconds) = (silence.from_s, silence.unexplained_s);
        if limit.is_some_and(|limit| seconds > limit) {
            let causes: Vec<String> = silence
                .causes
                .iter()
                .map(|(c, s)| format!("{c:?} {s:.1} s"))
                .collect();
            let sentence = format!(
                "the caller heard nothing for {seconds:.1} s from {from:.1} s on: {}",
                causes.join(", ")
            );
            let url = self.document.clone();
            self.violation(Severity::Warning, None, sentence, &url).await;
        }
    }

    /// Lets a sound or a pause take its time, at the plan's pace.
    async fn take_time(&self, seconds: f64) {
        let real = seconds * self.plan.pace;
        if real > 0.0 {
            tokio::time::sleep(Duration::from_secs_f64(real)).await;
        }
    }

    async fn answer_call(&mut self) {
        if self.status == "ringing" {
            self.set_status("in-progress");
            self.note(Event::Answered).await;
            self.status_callback("in-progress", false);
        }
    }

    fn set_status(&mut self, status: &'static str) {
        self.status = status;
        if let Some(row) = self.carrier.books().call(&self.sid) {
            row.status = status.to_owned();
        }
    }

    /// What an interruption leads to; `None` ends the call.
    async fn interrupted(&mut self, interruption: Interruption) -> Option<Next> {
        match interruption {
            Interruption::HangUp => {
                self.note(Event::CallerHungUp).await;
                None
            }
            Interruption::TooLong => {
                let sentence = format!("the caller gave up after {:?}", self.plan.time_limit);
                self.violation(Severity::Refusal, None, sentence, "").await;
                None
            }
            Interruption::Update(Update::Complete) => {
                self.note(Event::Updated {
                    what: "completed".into(),
                })
                .await;
                None
            }
            Interruption::Update(Update::Url { url, get }) => {
                self.note(Event::Updated {
                    what: format!("goes on at {url}"),
                })
                .await;
                let method = if get { Method::Get } else { Method::Post };
                let target = Target { url, method };
                Some(Next::Request {
                    kind: WebhookKind::Redirect,
                    target,
                    extra: Vec::new(),
                })
            }
            Interruption::Update(Update::Twiml(text)) => {
                self.note(Event::Updated {
                    what: "goes on with TwiML".into(),
                })
                .await;
                // There is no document to resolve against: relative addresses can't be reached, as at Twilio.
                self.document = String::new();
                Some(Next::Document(text))
            }
        }
    }

    async fn finish(mut self) -> CallReport {
        if matches!(self.status, "ringing" | "in-progress") {
            self.set_status("completed");
        }
        self.sound().await;
        let seconds = self.clock_s;
        let rounded = seconds.round() as u64;
        if let Some(row) = self.carrier.books().call(&self.sid) {
            row.ended = Some((Timestamp::now(), rounded));
        }
        self.status_callback(self.status, true);
        let begun = Instant::now();
        for answered in self.callbacks.finish().await {
            self.callback_answered(answered).await;
        }
        tracing::debug!(call = %self.sid, took = ?begun.elapsed(), "callbacks of an ended call");
        self.note(Event::Ended {
            status: self.status.into(),
            seconds,
        })
        .await;
        self.report.status = self.status.into();
        self.report.seconds = seconds;
        let (silences, longest) = std::mem::take(&mut self.silences).into_report();
        self.report.silences = silences;
        self.report.longest_unexplained_silence_s = longest;
        self.report
    }
}
