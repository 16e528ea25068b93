//! Documents as Twilio would read them: whole strings compared, and everything that must not be written.

use super::*;
use quick_xml::events::Event;

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{body}</Response>")
}

fn check(response: Response, body: &str) {
    assert_eq!(response.finish(), Ok(document(body)));
}

fn record<'a>() -> Record<'a> {
    Record {
        action: "https://h.example/webhook/handle_recording?turn=1&purpose=turn",
        max_length: 30,
        timeout: 5,
        finish_on_key: "*",
        play_beep: true,
        trim: Trim::TrimSilence,
        recording_status_callback: None,
        recording_status_callback_events: &[],
    }
}

#[test]
fn the_first_answer_of_a_call() {
    let response = Response::new()
        .play("https://h.example/static/voice_responses/7/greeting.mp3")
        .pause(1)
        .record(record())
        .redirect("/webhook/incoming_call?again=1");
    check(
        response,
        "<Play>https://h.example/static/voice_responses/7/greeting.mp3</Play><Pause length=\"1\"/>\
         <Record action=\"https://h.example/webhook/handle_recording?turn=1&amp;purpose=turn\" method=\"POST\" \
         maxLength=\"30\" timeout=\"5\" finishOnKey=\"*\" playBeep=\"true\" trim=\"trim-silence\" transcribe=\"false\"/>\
         <Redirect method=\"POST\">/webhook/incoming_call?again=1</Redirect>",
    );
}

#[test]
fn an_empty_answer_is_a_whole_document() {
    check(Response::new(), "");
    assert!(
        Response::new()
            .finish()
            .is_ok_and(|text| text.as_bytes()[0] == b'<')
    );
}

#[test]
fn a_status_callback_comes_with_method_and_events() {
    let response = Response::new().record(Record {
        recording_status_callback: Some("/webhook/recording_status"),
        recording_status_callback_events: &[RecordingEvent::Completed, RecordingEvent::Absent],
        play_beep: false,
        trim: Trim::DoNotTrim,
        finish_on_key: "",
        action: "/a",
        ..record()
    });
    check(
        response,
        "<Record action=\"/a\" method=\"POST\" maxLength=\"30\" timeout=\"5\" finishOnKey=\"\" playBeep=\"false\" \
         trim=\"do-not-trim\" transcribe=\"false\" recordingStatusCallback=\"/webhook/recording_status\" \
         recordingStatusCallbackMethod=\"POST\" recordingStatusCallbackEvent=\"completed absent\"/>",
    );
}

#[test]
fn speech_is_escaped_and_freed_of_what_xml_cannot_hold() {
    let say = |text| Say {
        text,
        language: Language::HeIl,
        voice: Voice::HeIlWavenetA,
    };
    check(
        Response::new()
            .say(say("רגע \"אחד\" <& \u{1}\u{FFFE}ב־5 ₪ 😀"))
            .hangup(),
        "<Say language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\">רגע \"אחד\" &lt;&amp; ב־5 ₪ 😀</Say><Hangup/>",
    );
    let foreign = Say {
        text: "x",
        language: Language::HeIl,
        voice: Voice::Man,
    };
    assert!(matches!(
        Response::new().say(foreign).finish(),
        Err(TwimlError::Value {
            attribute: "voice",
            ..
        })
    ));
    let (longest, too_long) = ("א".repeat(4096), "א".repeat(4097));
    assert!(Response::new().say(say(&longest)).finish().is_ok());
    assert!(Response::new().say(say(&too_long)).finish().is_err());
}

#[test]
fn a_transfer_names_its_target() {
    let dial = Dial {
        action: Some("/webhook/dial_done"),
        caller_id: Some("+97231234567"),
        time_limit: Some(3600),
        record: Some(DialRecord::FromAnswerDual),
        recording_status_callback: Some("/r"),
        status_callback: Some("/s"),
        ..Dial::to(DialTarget::Number("+972501234567"))
    };
    check(
        Response::new().dial(dial),
        "<Dial action=\"/webhook/dial_done\" method=\"POST\" timeout=\"25\" callerId=\"+97231234567\" \
         answerOnBridge=\"true\" timeLimit=\"3600\" record=\"record-from-answer-dual\" recordingStatusCallback=\"/r\" \
         recordingStatusCallbackMethod=\"POST\"><Number statusCallback=\"/s\" statusCallbackMethod=\"POST\">\
         +972501234567</Number></Dial>",
    );
    check(
        Response::new().dial(Dial::to(DialTarget::Client("dana<1>"))),
        "<Dial timeout=\"25\" answerOnBridge=\"true\"><Client>dana&lt;1&gt;</Client></Dial>",
    );
    for bad in [
        "",
        "+",
        "12",
        "050-1234567",
        "+9725012345678901",
        "client:x",
        "+972 50",
    ] {
        assert!(
            Response::new()
                .dial(Dial::to(DialTarget::Number(bad)))
                .finish()
                .is_err(),
            "{bad}"
        );
    }
}

#[test]
fn gather_and_stream() {
    let gather = Gather {
        action: "/g",
        input: GatherInput::KeysOrSpeech,
        timeout: 4,
        num_digits: Some(1),
        finish_on_key: "#",
        play: &["/menu.wav"],
        say: None,
    };
    check(
        Response::new().gather(gather),
        "<Gather input=\"dtmf speech\" action=\"/g\" method=\"POST\" timeout=\"4\" finishOnKey=\"#\" numDigits=\"1\" \
         language=\"he-IL\" speechTimeout=\"auto\"><Play>/menu.wav</Play></Gather>",
    );
    let parameters = [Parameter {
        name: "token",
        value: "a\"b&",
    }];
    let stream = Stream {
        url: "wss://h.example/media",
        parameters: &parameters,
        status_callback: None,
    };
    check(
        Response::new().connect_stream(stream).redirect("/fallback"),
        "<Connect><Stream url=\"wss://h.example/media\"><Parameter name=\"token\" value=\"a&quot;b&amp;\"/></Stream>\
         </Connect><Redirect method=\"POST\">/fallback</Redirect>",
    );
    for url in [
        "https://h/media",
        "ws://h/media",
        "wss://h/media?x=1",
        "wss://",
        "/media",
    ] {
        assert!(
            Response::new()
                .connect_stream(Stream { url, ..stream })
                .finish()
                .is_err(),
            "{url}"
        );
    }
}

#[test]
fn reject_stands_first_or_not_at_all() {
    check(
        Response::new().reject(RejectReason::Busy),
        "<Reject reason=\"busy\"/>",
    );
    let late = Response::new().pause(1).reject(RejectReason::Rejected);
    assert_eq!(late.finish(), Err(TwimlError::RejectNotFirst));
}

#[test]
fn addresses_that_twilio_would_not_call_are_refused() {
    let good = [
        "https://h/x",
        "http://127.0.0.1:8080/x?y=%20&z",
        "/x",
        "https://h",
        "https://[::1]:1/x",
    ];
    let bad = [
        "",
        "x",
        "//h/x",
        "ftp://h/x",
        "https://",
        "https:///x",
        "https://:80/x",
        "https://a_b/x",
        "https://u:p@h/x",
        "https://h/a b",
        "https://h/שלום",
        "https://h/\"",
        "https://h/<x>",
        "javascript:alert(1)",
        "https://h/\n",
        "wss://h/x",
        "data:audio/wav;base64,AA",
    ];
    for url in good {
        assert!(Response::new().play(url).redirect(url).finish().is_ok(), "{url}");
    }
    for url in bad {
        assert!(Response::new().play(url).finish().is_err(), "{url}");
        assert!(Response::new().redirect(url).finish().is_err(), "{url}");
        assert!(
            Response::new()
                .record(Record {
                    action: url,
                    ..record()
                })
                .finish()
                .is_err(),
            "{url}"
        );
    }
}

#[test]
fn values_outside_the_documented_ranges_are_refused() {
    assert!(Response::new().pause(0).finish().is_err());
    assert!(
        Response::new()
            .record(Record {
                max_length: 1,
                ..record()
            })
            .finish()
            .is_err()
    );
    assert!(
        Response::new()
            .record(Record {
                finish_on_key: "a",
                ..record()
            })
            .finish()
            .is_err()
    );
    let error = Response::new()
        .pause(0)
        .play("also wrong")
        .finish()
        .expect_err("refused");
    assert_eq!(
        error.to_string(),
        "Pause length: outside Twilio's range",
        "the first fault is told"
    );
}

#[test]
fn more_than_64_kilobytes_is_refused() {
    let mut response = Response::new();
    for _ in 0..2000 {
        response = response.play("https://h.example/static/voice_responses/7/x.wav");
    }
    assert!(matches!(response.finish(), Err(TwimlError::TooLong(_))));
}

#[test]
fn what_is_written_reads_back_as_xml() {
    let text = Response::new()
        .record(record())
        .play("/x?a=1&b='2'")
        .finish()
        .expect("document");
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => break,
            Event::Empty(tag) => tag.attributes().for_each(|a| assert!(a.is_ok())),
            _ => {}
        }
    }
}
