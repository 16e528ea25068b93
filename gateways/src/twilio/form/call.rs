//! What Twilio posts about a call itself: that it comes in, and how it goes on.
//! Called by `incoming_call` and `call_status`. It never judges the order of events: `domain::call` does.

use domain::call::CarrierStatus;
use domain::entities::CallerId;
use domain::ids::{AccountSid, CallSid};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::{FormError, Parameters};

/// Which way a call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Inbound,
    /// Placed by us over REST.
    OutboundApi,
    /// The other leg of a `<Dial>`.
    OutboundDial,
}

impl Direction {
    fn parse(text: &str) -> Option<Direction> {
        match text {
            "inbound" => Some(Direction::Inbound),
            "outbound-api" => Some(Direction::OutboundApi),
            "outbound-dial" => Some(Direction::OutboundDial),
            _ => None,
        }
    }
}

/// What answering-machine detection found (Twilio docs, "Answering machine detection"). `Unknown` is to be treated as a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    Human,
    MachineStart,
    MachineEndBeep,
    MachineEndSilence,
    MachineEndOther,
    Fax,
    Unknown,
}

impl AnsweredBy {
    fn parse(text: &str) -> AnsweredBy {
        match text {
            "human" => AnsweredBy::Human,
            "machine_start" => AnsweredBy::MachineStart,
            "machine_end_beep" => AnsweredBy::MachineEndBeep,
            "machine_end_silence" => AnsweredBy::MachineEndSilence,
            "machine_end_other" => AnsweredBy::MachineEndOther,
            "fax" => AnsweredBy::Fax,
            _ => AnsweredBy::Unknown,
        }
    }
}

/// `POST /webhook/incoming_call`: somebody rings.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingCall {
    pub call: CallSid,
    pub account: AccountSid,
    /// Who calls; withheld is normal.
    pub from: CallerId,
    /// The number that was called, as Twilio writes it: it names the business.
    pub to: String,
    pub status: Option<CarrierStatus>,
    pub direction: Option<Direction>,
    /// The number that forwarded the call to ours, when the operator tells.
    pub forwarded_from: Option<String>,
    /// Who answered, when the call was placed by us with detection.
    pub answered_by: Option<AnsweredBy>,
    pub parameters: Parameters,
}

impl IncomingCall {
    /// Needs `CallSid`, `AccountSid` and `To` (or `Called`).
    pub fn parse(parameters: Parameters) -> Result<IncomingCall, FormError> {
        let to = parameters
            .either("To", "Called")?
            .ok_or(FormError::Missing { field: "To" })?
            .to_owned();
        Ok(IncomingCall {
            call: parameters.sid("CallSid", CallSid::parse)?,
            account: parameters.account()?,
            from: CallerId::parse(parameters.either("From", "Caller")?.unwrap_or("")),
            to,
            status: parameters.get("CallStatus").and_then(CarrierStatus::parse),
            direction: parameters.get("Direction").and_then(Direction::parse),
            forwarded_from: parameters.text("ForwardedFrom"),
            answered_by: parameters.get("AnsweredBy").map(AnsweredBy::parse),
            parameters,
        })
    }
}

/// `POST|GET /webhook/call_status`: how a call goes on. Events come late, early, doubled and out of order.
#[derive(Debug, Clone, PartialEq)]
pub struct CallStatus {
    pub call: CallSid,
    pub account: AccountSid,
    pub status: CarrierStatus,
    /// Twilio's own order of the events of one call, from 0.
    pub sequence_number: Option<u32>,
    /// When it happened (sent as RFC 2822). Absent or unreadable is `None`: a final status isn't lost for it.
    pub timestamp: Option<Timestamp>,
    /// Seconds talked; final events only.
    pub duration_seconds: Option<u32>,
    /// 404 is unreachable, 487 is not answered in time; final events only.
    pub sip_response_code: Option<u16>,
    /// The call whose `<Dial>` made this one.
    pub parent: Option<CallSid>,
    pub direction: Option<Direction>,
    pub answered_by: Option<AnsweredBy>,
    pub from: CallerId,
    pub to: Option<String>,
    pub parameters: Parameters,
}

impl CallStatus {
    /// Needs `CallSid`, `AccountSid` and a `CallStatus` that is known.
    pub fn parse(parameters: Parameters) -> Result<CallStatus, FormError> {
        let unknown = FormError::Malformed {
            field: "CallStatus",
            why: "not a status that Twilio documents",
        };
        Ok(CallStatus {
            call: parameters.sid("CallSid", CallSid::parse)?,
            account: parameters.account()?,
            status: CarrierStatus::parse(parameters.needed("CallStatus")?).ok_or(unknown)?,
            sequence_number: parameters.number("SequenceNumber")?,
            timestamp: parameters
                .get("Timestamp")
                .and_then(|text| rfc2822::parse(text).ok())
                .map(|z| z.timestamp()),
            duration_seconds: parameters.number("CallDuration")?,
            sip_response_code: parameters
                .get("SipResponseCode")
                .and_then(|code| code.parse().ok()),
            parent: parameters.maybe_sid("ParentCallSid", CallSid::parse)?,
            direction: parameters.get("Direction").and_then(Direction::parse),
            answered_by: parameters.get("AnsweredBy").map(AnsweredBy::parse),
            from: CallerId::parse(parameters.either("From", "Caller")?.unwrap_or("")),
            to: parameters.either("To", "Called")?.map(str::to_owned),
            parameters,
        })
    }
}
