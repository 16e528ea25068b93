//! What the providers remember: messages that the engine sent, files, who wrote when, and how they are told to misbehave. In memory,
//! shared by the three that play providers.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::customer::{Line, Person};
use crate::carrier::new_sid;
use crate::route::Engine;

/// A message that the engine sent and a provider took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub line: Line,
    /// The provider's id.
    pub id: String,
    /// E.164, or a business-scoped id.
    pub to: String,
    /// `text`, `template`, `image`, …, `reaction`.
    pub kind: String,
    /// Text, caption, what a template came to, or the emoji.
    #[serde(default)]
    pub text: String,
    /// Name or `HX…`.
    #[serde(default)]
    pub template: Option<String>,
    /// Where the file is fetched from, or the id that it was uploaded under.
    #[serde(default)]
    pub media: Option<String>,
    /// The message that is quoted or reacted to.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// What the engine calls it, where it said so.
    #[serde(default)]
    pub client_key: Option<String>,
    /// Where Twilio tells how far it came.
    #[serde(default)]
    pub callback: Option<String>,
    pub at: Timestamp,
}

/// What the next message meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429, with `Retry-After` in seconds if any. Not taken.
    Throttle(Option<u64>),
    /// Refused with this code of the provider (63016, 131047, …; for the bridge a word). Not taken.
    Code(String),
    /// Taken, and told `failed` with this code afterwards.
    FailLater(String),
    /// 500 without having taken it.
    Server,
    /// Taken, and then a 500.
    ServerAfterTaking,
    /// Taken; the answer breaks off.
    AnswerLost,
    /// Taken; the answer comes after so many milliseconds.
    Late(u64),
}

/// How statuses come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusPlan {
    /// In this order; what is left out is never told.
    pub words: Vec<String>,
    /// How often each.
    #[serde(default = "once")]
    pub times: u32,
    /// Before each, milliseconds.
    #[serde(default)]
    pub every_ms: u64,
}

fn once() -> u32 {
    1
}

impl StatusPlan {
    /// These words, once each.
    pub fn of(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            times: 1,
            every_ms: 5,
        }
    }

    pub(super) fn every(&self) -> Duration {
        Duration::from_millis(self.every_ms)
    }
}

impl Default for StatusPlan {
    fn default() -> Self {
        Self::of(&["sent", "delivered"])
    }
}

/// A file that a customer sends.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub bytes: Bytes,
    pub mime: String,
    pub redirect: Option<String>,
}

/// Everything that the providers know.
#[derive(Default)]
pub(crate) struct Desk {
    pub engine: Option<Engine>,
    pub bridge_channel: Option<String>,
    pub sent: Vec<Sent>,
    pub faults: VecDeque<Fault>,
    pub plan: StatusPlan,
    pub enforce_window: bool,
    pub files: HashMap<String, File>,
    /// Files that the engine uploaded.
    pub uploads: HashMap<String, Bytes>,
    pub heard: HashMap<String, Timestamp>,
}

impl Desk {
    pub fn keep_file(&mut self, bytes: Bytes, mime: &str) -> String {
        let name = new_sid("ME");
        let mime = mime.to_owned();
        let redirect = None;
        self.files.insert(
            name.clone(),
            File {
                bytes,
                mime,
                redirect,
            },
        );
        name
    }

    pub fn heard_from(&mut self, person: &Person) {
        for key in [&person.phone, &person.user_id].into_iter().flatten() {
            self.heard.insert(key.clone(), Timestamp::now());
        }
    }

    /// What becomes of a message that a provider has just read; `Err` is what it is refused with.
    pub fn take(&mut self, mut message: Sent, window_code: &str) -> (Option<Sent>, Option<Fault>) {
        let fault = self.faults.pop_front();
        let refused = matches!(fault, Some(Fault::Throttle(_) | Fault::Code(_) | Fault::Server));
        if refused {
            return (None, fault);
        }
        message.at = Timestamp::now();
        let open = self
            .heard
            .get(&message.to)
            .is_some_and(|at| at.duration_until(message.at).as_hours() < 24);
        let closed = self.enforce_window && !open && message.kind != "template";
        self.sent.push(message.clone());
        let fault = match fault {
            None if closed => Some(Fault::FailLater(window_code.to_owned())),
            fault => fault,
        };
        (Some(message), fault)
    }
}
