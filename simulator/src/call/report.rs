//! What happened in a simulated call: steps with their times, what was wrong, and how long the caller heard nothing.
//! The call runner writes it; tests, terminals and the control interface read it. It judges nothing itself.

use serde::{Deserialize, Serialize};

use super::silence::Silence;
use crate::grammar::Severity;

/// Which request a webhook was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookKind {
    /// The first request of a call.
    Incoming,
    /// After a `<Record>`.
    RecordAction,
    /// After a `<Gather>`.
    GatherAction,
    /// After a `<Dial>`.
    DialAction,
    /// A `<Redirect>`, or an update over REST.
    Redirect,
    /// Call status callback.
    Status,
    /// Recording status callback.
    RecordingStatus,
    /// Status callback of a number that was dialled.
    DialStatus,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which request.
    pub kind: WebhookKind,
    /// As signed.
    pub url: String,
    /// HTTP status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Real time from the first byte sent to the last received, ms.
    pub latency_ms: f64,
    /// The answer's body, as text.
    pub twiml: String,
    /// The verbs in it, in order.
    pub verbs: Vec<String>,
}

/// One file that the caller was played.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Played {
    /// Its address.
    pub url: String,
    /// Bytes of the file.
    pub bytes: usize,
    /// `Content-Type` as served.
    pub content_type: String,
    /// Length of one playing, seconds.
    pub seconds: f64,
    /// Seconds of it loud enough to be heard; for MP3, which is not decoded, the whole length.
    pub sounding_s: f64,
    /// Times played.
    pub times: u32,
    /// Whether it came from the carrier's cache, perhaps revalidated.
    pub cached: bool,
    /// Time to fetch it, ms.
    pub fetch_ms: f64,
    /// What a listener heard, when the carrier has one.
    pub heard_text: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The call exists.
    Ringing {
        /// `CA…`.
        call_sid: String,
        /// The caller.
        from: String,
        /// The number called.
        to: String,
    },
    /// A request for TwiML, or a callback, was answered or not.
    Webhook(Answer),
    /// The call was answered.
    Answered,
    /// A file begins to play.
    Playing(Played),
    /// Twilio's own voice begins to speak.
    Saying {
        /// Words.
        text: String,
        /// Seconds, estimated from the words.
        seconds: f64,
    },
    /// A `<Pause>` begins.
    Pausing {
        /// Seconds.
        seconds: f64,
    },
    /// A `<Record>` or `<Gather>` begins to listen.
    Listening {
        /// The verb.
        verb: String,
    },
    /// The caller spoke, was recorded or pressed a key.
    CallerSpoke {
        /// What, in words.
        what: String,
        /// Seconds of it.
        seconds: f64,
        /// The recording, if any: `RE…`.
        recording_sid: Option<String>,
    },
    /// The caller was listened to and made no sound.
    CallerSilent,
    /// The caller hung up.
    CallerHungUp,
    /// A `<Dial>` came to its end.
    Dialled {
        /// Whom.
        whom: Vec<String>,
        /// `DialCallStatus`.
        status: String,
        /// Seconds of talk.
        seconds: u32,
    },
    /// The call was changed over REST.
    Updated {
        /// How.
        what: String,
    },
    /// Something that Twilio would refuse, warn of, or that a caller should not meet.
    Violation(Violation),
    /// The call is over.
    Ended {
        /// The final `CallStatus`.
        status: String,
        /// Length, seconds of call time.
        seconds: f64,
    },
}

/// One event and when it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds of call time: sounds count with their length, requests with the time they really took.
    pub at_s: f64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// How bad it is for the caller.
    pub severity: Severity,
    /// Twilio's error code, where it has one.
    pub code: Option<u32>,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// The address that it is about.
    pub url: String,
}

/// A whole call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CallReport {
    /// `CA…`.
    pub call_sid: String,
    /// The final `CallStatus`.
    pub status: String,
    /// Length, seconds of call time.
    pub seconds: f64,
    /// Everything that happened, in order.
    pub steps: Vec<Step>,
    /// What was wrong: refusals and warnings.
    pub violations: Vec<Violation>,
    /// What is worth knowing and no fault, such as verbs that can't be reached.
    pub notes: Vec<Violation>,
    /// The recordings that were made, `RE…`, in order.
    pub recordings: Vec<String>,
    /// Every time the caller heard nothing, in order.
    pub silences: Vec<Silence>,
    /// The longest of them with what listening explains left out, seconds.
    pub longest_unexplained_silence_s: f64,
}

impl CallReport {
    /// Every request and its answer, in order of the answers.
    pub fn answers(&self) -> impl Iterator<Item = &Answer> {
        self.steps.iter().filter_map(|step| match &step.event {
            Event::Webhook(answer) => Some(answer),
            _ => None,
        })
    }

    /// Every file played, in order.
    pub fn played(&self) -> impl Iterator<Item = &Played> {
        self.steps.iter().filter_map(|step| match &step.event {
            Event::Playing(played) => Some(played),
            _ => None,
        })
    }

    /// The answers to one kind of request.
    pub fn answers_to(&self, kind: WebhookKind) -> impl Iterator<Item = &Answer> {
        self.answers().filter(move |answer| answer.kind == kind)
    }

    /// Whether nothing was wrong.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// Fails the test that calls it, with the whole story, when anything was wrong.
    #[track_caller]
    pub fn assert_clean(&self) {
        assert!(self.is_clean(), "the call was not clean:\n{self}");
    }
}

impl std::fmt::Display for CallReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {} after {:.1} s", self.call_sid, self.status, self.seconds)?;
        for step in &self.steps {
            writeln!(f, "{:8.3} {}", step.at_s, step.event)?;
        }
        let silence = self.longest_unexplained_silence_s;
        writeln!(
            f,
            "longest unexplained silence {silence:.2} s; {} violations",
            self.violations.len()
        )
    }
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ringing { call_sid, from, to } => write!(f, "{from} calls {to}: {call_sid}"),
            Self::Webhook(a) => {
                let status = a.status.map_or("no answer".into(), |s| s.to_string());
                write!(
                    f,
                    "{:?} {} -> {status} in {:.1} ms: {}",
                    a.kind,
                    a.url,
                    a.latency_ms,
                    a.verbs.join(" ")
                )
            }
            Self::Answered => f.write_str("answered"),
            Self::Playing(p) => {
                let heard = p.heard_text.as_deref().unwrap_or("");
                write!(
                    f,
                    "plays {} ({:.1} s, {:.1} s heard) {heard}",
                    p.url, p.seconds, p.sounding_s
                )
            }
            Self::Saying { text, .. } => write!(f, "says: {text}"),
            Self::Pausing { seconds } => write!(f, "pause of {seconds} s"),
            Self::Listening { verb } => write!(f, "listens ({verb})"),
            Self::CallerSpoke { what, seconds, .. } => write!(f, "caller, {seconds:.1} s: {what}"),
            Self::CallerSilent => f.write_str("caller says nothing"),
            Self::CallerHungUp => f.write_str("caller hangs up"),
            Self::Dialled {
                whom,
                status,
                seconds,
            } => {
                write!(f, "dialled {}: {status}, {seconds} s", whom.join(", "))
            }
            Self::Updated { what } => write!(f, "updated over REST: {what}"),
            Self::Violation(v) => write!(f, "VIOLATION {v}"),
            Self::Ended { status, seconds } => write!(f, "ended: {status} after {seconds:.1} s"),
        }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{code} ")?;
        }
        write!(f, "{} [{}]", self.sentence, self.url)
    }
}
