//! One caller's requests, as the carrier would make them: shorthand for the stories.

use crate::parties::ACCOUNT;
use crate::world::{Answer, BUSINESS, CALLER, EngineProcess};

/// A call in progress.
#[derive(Clone)]
pub struct Call {
    pub sid: String,
    number: u32,
}

impl Call {
    /// The `n`th call of the story.
    pub fn new(n: u32) -> Self {
        Self {
            sid: format!("CA{n:032x}"),
            number: n,
        }
    }

    /// The recording of this turn.
    pub fn recording(&self, turn: u16) -> String {
        format!("RE{:016x}{turn:016x}", self.number)
    }

    fn form<'a>(&'a self, status: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("AccountSid", ACCOUNT),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", &self.sid),
            ("CallStatus", status),
            ("Direction", "inbound"),
            ("From", CALLER),
            ("To", BUSINESS),
            ("FromCity", ""),
        ]
    }

    /// It rings.
    pub async fn ring(&self, engine: &EngineProcess) -> Answer {
        engine.post("/webhook/incoming_call", &self.form("ringing")).await
    }

    /// The caller has spoken.
    pub async fn speak(&self, engine: &EngineProcess, turn: u16) -> Answer {
        self.speak_with(engine, turn, &[]).await
    }

    /// The same with further parameters.
    pub async fn speak_with(&self, engine: &EngineProcess, turn: u16, more: &[(&str, &str)]) -> Answer {
        let sid = self.recording(turn);
        // What a forged or foreign address here leads to is nothing: it is never followed.
        let url = format!("https://api.twilio.example/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}");
        let mut form = self.form("in-progress");
        form.extend([
            ("RecordingSid", sid.as_str()),
            ("RecordingUrl", &url),
            ("RecordingDuration", "4"),
        ]);
        form.retain(|(name, _)| {
            !more
                .iter()
                .any(|(other, value)| other == name && value.is_empty())
        });
        form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        form.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        engine
            .post(&format!("/webhook/handle_recording?turn={turn}"), &form)
            .await
    }

    /// What comes next?
    pub async fn next(&self, engine: &EngineProcess, turn: u16, wait: u8) -> Answer {
        engine
            .post(
                &format!("/webhook/next_turn?turn={turn}&wait={wait}"),
                &self.form("in-progress"),
            )
            .await
    }

    /// Asks until the answer is no longer "a moment more".
    pub async fn next_whole(&self, engine: &EngineProcess, turn: u16) -> Answer {
        for wait in 0..=5 {
            let answer = self.next(engine, turn, wait).await;
            if !answer.body.contains("/webhook/next_turn?") || answer.body.contains("<Dial") {
                return answer;
            }
        }
        panic!("turn {turn} is late for ever");
    }

    /// A status.
    pub async fn status(&self, engine: &EngineProcess, status: &str) -> Answer {
        let mut form = self.form(status);
        form.extend([
            ("CallDuration", "31"),
            ("SequenceNumber", "3"),
            ("CallbackSource", "call-progress-events"),
        ]);
        engine.post("/webhook/call_status", &form).await
    }
}
