//! A push service at its wire, and the browsers that it delivers to: it keeps what it is sent, answers as it is told to,
//! and a browser reads what was encrypted for it.

use crate::world::World;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::UserId;
use domain::ids::BusinessId;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What it answers, once; then 201.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    Status(u16),
    /// A status, and seconds of `Retry-After`.
    Later(u16, u32),
    Hang,
}

/// What it was sent.
#[derive(Debug, Clone)]
pub struct Received {
    /// The browser's name.
    pub to: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub at: Instant,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }
}

#[derive(Default)]
struct Script {
    answers: HashMap<String, VecDeque<Answer>>,
    ledger: Vec<Received>,
}

/// The push service, on a loopback port.
#[derive(Clone)]
pub struct PushService {
    pub base: String,
    script: Arc<Mutex<Script>>,
}

impl PushService {
    /// Starts it; it ends with the test's runtime. Engines of this world may send to it.
    pub async fn of(world: &mut World) -> Self {
        let script: Arc<Mutex<Script>> = Arc::default();
        let router = Router::new()
            .route("/push/{name}", post(receive))
            .with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        world.set("PUSH_ORIGINS", &base);
        Self { base, script }
    }

    /// What it answers to this browser's next pushes.
    pub fn answers(&self, name: &str, answers: &[Answer]) {
        let mut script = self.script.lock().expect("the script");
        script
            .answers
            .insert(name.into(), answers.iter().copied().collect());
    }

    /// All that was sent to this browser.
    pub fn received(&self, name: &str) -> Vec<Received> {
        let script = self.script.lock().expect("the script");
        script
            .ledger
            .iter()
            .filter(|one| one.to == name)
            .cloned()
            .collect()
    }

    /// Waits until this browser was sent so many, at most half a minute.
    pub async fn wait(&self, name: &str, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let received = self.received(name);
            if received.len() >= count {
                return received;
            }
            assert!(
                Instant::now() < deadline,
                "{name} was sent {} of {count}",
                received.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A browser that this service delivers to.
    pub fn browser(&self, name: &str) -> PushBrowser {
        let (pair, auth) = ece::generate_keypair_and_auth_secret().expect("keys");
        PushBrowser {
            endpoint: format!("{}/push/{name}", self.base),
            pair: pair.raw_components().expect("a pair"),
            auth: auth.to_vec(),
        }
    }
}

async fn receive(
    script: State<Arc<Mutex<Script>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = {
        let mut script = script.lock().expect("the script");
        script.ledger.push(Received {
            to: name.clone(),
            headers,
            body,
            at: Instant::now(),
        });
        script.answers.get_mut(&name).and_then(VecDeque::pop_front)
    };
    let status = |status| StatusCode::from_u16(status).expect("a status");
    match answer {
        None => StatusCode::CREATED.into_response(),
        Some(Answer::Status(code)) => status(code).into_response(),
        Some(Answer::Later(code, seconds)) => {
            (status(code), [("retry-after", seconds.to_string())]).into_response()
        }
        Some(Answer::Hang) => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::CREATED.into_response()
        }
    }
}

/// A browser's subscription, with the secrets that only it has.
pub struct PushBrowser {
    pub endpoint: String,
    pair: ece::EcKeyComponents,
    auth: Vec<u8>,
}

impl PushBrowser {
    /// As `toJSON()` gives it.
    pub fn nested(&self) -> Value {
        let (p256dh, auth) = self.keys();
        json!({ "endpoint": self.endpoint, "expirationTime": null, "keys": { "p256dh": p256dh, "auth": auth } })
    }

    /// Flat.
    pub fn flat(&self) -> Value {
        let (p256dh, auth) = self.keys();
        json!({ "endpoint": self.endpoint, "p256dh": p256dh, "auth": auth })
    }

    fn keys(&self) -> (String, String) {
        (
            URL_SAFE_NO_PAD.encode(self.pair.public_key()),
            URL_SAFE_NO_PAD.encode(&self.auth),
        )
    }

    /// What the service worker is given.
    pub fn read(&self, received: &Received) -> Value {
        let text = ece::decrypt(&self.pair, &self.auth, &received.body).expect("encrypted for this browser");
        assert!(text.len() < 3_000, "{}", text.len());
        serde_json::from_slice(&text).expect("JSON")
    }

    /// Is subscribed without asking the engine.
    pub async fn is_of(&self, world: &World, business: BusinessId, user: UserId) {
        let sql = "INSERT INTO push_subscriptions (business_id, user_id, endpoint, p256dh, auth) VALUES ($1, $2, $3, $4, $5)";
        let key = self.pair.public_key();
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
            [&business.0, &user.0, &self.endpoint, &key, &self.auth];
        world
            .rows()
            .await
            .execute(sql, &values)
            .await
            .expect("subscribed");
    }
}

impl World {
    /// A task of this title that rings since five seconds and that nobody has answered: its reminder and itself.
    pub async fn ringing(&self, business: BusinessId, assignee: Option<UserId>, title: &str) -> (i64, i64) {
        let sql = "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                       VALUES ($1, $2, 'call', 'person', now(), $3) RETURNING id";
        // In one commit, so that no engine lets it ring by itself.
        let mut rows = self.rows().await;
        let rows = rows.transaction().await.expect("a transaction");
        let assignee = assignee.map(|user| user.0);
        let row = rows.query_one(sql, &[&business.0, &title, &assignee]).await;
        let task: i64 = row.expect("a task").get(0);
        let fired = "UPDATE reminders SET state = 'fired', rings = rings + 1, fired_at = now() - interval '5 seconds',
                         push_at = now(), push_stage = 0 WHERE task_id = $1 RETURNING id";
        let reminder = rows
            .query_one(fired, &[&task])
            .await
            .expect("its reminder")
            .get(0);
        rows.commit().await.expect("committed");
        (reminder, task)
    }
}
