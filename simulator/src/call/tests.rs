//! Simulated calls against a fake engine: each test is one story of a caller. Run by `cargo test`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::*;
use crate::Engine;
use crate::fake::{ACCOUNT, Asked, FakeEngine, PUBLIC, TOKEN, Told, carrier, rest, silent, spoken};
use crate::signature;

const LISTEN: &str = "<Record maxLength=\"30\" timeout=\"5\" finishOnKey=\"*\" playBeep=\"true\" \
    trim=\"trim-silence\" transcribe=\"false\" action=\"/webhook/handle_recording?turn=1\" method=\"POST\"/>";

pub(super) fn plan(engine: &FakeEngine) -> CallPlan {
    CallPlan::new(engine.engine.clone(), "+972501234567", "+97231234567")
}

/// Greets, listens once, answers and hangs up.
pub(super) fn polite(asked: &Asked) -> Told {
    match asked.path.split('?').next().unwrap_or("") {
        "/webhook/incoming_call" => Told::twiml(&format!(
            "<Play>{PUBLIC}/static/greeting.wav</Play><Pause length=\"1\"/>{LISTEN}\
             <Say language=\"he-IL\" voice=\"Google.he-IL-Wavenet-A\">לא שמעתי</Say><Hangup/>"
        )),
        "/webhook/handle_recording" => {
            Told::twiml("<Play>/static/reply.wav</Play><Redirect>next_turn?n=2</Redirect>")
        }
        "/webhook/next_turn" => Told::twiml("<Hangup/>"),
        "/static/greeting.wav" | "/static/reply.wav" => Told::file("audio/wav", spoken("שלום וברוכים הבאים")),
        _ => Told::status(204),
    }
}

fn sentences(report: &CallReport) -> String {
    report
        .violations
        .iter()
        .map(|violation| format!("{violation}\n"))
        .collect()
}

/// Asserts that exactly one violation has these words.
pub(super) fn violated(report: &CallReport, code: Option<u32>, words: &str) {
    let found = report
        .violations
        .iter()
        .filter(|v| v.code == code && v.sentence.contains(words))
        .count();
    assert_eq!(found, 1, "{words:?} in\n{report}");
}

#[tokio::test]
async fn a_polite_call_is_clean_and_signed() {
    let engine = FakeEngine::start(polite).await;
    let carrier = carrier().await;
    let report = carrier
        .place_call(plan(&engine).saying(["אני מחפש דירה בתל אביב"]))
        .await;
    report.assert_clean();
    assert_eq!(
        (report.status.as_str(), report.recordings.len()),
        ("completed", 1)
    );
    assert_eq!(report.played().count(), 2);

    let incoming = &engine.asked("/webhook/incoming_call")[0];
    let url = "https://phone.example/webhook/incoming_call";
    assert_eq!(
        incoming.headers["x-twilio-signature"],
        signature::form(TOKEN, url, &incoming.form)
    );
    assert_eq!(incoming.headers["host"], "phone.example:8443");
    assert!(incoming.headers.contains_key("i-twilio-idempotency-token"));
    assert_eq!(incoming.param("CallStatus"), Some("ringing"));
    assert_eq!(incoming.param("CallSid").map(str::len), Some(34));
    assert_eq!(
        (incoming.param("FromCity"), incoming.param("AccountSid")),
        (Some(""), Some(ACCOUNT))
    );

    let action = &engine.asked("/webhook/handle_recording")[0];
    assert_eq!(action.path, "/webhook/handle_recording?turn=1");
    assert_eq!(action.param("RecordingSid"), Some(report.recordings[0].as_str()));
    assert_eq!(action.param("CallStatus"), Some("in-progress"));
    assert_eq!(action.param("Digits"), Some(""));
    assert!(
        action
            .param("RecordingDuration")
            .and_then(|s| s.parse::<u32>().ok())
            .is_some_and(|s| s > 5)
    );
    assert_eq!(engine.asked("/webhook/next_turn").len(), 1, "a relative redirect");

    let states: Vec<_> = engine.asked("/webhook/call_status");
    let sequence: Vec<_> = states
        .iter()
        .filter_map(|asked| asked.param("SequenceNumber"))
        .collect();
    assert_eq!(sequence.len(), 2);
    let last = states
        .iter()
        .find(|asked| asked.param("CallStatus") == Some("completed"))
        .unwrap();
    assert!(last.param("CallDuration").is_some() && last.param("Timestamp").unwrap().ends_with("+0000"));
}

#[tokio::test]
async fn a_silent_caller_reaches_the_next_verb_and_no_action() {
    let engine = FakeEngine::start(polite).await;
    let report = carrier()
        .await
        .place_call(plan(&engine).then(Utterance::Silence))
        .await;
    report.assert_clean();
    assert!(engine.asked("/webhook/handle_recording").is_empty());
    assert!(
        report
            .steps
            .iter()
            .any(|step| matches!(&step.event, Event::Saying { text, .. } if text == "לא שמעתי"))
    );
}

#[tokio::test]
async fn hanging_up_while_recording_still_asks_the_action() {
    let engine = FakeEngine::start(polite).await;
    let plan = plan(&engine).then(Utterance::HangUpWhileRecording("רגע, לא".into()));
    let report = carrier().await.place_call(plan).await;
    report.assert_clean();
    let action = &engine.asked("/webhook/handle_recording")[0];
    assert_eq!(
        (action.param("Digits"), action.param("CallStatus")),
        (Some("hangup"), Some("completed"))
    );
    assert!(
        engine.asked("/webhook/next_turn").is_empty(),
        "nobody is left to go on"
    );
}

#[tokio::test]
async fn a_key_ends_the_recording_only_where_it_may() {
    let engine = FakeEngine::start(polite).await;
    let press = |key| Utterance::SayAndPress {
        text: "שלום".into(),
        key,
    };
    let carrier = carrier().await;
    carrier
        .place_call(plan(&engine).then(press('*')))
        .await
        .assert_clean();
    carrier
        .place_call(plan(&engine).then(press('7')))
        .await
        .assert_clean();
    let digits: Vec<_> = engine
        .asked("/webhook/handle_recording")
        .iter()
        .map(|a| a.param("Digits").unwrap().to_owned())
        .collect();
    assert_eq!(digits, ["*", ""]);
}

#[tokio::test]
async fn hanging_up_during_a_wait_ends_the_call_at_once() {
    let engine = FakeEngine::start(|asked| match asked.is("/webhook/handle_recording") {
        true => Told::twiml("<Hangup/>").after(Duration::from_secs(10)),
        false => polite(asked),
    })
    .await;
    let begun = Instant::now();
    let plan = plan(&engine)
        .saying(["שלום"])
        .then(Utterance::HangUpDuringWait(Duration::from_millis(150)));
    let report = carrier().await.place_call(plan).await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(report.status, "completed");
    assert!(report.steps.iter().any(|step| step.event == Event::CallerHungUp));
    assert_eq!(engine.asked("/webhook/call_status").len(), 2);
}

#[tokio::test]
async fn answers_that_twilio_refuses_end_the_call() {
    for (told, code) in [
        (Told::status(500), 11200),
        (Told::file("text/html", b"<Response/>".to_vec()), 12300),
        (Told::file("text/xml", b" <Response/>".to_vec()), 12100),
        (Told::twiml("<record/>"), 12200),
    ] {
        let engine = FakeEngine::start(move |_| told.clone()).await;
        let mut plan = plan(&engine);
        plan.status_path = None;
        let report = carrier().await.place_call(plan).await;
        violated(&report, Some(code), "");
    }
}

#[tokio::test]
async fn nothing_but_loopback_is_contacted() {
    let engine = FakeEngine::start(|_| Told::twiml("<Play>https://example.com/a.mp3</Play><Hangup/>")).await;
    let report = carrier().await.place_call(plan(&engine)).await;
    violated(&report, Some(11200), "only http:// on loopback");
    let nobody = CallPlan::new(
        Engine::local("http://127.0.0.1:9"),
        "+972501234567",
        "+97231234567",
    );
    let report = carrier().await.place_call(nobody).await;
    assert!(sentences(&report).contains("no connection"), "{report}");
}

#[tokio::test]
async fn files_that_are_not_to_be_played_are_reported() {
    let wav = spoken("שלום");
    let mp3 = crate::carrier::silent_mp3().to_vec();
    let cases = [
        (Told::status(404), Some(11200), "HTTP status 404"),
        (Told::file("text/html", wav.clone()), Some(12300), "text/html"),
        (Told::file("audio/ogg", wav.clone()), Some(12300), "audio/ogg"),
        (Told::file("audio/mpeg", wav.clone()), None, "but it is audio/wav"),
        (Told::file("audio/wav", mp3), None, "but it is audio/mpeg"),
        (
            Told::file("audio/wav", silent(700)),
            None,
            "of silence are played",
        ),
        (
            Told::file("audio/wav", b"no".to_vec()),
            Some(12300),
            "neither WAV nor MP3",
        ),
        (
            Told::file("audio/wav", wav[..wav.len() - 800].to_vec()),
            None,
            "promises 800 bytes more",
        ),
    ];
    for (told, code, words) in cases {
        let engine = FakeEngine::start(move |asked| match asked.is("/a.wav") {
            true => told.clone(),
            false => Told::twiml("<Play>/a.wav</Play><Hangup/>"),
        })
        .await;
        violated(&carrier().await.place_call(plan(&engine)).await, code, words);
    }
}

#[tokio::test]
async fn a_reused_file_name_plays_stale_unless_it_must_be_revalidated() {
    for (control, stale) in [(None, true), (Some("no-cache"), false), (Some("no-store"), false)] {
        let turn = Arc::new(AtomicU32::new(0));
        let engine = FakeEngine::start(move |asked| {
            if !asked.is("/reply.wav") {
                return Told::twiml("<Play>/reply.wav</Play><Hangup/>");
            }
            let words = if turn.fetch_add(1, Ordering::SeqCst) == 0 {
                "שלום"
            } else {
                "להתראות ותודה רבה"
            };
            let told = Told::file("audio/wav", spoken(words)).with("etag", &format!("\"{}\"", words.len()));
            control.map_or(told.clone(), |value| told.with("cache-control", value))
        })
        .await;
        let carrier = carrier().await;
        carrier.place_call(plan(&engine)).await.assert_clean();
        let second = carrier.place_call(plan(&engine)).await;
        assert_eq!(second.played().next().unwrap().cached, stale, "{control:?}");
        assert_eq!(
            sentences(&second).contains("changed under its name"),
            stale,
            "{control:?}"
        );
        if control == Some("no-cache") {
            assert_eq!(engine.asked("/reply.wav")[1].headers["if-none-match"], "\"8\"");
        }
    }
}

#[tokio::test]
async fn rest_changes_a_call_that_waits() {
    let carrier = carrier().await;
    for (form, event) in [
        ("Status=completed".to_owned(), "completed"),
        (format!("Url={PUBLIC}/elsewhere"), "goes on at"),
        (
            "Twiml=<Response><Hangup/></Response>".to_owned(),
            "goes on with TwiML",
        ),
    ] {
        let base = carrier.clone();
        let engine = FakeEngine::start(move |asked| {
            if asked.is("/elsewhere") {
                return Told::twiml("<Hangup/>");
            }
            if !asked.is("/webhook/incoming_call") {
                return Told::twiml("<Hangup/>").after(Duration::from_secs(14));
            }
            let (base, form) = (base.clone(), form.clone());
            let sid = asked.param("CallSid").unwrap().to_owned();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let reply = rest(&base, &format!("/Calls/{sid}.json"), &form).await;
                assert_eq!(reply, 200);
                assert_eq!(rest(&base, "/Calls/CA0.json", &form).await, 404);
            });
            Told::twiml("<Redirect>/slow</Redirect>")
        })
        .await;
        let mut plan = plan(&engine);
        plan.status_path = None;
        let begun = Instant::now();
        let report = carrier.place_call(plan).await;
        report.assert_clean();
        assert!(begun.elapsed() < Duration::from_secs(5));
        let seen = report
            .steps
            .iter()
            .any(|s| matches!(&s.event, Event::Updated { what } if what.contains(event)));
        assert!(seen, "{report}");
        assert_eq!(
            rest(
                &carrier,
                &format!("/Calls/{}.json", report.call_sid),
                "Status=completed"
            )
            .await,
            400
        );
    }
}

#[tokio::test]
async fn silence_is_measured_and_judged() {
    let engine = FakeEngine::start(|asked| match asked.is("/webhook/handle_recording") {
        true => Told::twiml("<Pause length=\"2\"/><Play>/static/reply.wav</Play>")
            .after(Duration::from_millis(300)),
        false => polite(asked),
    })
    .await;
    let mut plan = plan(&engine).saying(["שלום"]);
    plan.silence_limit_s = Some(2.0);
    let report = carrier().await.place_call(plan).await;
    violated(&report, None, "the caller heard nothing for 2.");
    assert!(
        (2.3..2.9).contains(&report.longest_unexplained_silence_s),
        "{report}"
    );
    let whole = report
        .silences
        .iter()
        .map(|silence| silence.seconds)
        .fold(0.0, f64::max);
    assert!(
        whole > 7.0,
        "the five seconds of <Record timeout> count in the whole: {whole}"
    );
}

#[tokio::test]
async fn a_loop_ends() {
    let engine = FakeEngine::start(|_| Told::twiml("<Redirect/>")).await;
    let mut plan = plan(&engine);
    plan.most_webhooks = 5;
    let report = carrier().await.place_call(plan).await;
    assert!(sentences(&report).contains("a loop"), "{report}");
}

#[tokio::test]
async fn a_real_time_call_lasts_as_long_as_it_sounds() {
    let engine = FakeEngine::start(|asked| match asked.is("/a.wav") {
        true => Told::file("audio/wav", spoken("שלום")),
        false if asked.is("/webhook/call_status") => Told::status(204),
        false => Told::twiml("<Play>/a.wav</Play><Pause length=\"1\"/><Hangup/>"),
    })
    .await;
    let begun = Instant::now();
    let report = carrier().await.place_call(plan(&engine).in_real_time()).await;
    report.assert_clean();
    let real = begun.elapsed().as_secs_f64();
    assert!(
        report.seconds > 1.3 && (report.seconds..report.seconds + 1.0).contains(&real),
        "{real} {report}"
    );
}
