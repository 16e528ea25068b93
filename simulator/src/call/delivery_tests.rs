//! How requests and callbacks of a simulated call reach the engine: methods, copies, order, faults. Run by `cargo test`.

use std::time::Duration;

use super::tests::{plan, polite, violated};
use super::*;
use crate::fake::{FakeEngine, TOKEN, Told, carrier};
use crate::signature;

#[tokio::test]
async fn faults_reach_the_engine_as_planned() {
    let engine = FakeEngine::start(polite).await;
    let carrier = carrier().await;
    let mut faults = Faults {
        without: vec!["CallSid".into()],
        ..Faults::default()
    };
    faults.signature = SignatureFault::Forged;
    faults.content_type = Some("application/json".into());
    faults.only_on = Some(WebhookKind::Incoming);
    faults.status = Delivery {
        copies: 2,
        reversed: true,
        delay: Duration::ZERO,
    };
    faults.action_copies = 3;
    let plan = plan(&engine).saying(["שלום"]).with(faults);
    carrier.place_call(plan).await.assert_clean();
    let incoming = &engine.asked("/webhook/incoming_call")[0];
    assert_eq!(incoming.param("CallSid"), None);
    assert_eq!(incoming.headers["content-type"], "application/json");
    let right = signature::form(
        TOKEN,
        "https://phone.example/webhook/incoming_call",
        &incoming.form,
    );
    assert_ne!(incoming.headers["x-twilio-signature"], right);
    let actions = engine.asked("/webhook/handle_recording");
    let tokens: Vec<_> = actions
        .iter()
        .map(|a| &a.headers["i-twilio-idempotency-token"])
        .collect();
    assert!(actions.len() == 3 && tokens.windows(2).all(|pair| pair[0] == pair[1]));
    let states: Vec<_> = engine
        .asked("/webhook/call_status")
        .iter()
        .map(|a| a.param("CallStatus").unwrap().to_owned())
        .collect();
    assert_eq!(states, ["completed", "completed", "in-progress", "in-progress"]);
}

#[tokio::test]
async fn replicas_that_answer_one_delivery_differently_are_caught() {
    let engine = FakeEngine::start(polite).await;
    let other = FakeEngine::start(|_| Told::twiml("<Say language=\"en-US\">bye</Say>")).await;
    let mut plan = plan(&engine).saying(["שלום"]);
    plan.faults.action_copies = 2;
    plan.also_to = vec![other.engine.clone()];
    let report = carrier().await.place_call(plan).await;
    violated(&report, None, "answered differently");
    assert_eq!(other.asked("/webhook/handle_recording").len(), 1);
}

#[tokio::test]
async fn a_dialled_person_does_as_planned() {
    let engine = FakeEngine::start(|asked| match asked.is("/dialled") {
        true => Told::twiml("<Hangup/>"),
        false if asked.is("/webhook/incoming_call") => Told::twiml(
            "<Dial timeout=\"20\" action=\"/dialled\"><Number statusCallback=\"/leg\" \
             statusCallbackEvent=\"ringing completed\">+972521111111</Number></Dial>",
        ),
        false => Told::status(200),
    })
    .await;
    let carrier = carrier().await;
    for (outcome, status) in [
        (DialOutcome::NoAnswer, "no-answer"),
        (DialOutcome::Answers { seconds: 9 }, "completed"),
    ] {
        let mut plan = plan(&engine);
        plan.dial = outcome;
        carrier.place_call(plan).await.assert_clean();
        let last = engine.asked("/dialled").pop().unwrap();
        assert_eq!(last.param("DialCallStatus"), Some(status));
    }
    assert_eq!(engine.asked("/leg").len(), 4);
}

#[tokio::test]
async fn recording_callbacks_come_when_asked_for() {
    let engine = FakeEngine::start(|asked| match asked.is("/webhook/incoming_call") {
        true => Told::twiml(
            "<Record action=\"/webhook/handle_recording\" recordingStatusCallback=\"/rec\" \
             recordingStatusCallbackEvent=\"in-progress completed\"/>",
        ),
        false => Told::twiml("<Hangup/>"),
    })
    .await;
    let mut plan = plan(&engine).saying(["שלום"]);
    plan.faults.recording_status.copies = 2;
    carrier().await.place_call(plan).await.assert_clean();
    let told = engine.asked("/rec");
    let completed = told
        .iter()
        .filter(|a| a.param("RecordingStatus") == Some("completed"))
        .count();
    assert_eq!((told.len(), completed), (4, 2));
    assert!(
        told.iter()
            .all(|asked| asked.param("From").is_none() && asked.param("RecordingSid").is_some())
    );
}

#[tokio::test]
async fn a_get_carries_its_parameters_in_the_signed_query() {
    let engine = FakeEngine::start(|asked| match asked.is("/next") {
        true => Told::twiml("<Hangup/>"),
        false => Told::twiml("<Redirect method=\"GET\">/next?x=%d7%90</Redirect>"),
    })
    .await;
    carrier().await.place_call(plan(&engine)).await.assert_clean();
    let asked = &engine.asked("/next")[0];
    assert_eq!((asked.method.as_str(), asked.form.len()), ("GET", 0));
    assert!(
        asked.path.starts_with("/next?x=%d7%90&AccountSid=AC"),
        "{}",
        asked.path
    );
    let url = format!("https://phone.example{}", asked.path);
    assert_eq!(asked.headers["x-twilio-signature"], signature::get(TOKEN, &url));
}
