//! Two engines over one database: what happens on one is news on the pages of the other, by NATS or by Postgres; and an
//! engine that can't reach the others says so and nothing else.

use crate::call::Call;
use crate::nats_process::NatsProcess;
use crate::office::{Office, Person};
use crate::page::Page;
use crate::world::{EngineProcess, World};
use std::time::{Duration, Instant};

/// The bus as this engine tells it, once it is as expected.
async fn bus_becomes(engine: &EngineProcess, kind: &str, ok: bool) {
    let begun = Instant::now();
    loop {
        let health: serde_json::Value = engine.get("/api/health").await.json().await.expect("health");
        let bus = &health["bus"];
        if bus["kind"] == kind && bus["ok"] == ok {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{bus}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A page hangs on one engine, the caller rings at the other.
async fn a_page_hears_of_the_others_calls(office: &Office, kind: &str) {
    let (hangs, rings) = (office.world.engine(), office.world.engine());
    bus_becomes(&hangs, kind, true).await;
    bus_becomes(&rings, kind, true).await;
    let token = office.token(Person::Agent).await;
    let token = token.expect("a token");
    let mut page = Page::resume(&hangs, &token, None).await;
    let call = Call::new(1);
    call.ring(&rings).await.assert_spoken();
    page.frame(|frame| frame["what"] == "calls" && frame["id"] == call.sid.as_str())
        .await;
}

#[tokio::test]
async fn news_of_a_call_reach_pages_of_another_engine_by_postgres() {
    a_page_hears_of_the_others_calls(&Office::open().await, "postgres").await;
}

#[tokio::test]
async fn news_of_a_call_reach_pages_of_another_engine_by_nats() {
    let server = NatsProcess::start();
    let mut office = Office::open().await;
    office.world.set("NATS_URL", &server.url());
    a_page_hears_of_the_others_calls(&office, "nats").await;
}

#[tokio::test]
async fn an_engine_that_may_not_join_answers_calls_and_keeps_the_password_to_itself() {
    let server = NatsProcess::with(&["--user", "engine", "--pass", "right-password"]);
    let mut world = World::new().await;
    world.set("LOG_LEVEL", "debug,async_nats=trace");
    let url = |password| format!("nats://engine:{password}@{}", server.address);
    world.set("NATS_URL", &url("right-password"));
    let member = world.engine();
    world.set("NATS_URL", &url("wrong-password"));
    let stranger = world.engine();
    bus_becomes(&member, "nats", true).await;
    bus_becomes(&stranger, "nats", false).await;
    Call::new(1).ring(&stranger).await.assert_spoken();
    for engine in [&member, &stranger] {
        let log = engine.log();
        assert!(!log.contains("-password"), "{log}");
    }
    let log = stranger.log();
    assert!(log.contains("can't tell each other"), "{log}");
}
