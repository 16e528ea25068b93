//! Many pages at once: those that stop reading cost nobody anything and are gone soon; those that all come back after a
//! kill are sent what they missed, each once.

#[path = "../../benches/sessions/visitors.rs"]
#[allow(dead_code, reason = "the bench uses more of it")]
mod visitors;

use crate::office::{Office, Person, SECRET};
use crate::page::Page;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use visitors::{Visitors, masked, shake_hands};

/// Pages of a story; the bench has ten thousand.
const CROWD: usize = 400;

/// What a page that reads nothing may cost: an outbox of 256 KB, and what is being written to it. Measured: 0.20 to 0.24.
const MB_EACH: f64 = 0.3;

fn resident_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line");
    line.split_whitespace()
        .next()
        .and_then(|kb| kb.parse::<f64>().ok())
        .expect("a number")
        / 1024.0
}

async fn open_pages(office: &Office) -> i64 {
    let figures = office.engine.get("/metrics").await.text().await.expect("figures");
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix("sessions_open "));
    line.and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn pages_that_stop_reading_cost_nobody_anything_and_are_gone_soon() {
    let mut office = Office::open().await;
    office.world.set("TEST_MS_PAGE_HEARTBEAT", "1000");
    office.world.set("TEST_MS_PAGE_SILENCE", "3000");
    office.engine = office.world.engine();
    let visitors = Visitors::invite(&office.world.database, SECRET, CROWD).await;
    let address = office.engine.base.trim_start_matches("http://").to_owned();
    let mut silent = Vec::new();
    for token in visitors.tokens() {
        let mut stream = shake_hands(&address, token).await;
        let hello = masked(r#"{"type":"hello"}"#);
        tokio::io::AsyncWriteExt::write_all(&mut stream, &hello)
            .await
            .expect("asked");
        silent.push(stream);
    }
    let before = resident_mb(office.engine.id());
    let mut page = Page::open(&office, Person::Agent).await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let began = Instant::now();
    // While they are stuck, each is told a lot, and a page that reads is told in time.
    let told = "SELECT tell(1, ARRAY(SELECT user_id FROM memberships WHERE business_id = 1), 'task:updated',
                            json_build_object('text', repeat('x', 20000)))";
    let rows = office.world.rows().await;
    for n in 0..5 {
        rows.execute(told, &[]).await.expect("told");
        let due = serde_json::json!({ "title": format!("{n}"), "due_at": crate::reminders::in_ms(0) });
        let asked = Instant::now();
        crate::reminders::make(&office, &token, due).await;
        page.event("task:due").await;
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    }
    while open_pages(&office).await > 1 {
        assert!(began.elapsed() < Duration::from_secs(40), "they are still there");
        page.listen(Duration::from_millis(200)).await;
    }
    let grown = resident_mb(office.engine.id()) - before;
    assert!(
        grown < CROWD as f64 * MB_EACH,
        "{grown} MB for pages that did not read"
    );
    drop(silent);
}

#[tokio::test]
async fn all_come_back_after_a_kill_with_what_they_missed_each_once() {
    let mut office = Office::open().await;
    let visitors = Visitors::invite(&office.world.database, SECRET, CROWD).await;
    let mut pages = visitors.come(&office.engine.base).await;
    // Everybody has heard one thing, and stands there.
    let tell = async |text: &str| {
        let sql =
            "SELECT tell(1, ARRAY(SELECT user_id FROM memberships WHERE business_id = 1), 'task:updated',
                               json_build_object('text', $1::text))";
        office
            .world
            .rows()
            .await
            .execute(sql, &[&text])
            .await
            .expect("told");
    };
    tell("before").await;
    let mut places = vec![(0, 0); CROWD];
    let mut heard = 0;
    while heard < CROWD {
        let frame = pages.next().await;
        if frame.text.contains("before") {
            let event: serde_json::Value = serde_json::from_str(&frame.text).expect("JSON");
            let number = |name: &str| event[name].as_i64().expect("a number");
            places[frame.who] = (number("epoch"), number("seq"));
            heard += 1;
        }
    }
    let folder = office.engine.folder.clone();
    office.engine.kill();
    drop(pages);
    for n in 0..3 {
        tell(&format!("missed {n}")).await;
    }
    office.engine = office.world.engine_in(folder, &[]);
    let began = Instant::now();
    let mut pages = visitors.come_back(&office.engine.base, &places).await;
    let mut times: BTreeMap<(usize, String), usize> = BTreeMap::new();
    tell("last").await;
    let mut ended = 0;
    while ended < CROWD {
        let frame = pages.next().await;
        let event: serde_json::Value = serde_json::from_str(&frame.text).expect("JSON");
        if let Some(text) = event["data"]["text"].as_str() {
            *times.entry((frame.who, text.to_owned())).or_default() += 1;
            ended += usize::from(text == "last");
        }
    }
    assert_eq!(times.len(), CROWD * 4);
    assert!(times.values().all(|times| *times == 1));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
