//! The outside parties at their wire: the carrier's recordings and the speech services, with
//! everything that they do wrong, and a ledger of all that was asked of them.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const TOKEN: &str = "test-token-of-the-carrier";

/// What a party does when it is asked.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Its job.
    Well,
    /// An HTTP status.
    Status(u16),
    /// Nothing, for ever.
    Hang,
    /// 200, and a body that makes no sense.
    Garbage,
    /// These bytes.
    Bytes(Vec<u8>),
    /// 404 so many times, then its job.
    NotYet(u32),
    /// 302 to this address.
    Redirect(String),
}

/// Who was asked, and because of which request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub party: &'static str,
    pub what: String,
    pub request_id: String,
    pub authorised: bool,
}

#[derive(Default)]
struct Script {
    stt: Option<Manner>,
    tts: Option<Manner>,
    recordings: HashMap<String, Manner>,
    text: String,
    ledger: Vec<Asked>,
    /// How calls are placed, and those that were: `CA…`, from, to, status.
    dialling: Option<Manner>,
    placed: Vec<[String; 4]>,
}

/// The parties, on one loopback port.
#[derive(Clone)]
pub struct Parties {
    pub base: String,
    script: Arc<Mutex<Script>>,
}

impl Parties {
    /// Starts them on a port that the system gives; they end with the test's runtime.
    pub async fn start() -> Self {
        let script = Script {
            text: "אני מחפש דירה של שלושה חדרים בחיפה".into(),
            ..Script::default()
        };
        let script = Arc::new(Mutex::new(script));
        let router = Router::new()
            .route(
                "/2010-04-01/Accounts/{account}/Recordings/{file}",
                get(recording).delete(erased),
            )
            .route("/2010-04-01/Accounts/{account}/Messages.json", post(message))
            .route(
                "/2010-04-01/Accounts/{account}/Calls.json",
                post(create_call).get(list_calls),
            )
            .route(
                "/2010-04-01/Accounts/{account}/Calls/{file}",
                post(update_call).get(one_call),
            )
            .route("/v1/audio/transcriptions", post(transcription))
            .route("/v1/audio/speech", post(speech))
            .route("/elsewhere", get(elsewhere))
            .with_state(script.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, script }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.script.lock().expect("the script"))
    }

    pub fn transcription_is(&self, manner: Manner) {
        self.with(|script| script.stt = Some(manner));
    }

    pub fn speech_is(&self, manner: Manner) {
        self.with(|script| script.tts = Some(manner));
    }

    pub fn recording_is(&self, sid: &str, manner: Manner) {
        self.with(|script| drop(script.recordings.insert(sid.into(), manner)));
    }

    /// How calls are placed from now on. One that hangs was taken all the same: only its answer is lost.
    pub fn dialling_is(&self, manner: Manner) {
        self.with(|script| script.dialling = Some(manner));
    }

    /// The ids of the calls that were placed.
    pub fn placed(&self) -> Vec<String> {
        self.with(|script| script.placed.iter().map(|call| call[0].clone()).collect())
    }

    /// What the transcriber hears from now on.
    pub fn caller_says(&self, text: &str) {
        self.with(|script| script.text = text.into());
    }

    /// All that was asked of this party.
    pub fn asked(&self, party: &str) -> Vec<Asked> {
        self.with(|script| {
            script
                .ledger
                .iter()
                .filter(|asked| asked.party == party)
                .cloned()
                .collect()
        })
    }
}

type Shared = State<Arc<Mutex<Script>>>;

fn note(script: &Shared, party: &'static str, what: String, headers: &HeaderMap, authorised: bool) {
    let header = headers
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let asked = Asked {
        party,
        what,
        request_id: header.into(),
        authorised,
    };
    script.lock().expect("the script").ledger.push(asked);
}

/// A short message: what is told of it is to whom and what.
async fn message(
    script: Shared,
    headers: HeaderMap,
    axum::Form(form): axum::Form<HashMap<String, String>>,
) -> Response {
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    let authorised = given == Some(&format!("Basic {credentials}"));
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    let what = format!("{} {}", of("To"), of("Body"));
    note(&script, "messages", what, &headers, authorised);
    if !authorised {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let answer = Json(serde_json::json!({ "sid": "SM00000000000000000000000000000001", "status": "queued" }));
    (StatusCode::CREATED, answer).into_response()
}

fn call_row([sid, from, to, status]: &[String; 4]) -> serde_json::Value {
    let now = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S +0000");
    serde_json::json!({ "sid": sid, "from": from, "to": to, "status": status, "direction": "outbound-api",
                        "date_created": now.to_string() })
}

async fn create_call(
    script: Shared,
    headers: HeaderMap,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Response {
    let of = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    note(
        &script,
        "calls",
        format!("{} {} {}", of("From"), of("To"), of("Url")),
        &headers,
        true,
    );
    let (manner, row) = {
        let mut script = script.lock().expect("the script");
        let manner = script.dialling.clone().unwrap_or(Manner::Well);
        let sid = format!("CA{:032x}", 0xd1a1_0000 + script.placed.len());
        let row = [sid, of("From"), of("To"), "queued".to_owned()];
        if matches!(manner, Manner::Well | Manner::Hang) {
            script.placed.push(row.clone());
        }
        (manner, call_row(&row))
    };
    match manner {
        Manner::Well => (StatusCode::CREATED, Json(row)).into_response(),
        Manner::Status(status) => {
            let refusal = Json(serde_json::json!({ "code": 21211, "message": "Invalid 'To' Phone Number" }));
            (StatusCode::from_u16(status).expect("a status"), refusal).into_response()
        }
        other => misbehave(other).await,
    }
}

async fn list_calls(script: Shared, headers: HeaderMap) -> Response {
    note(&script, "call list", String::new(), &headers, true);
    let script = script.lock().expect("the script");
    let calls: Vec<_> = script.placed.iter().map(call_row).collect();
    Json(serde_json::json!({ "calls": calls, "next_page_uri": null })).into_response()
}

async fn one_call(script: Shared, Path((_, file)): Path<(String, String)>) -> Response {
    let sid = file.trim_end_matches(".json");
    let script = script.lock().expect("the script");
    match script.placed.iter().find(|call| call[0] == sid) {
        Some(call) => Json(call_row(call)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn update_call(
    script: Shared,
    Path((_, file)): Path<(String, String)>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<HashMap<String, String>>,
) -> Response {
    let sid = file.trim_end_matches(".json").to_owned();
    let what = form
        .get("Url")
        .or_else(|| form.get("Status"))
        .cloned()
        .unwrap_or_default();
    note(&script, "call updates", format!("{sid} {what}"), &headers, true);
    Json(call_row(&[
        sid,
        String::new(),
        String::new(),
        "in-progress".into(),
    ]))
    .into_response()
}

async fn misbehave(manner: Manner) -> Response {
    match manner {
        Manner::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Manner::Hang => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
        Manner::Garbage => "<html>it works</html>".into_response(),
        Manner::Bytes(bytes) => Body::from(bytes).into_response(),
        Manner::Redirect(to) => (StatusCode::FOUND, [("location", to)]).into_response(),
        Manner::Well | Manner::NotYet(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn recording(script: Shared, Path((_, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    let authorised = given == Some(&format!("Basic {credentials}"));
    note(&script, "recordings", file.clone(), &headers, authorised);
    if !authorised {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let sid = file.trim_end_matches(".wav").to_owned();
    let manner = {
        let mut script = script.lock().expect("the script");
        let manner = script.recordings.entry(sid).or_insert(Manner::Well);
        match manner {
            Manner::NotYet(0) => Manner::Well,
            Manner::NotYet(left) => {
                *left -= 1;
                Manner::Status(404)
            }
            other => other.clone(),
        }
    };
    match manner {
        Manner::Well => ([("content-type", "audio/x-wav")], spoken_wav()).into_response(),
        other => misbehave(other).await,
    }
}

/// The carrier is asked to forget a recording: the second time it knows of none.
async fn erased(script: Shared, Path((_, file)): Path<(String, String)>, headers: HeaderMap) -> StatusCode {
    note(&script, "erased", file.clone(), &headers, true);
    let asked = script.lock().expect("the script").ledger.clone();
    let before = asked
        .iter()
        .filter(|one| one.party == "erased" && one.what == file);
    match before.count() {
        // The first time it is not well.
        1 => StatusCode::SERVICE_UNAVAILABLE,
        2 => StatusCode::NO_CONTENT,
        _ => StatusCode::NOT_FOUND,
    }
}

/// What a caller might say: one of the recorded prompts, as the 16-bit PCM that the carrier stores.
pub fn spoken_wav() -> Vec<u8> {
    let sound = media::wav::decode(include_bytes!("../../media/prompts/welcome.wav")).expect("a WAV");
    media::wav::encode_pcm16(&sound)
}

/// Three seconds of nothing, stored the same way.
pub fn silent_wav() -> Vec<u8> {
    media::wav::encode_pcm16(&media::Sound {
        rate: 8000,
        samples: vec![0.0; 24_000],
    })
}

async fn transcription(script: Shared, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    note(&script, "stt", format!("{} bytes", body.len()), &headers, true);
    let (manner, text) = {
        let script = script.lock().expect("the script");
        (script.stt.clone().unwrap_or(Manner::Well), script.text.clone())
    };
    match manner {
        Manner::Well => Json(serde_json::json!({ "text": text })).into_response(),
        other => misbehave(other).await,
    }
}

async fn speech(script: Shared, headers: HeaderMap, Json(body): Json<serde_json::Value>) -> Response {
    note(
        &script,
        "tts",
        body["input"].as_str().unwrap_or("").into(),
        &headers,
        true,
    );
    let manner = script
        .lock()
        .expect("the script")
        .tts
        .clone()
        .unwrap_or(Manner::Well);
    match manner {
        Manner::Well => ([("content-type", "audio/pcm")], hum()).into_response(),
        other => misbehave(other).await,
    }
}

/// One second of a hum, 24 kHz 16-bit: sound enough to be played.
fn hum() -> Vec<u8> {
    (0..24_000_u32)
        .flat_map(|n| {
            let wave = (f64::from(n) * 220.0 * std::f64::consts::TAU / 24_000.0).sin() * 8000.0;
            (wave as i16).to_le_bytes()
        })
        .collect()
}

async fn elsewhere(script: Shared, headers: HeaderMap) -> Response {
    note(
        &script,
        "elsewhere",
        String::new(),
        &headers,
        headers.contains_key("authorization"),
    );
    ([("content-type", "audio/x-wav")], spoken_wav()).into_response()
}
