//! Every provider failing, hanging or answering garbage: the caller hears speech within two seconds
//! and is never left in silence; nothing is pretended, and nothing is lost.

use crate::call::Call;
use crate::parties::Manner;
use crate::world::World;
use std::time::Duration;

async fn the_caller_is_never_left_in_silence(transcription: Manner, speech: Manner) {
    let mut world = World::new().await;
    world.set("TEST_MS_PARK", "1000");
    world.parties.transcription_is(transcription.clone());
    world.parties.speech_is(speech.clone());
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await.assert_spoken();
    call.speak(&engine, 1).await.assert_spoken();
    for wait in 0..=5 {
        let answer = call.next(&engine, 1, wait).await;
        assert!(answer.took < Duration::from_secs(10), "{:?}", answer.took);
        let names = answer.names();
        assert!(names.starts_with("Play") || names.starts_with("Say"), "{names}");
        if !names.ends_with("Redirect") {
            return;
        }
    }
    panic!("six times a moment more, and no way on: {transcription:?} {speech:?}");
}

#[tokio::test]
async fn transcription_failing() {
    the_caller_is_never_left_in_silence(Manner::Status(500), Manner::Well).await;
}

#[tokio::test]
async fn transcription_hanging() {
    the_caller_is_never_left_in_silence(Manner::Hang, Manner::Well).await;
}

#[tokio::test]
async fn transcription_answering_garbage() {
    the_caller_is_never_left_in_silence(Manner::Garbage, Manner::Well).await;
}

#[tokio::test]
async fn everything_refusing_our_credentials() {
    the_caller_is_never_left_in_silence(Manner::Status(401), Manner::Status(401)).await;
}

#[tokio::test]
async fn speech_failing_is_read_by_the_carrier() {
    let world = World::new().await;
    world.parties.speech_is(Manner::Garbage);
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await.assert_spoken();
    call.speak(&engine, 1).await.assert_spoken();
    let reply = call.next_whole(&engine, 1).await;
    assert!(reply.names().starts_with("Say Record"), "{}", reply.body);
    assert!(reply.body.contains("he-IL"));
}

#[tokio::test]
async fn what_failed_during_the_call_is_made_good_after_it() {
    let mut world = World::new().await;
    world.set("TEST_MS_PARK", "500");
    world.parties.transcription_is(Manner::Status(503));
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    call.next_whole(&engine, 1).await.assert_spoken();
    world.parties.transcription_is(Manner::Well);
    // Its next try is seconds away; the row says when.
    world
        .eventually("SELECT attempt = 1 AND lease_until IS NULL FROM recordings")
        .await;
    world
        .rows()
        .await
        .batch_execute("UPDATE recordings SET next_run_at = now()")
        .await
        .unwrap();
    world.eventually("SELECT state = 'done' FROM recordings").await;
    let first = call.next_whole(&engine, 1).await;
    assert!(
        !first.names().is_empty(),
        "what the caller was told stands: {}",
        first.body
    );
}

#[tokio::test]
async fn without_models_and_providers_a_message_is_taken_and_said_so() {
    let mut world = World::new().await;
    world.set("STT_BASE_URL", "");
    world.set("TTS_BASE_URL", "");
    let engine = world.engine();
    let health: serde_json::Value = engine.get("/api/health").await.json().await.unwrap();
    assert_eq!(health["speech"]["ok"], false);
    assert!(
        health["speech"]["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("models prepare"))
    );
    assert!(engine.log().contains("callers can only leave a message"));

    let call = Call::new(1);
    let greeting = call.ring(&engine).await;
    greeting.assert_spoken();
    assert!(greeting.body.contains("message=1"), "{}", greeting.body);
    let sid = call.recording(1);
    let form = [
        ("AccountSid", crate::parties::ACCOUNT),
        ("CallSid", call.sid.as_str()),
        ("From", crate::world::CALLER),
        ("To", crate::world::BUSINESS),
        ("RecordingSid", sid.as_str()),
        ("RecordingDuration", "4"),
    ];
    let kept = engine
        .post("/webhook/handle_recording?turn=1&message=1", &form)
        .await;
    kept.assert_spoken();
    assert_eq!(kept.names(), "Play Hangup");
    call.status(&engine, "completed").await;
    world
        .eventually("SELECT state = 'done' AND transcript IS NULL FROM recordings")
        .await;
    world.eventually("SELECT count(*) = 1 FROM tasks").await;
}
