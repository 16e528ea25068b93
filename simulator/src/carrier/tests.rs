//! The carrier's REST, its faults and its control interface over real HTTP. Run by `cargo test`.

use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;

use super::*;
use crate::fake::{ACCOUNT, FakeEngine, PUBLIC, TOKEN, Told, carrier, spoken};
use crate::remote;
use crate::wire::{self, Reply, WireError};

struct Ask<'a> {
    method: &'a str,
    path: String,
    authorised: bool,
}

fn get(path: &str) -> Ask<'_> {
    Ask {
        method: "GET",
        path: path.to_owned(),
        authorised: true,
    }
}

async fn ask(carrier: &Carrier, ask: Ask<'_>) -> Result<Reply, WireError> {
    let user = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let credentials = if ask.authorised {
        format!("Authorization: Basic {user}\r\n")
    } else {
        String::new()
    };
    let request = format!(
        "{} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{credentials}\r\n",
        ask.method, ask.path
    );
    wire::exchange(
        carrier.address(),
        request.as_bytes(),
        Duration::from_millis(700),
        1 << 22,
    )
    .await
}

fn path(of: &str) -> String {
    format!("/2010-04-01/Accounts/{ACCOUNT}/{of}")
}

#[tokio::test]
async fn a_recording_is_there_after_its_delay_and_with_credentials() {
    let mut options = CarrierOptions::new(ACCOUNT, TOKEN);
    options.recording_delay = Duration::from_millis(200);
    let carrier = Carrier::start(options).await.unwrap();
    let sid = carrier.make_recording("CA1", Bytes::from(spoken("שלום")), 3);
    let wav = path(&format!("Recordings/{sid}.wav"));
    let unauthorised = Ask {
        authorised: false,
        ..get(&wav)
    };
    assert_eq!(ask(&carrier, unauthorised).await.unwrap().head.status, 401);
    assert_eq!(ask(&carrier, get(&wav)).await.unwrap().head.status, 404);
    tokio::time::sleep(Duration::from_millis(250)).await;
    for address in [wav.clone(), path(&format!("Recordings/{sid}"))] {
        let reply = ask(&carrier, get(&address)).await.unwrap();
        assert_eq!(
            (reply.head.status, reply.head.header("content-type")),
            (200, Some("audio/x-wav"))
        );
        assert_eq!(media::wav::decode(&reply.body).unwrap().rate, 8_000);
    }
    let delete = Ask {
        method: "DELETE",
        ..get(&wav)
    };
    assert_eq!(ask(&carrier, delete).await.unwrap().head.status, 204);
    assert_eq!(ask(&carrier, get(&wav)).await.unwrap().head.status, 404);
    let foreign = "/2010-04-01/Accounts/AC2/Recordings.json";
    assert_eq!(ask(&carrier, get(foreign)).await.unwrap().head.status, 404);
    let ledger = carrier.ledger();
    assert_eq!(
        (ledger.len(), ledger[0].authorised, ledger[1].authorised),
        (7, false, true)
    );
}

#[tokio::test]
async fn each_fault_is_served() {
    let carrier = carrier().await;
    let whole = Bytes::from(spoken("שלום"));
    let sid = carrier.make_recording("CA1", whole.clone(), 3);
    let wav = path(&format!("Recordings/{sid}.wav"));
    let fetch = |fault| {
        carrier.serve_recordings(fault);
        ask(&carrier, get(&wav))
    };
    let redirect = fetch(RecordingFault::RedirectTo("http://127.0.0.2:9/".into()))
        .await
        .unwrap();
    assert_eq!(redirect.head.status, 302);
    assert!(
        redirect
            .head
            .header("location")
            .unwrap()
            .starts_with("http://127.0.0.2:9/2010-04-01/")
    );
    let lying = fetch(RecordingFault::LyingLength).await.unwrap();
    let decoded = media::wav::decode_channel(&lying.body, media::wav::Channel::Mixed).unwrap();
    assert!(decoded.missing_bytes > 50_000_000 && lying.body.len() == whole.len());
    let mp3 = fetch(RecordingFault::Mp3).await.unwrap();
    assert_eq!(mp3.head.header("content-type"), Some("audio/x-wav"));
    assert_eq!(media::mime::sniff(&mp3.body), Some("audio/mpeg"));
    assert!(fetch(RecordingFault::Empty).await.unwrap().body.is_empty());
    let garbage = fetch(RecordingFault::Garbage).await.unwrap();
    assert_eq!(media::mime::sniff(&garbage.body), None);
    assert!(matches!(
        fetch(RecordingFault::Hang).await,
        Err(WireError::Late(_))
    ));
    assert!(matches!(
        fetch(RecordingFault::Slow(100)).await,
        Err(WireError::Late(_))
    ));
    assert_eq!(fetch(RecordingFault::Status(500)).await.unwrap().head.status, 500);
    assert_eq!(fetch(RecordingFault::Never).await.unwrap().head.status, 404);
    assert_eq!(fetch(RecordingFault::None).await.unwrap().body, whole);
    carrier.answer_any_recording(Bytes::from_static(b"any"));
    assert_eq!(
        ask(&carrier, get(&path("Recordings/RE77"))).await.unwrap().body,
        b"any"
    );
}

#[tokio::test]
async fn lists_are_paged_to_the_end() {
    let carrier = carrier().await;
    for n in 0..5 {
        carrier.make_recording(if n < 4 { "CA1" } else { "CA2" }, Bytes::from_static(b"x"), n);
    }
    let mut next = Some(path(
        "Recordings.json?PageSize=2&CallSid=CA1&DateCreated%3E=2020-01-01",
    ));
    let mut sids = Vec::new();
    let mut pages = 0;
    while let Some(address) = next {
        let reply = ask(&carrier, get(&address)).await.unwrap();
        let page: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        let rows = page["recordings"].as_array().unwrap();
        sids.extend(rows.iter().map(|row| row["sid"].as_str().unwrap().to_owned()));
        next = page["next_page_uri"].as_str().map(str::to_owned);
        pages += 1;
    }
    sids.dedup();
    assert_eq!((sids.len(), pages), (4, 2));
    let none = path("Recordings.json?DateCreated%3C=2020-01-01");
    let reply = ask(&carrier, get(&none)).await.unwrap();
    let page: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(page["recordings"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn another_process_places_a_call_and_watches_it() {
    let engine = FakeEngine::start(|asked| match asked.is("/webhook/incoming_call") {
        true => Told::twiml("<Pause/><Hangup/>"),
        false => Told::status(204),
    })
    .await;
    let carrier = carrier().await;
    let mut request = CallRequest {
        to: "+97231234567".into(),
        from: "+972501234567".into(),
        say: vec!["שלום".into()],
        wav_base64: None,
        target: engine.engine.target.clone(),
        public: Some(PUBLIC.into()),
        dial: None,
        pace: Some(0.0),
    };
    let (observer, mut steps) = tokio::sync::mpsc::channel(64);
    let report = remote::place_call(carrier.base(), &request, Some(observer))
        .await
        .unwrap();
    report.assert_clean();
    let mut seen = Vec::new();
    while let Some(step) = steps.recv().await {
        seen.push(step);
    }
    assert_eq!(seen, report.steps);
    let calls = ask(&carrier, get(&path("Calls.json?Status=completed")))
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&calls.body).contains(&report.call_sid));

    request.target = "http://192.0.2.1:80".into();
    let refused = remote::place_call(carrier.base(), &request, None).await;
    assert!(
        matches!(refused, Err(remote::RemoteError::Refused { status: 400, .. })),
        "{refused:?}"
    );
    assert!(
        remote::place_call("http://192.0.2.1:80", &request, None)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_carrier_listens_on_loopback_only() {
    let mut options = CarrierOptions::new(ACCOUNT, TOKEN);
    options.address = "0.0.0.0:0".parse().unwrap();
    assert!(Carrier::start(options).await.is_err());
}
