//! Bad input: each a clear outcome and a log line, never a 500, nothing lost, and no request leaves
//! for where it must not.

use crate::call::Call;
use crate::parties::{ACCOUNT, Manner, TOKEN, silent_wav, spoken_wav};
use crate::world::{EngineProcess, PUBLIC_HOST, World};

#[tokio::test]
async fn malformed_requests_have_clear_outcomes() {
    let world = World::new().await;
    let engine = world.engine();
    let path = "/webhook/incoming_call";

    let huge = engine
        .request(path)
        .header("x-twilio-signature", "x")
        .body(vec![b'a'; 10_000_000]);
    assert_eq!(engine.send(huge).await.status, 413);

    let signature = simulator::signature::form(TOKEN, &format!("{PUBLIC_HOST}{path}"), &[]);
    let json = engine
        .request(path)
        .header("content-type", "application/json")
        .body("{}");
    let unsigned = engine.send(json).await;
    assert_eq!(unsigned.status, 403);
    let plain = engine
        .request(path)
        .header("content-type", "text/plain")
        .header("x-twilio-signature", &signature)
        .body("");
    let answer = engine.send(plain).await;
    assert!(
        answer.status == 403 || answer.names() == "Play Hangup",
        "{answer:?}"
    );

    let missing = engine
        .post(path, &[("AccountSid", ACCOUNT), ("To", "+97237654321")])
        .await;
    missing.assert_spoken();
    assert!(engine.log().contains("CallSid is missing"), "{}", engine.log());
    let malformed = engine
        .post(
            path,
            &[("AccountSid", ACCOUNT), ("To", "+9"), ("CallSid", "CA12")],
        )
        .await;
    malformed.assert_spoken();
    assert!(engine.log().contains("CallSid is malformed"));
    let foreign = [
        ("AccountSid", "AC00000000000000000000000000000099"),
        ("CallSid", "CA12"),
    ];
    assert_eq!(engine.post(path, &foreign).await.status, 403);
    assert!(!engine.log().contains("panicked"));
    assert_eq!(world.count("SELECT count(*) FROM webhook_events").await, 0);
}

#[tokio::test]
async fn a_recording_without_an_id_is_kept_and_the_caller_asked_again() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    let answer = call
        .speak_with(&engine, 1, &[("RecordingSid", ""), ("RecordingUrl", "")])
        .await;
    answer.assert_spoken();
    assert!(answer.body.contains("turn=2"), "{}", answer.body);
    world
        .eventually("SELECT state = 'rejected' AND reason LIKE '%named no recording%' FROM recordings")
        .await;
}

/// Answers the turn whatever the audio is, and gives its state and reason.
async fn outcome(world: &World, engine: &EngineProcess, call: &Call, audio: Manner) -> (String, String) {
    world.parties.recording_is(&call.recording(1), audio);
    call.ring(engine).await.assert_spoken();
    call.speak(engine, 1).await.assert_spoken();
    let next = call.next_whole(engine, 1).await;
    assert!(next.names().starts_with("Play"), "{}", next.body);
    let sid = call.recording(1);
    world
        .eventually(&format!(
            "SELECT finished_at IS NOT NULL FROM recordings WHERE recording_sid = '{sid}'"
        ))
        .await;
    let rows = world.rows().await;
    let row = rows
        .query_one(
            "SELECT state, COALESCE(reason, '') FROM recordings WHERE recording_sid = $1",
            &[&sid],
        )
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn audio_that_is_none_is_rejected_with_a_reason() {
    let world = World::new().await;
    let engine = world.engine();
    let mut mp3 = b"ID3\x04\x00\x00\x00\x00\x00\x00".to_vec();
    mp3.extend([0xFF, 0xFB, 0x90, 0x00].repeat(200));
    let cases = [
        ("no bytes", Vec::new(), "rejected"),
        (
            "not audio",
            b"this is not audio at all, whatever its name".to_vec(),
            "rejected",
        ),
        ("an MP3 named .wav", mp3, "rejected"),
        (
            "a header and nothing else",
            spoken_wav()[..44].to_vec(),
            "rejected",
        ),
        ("silence", silent_wav(), "rejected"),
    ];
    for (n, (what, bytes, expected)) in (1..).zip(cases) {
        let (state, reason) = outcome(&world, &engine, &Call::new(n), Manner::Bytes(bytes)).await;
        assert_eq!(state, expected, "{what}: {reason}");
        assert!(!reason.is_empty(), "{what}");
    }
    assert!(world.parties.asked("stt").is_empty());
    assert!(engine.log().contains("a recording was rejected"));
}

#[tokio::test]
async fn a_wav_that_lies_about_its_length_is_read_as_far_as_it_goes() {
    let world = World::new().await;
    let engine = world.engine();
    let mut lying = spoken_wav();
    lying[40..44].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    let (state, reason) = outcome(&world, &engine, &Call::new(1), Manner::Bytes(lying)).await;
    assert_eq!(state, "done", "{reason}");
}

#[tokio::test]
async fn a_recording_address_elsewhere_is_never_visited() {
    let world = World::new().await;
    let engine = world.engine();
    let elsewhere = format!("{}/elsewhere", world.parties.base);
    let places = [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "http://[::1]/",
        elsewhere.as_str(),
    ];
    for (n, url) in (1..).zip(places) {
        let call = Call::new(n);
        call.ring(&engine).await;
        let sid = call.recording(1);
        let answer = call
            .speak_with(
                &engine,
                1,
                &[("RecordingUrl", url), ("RecordingSid", sid.as_str())],
            )
            .await;
        answer.assert_spoken();
        assert!(
            call.next_whole(&engine, 1)
                .await
                .names()
                .starts_with("Play Record")
        );
    }
    assert!(
        world.parties.asked("elsewhere").is_empty(),
        "the address is built from the ids, never taken"
    );
    assert_eq!(world.parties.asked("recordings").len(), 4);
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    let other = crate::parties::Parties::start().await;
    let to = format!("{}/elsewhere", other.base);
    let (state, reason) = outcome(&world, &engine, &call, Manner::Redirect(to)).await;
    assert_eq!(state, "dead", "{reason}");
    assert!(other.asked("elsewhere").is_empty());
}

#[tokio::test]
async fn refused_credentials_are_retried_later_and_the_call_goes_on() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    world
        .parties
        .recording_is(&call.recording(1), Manner::Status(401));
    call.ring(&engine).await;
    call.speak(&engine, 1).await.assert_spoken();
    call.next_whole(&engine, 1).await.assert_spoken_late();
    world
        .eventually("SELECT finished_at IS NULL AND next_run_at > now() FROM recordings")
        .await;
}
