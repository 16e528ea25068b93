//! Follows TwiML verb by verb, as Twilio does. The runner drives it and may drop it at any await. Listening verbs are
//! in `listen`, files in `play`.
//!
//! Source: Twilio docs `voice/twiml`; what is assumed where they are silent is said beside it.

use std::time::Instant;

use super::play;
use super::report::{Event, WebhookKind};
use super::request::{self, Outgoing};
use super::silence::Cause;
use super::{DialOutcome, Next, Run};
use crate::carrier::new_sid;
use crate::grammar::{self, Checked, Dial, Play, Say, Severity, Target, Verb};
use crate::route;

/// What a verb leads to.
pub(super) enum Flow {
    /// The next verb.
    On,
    /// Another document.
    To(Next),
    /// The end of the call.
    End,
}

impl Run {
    /// Follows documents until the call is over.
    pub(super) async fn follow(&mut self, first: Next) {
        let mut next = first;
        loop {
            let checked = match next {
                Next::Document(text) => {
                    let checked = grammar::check_document(&text);
                    self.findings(checked.findings.clone(), "TwiML of an update")
                        .await;
                    checked
                }
                Next::Request { kind, target, extra } => match self.ask(kind, &target, extra).await {
                    Some(checked) => checked,
                    None => return,
                },
            };
            if checked.refused() {
                return;
            }
            next = match self.perform(checked.verbs).await {
                Some(onwards) => onwards,
                None => return,
            };
        }
    }

    /// Runs the verbs of one document; where it goes on, or `None` when the call is over.
    async fn perform(&mut self, verbs: Vec<Verb>) -> Option<Next> {
        if let Some(Verb::Reject { reason }) = verbs.first()
            && self.status == "ringing"
        {
            // Assumed: Twilio's log shows a call rejected as `busy` so, and any other as not answered.
            self.set_status(if reason == "busy" { "busy" } else { "no-answer" });
            return None;
        }
        self.answer_call().await;
        for verb in verbs {
            match self.verb(verb).await {
                Flow::On => {}
                Flow::To(next) => return Some(next),
                Flow::End => return None,
            }
        }
        None
    }

    async fn verb(&mut self, verb: Verb) -> Flow {
        match verb {
            Verb::Play(_) | Verb::Say(_) | Verb::Pause { .. } => self.prompt(&verb).await,
            Verb::Record(record) => self.record(record).await,
            Verb::Gather(gather) => self.gather(gather).await,
            Verb::Redirect(target) => {
                let extra = Vec::new();
                Flow::To(Next::Request {
                    kind: WebhookKind::Redirect,
                    target,
                    extra,
                })
            }
            Verb::Dial(dial) => self.dial(dial).await,
            Verb::Hangup | Verb::Reject { .. } => Flow::End,
            Verb::ConnectStream { url } => {
                let sentence = "the simulator does not speak media streams: it goes on with the next verb";
                self.violation(Severity::Warning, None, sentence, &url).await;
                Flow::On
            }
            Verb::Other { name } => {
                let url = self.document.clone();
                self.violation(
                    Severity::Warning,
                    None,
                    format!("the simulator can't run <{name}>"),
                    &url,
                )
                .await;
                Flow::On
            }
        }
    }

    /// `<Play>`, `<Say>` and `<Pause>`, alone or inside a `<Gather>`.
    pub(super) async fn prompt(&mut self, verb: &Verb) -> Flow {
        match verb {
            Verb::Play(play) => return self.play(play).await,
            Verb::Say(say) => self.say(say).await,
            Verb::Pause { length } => {
                let seconds = f64::from(*length);
                self.note(Event::Pausing { seconds }).await;
                self.take_time(seconds).await;
                self.quiet(Cause::Pause, seconds);
            }
            _ => {}
        }
        Flow::On
    }

    async fn play(&mut self, play: &Play) -> Flow {
        if let Some(digits) = &play.digits {
            self.sound().await;
            let seconds = digits.len() as f64 * 0.5;
            self.take_time(seconds).await;
            self.clock_s += seconds;
        }
        if play.url.is_empty() {
            return Flow::On;
        }
        let url = route::resolve(&self.document, &play.url);
        let fetched = play::fetch(&self.carrier, &self.plan.engine, &url).await;
        self.quiet(Cause::Fetch, fetched.played.fetch_ms / 1000.0);
        for (code, sentence) in fetched.faults.clone() {
            self.violation(Severity::Refusal, Some(code), sentence, &url)
                .await;
        }
        for sentence in fetched.doubts.clone() {
            self.violation(Severity::Warning, None, sentence, &url).await;
        }
        if !fetched.faults.is_empty() {
            // Twilio skips a file that it can't play (error 12300, 11200) and goes on with the next verb.
            return Flow::On;
        }
        let times = if play.times == 0 { 1_000 } else { play.times };
        let mut played = fetched.played;
        played.times = times;
        played.heard_text = self.hear(fetched.sound.clone()).await;
        let measured = fetched.sound.as_ref().map(crate::voice::sounding);
        let seconds = played.seconds;
        if measured.is_none_or(|m| m.sounding_s > 0.0) {
            self.quiet(Cause::SilentAudio, measured.map_or(0.0, |m| m.lead_s));
            self.sound().await;
            self.note(Event::Playing(played)).await;
            let trail = measured.map_or(0.0, |m| m.trail_s);
            self.take_time(seconds * f64::from(times)).await;
            let heard = seconds * f64::from(times) - trail - measured.map_or(0.0, |m| m.lead_s);
            self.clock_s += heard.max(0.0);
            self.quiet(Cause::SilentAudio, trail);
        } else {
            self.note(Event::Playing(played)).await;
            self.take_time(seconds * f64::from(times)).await;
            self.quiet(Cause::SilentAudio, seconds * f64::from(times));
        }
        Flow::On
    }

    async fn hear(&mut self, sound: Option<media::Sound>) -> Option<String> {
        let (listener, sound) = (self.carrier.options.listener.clone()?, sound?);
        match tokio::task::spawn_blocking(move || listener.hear(&sound)).await {
            Ok(Ok(text)) => Some(text),
            Ok(Err(why)) => {
                tracing::warn!(why, "a played file was not transcribed");
                None
            }
            Err(_) => None,
        }
    }

    async fn say(&mut self, say: &Say) {
        self.sound().await;
        let times = if say.times == 0 { 1_000 } else { say.times };
        // Twelve characters a second is how fast Hebrew is read out, about.
        let seconds = say.text.chars().count() as f64 / 12.0 * f64::from(times);
        self.note(Event::Saying {
            text: say.text.clone(),
            seconds,
        })
        .await;
        self.take_time(seconds).await;
        self.clock_s += seconds;
    }

    async fn dial(&mut self, dial: Dial) -> Flow {
        // While it rings the caller hears ringing, then a person: no silence.
        self.sound().await;
        let (status, ringing, talk) = match self.plan.dial {
            DialOutcome::Answers { seconds } => ("completed", 4.0, seconds),
            DialOutcome::NoAnswer => ("no-answer", f64::from(dial.timeout), 0),
            DialOutcome::Busy => ("busy", 1.0, 0),
            DialOutcome::Failed => ("failed", 1.0, 0),
        };
        let seconds = ringing + f64::from(talk);
        self.take_time(seconds).await;
        self.clock_s += seconds;
        let child = new_sid("CA");
        if let (Some(screen), "completed") = (&dial.screen, status) {
            self.screened(screen, &child).await;
        }
        if let Some((target, events)) = &dial.status_callback {
            self.dial_callbacks(target, events, (&child, status, talk));
        }
        self.note(Event::Dialled {
            whom: dial.whom,
            status: status.into(),
            seconds: talk,
        })
        .await;
        let Some(target) = dial.action else {
            return Flow::On;
        };
        let extra = [
            ("DialCallSid", child),
            ("DialCallStatus", status.to_owned()),
            ("DialCallDuration", talk.to_string()),
            ("DialBridged", (talk > 0).to_string()),
        ];
        let extra = extra.map(|(name, value)| (name.to_owned(), value)).into();
        Flow::To(Next::Request {
            kind: WebhookKind::DialAction,
            target,
            extra,
        })
    }

    /// Who was rung hears the number's own document before the two are put together, and presses the key that it asks for.
    async fn screened(&mut self, screen: &Target, child: &str) {
        let leg = vec![("CallSid".to_owned(), child.to_owned())];
        let document = self.document.clone();
        let checked = self.ask(WebhookKind::Redirect, screen, leg.clone()).await;
        let gathers = checked.map(|checked| checked.verbs).unwrap_or_default();
        let action = gathers.into_iter().find_map(|verb| match verb {
            Verb::Gather(gather) => gather.action,
            _ => None,
        });
        if let Some(action) = action {
            let mut key = leg;
            key.push(("Digits".to_owned(), "1".to_owned()));
            self.ask(WebhookKind::GatherAction, &action, key).await;
        }
        self.document = document;
    }

    /// Asks for TwiML; `None` when there is none to follow.
    pub(super) async fn ask(
        &mut self,
        kind: WebhookKind,
        target: &Target,
        extra: Vec<(String, String)>,
    ) -> Option<Checked> {
        self.webhooks += 1;
        let url = route::resolve(&self.document, &target.url);
        if self.webhooks > self.plan.most_webhooks {
            let sentence = format!("more than {} requests for TwiML: a loop", self.plan.most_webhooks);
            self.violation(Severity::Refusal, None, sentence, &url).await;
            return None;
        }
        let outgoing = Outgoing {
            kind,
            method: target.method,
            url: url.clone(),
            params: self.voice_params(extra),
            idempotency_token: uuid::Uuid::new_v4().to_string(),
        };
        let begun = Instant::now();
        let checked = self.deliver(&outgoing).await;
        self.quiet(Cause::Webhook, begun.elapsed().as_secs_f64());
        self.document = url;
        checked
    }

    fn voice_params(&self, extra: Vec<(String, String)>) -> Vec<(String, String)> {
        let ends = (self.plan.from.as_str(), self.plan.to.as_str());
        let mut params = request::common(&self.carrier.options.account_sid, &self.sid, ends, self.status);
        if self.plan.placed.is_some() {
            params.retain(|(name, _)| name != "Direction");
            params.push(("Direction".to_owned(), "outbound-api".to_owned()));
        }
        params.extend(self.plan.extra_params.iter().cloned());
        // What belongs to another leg stands in the place of this one's.
        params.retain(|(name, _)| !extra.iter().any(|(more, _)| more == name));
        params.extend(extra);
        params
    }

    /// Sends the request, or its copies at once to all engines; the first engine's answer is followed.
    async fn deliver(&mut self, outgoing: &Outgoing) -> Option<Checked> {
        let copies = match outgoing.kind {
            WebhookKind::RecordAction => self.plan.faults.action_copies.max(1),
            _ => 1,
        };
        let token = &self.carrier.options.auth_token;
        let engines: Vec<_> = std::iter::once(&self.plan.engine)
            .chain(&self.plan.also_to)
            .cycle()
            .collect_copies(copies);
        let sends = engines
            .iter()
            .map(|engine| request::send(engine, token, &self.plan.faults, outgoing));
        let exchanges = futures_util::future::join_all(sends).await;
        let mut first: Option<(Option<Checked>, String)> = None;
        for exchange in exchanges {
            let mut answer = exchange.answer;
            let url = answer.url.clone();
            let checked = match exchange.reply {
                Ok(reply) => {
                    let checked =
                        grammar::check(reply.head.status, reply.head.header("content-type"), &reply.body);
                    answer.verbs = checked.verbs.iter().map(|verb| verb.name().to_owned()).collect();
                    Ok(checked)
                }
                Err(why) => Err(why),
            };
            let twiml = answer.twiml.clone();
            self.note(Event::Webhook(answer)).await;
            let checked = match checked {
                Ok(checked) => {
                    self.findings(checked.findings.clone(), &url).await;
                    Some(checked)
                }
                Err(why) => {
                    self.violation(Severity::Refusal, Some(11200), why, &url).await;
                    None
                }
            };
            match &first {
                Some((_, kept)) if *kept != twiml => {
                    let sentence = "copies of one delivery were answered differently";
                    self.violation(Severity::Warning, None, sentence, &url).await;
                }
                Some(_) => {}
                None => first = Some((checked, twiml)),
            }
        }
        first.and_then(|(checked, _)| checked)
    }
}

/// The first `copies` engines of an endless round.
trait Round: Iterator {
    fn collect_copies(self, copies: u32) -> Vec<Self::Item>;
}

impl<I: Iterator> Round for I {
    fn collect_copies(self, copies: u32) -> Vec<Self::Item> {
        self.take(copies as usize).collect()
    }
}
