//! What pages say and are sent is as the protocol is written down, in the document that the client's tests use as well.

use crate::office::{Office, Person};
use crate::page::Page;
use crate::reminders::{in_ms, make};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What is wrong with these frames, a line each.
fn wrong(frames: &[Value]) -> String {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("client");
    let mut node = Command::new("node")
        .arg("scripts/frames.mjs")
        .current_dir(client)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node");
    let frames = Value::from(frames.to_vec()).to_string();
    let mut input = node.stdin.take().expect("its input");
    input.write_all(frames.as_bytes()).expect("written");
    drop(input);
    let ended = node.wait_with_output().expect("it ends");
    let told = [ended.stdout, ended.stderr].concat();
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test]
async fn every_frame_is_as_the_protocol_says() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let mut page = Page::resume(&office.engine, &token, None).await;
    page.say(json!({ "type": "ping" })).await;
    page.frame(|frame| frame["type"] == "pong").await;
    let made = make(
        &office,
        &token,
        json!({ "title": "לחזור לדנה", "due_at": in_ms(0) }),
    )
    .await;
    let due = page.event("task:due").await;
    let path = format!("/api/tasks/{}", made["id"]);
    office
        .ask("PATCH", &path, Some(&token), Some(&json!({ "status": "done" })))
        .await;
    page.event("task:updated").await;
    crate::call::Call::new(1).ring(&office.engine).await;
    page.frame(|frame| frame["what"] == "calls").await;
    let many = "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                SELECT 1, 'רבות', 'call', 'person', now() + interval '3 seconds', u.id
                FROM users u, generate_series(1, 7) WHERE u.email = 'agent@ours.example'";
    office.world.rows().await.execute(many, &[]).await.expect("tasks");
    page.event("task:digest").await;
    let place = page.place;
    let mut anew = Page::resume(&office.engine, &token, Some((1, 1))).await;
    let mut back = Page::resume(&office.engine, &token, Some(place)).await;
    let Office { engine, .. } = office;
    tokio::task::spawn_blocking(move || engine.stop())
        .await
        .expect("no panic");
    back.frame(|frame| frame["type"] == "reconnect").await;
    anew.frame(|frame| frame["type"] == "reconnect").await;

    let mut frames: Vec<Value> = [page, anew, back]
        .into_iter()
        .flat_map(|page| page.frames)
        .map(|frame| json!(["server", frame]))
        .collect();
    for kind in ["welcome", "event", "hint", "pong", "reconnect"] {
        assert!(
            frames.iter().any(|told| told[1]["type"] == kind),
            "no {kind} was sent"
        );
    }
    for said in [
        json!({ "type": "hello", "epoch": null, "seq": null, "visible": true }),
        json!({ "type": "hello", "epoch": place.0, "seq": place.1 }),
        json!({ "type": "visible", "visible": false }),
        json!({ "type": "shown", "reminders": [due["reminder_id"]] }),
        json!({ "type": "ping" }),
    ] {
        frames.push(json!(["client", said]));
    }
    assert_eq!(wrong(&frames), "");
    assert!(
        wrong(&[json!(["server", { "type": "dance" }])]).contains("dance"),
        "the check can fail"
    );
}
