//! A turn being worked out: its sentences, its effects, and the ways it can end.
//!
//! Called by `reply` only. Every sentence and every effect of a turn goes through here, in order.

use jiff::Zoned;

use super::Script;
use super::dialogue::{Dialogue, Outcome, Promise, Step, TaskKind, Tool, ToolCall, Understanding};
use super::model::{Ending, Intent, Slot};
use super::parse::placeholders;
use super::understand::Recognised;
use crate::entities::{CallerId, ClockChange, Detail, Moment, Precision, Value, kept};

/// A turn being worked out.
pub(super) struct Turn<'a> {
    pub(super) script: &'a Script,
    pub(super) dialogue: Dialogue,
    pub(super) now: &'a Zoned,
    pub(super) caller: &'a CallerId,
    pub(super) tools: Vec<ToolCall>,
    /// Sentences of the reply.
    pub(super) parts: Vec<String>,
    pub(super) filled: Vec<String>,
    pub(super) recognised: Option<Recognised>,
    pub(super) understood: bool,
    pub(super) outcome: Outcome,
}

impl Turn<'_> {
    pub(super) fn conclude(&mut self, intent: &Intent, ending: Ending) {
        let closed = ending == Ending::Transfer && !self.script.hours().open_at(self.now);
        if closed {
            self.say(&self.script.model().phrases.closed_now);
            return self.promise(intent);
        }
        match ending {
            Ending::CallBack => self.promise(intent),
            ending => self.finish(ending),
        }
    }

    pub(super) fn promise(&mut self, intent: &Intent) {
        let wanted = self
            .dialogue
            .details
            .iter()
            .find_map(|detail| match &detail.value {
                Some(Value::Time(moment)) => Some(moment.clone()),
                _ => None,
            });
        let due = match &self.dialogue.promise {
            // One call-back for a call: a second errand does not move the first promise, a new time does.
            Some(promise) if wanted.is_none() => promise.due.clone(),
            _ => self.script.hours().call_back_at(wanted.as_ref(), self.now),
        };
        let title = self.filled_in(intent.task.as_deref().unwrap_or(&intent.title));
        let title = kept(&title);
        let promise = Promise {
            title: title.clone(),
            due: due.clone(),
        };
        if self.dialogue.promise.as_ref() != Some(&promise) {
            self.tool(Tool::CreateTask {
                title,
                due,
                task: TaskKind::CallBack,
            });
        }
        self.dialogue.promise = Some(promise);
        self.say(&self.script.model().phrases.promise);
        self.anything_more();
    }

    pub(super) fn finish(&mut self, ending: Ending) {
        let phrases = &self.script.model().phrases;
        match ending {
            Ending::End => {
                self.say(&phrases.closing);
                if !self.dialogue.ended {
                    self.tool(Tool::End);
                }
                self.dialogue.ended = true;
                self.outcome = Outcome::End;
            }
            Ending::Transfer if self.script.hours().open_at(self.now) => {
                self.say(&phrases.transfer);
                self.tool(Tool::Transfer);
                self.outcome = Outcome::Transfer;
            }
            Ending::Message => {
                self.say(&phrases.message_taken);
                self.tool(Tool::TakeMessage);
                self.dialogue.ended = true;
                self.outcome = Outcome::TakeMessage;
            }
            Ending::Transfer | Ending::CallBack => self.promise(&self.script.any_call_back()),
        }
    }

    pub(super) fn keep(&mut self, slot: &Slot, heard: &str, value: Option<Value>) {
        self.dialogue.left.retain(|left| *left != slot.id);
        let detail = Detail::new(&slot.id, heard, value, !slot.read_back);
        if self
            .dialogue
            .detail(&slot.id)
            .is_some_and(|known| known.value == detail.value && known.validated)
        {
            return;
        }
        if self.dialogue.confirming.as_deref() == Some(slot.id.as_str()) {
            self.dialogue.confirming = None;
        }
        self.dialogue.keep(detail.clone());
        self.dialogue.last_filled = Some(slot.id.clone());
        self.filled.push(slot.id.clone());
        // What waits for the caller's yes is saved after it.
        if !slot.read_back {
            self.save(detail);
        }
    }

    pub(super) fn forget(&mut self, slot: &Slot) {
        self.dialogue.details.retain(|detail| detail.name != slot.id);
    }

    pub(super) fn save(&mut self, detail: Detail) {
        self.tool(Tool::SaveDetail { detail });
    }

    pub(super) fn ask(&mut self, slot: &Slot, text: &str) {
        self.dialogue.asked = Some(slot.id.clone());
        self.dialogue.confirming = None;
        self.say(text);
    }

    pub(super) fn read_back(&mut self, slot: &Slot) {
        self.dialogue.confirming = Some(slot.id.clone());
        self.dialogue.asked = None;
        if let Some(detail) = self.dialogue.detail(&slot.id) {
            let text = detail.read_back(&slot.label, self.now);
            self.parts.push(text);
        }
    }

    pub(super) fn tool(&mut self, tool: Tool) {
        self.tools.push(ToolCall {
            ordinal: self.dialogue.effects,
            tool,
        });
        self.dialogue.effects = self.dialogue.effects.saturating_add(1);
    }

    pub(super) fn say(&mut self, text: &str) {
        let text = self.filled_in(text);
        if !text.is_empty() {
            self.parts.push(text);
        }
    }

    /// The text with its placeholders filled: what is not known yet is left out.
    pub(super) fn filled_in(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for name in placeholders(text) {
            let value = match name {
                "business" => self.script.model().business.name.clone(),
                "hours" => self.script.hours().said(),
                "due" => self
                    .dialogue
                    .promise
                    .as_ref()
                    .map(|p| said_due(&p.due, self.now))
                    .unwrap_or_default(),
                // Words that could not be read are never spoken back as if they were an answer.
                slot => self
                    .dialogue
                    .detail(slot)
                    .filter(|d| d.value.is_some())
                    .map(|d| d.said(self.now))
                    .unwrap_or_default(),
            };
            out = out.replace(&format!("{{{name}}}"), &value);
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn step(self) -> Step {
        let understood = if self.understood {
            let intent = self.recognised.as_ref().map(|r| r.id.clone());
            let score = if self.filled.is_empty() {
                self.recognised.map_or(1.0, |r| r.score)
            } else {
                1.0
            };
            Understanding::Understood {
                intent,
                score,
                filled: self.filled,
            }
        } else {
            Understanding::NotUnderstood
        };
        Step {
            reply: self.parts.join(" "),
            dialogue: self.dialogue,
            understood,
            outcome: self.outcome,
            tools: self.tools,
        }
    }
}

fn said_due(due: &Zoned, now: &Zoned) -> String {
    let moment = Moment {
        at: due.clone(),
        precision: Precision::Minute,
        change: ClockChange::None,
    };
    moment.said(now)
}
