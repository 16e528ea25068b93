//! What Twilio posts about a recording: that the caller has spoken, and that the file is there.
//! Called by `handle_recording` and `recording_status`. It never follows `RecordingUrl`; at most it reads an id out of it.

use domain::call::CarrierStatus;
use domain::entities::CallerId;
use domain::ids::{AccountSid, CallSid, RecordingSid};

use super::{FormError, Parameters};

/// What ended a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// Silence, or the longest time.
    Silence,
    /// A key of `finishOnKey`.
    Key(char),
    /// The caller hung up: nobody hears the answer.
    Hangup,
}

/// `POST /webhook/handle_recording`: the caller has spoken. The file itself may not be there yet.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingDone {
    pub call: CallSid,
    pub account: AccountSid,
    /// From `RecordingSid`, else from the end of `RecordingUrl`; `None` leaves call and turn to identify it.
    pub recording: Option<RecordingSid>,
    /// Seconds, before silence is trimmed.
    pub duration_seconds: Option<u32>,
    pub ended_by: EndedBy,
    pub status: Option<CarrierStatus>,
    pub from: CallerId,
    pub to: Option<String>,
    pub parameters: Parameters,
}

impl RecordingDone {
    /// Needs `CallSid` and `AccountSid`.
    pub fn parse(parameters: Parameters) -> Result<RecordingDone, FormError> {
        let named = parameters.maybe_sid("RecordingSid", RecordingSid::parse)?;
        Ok(RecordingDone {
            call: parameters.sid("CallSid", CallSid::parse)?,
            account: parameters.account()?,
            recording: named.or_else(|| parameters.get("RecordingUrl").and_then(sid_at_the_end)),
            duration_seconds: parameters.number("RecordingDuration")?,
            ended_by: ended_by(parameters.deciding("Digits")?),
            status: parameters.get("CallStatus").and_then(CarrierStatus::parse),
            from: CallerId::parse(parameters.either("From", "Caller")?.unwrap_or("")),
            to: parameters.either("To", "Called")?.map(str::to_owned),
            parameters,
        })
    }
}

fn ended_by(digits: Option<&str>) -> EndedBy {
    match digits {
        None => EndedBy::Silence,
        Some("hangup") => EndedBy::Hangup,
        Some(keys) => keys.chars().next().map_or(EndedBy::Silence, EndedBy::Key),
    }
}

/// `…/Recordings/RE…` with or without an extension.
fn sid_at_the_end(url: &str) -> Option<RecordingSid> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    RecordingSid::parse(last.split('.').next().unwrap_or("")).ok()
}

/// The state of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingState {
    InProgress,
    /// The file can be fetched.
    Completed,
    /// There is none: it was silent, or too short.
    Absent,
    Failed,
}

/// The recording status callback: the file is there, or never will be.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingStatus {
    pub call: CallSid,
    pub account: AccountSid,
    pub recording: RecordingSid,
    pub state: RecordingState,
    /// Seconds, exact; only when completed.
    pub duration_seconds: Option<u32>,
    /// `RecordVerb`, `DialVerb`, …
    pub source: Option<String>,
    /// Twilio's code when it is absent or failed.
    pub error_code: Option<u32>,
    pub parameters: Parameters,
}

impl RecordingStatus {
    /// Needs `CallSid`, `AccountSid`, `RecordingSid` and a `RecordingStatus` that is known.
    pub fn parse(parameters: Parameters) -> Result<RecordingStatus, FormError> {
        let state = match parameters.needed("RecordingStatus")? {
            "in-progress" => RecordingState::InProgress,
            "completed" => RecordingState::Completed,
            "absent" => RecordingState::Absent,
            "failed" => RecordingState::Failed,
            _ => {
                let why = "not a status that Twilio documents";
                return Err(FormError::Malformed {
                    field: "RecordingStatus",
                    why,
                });
            }
        };
        Ok(RecordingStatus {
            call: parameters.sid("CallSid", CallSid::parse)?,
            account: parameters.account()?,
            recording: parameters.sid("RecordingSid", RecordingSid::parse)?,
            state,
            duration_seconds: parameters.number("RecordingDuration")?,
            source: parameters.text("RecordingSource"),
            error_code: parameters.get("ErrorCode").and_then(|code| code.parse().ok()),
            parameters,
        })
    }
}
