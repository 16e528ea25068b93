//! Calls as they are sent.

use super::calls::CallStatus;
use domain::ids::AudioHash;
use serde::Serialize;
use serde_json::Value;
use store::call_pages::{CallLine, TaskLine, TurnLine};
use utoipa::ToSchema;

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub struct Call {
    /// `CA…`
    pub id: String,
    /// E.164, or what the carrier said of a caller without a number.
    pub caller: String,
    pub called: String,
    pub direction: String,
    pub status: CallStatus,
    pub started_at: jiff::Timestamp,
    pub ended_at: Option<jiff::Timestamp>,
    pub duration_s: Option<i32>,
    /// Times that the caller spoke.
    pub turns: i64,
    pub customer: Option<CallCustomer>,
    pub intent: Option<String>,
    pub summary: Option<String>,
}

/// Whose call it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallCustomer {
    pub id: i64,
    /// Empty when nobody said it.
    pub name: String,
}

/// A call with its turns.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallDetail {
    #[serde(flatten)]
    pub call: Call,
    /// Oldest first.
    pub turns_list: Vec<Turn>,
    /// What was found in the caller's words, by name: `said` as people write it, `heard`, and whether it is `validated`.
    #[schema(value_type = Object)]
    pub details: Value,
    /// Empty while the call runs.
    pub tasks: Vec<CallTask>,
}

/// One turn: the caller speaks once and is answered once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Turn {
    pub turn: i16,
    /// `received`, `downloaded`, `validated`, `transcribed`, `replied`, `synthesised`, `done`, `rejected` or `dead`.
    pub state: String,
    /// `turn`, or `message` for a message that was left.
    pub purpose: String,
    pub received_at: jiff::Timestamp,
    pub answered_at: Option<jiff::Timestamp>,
    pub heard: Option<String>,
    pub answered: Option<String>,
    pub intent: Option<String>,
    pub understood: Option<bool>,
    /// Why it was rejected, or given up.
    pub reason: Option<String>,
    pub audio_ms: Option<i32>,
    pub speech_ms: Option<i32>,
    pub took_ms: TookMs,
    pub transcribed_by: Option<String>,
    pub replied_by: Option<String>,
    pub synthesised_by: Option<String>,
    /// Signed, works for ten minutes.
    pub caller_audio: Option<String>,
    /// Signed, works for ten minutes.
    pub reply_audio: Option<String>,
}

/// Milliseconds that each stage took.
#[derive(Debug, Serialize, ToSchema)]
pub struct TookMs {
    pub download: Option<i32>,
    pub transcribe: Option<i32>,
    pub reply: Option<i32>,
    pub synthesise: Option<i32>,
}

/// A task that the call promised.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallTask {
    pub id: i64,
    pub title: String,
    pub channel: String,
    pub due_at: jiff::Timestamp,
}

/// Calls that run now.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveCalls {
    pub results: Vec<CallDetail>,
}

impl From<CallLine> for Call {
    fn from(line: CallLine) -> Self {
        Self {
            id: line.call_sid,
            caller: line.caller,
            called: line.called,
            direction: line.direction,
            status: CallStatus::of(line.status),
            started_at: line.started_at,
            ended_at: line.ended_at,
            duration_s: line.duration_s,
            turns: line.turns,
            customer: line.customer.map(|(id, name)| CallCustomer { id, name }),
            intent: line.intent,
            summary: line.summary,
        }
    }
}

impl Call {
    /// The cells of an export.
    pub fn cells(&self) -> [String; 10] {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let status = serde_json::to_value(self.status).ok();
        [
            self.id.clone(),
            self.started_at.to_string(),
            self.caller.clone(),
            self.called.clone(),
            status
                .and_then(|word| word.as_str().map(str::to_owned))
                .unwrap_or_default(),
            self.duration_s.map(|s| s.to_string()).unwrap_or_default(),
            self.turns.to_string(),
            self.customer
                .as_ref()
                .map(|customer| customer.name.clone())
                .unwrap_or_default(),
            text(&self.intent),
            text(&self.summary),
        ]
    }
}

impl CallDetail {
    /// A call with its turns; `link` makes addresses of sounds.
    pub fn of(mut line: CallLine, turns: Vec<TurnLine>, link: &impl Fn(AudioHash) -> String) -> Self {
        // Beside them the wrap-up keeps the words of messages, which are turns here.
        let kept = line
            .details
            .take()
            .and_then(|mut kept| kept.get_mut("details").map(Value::take));
        let details = kept.filter(Value::is_object);
        Self {
            details: details.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
            call: line.into(),
            turns_list: turns.into_iter().map(|turn| Turn::of(turn, link)).collect(),
            tasks: Vec::new(),
        }
    }
}

impl Turn {
    fn of(line: TurnLine, link: &impl Fn(AudioHash) -> String) -> Self {
        let [download, transcribe, reply, synthesise] = line.took_ms;
        let [transcribed_by, replied_by, synthesised_by] = line.made_by;
        Self {
            turn: line.turn,
            state: line.state,
            purpose: line.purpose,
            received_at: line.received_at,
            answered_at: line.answered_at,
            heard: line.heard,
            answered: line.answered,
            intent: line.intent,
            understood: line.understood,
            reason: line.reason,
            audio_ms: line.audio_ms,
            speech_ms: line.speech_ms,
            took_ms: TookMs {
                download,
                transcribe,
                reply,
                synthesise,
            },
            transcribed_by,
            replied_by,
            synthesised_by,
            caller_audio: line.caller_audio.map(link),
            reply_audio: line.reply_audio.map(link),
        }
    }
}

impl From<TaskLine> for CallTask {
    fn from(line: TaskLine) -> Self {
        Self {
            id: line.id,
            title: line.title,
            channel: line.channel,
            due_at: line.due_at,
        }
    }
}
