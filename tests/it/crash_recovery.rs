//! `kill -9` at each stage of the pipeline, before and after its checkpoint, many times over: one
//! transcript, one reply, one synthesis, one customer and task; nothing lost, nothing doubled.

use crate::call::Call;
use crate::cluster;
use crate::world::World;

/// Times for each moment: twice this many kills for each stage.
const TIMES: u32 = 10;

async fn killed_at(stage: &str) {
    let world = World::new().await;
    world.parties.caller_says("תחזרו אליי בבקשה");
    let folder = cluster::folder("killed");
    let mut number = 0;
    for _ in 0..TIMES {
        for moment in ["before", "after"] {
            number += 1;
            killed_once(&world, &folder, &format!("{stage}.{moment}"), number).await;
        }
    }
    let calls = i64::from(number);
    assert_eq!(
        world
            .count("SELECT count(*) FROM recordings WHERE state = 'done'")
            .await,
        calls
    );
    assert_eq!(world.count("SELECT count(*) FROM recordings").await, calls);
    assert_eq!(
        world
            .count("SELECT count(*) FROM calls WHERE summary IS NOT NULL")
            .await,
        calls
    );
    assert_eq!(
        world.count("SELECT count(*) FROM tasks").await,
        calls,
        "a promise is one task"
    );
    assert_eq!(world.count("SELECT count(*) FROM customers").await, 1);
    // A kill may cost one provider call more, never two.
    for party in ["recordings", "stt"] {
        let asked = i64::try_from(world.parties.asked(party).len()).unwrap();
        assert!(
            (calls..=2 * calls).contains(&asked),
            "{party}: {asked} for {calls}"
        );
    }
}

async fn killed_once(world: &World, folder: &std::path::Path, point: &str, number: u32) {
    let call = Call::new(number);
    let mut engine = world.engine_in(folder.to_owned(), &[("TEST_FAULT", point)]);
    call.ring(&engine).await.assert_spoken();
    let held = call.speak(&engine, 1).await;
    held.assert_spoken();
    if point.starts_with("wrapped") {
        call.next_whole(&engine, 1).await.assert_spoken();
        call.status(&engine, "completed").await;
    }
    engine.ended();

    let again = world.engine_in(folder.to_owned(), &[]);
    let sid = call.recording(1);
    world
        .eventually(&format!(
            "SELECT state = 'done' FROM recordings WHERE recording_sid = '{sid}'"
        ))
        .await;
    assert_eq!(
        call.speak(&again, 1).await.body,
        held.body,
        "the duplicate after the crash is told the same"
    );
    let reply = call.next_whole(&again, 1).await;
    assert!(reply.names().starts_with("Play"), "{}", reply.body);
    assert_eq!(call.status(&again, "completed").await.status, 200);
    let sql = format!(
        "SELECT summary IS NOT NULL FROM calls WHERE call_sid = '{}'",
        call.sid
    );
    world.eventually(&sql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_downloaded() {
    killed_at("downloaded").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_validated() {
    killed_at("validated").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_transcribed() {
    killed_at("transcribed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_replied() {
    killed_at("replied").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_synthesised() {
    killed_at("synthesised").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_done() {
    killed_at("done").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_the_wrap_up() {
    killed_at("wrapped").await;
}
