//! The rules of a call in record mode: a pure state machine from what happened to what the caller
//! hears next. `CallActor` lives by it, the webhooks answer by it, `store` rebuilds it from rows.
//! It never waits, never reads a clock and never speaks TwiML.

mod answer;
mod status;

pub use answer::{Answer, Clip, Prompt, Purpose, Step};
pub use status::CarrierStatus;

use crate::entities::Phone;
use crate::ids::AudioHash;
use std::collections::BTreeMap;

/// What a business has decided for its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPolicy {
    /// Turns after which the conversation is ended politely, 1 or more.
    pub turn_limit: u16,
    /// How a call goes on that can't be understood or can't be served.
    pub on_failure: OnFailure,
    /// How often `next_turn` may say "a moment more" before the engine gives the turn up.
    pub waits: u8,
}

/// The business's choice when the conversation fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFailure {
    /// Ring this person.
    Transfer(Phone),
    /// Record a message for a person.
    Message,
    HangUp,
}

/// What the engine can do at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Understand and speak.
    Converse,
    /// Neither a model nor a provider: it can keep a message, and says no more than that.
    MessageOnly,
}

/// How the conversation goes on after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Listen,
    End,
    Transfer,
    TakeMessage,
}

/// How a reply reaches the caller's ear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// Synthesised by us or a provider.
    Audio(AudioHash),
    /// Nobody here could speak it: the carrier's own voice reads the text.
    Text(std::sync::Arc<str>),
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Replied {
        spoken: Spoken,
        then: Then,
        /// The responder made nothing of what was said; its reply is another question.
        understood: bool,
    },
    /// The audio is at fault: too short, silent, no audio at all.
    NotHeard,
    /// We are at fault: every try failed.
    Failed,
}

/// A caller's turn: `None` while it is being worked on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Turn {
    outcome: Option<Outcome>,
}

/// A call as its rows tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallState {
    policy: CallPolicy,
    status: CarrierStatus,
    turns: BTreeMap<u16, Turn>,
}

/// The first answer: the greeting, then listening.
pub fn greet(policy: &CallPolicy, ability: Ability) -> Answer {
    let mut steps = Vec::with_capacity(8);
    match ability {
        Ability::Converse => {
            steps.extend([Step::Play(Clip::Greeting), Step::Pause(1)]);
            listen(&mut steps, policy, 1, 0);
        }
        Ability::MessageOnly => {
            steps.push(Answer::prompt(Prompt::Message));
            take_message(&mut steps, 1);
        }
    }
    Answer { steps }
}

/// The answer to a finished recording. It depends on the event alone, so the same event has the
/// same answer for ever, on every replica.
pub fn take_recording(turn: u16, purpose: Purpose, caller_gone: bool) -> Answer {
    match (caller_gone, purpose) {
        (true, _) => Answer::default(),
        (false, Purpose::Message) => message_kept(),
        (false, Purpose::Turn) => Answer::of([Answer::prompt(Prompt::Hold), Step::Ask { turn, wait: 0 }]),
    }
}

/// The answer when nothing more can be done in this call than to keep what was said: the event is
/// in the spool, or there is no telling what it belongs to.
pub fn message_kept() -> Answer {
    Answer::of([Answer::prompt(Prompt::MessageKept), Step::HangUp])
}

/// The answer to a recording without anything to download: once more, please.
pub fn ask_again(policy: &CallPolicy, turn: u16) -> Answer {
    let mut steps = vec![Answer::prompt(Prompt::Fallback)];
    listen(&mut steps, policy, turn + 1, 1);
    Answer { steps }
}

/// Nobody took the call: the caller is the engine's again, and is asked to go on.
pub fn taken_back(policy: &CallPolicy, turn: u16) -> Answer {
    let sorry = "הנציג אינו זמין כרגע. אפשר להמשיך איתי: במה אפשר לעזור?";
    let mut steps = vec![Step::Play(Clip::Say(sorry.into()))];
    listen(&mut steps, policy, turn + 1, 0);
    Answer { steps }
}

/// The reply is not there in time: say so and wait again, or give the turn up.
pub fn late(policy: &CallPolicy, turn: u16, wait: u8) -> Answer {
    if wait < policy.waits {
        // Not the same words each time: a machine that repeats itself sounds broken.
        let words = if wait.is_multiple_of(2) {
            Prompt::Late
        } else {
            Prompt::Hold
        };
        return Answer::of([Answer::prompt(words), Step::Ask { turn, wait: wait + 1 }]);
    }
    give_up(policy, turn)
}

/// An apology, then the business's choice.
pub fn give_up(policy: &CallPolicy, turn: u16) -> Answer {
    let mut steps = vec![Answer::prompt(Prompt::Apology)];
    failing(&mut steps, policy, turn);
    Answer { steps }
}

/// After a transfer: the person answered and the call is over, or a message is taken.
pub fn after_transfer(answered: bool, turn: u16) -> Answer {
    let mut steps = Vec::new();
    if answered {
        steps.push(Step::HangUp);
    } else {
        take_message(&mut steps, turn + 1);
    }
    Answer { steps }
}

/// Listens; what follows is heard only by a caller who says nothing: the fallback and one more
/// try, then an apology and the business's choice (misses already made count).
fn listen(steps: &mut Vec<Step>, policy: &CallPolicy, turn: u16, misses: usize) {
    let listen = Step::Listen {
        turn,
        purpose: Purpose::Turn,
    };
    steps.push(listen.clone());
    if misses == 0 {
        steps.extend([Answer::prompt(Prompt::Fallback), listen]);
    }
    steps.push(Answer::prompt(Prompt::Apology));
    failing(steps, policy, turn);
}

fn failing(steps: &mut Vec<Step>, policy: &CallPolicy, turn: u16) {
    match &policy.on_failure {
        OnFailure::Transfer(to) => {
            steps.extend([
                Answer::prompt(Prompt::Transferring),
                Step::Transfer { to: to.clone(), turn },
            ]);
        }
        OnFailure::Message => take_message(steps, turn + 1),
        OnFailure::HangUp => steps.extend([Answer::prompt(Prompt::Goodbye), Step::HangUp]),
    }
}

fn take_message(steps: &mut Vec<Step>, turn: u16) {
    if !matches!(steps.last(), Some(Step::Play(Clip::Prompt(Prompt::Message)))) {
        steps.push(Answer::prompt(Prompt::LeaveMessage));
    }
    steps.extend([
        Step::Listen {
            turn,
            purpose: Purpose::Message,
        },
        Answer::prompt(Prompt::Goodbye),
        Step::HangUp,
    ]);
}

impl CallState {
    /// A call nobody has said anything in.
    pub fn new(policy: CallPolicy) -> Self {
        Self {
            policy,
            status: CarrierStatus::Queued,
            turns: BTreeMap::new(),
        }
    }

    /// The business's choices for this call.
    pub fn policy(&self) -> &CallPolicy {
        &self.policy
    }

    /// A status came, in whatever order. True when it ended the call just now.
    pub fn status_came(&mut self, status: CarrierStatus) -> bool {
        let before = self.status;
        self.status = before.join(status);
        self.status.is_final() && !before.is_final()
    }

    /// Whether the carrier has said that the call is over.
    pub fn is_over(&self) -> bool {
        self.status.is_final()
    }

    /// A recording of this turn is being worked on. A second one of the same turn changes nothing.
    pub fn recording_came(&mut self, turn: u16) {
        self.turns.entry(turn).or_default();
    }

    /// The turn's recording was worked out. The first outcome stands: the caller may have heard it.
    pub fn turn_ended(&mut self, turn: u16, outcome: Outcome) {
        self.turns.entry(turn).or_default().outcome.get_or_insert(outcome);
    }

    /// Whether this turn's outcome is known.
    pub fn is_ended(&self, turn: u16) -> bool {
        self.turns.get(&turn).is_some_and(|t| t.outcome.is_some())
    }

    /// The highest turn with a recording, 0 when there is none.
    pub fn last_turn(&self) -> u16 {
        self.turns.keys().next_back().copied().unwrap_or(0)
    }

    /// What the caller hears after this turn; `None` while it is being worked on.
    pub fn answer(&self, turn: u16) -> Option<Answer> {
        let outcome = self.turns.get(&turn)?.outcome.as_ref()?;
        let misses = self.misses(turn);
        Some(match outcome {
            Outcome::Failed => give_up(&self.policy, turn),
            _ if misses >= 2 => give_up(&self.policy, turn),
            Outcome::NotHeard => self.once_more(Clip::Prompt(Prompt::Fallback), turn, misses),
            Outcome::Replied { spoken, then, .. } => {
                let clip = match spoken {
                    Spoken::Audio(audio) => Clip::Speech(*audio),
                    Spoken::Text(text) => Clip::Say(text.clone()),
                };
                self.after_reply(clip, *then, turn, misses)
            }
        })
    }

    fn after_reply(&self, clip: Clip, then: Then, turn: u16, misses: usize) -> Answer {
        let mut steps = vec![Step::Play(clip.clone())];
        match then {
            Then::Listen => return self.once_more(clip, turn, misses),
            Then::End => steps.push(Step::HangUp),
            Then::TakeMessage => take_message(&mut steps, turn + 1),
            Then::Transfer => match &self.policy.on_failure {
                OnFailure::Transfer(to) => steps.push(Step::Transfer { to: to.clone(), turn }),
                _ => take_message(&mut steps, turn + 1),
            },
        }
        Answer { steps }
    }

    fn once_more(&self, clip: Clip, turn: u16, misses: usize) -> Answer {
        let mut steps = vec![Step::Play(clip)];
        if turn >= self.policy.turn_limit {
            steps.extend([Answer::prompt(Prompt::Limit), Step::HangUp]);
        } else {
            listen(&mut steps, &self.policy, turn + 1, misses);
        }
        Answer { steps }
    }

    /// Turns in a row, up to this one, that came to nothing.
    fn misses(&self, turn: u16) -> usize {
        self.turns
            .range(..=turn)
            .rev()
            .take_while(|(_, t)| {
                matches!(
                    t.outcome,
                    Some(
                        Outcome::NotHeard
                            | Outcome::Replied {
                                understood: false,
                                ..
                            }
                    )
                )
            })
            .count()
    }
}

#[cfg(test)]
mod tests;
