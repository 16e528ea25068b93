//! What the engine tells the carrier to do next, in the words of the call and not of TwiML.
//! `domain::call` decides it, the HTTP edge writes it as TwiML; it knows no address and no file.

use crate::entities::Phone;
use crate::ids::AudioHash;

/// A fixed sentence that every business has: recorded ahead, spoken without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Prompt {
    /// "Please leave a message": the greeting of an engine that can't converse just now.
    Message,
    /// "One moment": the recording is taken in, the reply is being made.
    Hold,
    /// "A moment more": the reply is late.
    Late,
    /// "I didn't hear": once more, please.
    Fallback,
    /// "Sorry": the call can't go on like this.
    Apology,
    /// "Leave a message after the tone."
    LeaveMessage,
    /// "Your message is kept, we will call back."
    MessageKept,
    /// "I am putting you through."
    Transferring,
    /// "We have talked long enough for now, we will call back."
    Limit,
    /// "Good-bye."
    Goodbye,
}

impl Prompt {
    /// All of them: what is synthesised ahead.
    pub const ALL: [Self; 10] = [
        Self::Message,
        Self::Hold,
        Self::Late,
        Self::Fallback,
        Self::Apology,
        Self::LeaveMessage,
        Self::MessageKept,
        Self::Transferring,
        Self::Limit,
        Self::Goodbye,
    ];

    /// What it says, in Hebrew: the default, which a business's script may replace.
    pub fn text(self) -> &'static str {
        match self {
            Self::Message => "שלום, אין כרגע מי שיענה. אפשר להשאיר הודעה אחרי הצליל, ונחזור אליכם.",
            Self::Hold => "רגע אחד בבקשה.",
            Self::Late => "עוד רגע, זה בבדיקה.",
            Self::Fallback => "סליחה, לא שמעתי. אפשר לחזור על זה?",
            Self::Apology => "מצטערים, יש לנו תקלה קטנה.",
            Self::LeaveMessage => "אפשר להשאיר הודעה אחרי הצליל, ונחזור אליכם.",
            Self::MessageKept => "תודה, ההודעה נשמרה. נחזור אליכם בהקדם.",
            Self::Transferring => "מעבירים אתכם לנציג.",
            Self::Limit => "הכל נרשם. נציג יחזור אליכם בהקדם. תודה ולהתראות.",
            Self::Goodbye => "תודה ולהתראות.",
        }
    }

    /// Its name in files and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Hold => "hold",
            Self::Late => "late",
            Self::Fallback => "fallback",
            Self::Apology => "apology",
            Self::LeaveMessage => "leave_message",
            Self::MessageKept => "message_kept",
            Self::Transferring => "transferring",
            Self::Limit => "limit",
            Self::Goodbye => "goodbye",
        }
    }
}

/// Some sound to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clip {
    /// The greeting of the business.
    Greeting,
    Prompt(Prompt),
    /// What was synthesised for this turn.
    Speech(AudioHash),
    /// Text that the carrier's own voice reads.
    Say(std::sync::Arc<str>),
}

/// What is being recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The caller's part of a conversation: it will be answered.
    Turn,
    /// A message left for a person: it will be kept, nobody waits for a reply.
    Message,
}

/// One thing for the carrier to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Play(Clip),
    /// Seconds of silence.
    Pause(u8),
    /// Record the caller. If nothing is said the carrier goes on to the next step.
    Listen {
        turn: u16,
        purpose: Purpose,
    },
    /// Ask `next_turn` for the reply of this turn; `wait` counts the times it was asked before.
    Ask {
        turn: u16,
        wait: u8,
    },
    /// Ring a person of the business; afterwards `next_turn` is asked how it went.
    Transfer {
        to: Phone,
        turn: u16,
    },
    HangUp,
}

/// Steps in their order. Empty: the carrier has nothing left to do and ends the call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub steps: Vec<Step>,
}

impl Answer {
    /// An answer of these steps.
    pub fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        Self {
            steps: steps.into_iter().collect(),
        }
    }

    /// Plays a fixed sentence.
    pub fn prompt(prompt: Prompt) -> Step {
        Step::Play(Clip::Prompt(prompt))
    }

    /// Whether the caller hears anything.
    pub fn speaks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Play(_)))
    }
}
