//! A tiny fake engine for the simulator's own tests: answers what a test tells it and remembers what it was asked.
//! Compiled for tests only; the real engine is never imported.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;

use crate::carrier::{Carrier, CarrierOptions};
use crate::route::Engine;
use crate::voice::CallerVoice;

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const TOKEN: &str = "12345";
pub(crate) const PUBLIC: &str = "https://phone.example:8443";

/// One request as the fake engine got it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub form: Vec<(String, String)>,
}

impl Asked {
    pub fn param(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn is(&self, path: &str) -> bool {
        self.path.split('?').next() == Some(path)
    }
}

/// What the fake engine answers.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub after: Duration,
}

impl Told {
    pub fn twiml(inside: &str) -> Self {
        Self::file("text/xml", format!("<Response>{inside}</Response>").into_bytes())
    }

    pub fn file(content_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self {
            status: 200,
            headers,
            body,
            after: Duration::ZERO,
        }
    }

    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            after: Duration::ZERO,
        }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn after(mut self, after: Duration) -> Self {
        self.after = after;
        self
    }
}

type Script = Arc<dyn Fn(&Asked) -> Told + Send + Sync>;

#[derive(Clone)]
pub(crate) struct FakeEngine {
    pub engine: Engine,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeEngine {
    /// Starts one that answers by the script.
    pub async fn start(script: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Script = Arc::new(script);
        let router = Router::new().fallback(answer).with_state((asked.clone(), script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            engine: Engine::behind(target, PUBLIC),
            asked,
        }
    }

    /// Requests to this path, in order.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|asked| asked.is(path))
            .cloned()
            .collect()
    }
}

async fn answer(
    State((seen, script)): State<(Arc<Mutex<Vec<Asked>>>, Script)>,
    request: Request,
) -> Response<Body> {
    let mut asked = Asked {
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: request
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
            .collect(),
        form: Vec::new(),
    };
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    asked.form = form_urlencoded::parse(&body).into_owned().collect();
    seen.lock().unwrap().push(asked.clone());
    let told = script(&asked);
    tokio::time::sleep(told.after).await;
    let mut response = Response::builder().status(told.status);
    for (name, value) in &told.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(told.body)).unwrap()
}

/// A carrier for tests.
pub(crate) async fn carrier() -> Carrier {
    Carrier::start(CarrierOptions::new(ACCOUNT, TOKEN)).await.unwrap()
}

/// A WAV that can be heard.
pub(crate) fn spoken(words: &str) -> Vec<u8> {
    media::wav::encode_pcm16(&crate::voice::Babble.speak(words).unwrap())
}

/// A WAV of silence.
pub(crate) fn silent(ms: u32) -> Vec<u8> {
    media::wav::encode_pcm16(&media::signals::silence(8_000, ms))
}

/// A REST request of the account's owner; gives its status.
pub(crate) async fn rest(carrier: &Carrier, path: &str, form: &str) -> u16 {
    use base64::Engine as _;
    let user = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let request = format!(
        "POST /2010-04-01/Accounts/{ACCOUNT}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Authorization: Basic {user}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let limit = Duration::from_secs(5);
    crate::wire::exchange(carrier.address(), request.as_bytes(), limit, 1 << 20)
        .await
        .unwrap()
        .head
        .status
}
