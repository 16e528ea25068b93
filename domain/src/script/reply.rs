//! One turn of a conversation: state and words in, state, answer and effects out.
//!
//! Called for each turn of a call. It is pure: the same state and words give the same step. What a caller says is
//! data: it fills slots and chooses among the script's answers, and can do nothing else.

use jiff::Zoned;

use super::Script;
use super::dialogue::{Dialogue, Outcome, Step};
use super::model::{Ending, Intent, Slot, SlotKind};
use super::slots::{Answer, answered, correction, greets, in_sentence, yes_or_no};
use super::turn::Turn;
use crate::entities::{CallerId, Detail, Value};
use crate::hebrew::heard::Heard;
use crate::hebrew::text::clean;

/// Above this an intent is taken although another question is open.
const CERTAIN: f64 = 0.72;
/// After this many misses in a row a slot is left as heard, or the call is given up.
const PATIENCE: u32 = 2;

impl Script {
    /// Answers what was heard. `now` is in the business's zone; `caller` is who the carrier says is calling.
    pub fn reply(&self, dialogue: &Dialogue, heard: &str, now: &Zoned, caller: &CallerId) -> Step {
        let mut turn = Turn {
            script: self,
            dialogue: dialogue.clone(),
            now,
            caller,
            tools: Vec::new(),
            parts: Vec::new(),
            filled: Vec::new(),
            recognised: None,
            understood: false,
            outcome: Outcome::Continue,
        };
        turn.take(&clean(heard));
        turn.step()
    }
}

impl<'a> Turn<'a> {
    fn take(&mut self, heard: &str) {
        self.dialogue.turns = self.dialogue.turns.saturating_add(1);
        if self.dialogue.ended {
            return self.finish(Ending::End);
        }
        if self.dialogue.turns > self.script.model().business.turn_limit {
            self.say(&self.script.model().phrases.too_long);
            return self.finish(Ending::Message);
        }
        if self.confirmation(heard) {
            return;
        }
        self.recognised = self.script.topics().recognise(&Heard::new(heard));
        if self.anything_else(heard) {
            return;
        }
        if self.late_correction(heard) {
            return;
        }
        let asked = self.fill(heard);
        let open = self.dialogue.asked.is_some() || self.dialogue.confirming.is_some();
        let intent = self.recognised.clone().filter(|r| !open || r.score >= CERTAIN);
        match intent {
            Some(recognised) => self.topic(&recognised.id, asked),
            None if asked || !self.filled.is_empty() => self.go_on(),
            None => self.missed(heard),
        }
    }

    /// Yes, no or a correction to what was read back. True when that settles the turn.
    fn confirmation(&mut self, heard: &str) -> bool {
        let Some(slot) = self
            .dialogue
            .confirming
            .clone()
            .and_then(|id| self.script.slot(&id))
        else {
            return false;
        };
        let (answer, rest) = yes_or_no(heard);
        match answer {
            Answer::Yes => {
                self.confirmed(slot);
                self.go_on();
                true
            }
            _ => match answered(slot.kind, &rest, self.now)
                .filter(|_| slot.kind != SlotKind::Text || answer == Answer::No)
            {
                Some(value) if answer == Answer::No || self.is_correction(slot, &rest) => {
                    self.keep(slot, &rest, Some(value));
                    self.go_on();
                    true
                }
                _ if answer == Answer::No => {
                    self.forget(slot);
                    self.understood = true;
                    self.ask(slot, &slot.again);
                    true
                }
                _ => false,
            },
        }
    }

    /// Whether words without a "no" still correct the slot: nothing else was recognised in them.
    fn is_correction(&self, slot: &Slot, words: &str) -> bool {
        let strict = in_sentence(slot.kind, words, self.now).is_some();
        strict
            || self
                .script
                .topics()
                .recognise(&Heard::new(words))
                .is_none_or(|r| r.score < CERTAIN)
    }

    fn confirmed(&mut self, slot: &Slot) {
        self.dialogue.confirming = None;
        self.dialogue.misses = 0;
        self.understood = true;
        if let Some(detail) = self.dialogue.detail(&slot.id).cloned() {
            let detail = Detail {
                validated: detail.value.is_some(),
                ..detail
            };
            self.filled.push(slot.id.clone());
            self.dialogue.keep(detail.clone());
            self.save(detail);
        }
    }

    /// "No, thanks" to "anything else?" ends the call; yes opens the floor again.
    fn anything_else(&mut self, heard: &str) -> bool {
        if !std::mem::take(&mut self.dialogue.anything_else) {
            return false;
        }
        let (answer, rest) = yes_or_no(heard);
        if answer == Answer::No
            && (rest.is_empty() || self.recognised.as_ref().is_none_or(|r| r.score < CERTAIN))
        {
            self.understood = true;
            self.finish(Ending::End);
            return true;
        }
        if answer == Answer::Yes && rest.is_empty() {
            self.understood = true;
            self.say(&self.script.model().phrases.what_for);
            return true;
        }
        false
    }

    /// Takes every detail out of the words. True when the open question was answered.
    fn fill(&mut self, heard: &str) -> bool {
        let script = self.script;
        let asked = self.dialogue.asked.clone();
        let mut answered_asked = false;
        for slot in &script.model().slots {
            let own = asked.as_deref() == Some(slot.id.as_str());
            // "Are you open on Friday" names a day, and asks for no call on it.
            if slot.kind == SlotKind::Time && self.asks_a_question() && !own {
                continue;
            }
            let strict = in_sentence(slot.kind, heard, self.now);
            // A sentence about something else is no free text, and no one-word answer either.
            let elsewhere = self.recognised.as_ref().is_some_and(|r| r.score >= CERTAIN);
            let value = match strict {
                Some(value) => Some(value),
                None if own && !elsewhere => answered(slot.kind, heard, self.now),
                None => None,
            };
            let Some(value) = value.filter(|_| own || self.wanted(slot)) else {
                continue;
            };
            answered_asked |= own;
            self.keep(slot, heard, Some(value));
        }
        answered_asked
    }

    fn asks_a_question(&self) -> bool {
        self.recognised
            .as_ref()
            .is_some_and(|r| self.script.question(&r.id).is_some())
    }

    /// "No, two" or "actually four" after the next question was already asked: the last detail is corrected, and
    /// the open question asked again. True when that settles the turn.
    fn late_correction(&mut self, heard: &str) -> bool {
        let Some(last) = self
            .dialogue
            .last_filled
            .clone()
            .and_then(|id| self.script.slot(&id))
        else {
            return false;
        };
        let Some(asked) = self.dialogue.asked.clone().and_then(|id| self.script.slot(&id)) else {
            return false;
        };
        let Some(rest) = correction(heard).filter(|_| last.id != asked.id && last.kind != SlotKind::Text)
        else {
            return false;
        };
        if in_sentence(asked.kind, &rest, self.now).is_some() {
            return false;
        }
        let Some(value) = answered(last.kind, &rest, self.now) else {
            return false;
        };
        self.keep(last, &rest, Some(value));
        self.go_on();
        true
    }

    /// Whether a detail that was not asked for may be taken: it is new, and belongs to some intent's questions.
    fn wanted(&self, slot: &Slot) -> bool {
        let known = self
            .dialogue
            .detail(&slot.id)
            .is_some_and(|detail| detail.value.is_some());
        !known || slot.kind == SlotKind::Time
    }

    fn missed(&mut self, heard: &str) {
        let nothing_open = self.dialogue.asked.is_none() && self.dialogue.confirming.is_none();
        if nothing_open && greets(heard) {
            self.understood = true;
            return self.say(&self.script.model().phrases.what_for);
        }
        self.dialogue.misses = self.dialogue.misses.saturating_add(1);
        let misses = self.dialogue.misses;
        if let Some(slot) = self
            .dialogue
            .confirming
            .clone()
            .and_then(|id| self.script.slot(&id))
        {
            if misses >= PATIENCE {
                // Not confirmed is not validated: kept as heard, and the conversation goes on.
                self.dialogue.confirming = None;
                self.dialogue.misses = 0;
                self.dialogue.left.push(slot.id.clone());
                if let Some(detail) = self.dialogue.detail(&slot.id).cloned() {
                    self.save(detail);
                }
                return self.next_question();
            }
            return self.read_back(slot);
        }
        if let Some(slot) = self.dialogue.asked.clone().and_then(|id| self.script.slot(&id)) {
            if misses >= PATIENCE {
                self.dialogue.misses = 0;
                let detail = Detail::new(&slot.id, heard, None, false);
                self.dialogue.keep(detail.clone());
                self.save(detail);
                return self.next_question();
            }
            return self.ask(slot, &slot.again);
        }
        let phrases = &self.script.model().phrases;
        if misses >= PATIENCE {
            self.say(&phrases.sorry);
            return self.finish(phrases.give_up);
        }
        let place = (misses as usize)
            .saturating_sub(1)
            .min(phrases.fallback.len().saturating_sub(1));
        if let Some(text) = phrases.fallback.get(place) {
            self.say(text);
        }
    }

    /// An intent or a question was recognised.
    fn topic(&mut self, id: &str, asked: bool) {
        self.understood = true;
        self.dialogue.misses = 0;
        let script = self.script;
        if let Some(question) = script.question(id) {
            self.say(&question.answer);
            return self.repeat_open_question();
        }
        let Some(intent) = script.intent(id) else { return };
        self.dialogue.remember(id);
        let same = self.dialogue.intent.as_deref() == Some(id);
        // An open errand is not dropped for a like-sounding one in an answer.
        if asked && intent.then.is_none_or(|then| then == Ending::CallBack) && self.dialogue.intent.is_some()
        {
            return self.go_on();
        }
        match (intent.then, intent.ask.is_empty()) {
            (None, true) => {
                self.answer(intent);
                self.repeat_open_question();
            }
            (Some(ending), true) => {
                self.answer(intent);
                self.conclude(intent, ending);
            }
            _ => {
                if !same {
                    self.answer(intent);
                }
                self.dialogue.intent = Some(id.to_owned());
                self.dialogue.asked = None;
                self.go_on();
            }
        }
    }

    fn answer(&mut self, intent: &Intent) {
        let script = self.script;
        self.say(&intent.answer);
        if let Some(question) = intent.question.as_deref().and_then(|id| script.question(id)) {
            self.say(&question.answer);
        }
    }

    /// Reads back what was just filled if the script asks for it, else asks the next question.
    fn go_on(&mut self) {
        self.understood = true;
        self.dialogue.misses = 0;
        let script = self.script;
        let unconfirmed = self.filled.iter().filter_map(|id| script.slot(id)).find(|slot| {
            slot.read_back
                && self
                    .dialogue
                    .detail(&slot.id)
                    .is_some_and(|d| d.value.is_some() && !d.validated)
        });
        match unconfirmed {
            Some(slot) => self.read_back(slot),
            None => self.next_question(),
        }
    }

    pub(super) fn next_question(&mut self) {
        self.dialogue.asked = None;
        let script = self.script;
        let Some(intent) = self.dialogue.intent.clone().and_then(|id| script.intent(&id)) else {
            return self.say(&script.model().phrases.what_for);
        };
        for slot in intent.ask.iter().filter_map(|id| script.slot(id)) {
            if slot.from_caller && self.dialogue.detail(&slot.id).is_none() {
                self.take_callers_number(slot);
            }
            match self.dialogue.detail(&slot.id) {
                None => return self.ask(slot, &slot.question),
                Some(detail)
                    if slot.read_back
                        && detail.value.is_some()
                        && !detail.validated
                        && !self.dialogue.left.contains(&slot.id) =>
                {
                    return self.read_back(slot);
                }
                Some(_) => {}
            }
        }
        self.dialogue.intent = None;
        match intent.then {
            Some(ending) => self.conclude(intent, ending),
            None => self.anything_more(),
        }
    }

    fn take_callers_number(&mut self, slot: &Slot) {
        if let Some(phone) = self.caller.phone() {
            let detail = Detail::new(&slot.id, phone.as_e164(), Some(Value::Phone(phone.clone())), true);
            self.dialogue.keep(detail.clone());
            self.save(detail);
        }
    }

    /// After an answer in the middle: the open question again.
    fn repeat_open_question(&mut self) {
        let script = self.script;
        if let Some(slot) = self.dialogue.confirming.clone().and_then(|id| script.slot(&id)) {
            return self.read_back(slot);
        }
        if let Some(slot) = self.dialogue.asked.clone().and_then(|id| script.slot(&id)) {
            return if self.filled.contains(&slot.id) {
                self.go_on()
            } else {
                self.ask(slot, &slot.question)
            };
        }
        if self.dialogue.intent.is_some() {
            self.next_question()
        } else {
            self.anything_more()
        }
    }

    pub(super) fn anything_more(&mut self) {
        self.dialogue.anything_else = true;
        self.say(&self.script.model().phrases.anything_else);
    }
}
