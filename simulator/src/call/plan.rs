//! What a simulated call is to be: who calls whom, what the caller does, and what goes wrong on the way.
//! Tests, the demo and the control interface write plans; the call runner reads them. It does nothing itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::report::{Step, WebhookKind};
use crate::carrier::RecordingFault;
use crate::route::Engine;

/// One thing that the caller does when it is listened to, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Utterance {
    /// Words, spoken by the carrier's voice through a telephone.
    Say(String),
    /// A WAV file of any rate, put through the telephone.
    Wav(Vec<u8>),
    /// Not a sound: Twilio makes no request to the action and goes on with the next verb.
    Silence,
    /// A steady tone: sound, and no speech.
    Tone {
        /// Frequency, Hz.
        hz: f32,
        /// Seconds.
        seconds: f32,
    },
    /// Steady noise: sound, and no speech.
    Noise {
        /// Level, dBFS RMS.
        dbfs: f32,
        /// Seconds.
        seconds: f32,
    },
    /// Words, and then a key that ends the recording.
    SayAndPress {
        /// Words; empty for the key alone.
        text: String,
        /// `0`-`9`, `*` or `#`.
        key: char,
    },
    /// The caller hangs up while being recorded, after these words (empty: none).
    /// The action is requested with `Digits=hangup` and `CallStatus=completed`.
    HangUpWhileRecording(String),
    /// After the utterance before, the caller waits so long (real time) and hangs up, whatever is happening.
    HangUpDuringWait(Duration),
}

/// How the person behind a `<Dial>` behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DialOutcome {
    /// Answers and talks for so many seconds.
    Answers {
        /// Seconds of talk.
        seconds: u32,
    },
    /// Rings until the timeout.
    NoAnswer,
    /// Engaged.
    Busy,
    /// The number can't be reached.
    Failed,
}

/// How callbacks without an answer to play are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Times that each is sent, at once; 0 drops them all.
    pub copies: u32,
    /// Holds all of them back and sends the last one first.
    pub reversed: bool,
    /// Real time by which each is late.
    pub delay: Duration,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            copies: 1,
            reversed: false,
            delay: Duration::ZERO,
        }
    }
}

/// What is wrong with a signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SignatureFault {
    /// Nothing.
    #[default]
    None,
    /// The header is there and does not match.
    Forged,
    /// There is no header.
    Missing,
    /// Signed with another token, as during a rotation.
    Token(String),
}

/// What goes wrong on the way. The default is: nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// Call status callbacks.
    pub status: Delivery,
    /// Recording status callbacks.
    pub recording_status: Delivery,
    /// Times that the action of a `<Record>` is requested at once (0 and 1: once), spread over the engine and
    /// [`CallPlan::also_to`]. All answers must say the same; the first engine's is followed.
    pub action_copies: u32,
    /// What is wrong with signatures.
    pub signature: SignatureFault,
    /// Sent instead of `application/x-www-form-urlencoded`.
    pub content_type: Option<String>,
    /// Parameters left out, such as `CallSid`; what is left is signed correctly.
    pub without: Vec<String>,
    /// Signature, content type and missing parameters concern only this kind of request; `None`: all.
    pub only_on: Option<WebhookKind>,
    /// How recordings of this call are served; `None`: as the carrier is set.
    pub recording: Option<RecordingFault>,
}

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// The caller, E.164.
    pub from: String,
    /// The number called, E.164.
    pub to: String,
    /// The engine that the number points to.
    pub engine: Engine,
    /// Other replicas, for copies of deliveries.
    pub also_to: Vec<Engine>,
    /// Of a call that the engine asked for: its `CA…`, which REST has told already. `None`: somebody calls the engine.
    pub placed: Option<String>,
    /// Path and query of the number's voice webhook.
    pub voice_path: String,
    /// Path of the number's status callback; `None`: not configured.
    pub status_path: Option<String>,
    /// Which `CallStatus` values are called back: of `initiated`, `ringing`, `in-progress`, `completed` (which stands
    /// for every final one).
    pub status_events: Vec<String>,
    /// What the caller does, one for each time it is listened to. When all are used up, the caller hangs up.
    pub caller: Vec<Utterance>,
    /// What a `<Dial>` meets.
    pub dial: DialOutcome,
    /// 1.0: plays and recordings take as long as they last; 0.0: no time at all.
    pub pace: f64,
    /// Unexplained silence longer than this is a violation, seconds. `None`: silence is only measured. In a fast call
    /// nothing plays while the engine works, so only real-time calls are judged by default.
    pub silence_limit_s: Option<f64>,
    /// More requests for TwiML than this are a loop.
    pub most_webhooks: u32,
    /// Real time after which the caller gives up.
    pub time_limit: Duration,
    /// Added to every voice request, such as `StirVerstat` or what Twilio may add tomorrow.
    pub extra_params: Vec<(String, String)>,
    /// What goes wrong.
    pub faults: Faults,
    /// Told of every step as it happens; a reader that is gone is ignored, a slow one slows the call.
    pub observer: Option<mpsc::Sender<Step>>,
}

impl CallPlan {
    /// A fast call to the addresses of AgentLocator; the caller says nothing and hangs up.
    pub fn new(engine: Engine, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            engine,
            also_to: Vec::new(),
            placed: None,
            voice_path: "/webhook/incoming_call".into(),
            status_path: Some("/webhook/call_status".into()),
            status_events: vec!["in-progress".into(), "completed".into()],
            caller: Vec::new(),
            dial: DialOutcome::Answers { seconds: 5 },
            pace: 0.0,
            silence_limit_s: None,
            most_webhooks: 200,
            time_limit: Duration::from_secs(600),
            extra_params: Vec::new(),
            faults: Faults::default(),
            observer: None,
        }
    }

    /// The caller says these words, one a turn.
    #[must_use]
    pub fn saying<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.caller
            .extend(words.into_iter().map(|text| Utterance::Say(text.into())));
        self
    }

    /// The caller does this next.
    #[must_use]
    pub fn then(mut self, utterance: Utterance) -> Self {
        self.caller.push(utterance);
        self
    }

    /// With these faults.
    #[must_use]
    pub fn with(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// In real time, with at most 2 seconds of unexplained silence (SPEC, section 2.12).
    #[must_use]
    pub fn in_real_time(mut self) -> Self {
        self.pace = 1.0;
        self.silence_limit_s = Some(2.0);
        self
    }
}
