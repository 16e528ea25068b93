//! Tables of answers and of what Twilio says to each. Run by `cargo test`; never shipped.

use super::*;

const XML: Option<&str> = Some("text/xml; charset=utf-8");

fn doc(inside: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>{inside}</Response>")
}

fn codes(checked: &Checked) -> Vec<u32> {
    checked
        .findings
        .iter()
        .filter_map(|finding| finding.code)
        .collect()
}

#[test]
fn answers_that_stop_the_call_carry_their_code() {
    let good = doc("<Hangup/>");
    let large = doc(&format!("<Say>{}</Say>", "a".repeat(70_000)));
    let table: &[(u16, Option<&str>, &[u8], u32)] = &[
        (500, XML, good.as_bytes(), 11200),
        (302, XML, good.as_bytes(), 11200),
        (403, Some("text/plain"), b"no", 11200),
        (200, None, good.as_bytes(), 12300),
        (200, Some("text/html"), good.as_bytes(), 12300),
        (200, Some("application/json"), good.as_bytes(), 12300),
        (
            200,
            Some("text/xml; charset=windows-1255"),
            good.as_bytes(),
            12300,
        ),
        (200, XML, large.as_bytes(), 11750),
        (200, XML, b"\n<Response/>", 12100),
        (200, XML, b" <?xml version=\"1.0\"?><Response/>", 12100),
        (200, XML, "\u{FEFF}<Response/>".as_bytes(), 12100),
        (200, XML, b"", 12100),
        (200, XML, b"<Response><Say>a & b</Say></Response>", 12100),
        (200, XML, b"<Response><Say>a</Response>", 12100),
        (200, XML, b"<Response><Hangup/>", 12100),
        (200, XML, b"<response/>", 12100),
        (200, XML, b"<html></html>", 12100),
        (200, XML, b"<Response/><Response/>", 12100),
        (200, XML, b"<Response>\xff</Response>", 12100),
        (200, XML, b"ok", 12100),
    ];
    for (status, content_type, body, code) in table {
        let checked = check(*status, *content_type, body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        assert!(checked.refused() && checked.verbs.is_empty(), "{shown} was taken");
        assert_eq!(codes(&checked), [*code], "{shown}");
    }
}

#[test]
fn schema_and_value_warnings_carry_their_code() {
    let table = [
        ("<say>x</say>", 12200),
        ("<Speak>x</Speak>", 12200),
        ("<Pause><Say>x</Say></Pause>", 12200),
        ("<Gather><Record action=\"/a\"/></Gather>", 12200),
        ("<Number>+972501234567</Number>", 12200),
        ("hello", 12200),
        ("<Record action=\"/a\">x</Record>", 12200),
        ("<Record action=\"/a\" maxlength=\"5\"/>", 12200),
        ("<Record action=\"/a\" maxLength=\"1\"/>", 12200),
        ("<Record action=\"/a\" maxLength=\"14401\"/>", 12200),
        ("<Record action=\"/a\" maxLength=\"30s\"/>", 12200),
        ("<Record action=\"/a\" maxLength=\"+30\"/>", 12200),
        ("<Record action=\"/a\" timeout=\"-1\"/>", 12200),
        ("<Record action=\"/a\" finishOnKey=\"any\"/>", 12200),
        ("<Record action=\"/a\" trim=\"true\"/>", 12200),
        ("<Record action=\"/a\" playBeep=\"True\"/>", 12200),
        ("<Record action=\"/a\" method=\"post\"/>", 12200),
        ("<Record action=\"/a\" transcribe=\"true\"/>", 12200),
        (
            "<Record action=\"/a\" recordingStatusCallbackEvent=\"in-progress,completed\"/>",
            12200,
        ),
        (
            "<Record action=\"/a\" recordingStatusCallback=\"https://my_host.example/x\"/>",
            11100,
        ),
        ("<Record action=\"ftp://h.example/x\"/>", 11100),
        ("<Record action=\"/a b\"/>", 11100),
        ("<Pause length=\"1.5\"/>", 12200),
        ("<Play loop=\"ten\">/a.wav</Play>", 12200),
        ("<Play></Play>", 11100),
        ("<Play digits=\"12x\"/>", 12200),
        ("<Redirect/>", 11100),
        ("<Redirect method=\"PUT\">/x</Redirect>", 12200),
        ("<Say></Say>", 12200),
        ("<Say>שלום</Say>", 12200),
        ("<Say language=\"he-IL\">שלום</Say>", 12200),
        ("<Say language=\"he-IL\" voice=\"Polly.Joanna\">שלום</Say>", 12200),
        (
            "<Say language=\"he-IL\" voice=\"Google.he-IL-Neural2-A\">שלום</Say>",
            12200,
        ),
        (
            "<Say language=\"en-US\" voice=\"Google.he-IL-Wavenet-A\">שלום</Say>",
            12200,
        ),
        ("<Dial/>", 13224),
        ("<Dial>nobody</Dial>", 13224),
        ("<Dial><Number>12</Number></Dial>", 13224),
        ("<Dial callerId=\"me\">+972501234567</Dial>", 13214),
        (
            "<Gather speechTimeout=\"auto\" speechModel=\"phone_call\" input=\"speech\"/>",
            13327,
        ),
        (
            "<Connect><Stream url=\"https://h.example/media\"/></Connect>",
            11100,
        ),
        (
            "<Connect><Stream url=\"wss://h.example/media?call=1\"/></Connect>",
            12200,
        ),
        ("<Play>/a.wav</Play><Reject/>", 12200),
        ("<Reject reason=\"tired\"/>", 12200),
    ];
    for (inside, code) in table {
        let checked = check(200, XML, doc(inside).as_bytes());
        assert!(!checked.refused() && !checked.clean(), "{inside}: {checked:?}");
        assert_eq!(codes(&checked), [code], "{inside}: {:?}", checked.findings);
    }
}

#[test]
fn a_correct_turn_is_clean_and_typed() {
    let text = doc(concat!(
        "<Play>https://h.example/static/voice_responses/1/greeting.mp3</Play><Pause length=\"1\"/>",
        "<Record maxLength=\"30\" timeout=\"5\" finishOnKey=\"*\" playBeep=\"true\" trim=\"trim-silence\" ",
        "transcribe=\"false\" action=\"/webhook/handle_recording?turn=1&amp;x=2\" method=\"POST\"/>",
        "<Say language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\">לא שמעתי <break time=\"1s\"/> אתכם</Say>",
        "<Redirect method=\"GET\">next</Redirect>"
    ));
    let checked = check(200, Some("application/xml"), text.as_bytes());
    assert!(checked.clean(), "{:?}", checked.findings);
    let names: Vec<&str> = checked.verbs.iter().map(Verb::name).collect();
    assert_eq!(names, ["Play", "Pause", "Record", "Say", "Redirect"]);
    let Verb::Record(record) = &checked.verbs[2] else {
        panic!("not a record")
    };
    assert_eq!(
        record.action.as_ref().map(|a| a.url.as_str()),
        Some("/webhook/handle_recording?turn=1&x=2")
    );
    assert_eq!((record.max_length, record.timeout, record.trim), (30, 5, true));
    let silent = checked
        .findings
        .iter()
        .any(|f| f.sentence.contains("only when the caller says nothing"));
    assert!(silent, "{:?}", checked.findings);
}

#[test]
fn verbs_that_never_run_are_noted_and_skipped_ones_are_left_out() {
    let checked = check(200, XML, doc("<Hangup/><Play>/a.wav</Play>").as_bytes());
    assert!(checked.clean());
    assert!(
        checked.findings[0]
            .sentence
            .contains("never reached after <Hangup>: Play")
    );

    let skipped = check(200, XML, doc("<play>/a.wav</play><Hangup/>").as_bytes());
    assert_eq!(skipped.verbs, [Verb::Hangup]);

    let empty = check(200, XML, b"<Response/>");
    assert!(empty.clean() && empty.verbs.is_empty());
}

#[test]
fn dial_and_gather_are_read_with_their_nouns() {
    let text = doc(concat!(
        "<Dial timeout=\"20\" callerId=\"+97231234567\" action=\"/d\"><Number statusCallback=\"/s\" ",
        "statusCallbackEvent=\"ringing answered\">+972501234567</Number></Dial>",
        "<Gather input=\"dtmf speech\" action=\"/g\" timeout=\"3\"><Play>/q.wav</Play></Gather>"
    ));
    let checked = check(200, XML, text.as_bytes());
    assert!(checked.clean(), "{:?}", checked.findings);
    let Verb::Dial(dial) = &checked.verbs[0] else {
        panic!("not a dial")
    };
    assert_eq!(
        (dial.timeout, dial.whom.as_slice()),
        (20, &["+972501234567".to_owned()][..])
    );
    assert_eq!(
        dial.status_callback.as_ref().map(|(_, events)| events.len()),
        Some(2)
    );
    let Verb::Gather(gather) = &checked.verbs[1] else {
        panic!("not a gather")
    };
    assert!(gather.speech && gather.dtmf && gather.prompts.len() == 1);
}
