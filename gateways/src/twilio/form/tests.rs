//! Forms as Twilio sends them (shapes of captured requests, numbers made up), and forms that nobody should believe.

use domain::call::CarrierStatus;
use domain::entities::CallerId;
use proptest::prelude::*;

use super::*;

const INCOMING: &str = "AccountSid=AC00000000000000000000000000000001&ApiVersion=2010-04-01&CallSid=CA0000000000000000000000000000000a\
&CallStatus=ringing&Called=%2B97231234567&CalledCity=&CalledCountry=IL&Caller=%2B972501234567&CallerCity=&Direction=inbound\
&From=%2B972501234567&FromZip=M4W+3R8&To=%2B97231234567&CallToken=%7B%22parentCallInfoToken%22%3A%22x%22%7D&Newcomer=1";

const RECORDED: &str = "AccountSid=AC00000000000000000000000000000001&CallSid=CA0000000000000000000000000000000a&CallStatus=in-progress\
&From=%2B972501234567&To=%2B97231234567&Digits=hangup&RecordingDuration=7&RecordingSid=RE0000000000000000000000000000000b\
&RecordingUrl=http%3A%2F%2Fapi.twilio.com%2F2010-04-01%2FAccounts%2FAC1%2FRecordings%2FRE0000000000000000000000000000000b";

const STATUS: &str = "AccountSid=AC00000000000000000000000000000001&CallSid=CA0000000000000000000000000000000a&CallStatus=completed\
&CallDuration=31&Duration=1&SequenceNumber=3&Timestamp=Sat%2C+21+Nov+2026+07%3A41%3A23+%2B0000&CallbackSource=call-progress-events\
&SipResponseCode=200&From=anonymous&To=%2B97231234567&Direction=inbound";

fn parameters(form: &str) -> Parameters {
    Parameters::parse(form.as_bytes()).expect("a form")
}

/// The form without one of its fields, or with another value.
fn with(form: &str, field: &str, value: Option<&str>) -> Parameters {
    let kept = form
        .split('&')
        .filter(|pair| pair.split('=').next() != Some(field));
    let changed = value.map(|value| format!("{field}={value}"));
    parameters(&kept.chain(changed.as_deref()).collect::<Vec<_>>().join("&"))
}

#[test]
fn an_incoming_call_says_who_calls_whom() {
    let call = IncomingCall::parse(parameters(INCOMING).with_idempotency_token(Some("t-1"))).expect("a call");
    assert_eq!(call.call.as_str(), "CA0000000000000000000000000000000a");
    assert_eq!(call.to, "+97231234567");
    assert_eq!(
        call.from.phone().map(|p| p.to_string()),
        Some("+972501234567".to_owned())
    );
    assert_eq!(call.status, Some(CarrierStatus::Ringing));
    assert_eq!(call.direction, Some(Direction::Inbound));
    assert_eq!(call.parameters.idempotency_token(), Some("t-1"));
    assert_eq!(
        call.parameters.get("Newcomer"),
        Some("1"),
        "unknown parameters are kept"
    );
    assert_eq!(call.parameters.get("FromZip"), Some("M4W 3R8"));
    assert_eq!(call.parameters.get("CallerCity"), None, "empty is absent");
}

#[test]
fn a_withheld_caller_is_a_caller() {
    for from in [Some("anonymous"), Some(""), Some("%2B266696687"), None] {
        let mut form = with(INCOMING, "From", from);
        form.values.remove("Caller");
        assert_eq!(
            IncomingCall::parse(form).expect("a call").from,
            CallerId::Withheld,
            "{from:?}"
        );
    }
    let client = IncomingCall::parse(with(INCOMING, "From", Some("client%3Adana"))).expect("a call");
    assert_eq!(client.from, CallerId::Client("dana".to_owned()));
}

#[test]
fn what_is_missing_or_malformed_is_named_and_not_shown() {
    let check = |field: &'static str, value: Option<&str>, expected: &str| {
        let error = IncomingCall::parse(with(INCOMING, field, value)).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    };
    let sid = "two letters and 32 hexadecimal digits are expected";
    check("CallSid", None, "CallSid is missing");
    check("CallSid", Some(""), "CallSid is missing");
    check("CallSid", Some("CA1"), &format!("CallSid is malformed: {sid}"));
    check(
        "CallSid",
        Some("RE0000000000000000000000000000000a"),
        &format!("CallSid is malformed: {sid}"),
    );
    check(
        "AccountSid",
        Some("..%2F..%2F"),
        &format!("AccountSid is malformed: {sid}"),
    );
    let mut nobody = with(INCOMING, "To", None);
    nobody.values.remove("Called");
    assert_eq!(
        IncomingCall::parse(nobody),
        Err(FormError::Missing { field: "To" })
    );
}

#[test]
fn a_deciding_field_given_twice_is_refused_unless_both_agree() {
    let twice = format!("{INCOMING}&CallSid=CA0000000000000000000000000000000c");
    let why = "given twice with different values";
    assert_eq!(
        IncomingCall::parse(parameters(&twice)),
        Err(FormError::Malformed {
            field: "CallSid",
            why
        })
    );
    let same = format!("{INCOMING}&CallSid=CA0000000000000000000000000000000a&Newcomer=2");
    assert!(IncomingCall::parse(parameters(&same)).is_ok());
}

#[test]
fn a_finished_recording_says_what_ended_it() {
    let done = RecordingDone::parse(parameters(RECORDED)).expect("a recording");
    assert_eq!(done.ended_by, EndedBy::Hangup);
    assert_eq!(done.duration_seconds, Some(7));
    assert_eq!(
        done.recording.as_ref().map(|r| r.as_str()),
        Some("RE0000000000000000000000000000000b")
    );
    let check = |digits, expected| {
        let done = RecordingDone::parse(with(RECORDED, "Digits", digits)).expect("a recording");
        assert_eq!(done.ended_by, expected);
    };
    check(None, EndedBy::Silence);
    check(Some(""), EndedBy::Silence);
    check(Some("*"), EndedBy::Key('*'));
    check(Some("%23"), EndedBy::Key('#'));
    let odd = RecordingDone::parse(with(RECORDED, "RecordingDuration", Some("long")));
    assert_eq!(
        odd,
        Err(FormError::Malformed {
            field: "RecordingDuration",
            why: "not a whole number"
        })
    );
}

#[test]
fn without_a_recording_sid_the_end_of_its_address_is_read() {
    let id = "RE0000000000000000000000000000000b";
    let check = |url: &str, expected: Option<&str>| {
        let mut form = with(RECORDED, "RecordingSid", None);
        form.values.insert("RecordingUrl".to_owned(), url.to_owned());
        let done = RecordingDone::parse(form).expect("a recording");
        assert_eq!(done.recording.as_ref().map(|r| r.as_str()), expected, "{url}");
    };
    check(&format!("https://api.twilio.com/x/Recordings/{id}"), Some(id));
    check(
        &format!("https://api.twilio.com/x/Recordings/{id}.wav?a=b"),
        Some(id),
    );
    check("https://api.twilio.com/x/Recordings/", None);
    check("file:///etc/passwd", None);
}

#[test]
fn a_recordings_status_comes_without_caller_and_called() {
    let form = "AccountSid=AC00000000000000000000000000000001&CallSid=CA0000000000000000000000000000000a\
        &RecordingSid=RE0000000000000000000000000000000b&RecordingStatus=completed&RecordingDuration=6&RecordingChannels=1\
        &RecordingSource=RecordVerb";
    let status = RecordingStatus::parse(parameters(form)).expect("a status");
    assert_eq!(
        (status.state, status.duration_seconds),
        (RecordingState::Completed, Some(6))
    );
    assert_eq!(status.source.as_deref(), Some("RecordVerb"));
    let absent = with(&form.replace("completed", "absent"), "RecordingDuration", None);
    assert_eq!(
        RecordingStatus::parse(absent).expect("a status").state,
        RecordingState::Absent
    );
    assert!(RecordingStatus::parse(with(form, "RecordingStatus", Some("odd"))).is_err());
    assert_eq!(
        RecordingStatus::parse(with(form, "RecordingSid", None)),
        Err(FormError::Missing {
            field: "RecordingSid"
        })
    );
}

#[test]
fn a_call_status_carries_its_place_in_the_order() {
    let status = CallStatus::parse(parameters(STATUS)).expect("a status");
    assert_eq!(status.status, CarrierStatus::Completed);
    assert_eq!(
        (status.sequence_number, status.duration_seconds),
        (Some(3), Some(31))
    );
    assert_eq!(status.sip_response_code, Some(200));
    assert_eq!(
        status.timestamp.map(|t| t.to_string()).as_deref(),
        Some("2026-11-21T07:41:23Z")
    );
    assert_eq!(status.from, CallerId::Withheld);
    let untimed =
        CallStatus::parse(with(STATUS, "Timestamp", Some("yesterday"))).expect("a final status is not lost");
    assert_eq!(untimed.timestamp, None);
    assert!(CallStatus::parse(with(STATUS, "CallStatus", Some("melted"))).is_err());
    assert!(CallStatus::parse(with(STATUS, "SequenceNumber", Some("-1"))).is_err());
    let detected = CallStatus::parse(with(STATUS, "AnsweredBy", Some("machine_end_beep"))).expect("a status");
    assert_eq!(detected.answered_by, Some(AnsweredBy::MachineEndBeep));
}

#[test]
fn a_log_line_of_parameters_shows_names_only() {
    let shown = format!("{:?}", parameters(INCOMING));
    assert!(shown.contains("CallSid") && !shown.contains("97250"), "{shown}");
}

#[test]
fn a_form_beyond_the_limit_is_not_read() {
    assert_eq!(
        Parameters::parse(&vec![b'a'; LIMIT_BYTES + 1]),
        Err(FormError::TooLarge)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let parameters = Parameters::parse(&bytes).expect("small");
        let _ = (IncomingCall::parse(parameters.clone()), RecordingDone::parse(parameters.clone()));
        let _ = (RecordingStatus::parse(parameters.clone()), CallStatus::parse(parameters));
    }
}
