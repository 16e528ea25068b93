//! `<Record>` and `<Gather>`: the carrier listens and the simulated caller speaks, is silent, presses a key or hangs
//! up. The runner calls it. Recordings are kept by the carrier, callbacks are sent by `callbacks`.
//!
//! Source: Twilio docs `voice/twiml/record` and `gather`.

use bytes::Bytes;
use media::Sound;
use media::sound::TELEPHONE_RATE;

use super::caller::Prepared;
use super::follow::Flow;
use super::report::{Event, WebhookKind};
use super::silence::Cause;
use super::{Next, Run};
use crate::grammar::{Gather, Method, Record, Severity, Target};
use crate::voice::{sounding, until_quiet};

/// Length of the beep: about half a second, by ear.
const BEEP_S: f64 = 0.5;

/// A recording as it ended.
struct Taken {
    sound: Sound,
    /// Seconds as the action is told them: before trimming, rounded.
    seconds: u64,
    digits: String,
    hung_up: bool,
}

impl Run {
    pub(super) async fn record(&mut self, record: Record) -> Flow {
        if record.play_beep {
            self.sound().await;
            self.take_time(BEEP_S).await;
            self.clock_s += BEEP_S;
        }
        self.note(Event::Listening {
            verb: "Record".into(),
        })
        .await;
        match self.caller.pop_front() {
            Some(Prepared::Speak {
                what,
                sound,
                key,
                hang_up,
                ..
            }) => {
                let taken = self.taken(&record, (&sound, key, hang_up)).await;
                self.recorded(record, what, taken).await
            }
            Some(Prepared::Silence) => {
                self.note(Event::CallerSilent).await;
                let waited = if record.timeout == 0 {
                    record.max_length
                } else {
                    record.timeout
                };
                self.take_time(f64::from(waited)).await;
                self.quiet(Cause::Listening, f64::from(waited));
                Flow::On
            }
            Some(Prepared::HangUpDuringWait(_)) | None => {
                self.note(Event::CallerHungUp).await;
                Flow::End
            }
        }
    }

    /// Lets the caller speak, until silence, a key, the longest length or hanging up ends it.
    async fn taken(&mut self, record: &Record, spoken: (&Sound, Option<char>, bool)) -> Taken {
        let (sound, key, hung_up) = spoken;
        let key = key.filter(|key| record.finish_on_key.contains(*key));
        let (cut, by_silence) = until_quiet(sound, record.timeout, record.max_length);
        let by_silence = by_silence && key.is_none() && !hung_up;
        let speech = cut.duration_ms() as f64 / 1000.0;
        if sounding(&cut).sounding_s > 0.0 {
            self.sound().await;
        }
        self.take_time(speech).await;
        self.clock_s += speech;
        let left = (f64::from(record.max_length) - speech).max(0.0);
        let silence = match (by_silence, key, hung_up) {
            (true, ..) => f64::from(record.timeout).min(left),
            (false, None, false) if record.timeout == 0 => left,
            _ => 0.0,
        };
        self.take_time(silence).await;
        self.quiet(Cause::Listening, silence);
        let mut kept = cut;
        if !record.trim {
            let more = (silence * f64::from(TELEPHONE_RATE)) as usize;
            kept.samples.resize(kept.samples.len() + more, 0.0);
        }
        let digits = match (hung_up, key) {
            (true, _) => "hangup".to_owned(),
            (false, Some(key)) => key.to_string(),
            (false, None) => String::new(),
        };
        Taken {
            sound: kept,
            seconds: (speech + silence).round() as u64,
            digits,
            hung_up,
        }
    }

    /// Keeps the recording, tells of it, and goes on as its action says.
    async fn recorded(&mut self, record: Record, what: String, taken: Taken) -> Flow {
        let seconds = taken.sound.duration_ms() as f64 / 1000.0;
        if taken.sound.samples.is_empty() {
            // Nothing was recorded: no recording, no request, and the next verb (Record page, older edition).
            let event = if taken.hung_up {
                Event::CallerHungUp
            } else {
                Event::CallerSilent
            };
            self.note(event).await;
            return if taken.hung_up { Flow::End } else { Flow::On };
        }
        let wav = Bytes::from(media::wav::encode_pcm16(&taken.sound));
        let kept = (wav, taken.seconds);
        let sid = self
            .carrier
            .keep_recording(&self.sid, kept, self.plan.faults.recording.clone());
        self.report.recordings.push(sid.clone());
        self.note(Event::CallerSpoke {
            what,
            seconds,
            recording_sid: Some(sid.clone()),
        })
        .await;
        self.recording_callbacks(&record, &sid, seconds);
        if taken.hung_up {
            self.note(Event::CallerHungUp).await;
            self.set_status("completed");
        }
        self.begin_wait();
        let target = record.action.unwrap_or(Target {
            url: String::new(),
            method: Method::Post,
        });
        let extra = [
            ("RecordingUrl", self.carrier.recording_url(&sid)),
            ("RecordingSid", sid),
            ("RecordingDuration", taken.seconds.to_string()),
            ("Digits", taken.digits),
        ];
        let extra = extra.map(|(name, value)| (name.to_owned(), value)).into();
        if taken.hung_up {
            // The answer is read and judged, but there is nobody left to play it to.
            self.ask(WebhookKind::RecordAction, &target, extra).await;
            return Flow::End;
        }
        Flow::To(Next::Request {
            kind: WebhookKind::RecordAction,
            target,
            extra,
        })
    }

    /// If the caller is going to hang up while it waits, the time starts to run.
    fn begin_wait(&mut self) {
        if let Some(Prepared::HangUpDuringWait(after)) = self.caller.front() {
            let at = tokio::time::Instant::now() + *after;
            self.caller.pop_front();
            self.hang_up_at.send_replace(Some(at));
        }
    }

    pub(super) async fn gather(&mut self, gather: Gather) -> Flow {
        for prompt in &gather.prompts {
            self.prompt(prompt).await;
        }
        self.note(Event::Listening {
            verb: "Gather".into(),
        })
        .await;
        let (mut extra, mut result) = (Vec::new(), false);
        match self.caller.pop_front() {
            Some(Prepared::Speak { hang_up: true, .. } | Prepared::HangUpDuringWait(_)) | None => {
                self.note(Event::CallerHungUp).await;
                return Flow::End;
            }
            Some(Prepared::Speak {
                what,
                words,
                sound,
                key,
                ..
            }) => {
                self.sound().await;
                let seconds = sound.duration_ms() as f64 / 1000.0;
                self.take_time(seconds).await;
                self.clock_s += seconds;
                self.note(Event::CallerSpoke {
                    what,
                    seconds,
                    recording_sid: None,
                })
                .await;
                if let Some(key) = key.filter(|_| gather.dtmf) {
                    extra.push(("Digits".to_owned(), key.to_string()));
                    result = true;
                } else if gather.speech && !words.is_empty() {
                    // The carrier's own recogniser is taken to be perfect.
                    extra.push(("SpeechResult".to_owned(), words));
                    extra.push(("Confidence".to_owned(), "0.9".to_owned()));
                    result = true;
                }
            }
            Some(Prepared::Silence) => self.note(Event::CallerSilent).await,
        }
        if !result {
            let seconds = f64::from(gather.timeout);
            self.take_time(seconds).await;
            self.quiet(Cause::Listening, seconds);
            if !gather.action_on_empty_result {
                return Flow::On;
            }
        }
        self.begin_wait();
        let target = gather.action.unwrap_or(Target {
            url: String::new(),
            method: Method::Post,
        });
        if self.document.is_empty() && target.url.is_empty() {
            self.violation(
                Severity::Refusal,
                Some(11100),
                "<Gather> without an action and without a document",
                "",
            )
            .await;
            return Flow::End;
        }
        Flow::To(Next::Request {
            kind: WebhookKind::GatherAction,
            target,
            extra,
        })
    }
}
