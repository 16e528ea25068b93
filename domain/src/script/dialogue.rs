//! The state of one conversation, and one step of it.
//!
//! Held as JSON in the call's row and given back for each turn. It is small and bounded whatever a caller says.

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use crate::entities::Detail;

/// How many intents a call remembers.
pub const HISTORY: usize = 8;

/// Where a conversation stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dialogue {
    /// What the caller wants now.
    pub intent: Option<String>,
    /// What was found, one per slot, in the order it was heard.
    pub details: Vec<Detail>,
    /// The slot whose question is open.
    pub asked: Option<String>,
    /// The slot that was read back and waits for yes or no.
    pub confirming: Option<String>,
    /// Slots whose read-back was never answered: kept unvalidated, not asked again.
    pub left: Vec<String>,
    /// The slot filled last: what "no, two" corrects.
    pub last_filled: Option<String>,
    /// Turns in a row that were not understood.
    pub misses: u32,
    /// The call-back that was promised.
    pub promise: Option<Promise>,
    /// All intents of the call, oldest first, at most [`HISTORY`].
    pub history: Vec<String>,
    /// "Anything else?" is open.
    pub anything_else: bool,
    /// Turns taken.
    pub turns: u32,
    /// Tool calls made: the next one's ordinal.
    pub effects: u32,
    /// The call is over; a further turn says goodbye again.
    pub ended: bool,
}

/// A promised call-back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    pub title: String,
    pub due: Zoned,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What to say; digits are allowed, `hebrew::spoken` is applied by the caller of this function.
    pub reply: String,
    /// The state to keep.
    pub dialogue: Dialogue,
    pub understood: Understanding,
    pub outcome: Outcome,
    /// Effects, in order.
    pub tools: Vec<ToolCall>,
}

/// What was made of the caller's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Understanding {
    Understood {
        /// The intent or question recognised in this turn.
        intent: Option<String>,
        /// 0.0 to 1.0; 1.0 when an answer filled what was asked.
        score: f64,
        /// Slots filled in this turn.
        filled: Vec<String>,
    },
    NotUnderstood,
}

/// What the call does after the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Listen again.
    Continue,
    End,
    Transfer,
    /// Listen once more, and keep it as a message.
    TakeMessage,
}

/// An effect that must happen once. The idempotency key is the call and the ordinal: the same turn of the same
/// dialogue gives the same ordinals, however often it is run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    pub ordinal: u32,
    pub tool: Tool,
}

/// The effects that a script can have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Tool {
    SaveDetail {
        detail: Detail,
    },
    CreateTask {
        title: String,
        due: Zoned,
        task: TaskKind,
    },
    TakeMessage,
    Transfer,
    End,
}

/// Kinds of promised tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    CallBack,
}

impl Dialogue {
    /// The detail of a slot.
    pub fn detail(&self, slot: &str) -> Option<&Detail> {
        self.details.iter().find(|detail| detail.name == slot)
    }

    /// Keeps a detail in place of an earlier one of the same slot.
    pub(super) fn keep(&mut self, detail: Detail) {
        match self.details.iter_mut().find(|known| known.name == detail.name) {
            Some(known) => *known = detail,
            None => self.details.push(detail),
        }
    }

    pub(super) fn remember(&mut self, intent: &str) {
        if self.history.last().is_none_or(|last| last != intent) {
            if self.history.len() == HISTORY {
                self.history.remove(0);
            }
            self.history.push(intent.to_owned());
        }
    }
}
