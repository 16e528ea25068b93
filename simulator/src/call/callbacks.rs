//! Callbacks whose answers are not played: call status, recording status, status of a dialled number. They are sent
//! beside the call, with the plan's faults: doubled, reversed, late or lost. The runner starts and gathers them.
//!
//! Source: Twilio docs `voice/api/call-resource` (status callbacks), `voice/twiml/record`.

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::Run;
use super::plan::{Delivery, Faults};
use super::report::{Event, WebhookKind};
use super::request::{self, Exchange, Outgoing};
use crate::carrier::rfc2822;
use crate::grammar::{Method, Record, Severity, Target};
use crate::route::{self, Engine};

type Params = Vec<(String, String)>;

/// Callbacks that are under way or held back.
#[derive(Default)]
pub(super) struct Callbacks {
    sent: JoinSet<Vec<Exchange>>,
    held: Vec<Shipment>,
    sequence: u32,
}

/// One event with all that is needed to deliver its copies.
struct Shipment {
    engines: Vec<Engine>,
    token: String,
    faults: Faults,
    outgoing: Outgoing,
    delay: std::time::Duration,
}

impl Shipment {
    async fn deliver(self) -> Vec<Exchange> {
        tokio::time::sleep(self.delay).await;
        let sends = self
            .engines
            .iter()
            .map(|e| request::send(e, &self.token, &self.faults, &self.outgoing));
        futures_util::future::join_all(sends).await
    }
}

impl Callbacks {
    /// Waits for all of them; those held back go out now, the last one first.
    pub(super) async fn finish(&mut self) -> Vec<Exchange> {
        let mut all = Vec::new();
        while let Some(shipment) = self.held.pop() {
            all.extend(shipment.deliver().await);
        }
        while let Some(done) = self.sent.join_next().await {
            all.extend(done.unwrap_or_default());
        }
        all
    }
}

impl Run {
    /// Tells of a new `CallStatus`, if the number is set up so. Terminal ones count as `completed`.
    pub(super) fn status_callback(&mut self, status: &str, terminal: bool) {
        let event = if terminal { "completed" } else { status };
        let Some(path) = self.plan.status_path.clone() else {
            return;
        };
        if !self.plan.status_events.iter().any(|wanted| wanted == event) {
            return;
        }
        let ends = (self.plan.from.as_str(), self.plan.to.as_str());
        let mut params = request::common(&self.carrier.options.account_sid, &self.sid, ends, status);
        params.extend(self.progress());
        if terminal {
            let seconds = self.clock_s.round() as u64;
            params.push(("CallDuration".into(), seconds.to_string()));
            params.push(("Duration".into(), seconds.div_ceil(60).to_string()));
            params.push(("SipResponseCode".into(), "200".into()));
        }
        let url = self.plan.engine.url(&path);
        self.ship(
            WebhookKind::Status,
            &Target {
                url,
                method: Method::Post,
            },
            params,
        );
    }

    /// Sequence number, time and source, as every call progress event has them.
    fn progress(&mut self) -> Params {
        let sequence = self.callbacks.sequence;
        self.callbacks.sequence += 1;
        vec![
            ("Timestamp".into(), rfc2822(Timestamp::now())),
            ("CallbackSource".into(), "call-progress-events".into()),
            ("SequenceNumber".into(), sequence.to_string()),
        ]
    }

    /// Tells of a recording, if the `<Record>` asked for it. `completed` comes when the media is there.
    pub(super) fn recording_callbacks(&mut self, record: &Record, sid: &str, seconds: f64) {
        let Some(target) = record.status_callback.clone() else {
            return;
        };
        for status in ["in-progress", "completed"] {
            if !record
                .status_callback_events
                .iter()
                .any(|wanted| wanted == status)
            {
                continue;
            }
            let mut params: Params = [
                ("AccountSid", self.carrier.options.account_sid.clone()),
                ("CallSid", self.sid.clone()),
                ("RecordingSid", sid.to_owned()),
                ("RecordingUrl", self.carrier.recording_url(sid)),
                ("RecordingStatus", status.to_owned()),
                ("RecordingChannels", "1".to_owned()),
                ("RecordingSource", "RecordVerb".to_owned()),
                ("RecordingStartTime", rfc2822(Timestamp::now())),
                ("RecordingTrack", "inbound".to_owned()),
                ("ErrorCode", "0".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
            if status == "completed" {
                params.push(("RecordingDuration".into(), (seconds.round() as u64).to_string()));
            }
            self.ship(WebhookKind::RecordingStatus, &target, params);
        }
    }

    /// Tells of the leg to the person dialled.
    pub(super) fn dial_callbacks(&mut self, target: &Target, events: &[String], leg: (&str, &str, u32)) {
        let (child, last, talk) = leg;
        for event in ["initiated", "ringing", "answered", "completed"] {
            let answered = talk > 0 || event != "answered";
            if !answered || !events.iter().any(|wanted| wanted == event) {
                continue;
            }
            let status = match event {
                "answered" => "in-progress",
                "completed" => last,
                other => other,
            };
            let ends = (self.plan.to.as_str(), self.plan.from.as_str());
            let mut params = request::common(&self.carrier.options.account_sid, child, ends, status);
            params.retain(|(name, _)| name != "Direction");
            params.push(("Direction".into(), "outbound-dial".into()));
            params.push(("ParentCallSid".into(), self.sid.clone()));
            params.push(("CallDuration".into(), talk.to_string()));
            params.extend(self.progress());
            self.ship(WebhookKind::DialStatus, target, params);
        }
    }

    /// Sends or holds back the copies of one event.
    fn ship(&mut self, kind: WebhookKind, target: &Target, params: Params) {
        let delivery: Delivery = match kind {
            WebhookKind::RecordingStatus => self.plan.faults.recording_status.clone(),
            _ => self.plan.faults.status.clone(),
        };
        let engines = std::iter::once(&self.plan.engine)
            .chain(&self.plan.also_to)
            .cycle();
        let engines: Vec<Engine> = engines.take(delivery.copies as usize).cloned().collect();
        if engines.is_empty() {
            return;
        }
        let media_there = match kind {
            WebhookKind::RecordingStatus => self.carrier.options.recording_delay,
            _ => std::time::Duration::ZERO,
        };
        let shipment = Shipment {
            engines,
            token: self.carrier.options.auth_token.clone(),
            faults: self.plan.faults.clone(),
            outgoing: Outgoing {
                kind,
                method: target.method,
                url: route::resolve(&self.document, &target.url),
                params,
                idempotency_token: uuid::Uuid::new_v4().to_string(),
            },
            delay: delivery.delay + media_there,
        };
        if delivery.reversed {
            self.callbacks.held.push(shipment);
        } else {
            self.callbacks.sent.spawn(shipment.deliver());
        }
    }

    /// Writes down how a callback was answered: 2xx, and if there is a body it must be something Twilio takes.
    pub(super) async fn callback_answered(&mut self, exchange: Exchange) {
        let url = exchange.answer.url.clone();
        let kind = exchange.answer.kind;
        self.note(Event::Webhook(exchange.answer)).await;
        let why = match exchange.reply {
            Ok(reply) if (200..300).contains(&reply.head.status) => return,
            Ok(reply) => format!("{kind:?} callback: HTTP status {}", reply.head.status),
            Err(why) => format!("{kind:?} callback: {why}"),
        };
        self.violation(Severity::Warning, Some(11200), why, &url).await;
    }
}
