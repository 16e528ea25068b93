//! The caller speaks, is held, is answered, is listened to again; afterwards everything is kept.

use crate::call::Call;
use crate::parties::Manner;
use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_becomes_a_customer_a_summary_and_a_task() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await.assert_spoken();

    let held = call.speak(&engine, 1).await;
    held.assert_spoken();
    assert_eq!(held.names(), "Play Redirect", "held, and asked to come again");
    let reply = call.next_whole(&engine, 1).await;
    assert!(reply.names().starts_with("Play Record"), "{}", reply.body);
    let audio = reply
        .body
        .split("<Play>")
        .nth(1)
        .and_then(|rest| rest.split("</Play>").next())
        .unwrap();
    let path = audio.trim_start_matches(crate::world::PUBLIC_HOST);
    let sound = engine.get(path).await;
    assert_eq!(sound.headers()["content-type"], "audio/wav");
    assert!(
        sound.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable"),
        "its name is its own"
    );
    let sound = media::wav::decode(&sound.bytes().await.unwrap()).unwrap();
    assert!(
        sound.duration_ms() > 300 && sound.peak_dbfs() > -30.0,
        "{} ms",
        sound.duration_ms()
    );

    world.parties.caller_says("תחזרו אליי בבקשה");
    call.speak(&engine, 2).await.assert_spoken();
    call.next_whole(&engine, 2).await.assert_spoken();
    call.status(&engine, "completed").await;

    world.eventually("SELECT summary IS NOT NULL FROM calls").await;
    let rows = world.rows().await;
    let row = rows
        .query_one(
            "SELECT c.summary, i.value, t.title, t.due_at > now(), t.customer_id = c.customer_id
             FROM calls c JOIN customer_identities i ON i.customer_id = c.customer_id
             JOIN tasks t ON t.call_sid = c.call_sid",
            &[],
        )
        .await
        .expect("a customer and a task");
    assert!(
        row.get::<_, &str>(0).contains("חיפה"),
        "{}",
        row.get::<_, &str>(0)
    );
    assert_eq!(row.get::<_, &str>(1), crate::world::CALLER);
    assert!(row.get::<_, bool>(3) && row.get::<_, bool>(4));
    assert_eq!(world.count("SELECT count(*) FROM timeline").await, 3);
    assert_eq!(engine.stop().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_outgoing_request_names_the_request_that_caused_it() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    call.next_whole(&engine, 1).await;
    let rows = world.rows().await;
    let row = rows
        .query_one("SELECT request_id FROM recordings", &[])
        .await
        .unwrap();
    let cause: &str = row.get(0);
    assert!(cause.len() > 8);
    for party in ["recordings", "stt"] {
        let asked = world.parties.asked(party);
        assert!(
            !asked.is_empty() && asked.iter().all(|asked| asked.request_id == cause),
            "{asked:?}"
        );
    }
    assert!(
        world
            .parties
            .asked("tts")
            .iter()
            .any(|asked| asked.request_id == cause)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_that_is_not_there_yet_is_waited_for() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    world.parties.recording_is(&call.recording(1), Manner::NotYet(3));
    call.ring(&engine).await;
    call.speak(&engine, 1).await.assert_spoken();
    let reply = call.next_whole(&engine, 1).await;
    assert!(reply.names().starts_with("Play Record"), "{}", reply.body);
    assert_eq!(world.parties.asked("recordings").len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_callback_brings_a_recording_whose_action_was_lost() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    let sid = call.recording(1);
    let form = [
        ("AccountSid", crate::parties::ACCOUNT),
        ("CallSid", call.sid.as_str()),
        ("RecordingSid", sid.as_str()),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", "4"),
        ("RecordingSource", "RecordVerb"),
    ];
    assert_eq!(
        engine
            .post("/webhook/recording_status?turn=1", &form)
            .await
            .status,
        200
    );
    world.eventually("SELECT state = 'done' FROM recordings").await;
    // The action comes after all: one recording, and its reply is ready.
    call.speak(&engine, 1).await.assert_spoken();
    assert!(
        call.next_whole(&engine, 1)
            .await
            .names()
            .starts_with("Play Record")
    );
    assert_eq!(world.parties.asked("stt").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_hangs_up_while_speaking_is_still_understood() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    let gone = [("Digits", "hangup"), ("CallStatus", "completed")];
    let answer = call.speak_with(&engine, 1, &gone).await;
    assert_eq!(
        (answer.status, answer.names().as_str()),
        (200, ""),
        "there is nobody to speak to"
    );
    call.status(&engine, "completed").await;
    world.eventually("SELECT summary IS NOT NULL FROM calls").await;
    assert_eq!(
        world
            .count("SELECT count(*) FROM recordings WHERE transcript IS NOT NULL")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_made_by_one_engine_is_heard_through_another() {
    let world = World::new().await;
    let (one, two) = (world.engine(), world.engine());
    let call = Call::new(1);
    call.ring(&one).await;
    call.speak(&one, 1).await.assert_spoken();
    let reply = call.next_whole(&two, 1).await;
    assert!(reply.names().starts_with("Play Record"), "{}", reply.body);
    assert_eq!(
        call.next_whole(&one, 1).await.body,
        reply.body,
        "and both say the same"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twice_not_understood_is_an_apology_and_a_message_is_taken() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    for turn in 1..=2 {
        world
            .parties
            .recording_is(&call.recording(turn), Manner::Bytes(crate::parties::silent_wav()));
    }
    call.ring(&engine).await;
    call.speak(&engine, 1).await.assert_spoken();
    let again = call.next_whole(&engine, 1).await;
    assert!(
        again.names().starts_with("Play Record"),
        "the fallback, and listening again: {}",
        again.body
    );
    call.speak(&engine, 2).await.assert_spoken();
    let sorry = call.next_whole(&engine, 2).await;
    assert!(
        sorry.body.contains("message=1"),
        "the business takes a message: {}",
        sorry.body
    );
    let reasons = world.rows().await;
    let row = reasons
        .query_one("SELECT reason FROM recordings LIMIT 1", &[])
        .await
        .unwrap();
    assert!(
        row.get::<_, &str>(0).contains("ms of speech"),
        "{}",
        row.get::<_, &str>(0)
    );
    assert!(
        world.parties.asked("stt").is_empty(),
        "silence never becomes words"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_turn_limit_ends_the_call_politely() {
    let world = World::new().await;
    world
        .rows()
        .await
        .batch_execute("UPDATE businesses SET turn_limit = 1")
        .await
        .unwrap();
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    assert_eq!(call.next_whole(&engine, 1).await.names(), "Play Play Hangup");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_rings_a_person_and_a_missed_one_takes_a_message() {
    let world = World::new().await;
    let changed = "UPDATE businesses SET on_failure = 'transfer', transfer_to = '050-7654321'";
    world.rows().await.batch_execute(changed).await.unwrap();
    let engine = world.engine();
    let call = Call::new(1);
    world.parties.transcription_is(Manner::Status(500));
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    let transfer = call.next_whole(&engine, 1).await;
    assert!(transfer.body.contains("+972507654321"), "{}", transfer.body);
    let path = "/webhook/next_turn?turn=1&transfer=1";
    let form = |status| {
        [
            ("AccountSid", crate::parties::ACCOUNT),
            ("CallSid", call.sid.as_str()),
            ("To", crate::world::BUSINESS),
            ("DialCallStatus", status),
        ]
    };
    assert!(
        engine
            .post(path, &form("no-answer"))
            .await
            .body
            .contains("message=1")
    );
    assert_eq!(engine.post(path, &form("completed")).await.names(), "Hangup");
}
