//! Figures of single steps on a webhook's path, by criterion: `cargo bench --bench micro`.
//! They say where time goes; the targets are those of `load`.

use agentlocator::http::webhook::{Clips, twiml};
use criterion::{Criterion, criterion_group, criterion_main};
use domain::call::{Ability, CallPolicy, CallState, CarrierStatus, OnFailure, Outcome, Spoken, Then, greet};
use domain::entities::CallerId;
use domain::ids::AudioHash;
use domain::script::{Dialogue, REAL_ESTATE, Script};
use gateways::twilio::signature::{SignedRequest, Verifier};
use std::hint::black_box;
use std::time::Duration;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const HOST: &str = "https://calls.example.co.il";

fn form() -> Vec<(String, String)> {
    [
        ("AccountSid", "AC00000000000000000000000000000001"),
        ("ApiVersion", "2010-04-01"),
        ("CallSid", "CA00000000000000000000000000000001"),
        ("CallStatus", "ringing"),
        ("Called", "+97237654321"),
        ("Caller", "+972501234567"),
        ("Direction", "inbound"),
        ("From", "+972501234567"),
        ("FromCity", ""),
        ("FromCountry", "IL"),
        ("To", "+97237654321"),
        ("ToCity", "תל אביב"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn signature(c: &mut Criterion) {
    let form = form();
    let path = "/webhook/incoming_call";
    let signature = simulator::signature::form(TOKEN, &format!("{HOST}{path}"), &form);
    let body = form_body(&form);
    let verifier = Verifier::new(vec![TOKEN.to_owned().into()], HOST).expect("a host");
    let request = SignedRequest {
        raw_target: path,
        method: "POST",
        content_type: Some("application/x-www-form-urlencoded"),
        body: body.as_bytes(),
        signature: Some(&signature),
        settings: None,
        is_websocket: false,
    };
    assert!(verifier.verify(&request).is_valid());
    c.bench_function("verify the signature of an incoming_call", |b| {
        b.iter(|| verifier.verify(black_box(&request)))
    });
}

fn form_body(form: &[(String, String)]) -> String {
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect::<String>()
    };
    let pairs: Vec<String> = form
        .iter()
        .map(|(k, v)| format!("{}={}", encode(k), encode(v)))
        .collect();
    pairs.join("&")
}

fn policy() -> CallPolicy {
    CallPolicy {
        turn_limit: 12,
        on_failure: OnFailure::Message,
        waits: 5,
    }
}

/// All that happens to a call of one turn, from its first ring to its end.
fn transitions(c: &mut Criterion) {
    let policy = policy();
    let outcome = Outcome::Replied {
        spoken: Spoken::Audio(AudioHash([7; 32])),
        then: Then::Listen,
        understood: true,
    };
    c.bench_function("take a call's state through one turn to its end", |b| {
        b.iter(|| {
            let mut state = CallState::new(black_box(&policy).clone());
            state.status_came(CarrierStatus::Ringing);
            state.status_came(CarrierStatus::InProgress);
            state.recording_came(1);
            state.turn_ended(1, outcome.clone());
            let answer = state.answer(1);
            state.status_came(CarrierStatus::Completed);
            (answer, state)
        })
    });
}

fn answers(c: &mut Criterion) {
    let policy = policy();
    let prompts = actors::speech::PromptBook::recorded_ones();
    let clips = Clips {
        public_host: HOST,
        business: None,
        prompts: &prompts,
    };
    c.bench_function("decide the first answer and write it as TwiML", |b| {
        b.iter(|| twiml(&greet(black_box(&policy), Ability::Converse), &clips))
    });
}

fn responder(c: &mut Criterion) {
    let script = Script::parse(REAL_ESTATE).expect("the shipped script");
    let now: jiff::Zoned = "2026-11-22T10:00:00[Asia/Jerusalem]".parse().expect("a time");
    let caller = CallerId::parse("+972501234567");
    let heard = "אני מחפש דירה של שלושה חדרים בחיפה עד מיליון וחצי";
    c.bench_function("answer a sentence by the rules", |b| {
        b.iter(|| script.reply(&Dialogue::default(), black_box(heard), &now, &caller))
    });
}

fn sound(c: &mut Criterion) {
    let frame = [0x55_u8; 160];
    c.bench_function("decode 20 ms of mu-law", |b| {
        b.iter(|| {
            black_box(&frame)
                .iter()
                .map(|byte| i64::from(media::mulaw::decode(*byte)))
                .sum::<i64>()
        })
    });
    let samples: Vec<i16> = (0..160_i16).map(|n| (n % 40 - 20) * 900).collect();
    c.bench_function("encode 20 ms of mu-law", |b| {
        b.iter(|| {
            black_box(&samples)
                .iter()
                .map(|sample| u64::from(media::mulaw::encode(*sample)))
                .sum::<u64>()
        })
    });
    let wav = include_bytes!("../media/prompts/message.wav");
    c.bench_function("decode a recording of seven seconds", |b| {
        b.iter(|| media::wav::decode(black_box(wav)))
    });
}

/// A delivery of Meta's with a thousand statuses in it: 200,000 bytes.
fn whatsapp(c: &mut Criterion) {
    use gateways::whatsapp::meta::{AppSecrets, inbound};
    let status = |n| {
        serde_json::json!({ "id": format!("wamid.HBgMOTcyNTAxMjM0NTY3{n:040}"), "status": "delivered", "timestamp": "1764000000",
            "recipient_id": "972501234567", "biz_opaque_callback_data": format!("m{n}") })
    };
    let statuses: Vec<_> = (0..1000).map(status).collect();
    let value =
        serde_json::json!({ "metadata": { "phone_number_id": "106540352242922" }, "statuses": statuses });
    let body =
        serde_json::json!({ "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }] })
            .to_string();
    assert_eq!(inbound(body.as_bytes()).items.len(), 1000);
    c.bench_function("read a thousand statuses of WhatsApp", |b| {
        b.iter(|| inbound(black_box(body.as_bytes())))
    });
    let secrets = AppSecrets::new([&TOKEN.to_owned().into()]);
    let header = format!("sha256={}", "0".repeat(64));
    c.bench_function("check the signature over them", |b| {
        b.iter(|| secrets.signed(black_box(body.as_bytes()), Some(&header)))
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_secs(1));
    targets = signature, answers, transitions, responder, sound, whatsapp
}
criterion_main!(benches);
