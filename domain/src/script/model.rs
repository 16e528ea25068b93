//! What a script holds, as serde reads it from TOML or JSON.
//!
//! Built by `parse` only, which has checked it before: every reference resolves and every text has its length.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A whole script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub business: BusinessFacts,
    pub phrases: Phrases,
    #[serde(default, rename = "question")]
    pub questions: Vec<Question>,
    #[serde(default, rename = "intent")]
    pub intents: Vec<Intent>,
    #[serde(default, rename = "slot")]
    pub slots: Vec<Slot>,
}

/// The business as its callers ask about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessFacts {
    /// Its name: `{business}` in any text.
    pub name: String,
    /// The first words of every call.
    pub greeting: String,
    /// After how many turns the engine takes a message and ends the call.
    #[serde(default = "default_turns")]
    pub turn_limit: u32,
    /// By weekday in English, `"09:00-18:00"`; a day that is left out is closed.
    #[serde(default)]
    pub hours: BTreeMap<String, String>,
}

fn default_turns() -> u32 {
    20
}

/// Sentences that belong to no intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Said when nothing was understood: first time, second time.
    pub fallback: Vec<String>,
    /// What happens after the last fallback.
    pub give_up: Ending,
    /// Before giving up.
    pub sorry: String,
    /// "Anything else?"
    pub anything_else: String,
    /// When details were heard but not what for.
    pub what_for: String,
    /// Last words.
    pub closing: String,
    /// Before a transfer.
    pub transfer: String,
    /// A promised call-back; `{due}` is when.
    pub promise: String,
    /// Instead of a transfer when nobody is there.
    pub closed_now: String,
    /// After a message was taken.
    pub message_taken: String,
    /// When the turn limit is reached.
    pub too_long: String,
}

/// What ends a road of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Say goodbye and hang up.
    End,
    /// To a person; outside opening hours a call-back instead.
    Transfer,
    /// Take a message.
    Message,
    /// Promise a call-back: a task with a due time.
    CallBack,
}

/// A free question of callers and its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    pub phrases: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    pub answer: String,
}

/// Something that callers want.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    pub id: String,
    /// Short name for summaries and tasks: `קניית דירה`.
    pub title: String,
    pub phrases: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Said when it is recognised.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Or: the answer of this question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Slots to ask, in this order; those already heard are skipped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<String>,
    /// What happens when nothing is left to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Ending>,
    /// Title of the task that is promised; `{slot}` is filled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

/// The kinds of details that a slot can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    Name,
    Phone,
    Id,
    City,
    Rooms,
    Budget,
    Time,
    Text,
}

/// A detail to ask for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    pub id: String,
    pub kind: SlotKind,
    /// With its article, for read-backs and summaries: `מספר הטלפון`.
    pub label: String,
    pub question: String,
    /// Said when the answer was not understood.
    pub again: String,
    /// Whether the caller must confirm what was heard.
    #[serde(default)]
    pub read_back: bool,
    /// A phone slot that is the caller's own number when there is one.
    #[serde(default)]
    pub from_caller: bool,
}
