//! The rules responder: a small script per business that answers without a language model.
//!
//! Called by the call actor for each turn, and by the summary after the call. It never does IO and never asks the time.

mod dialogue;
mod hours;
mod model;
mod parse;
mod reply;
mod shape;
mod slots;
mod source;
mod summary;
mod turn;
mod understand;

pub use dialogue::{Dialogue, HISTORY, Outcome, Promise, Step, TaskKind, Tool, ToolCall, Understanding};
pub use hours::{Holiday, Hours, OpenSpan, WeekHours};
pub use model::{BusinessFacts, Ending, Intent, Model, Phrases, Question, Slot, SlotKind};
pub use parse::MAX_SOURCE;
pub use summary::{PromisedTask, Summary};

use understand::Topics;

/// The shipped script of an estate agency, in Hebrew.
pub const REAL_ESTATE: &str = include_str!("../../scripts/real_estate.toml");

/// A checked script of one business. Cheap to share, not to copy: keep it in an `Arc`.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    model: Model,
    topics: Topics,
    hours: Hours,
}

/// A problem in a script's source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Script {
    fn of(model: Model) -> Script {
        Script {
            topics: Topics::of(&model),
            hours: Hours::of(&model.business.hours),
            model,
        }
    }

    /// The same script in a business whose hours were set beside it.
    #[must_use]
    pub fn with_hours(mut self, hours: &WeekHours) -> Script {
        self.hours = Hours::set(hours);
        self
    }

    /// Everything that the source said.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The first words of a call.
    pub fn greeting(&self) -> String {
        self.model
            .business
            .greeting
            .replace("{business}", &self.model.business.name)
    }

    /// After how many turns a message is taken.
    pub fn turn_limit(&self) -> u32 {
        self.model.business.turn_limit
    }

    /// Opening hours.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// What the sentence is about: an intent or question, with its score. Without any state.
    pub fn recognise(&self, heard: &str) -> Option<(String, f64)> {
        let heard = crate::hebrew::heard::Heard::new(heard);
        self.topics.recognise(&heard).map(|found| (found.id, found.score))
    }

    fn topics(&self) -> &Topics {
        &self.topics
    }

    fn slot(&self, id: &str) -> Option<&Slot> {
        self.model.slots.iter().find(|slot| slot.id == id)
    }

    fn intent(&self, id: &str) -> Option<&Intent> {
        self.model.intents.iter().find(|intent| intent.id == id)
    }

    fn question(&self, id: &str) -> Option<&Question> {
        self.model.questions.iter().find(|question| question.id == id)
    }

    /// The intent that promises a call-back when a person was asked for and nobody is there: the script's own, or a
    /// bare one.
    fn any_call_back(&self) -> Intent {
        let own = self
            .model
            .intents
            .iter()
            .find(|intent| intent.then == Some(Ending::CallBack) && intent.ask.is_empty());
        own.cloned().unwrap_or_else(|| Intent {
            id: "call_back".into(),
            title: "לחזור ללקוח".into(),
            phrases: Vec::new(),
            keywords: Vec::new(),
            answer: String::new(),
            question: None,
            ask: Vec::new(),
            then: Some(Ending::CallBack),
            task: None,
        })
    }
}

#[cfg(test)]
mod tests;
