//! A front end that is built on a stock `socket.io-client` receives `task:due` unchanged: the npm package against the
//! engine, by polling, by WebSocket, and by one after the other.

use crate::office::{Office, Person};
use crate::reminders::{in_ms, make};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The package in a process of its own. Dropped, it is killed.
struct Client {
    process: Child,
    lines: Receiver<Value>,
    /// Nobody asked for them yet.
    heard: Vec<Value>,
}

impl Client {
    fn start(office: &Office, token: &str, transports: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        assert!(
            folder.join("node_modules/socket.io-client").exists(),
            "`make test` brings it: npm --prefix benches/peers ci"
        );
        let mut process = Command::new("node")
            .arg(folder.join("socket-io.mjs"))
            .args([office.engine.base.as_str(), token, transports])
            .stdout(Stdio::piped())
            .spawn()
            .expect("node");
        let stdout = process.stdout.take().expect("its output");
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("a line is JSON");
                if told.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            lines,
            heard: Vec::new(),
        }
    }

    /// What comes with the next event of this name; others that come before it are kept for who asks for them.
    fn event(&mut self, name: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(place) = self.heard.iter().position(|line| line[0] == name) {
                return self.heard.remove(place)[1].take();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("{name} never came: {:?}", self.heard);
            };
            self.heard.push(line);
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_receives_what_is_due_by_every_transport() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    for transports in ["polling", "websocket", "polling,websocket"] {
        let mut client = Client::start(&office, &token, transports);
        client.event("connect");
        if transports.contains(',') {
            client.event("upgrade");
        }
        let title = format!("לחזור לדנה ({transports})");
        let made = make(&office, &token, json!({ "title": title, "due_at": in_ms(300) })).await;
        let due = client.event("task:due");
        assert_eq!((&due["title"], &due["task_id"]), (&json!(title), &made["id"]));
        // What it says is heard, too.
        let seen = format!(
            "SELECT seen_at IS NOT NULL FROM reminders WHERE task_id = {}",
            made["id"]
        );
        office.world.eventually(&seen).await;
        let path = format!("/api/reminders/{}/acknowledge", due["reminder_id"]);
        let (status, _) = office.ask("POST", &path, Some(&token), None).await;
        assert_eq!(status, 200);
        assert_eq!(client.event("reminder:closed")["state"], "acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_without_a_proof_is_told_so_and_strangers_find_nobody() {
    let office = Office::open().await;
    let mut client = Client::start(&office, "made-up", "websocket");
    assert_eq!(client.event("connect_error"), "unauthenticated");
    for (method, path) in [
        ("GET", "/ws/?EIO=4&transport=polling&sid=0123"),
        ("POST", "/ws/?EIO=4&transport=polling&sid=0123"),
        ("GET", "/ws/?EIO=3&transport=polling"),
    ] {
        let (status, body) = office.ask(method, path, None, None).await;
        assert_eq!(status, 400, "{method} {path}: {body}");
    }
}
