//! What is left of a call: a few lines in Hebrew, the details, the promised tasks.
//!
//! Called once when a call has ended. It holds only what was heard and said; what isn't validated is marked so.

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use super::{Dialogue, Ending, Promise, Script};
use crate::entities::{CallerId, Detail, Value, kept};

/// The end of a call on the customer's card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Hebrew, two to four lines.
    pub text: String,
    /// The first thing that the caller wanted, by id.
    pub intent: Option<String>,
    pub details: Vec<Detail>,
    pub tasks: Vec<PromisedTask>,
}

/// A task that the engine promised the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromisedTask {
    pub title: String,
    pub due_at: Zoned,
    /// As `POST /api/tasks` names it: always `call`.
    pub channel: String,
}

impl Script {
    /// Sums a call up. `turns` are what was heard and what was said, in order.
    pub fn summarise(
        &self,
        dialogue: &Dialogue,
        turns: &[(String, String)],
        caller: &CallerId,
        now: &Zoned,
    ) -> Summary {
        let wanted: Vec<&str> = dialogue
            .history
            .iter()
            .filter_map(|id| self.intent(id))
            .map(|intent| intent.title.as_str())
            .collect();
        let main = dialogue
            .history
            .iter()
            .find(|id| self.intent(id).is_some_and(|intent| !intent.ask.is_empty()));
        let first = dialogue.history.iter().find(|id| self.intent(id).is_some());
        let mut lines = vec![who(dialogue, caller, &wanted)];
        lines.extend(self.details_line(dialogue, now));
        let promise = self.promised(dialogue, now);
        lines.push(match &promise {
            Some(promise) => format!(
                "הובטח: {}, עד {}.",
                promise.title,
                promise.due.strftime("%-d/%-m/%Y %H:%M")
            ),
            None => "לא הובטח המשך טיפול.".to_owned(),
        });
        if wanted.is_empty() {
            lines.extend(
                turns
                    .iter()
                    .rev()
                    .find(|(heard, _)| !heard.trim().is_empty())
                    .map(|(heard, _)| format!("נאמר: {}", kept(heard))),
            );
        }
        let tasks = promise.iter().map(|promise| PromisedTask {
            title: promise.title.clone(),
            due_at: promise.due.clone(),
            channel: "call".into(),
        });
        Summary {
            text: lines.join("\n"),
            intent: main.or(first).cloned(),
            details: dialogue.details.clone(),
            tasks: tasks.collect(),
        }
    }

    /// The call-back that was promised, or agreed to with its time still open when the caller hung up:
    /// who was told "of course" is called back.
    fn promised(&self, dialogue: &Dialogue, now: &Zoned) -> Option<Promise> {
        let agreed = || {
            let intents = dialogue.history.iter().filter_map(|id| self.intent(id));
            let intent = intents
                .rev()
                .find(|intent| intent.then == Some(Ending::CallBack))?;
            Some(Promise {
                title: intent.title.clone(),
                due: self.hours().call_back_at(None, now),
            })
        };
        dialogue.promise.clone().or_else(agreed)
    }

    fn details_line(&self, dialogue: &Dialogue, now: &Zoned) -> Option<String> {
        let said = |detail: &Detail| {
            let label = self
                .slot(&detail.name)
                .map_or(detail.name.as_str(), |slot| slot.label.as_str());
            let mark = if detail.validated { "" } else { " (לא אומת)" };
            format!("{label}: {}{mark}", detail.said(now))
        };
        let of_the_wish = |detail: &&Detail| !matches!(detail.value, Some(Value::Name(_)));
        let all: Vec<String> = dialogue.details.iter().filter(of_the_wish).map(said).collect();
        (!all.is_empty()).then(|| format!("פרטים: {}.", all.join(", ")))
    }
}

fn who(dialogue: &Dialogue, caller: &CallerId, wanted: &[&str]) -> String {
    let name = dialogue.details.iter().find_map(|detail| match &detail.value {
        Some(Value::Name(name)) => Some(name.to_string()),
        _ => None,
    });
    let number = caller.phone().map(|phone| phone.local());
    let who = match (name, number) {
        (Some(name), Some(number)) => format!("{name} ({number})"),
        (Some(name), None) => name,
        (None, Some(number)) => number,
        (None, None) => "מספר חסוי".to_owned(),
    };
    if wanted.is_empty() {
        format!("שיחה מאת {who}. לא הובן נושא הפנייה.")
    } else {
        format!("שיחה מאת {who}. נושא: {}.", wanted.join(", "))
    }
}
