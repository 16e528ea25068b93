//! The same recording, many times, at the same time, on two engines: one of everything, and every
//! delivery is told the same.

use crate::call::Call;
use crate::world::World;
use std::collections::BTreeSet;

#[tokio::test]
async fn fifty_deliveries_on_two_engines_are_one_of_everything() {
    let world = World::new().await;
    let (one, two) = (world.engine(), world.engine());
    let call = Call::new(1);
    call.ring(&one).await;
    let deliveries = (0..50).map(|n| call.speak(if n % 2 == 0 { &one } else { &two }, 1));
    let answers = futures_util::future::join_all(deliveries).await;
    answers.iter().for_each(|answer| drop(answer.verbs()));
    let bodies: BTreeSet<&str> = answers.iter().map(|answer| answer.body.as_str()).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");

    let asked = (0..10).map(|n| call.next_whole(if n % 2 == 0 { &one } else { &two }, 1));
    let replies = futures_util::future::join_all(asked).await;
    let bodies: BTreeSet<&str> = replies.iter().map(|answer| answer.body.as_str()).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");

    world.eventually("SELECT state = 'done' FROM recordings").await;
    assert_eq!(world.count("SELECT count(*) FROM recordings").await, 1);
    assert_eq!(
        world
            .count("SELECT deliveries::bigint FROM webhook_events WHERE kind = 'handle_recording'")
            .await,
        50
    );
    for party in ["recordings", "stt"] {
        assert_eq!(world.parties.asked(party).len(), 1, "{party}");
    }
    let cause = world
        .rows()
        .await
        .query_one("SELECT request_id FROM recordings", &[])
        .await
        .unwrap();
    let cause: &str = cause.get(0);
    let spoken = world
        .parties
        .asked("tts")
        .iter()
        .filter(|asked| asked.request_id == cause)
        .count();
    assert_eq!(spoken, 1);
}

#[tokio::test]
async fn a_duplicate_of_each_webhook_gets_the_first_answer() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    assert_eq!(call.ring(&engine).await.body, call.ring(&engine).await.body);
    let first = call.speak(&engine, 1).await;
    let reply = call.next_whole(&engine, 1).await;
    assert_eq!(
        call.speak(&engine, 1).await.body,
        first.body,
        "also when the reply is ready"
    );
    call.speak(&engine, 2).await;
    call.next_whole(&engine, 2).await;
    assert_eq!(
        call.next_whole(&engine, 1).await.body,
        reply.body,
        "also when the call has gone on"
    );
    call.status(&engine, "completed").await;
    assert_eq!(
        call.speak(&engine, 1).await.body,
        first.body,
        "also when the call is over"
    );
    assert_eq!(call.next_whole(&engine, 1).await.body, reply.body);
}

#[tokio::test]
async fn the_same_sentence_in_the_same_voice_is_synthesised_once() {
    let world = World::new().await;
    let engine = world.engine();
    for n in 1..=3 {
        let call = Call::new(n);
        call.ring(&engine).await;
        call.speak(&engine, 1).await;
        call.next_whole(&engine, 1).await;
    }
    let spoken: Vec<String> = world
        .parties
        .asked("tts")
        .into_iter()
        .map(|asked| asked.what)
        .collect();
    let distinct: BTreeSet<&String> = spoken.iter().collect();
    assert_eq!(spoken.len(), distinct.len(), "{spoken:?}");
}
