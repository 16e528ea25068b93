//! Whole recorded calls with instant providers, and what the providers themselves take. The providers are played in
//! this process, so their processor time is not the engine's.

use crate::machine::Bound::Below;
use crate::machine::{self, EngineUnderLoad, NUMBER, figure, target};
use crate::parties::Parties;
use crate::{loaded, ms, plan};
use simulator::Carrier;
use simulator::load::{Histogram, Scenario};
use std::time::{Duration, Instant};

/// Calls a second.
pub const RATE: u64 = 30;
/// After the last call: until its wrap-up is done.
const SETTLE: Duration = Duration::from_secs(4);

/// The caller's words: an intent of the shipped script.
const WORDS: &str = "אני רוצה לקנות דירה";

/// The outside world of a call.
pub struct Outside {
    pub parties: Parties,
    pub carrier: Carrier,
}

/// Businesses of which each answers in words of its own, so that no reply is in the cache of what was spoken.
pub fn businesses(count: u64) -> Vec<(String, String)> {
    (0..count)
        .map(|n| {
            let answer = format!("answer = \"מספר {n}. ");
            let script = domain::script::REAL_ESTATE.replace("answer = \"", &answer);
            (number(n), script)
        })
        .collect()
}

fn number(n: u64) -> String {
    format!("+9723765{:04}", 1000 + n)
}

/// Calls to one business: the same words each time, so what is spoken is in the cache after the first.
pub async fn with_cached_replies(engine: &EngineUnderLoad, outside: &Outside, seconds: u64, when: &str) {
    outside.parties.caller_says(WORDS);
    run(engine, outside, seconds, vec![NUMBER.into()], when).await;
}

/// Calls that each have their reply made anew, as many as there are businesses.
pub async fn with_new_replies(engine: &EngineUnderLoad, outside: &Outside, seconds: u64) {
    outside.parties.caller_says(WORDS);
    let numbers = (0..RATE * seconds).map(number).collect();
    run(engine, outside, seconds, numbers, "each reply new").await;
}

async fn run(engine: &EngineUnderLoad, outside: &Outside, seconds: u64, to: Vec<String>, when: &str) {
    let mut plan = plan(
        engine,
        Scenario::WholeCall {
            turns: 1,
            fetch_media: false,
        },
    );
    plan.to = to;
    plan.rate = Some(RATE as f64);
    plan.connections = 64;
    plan.recordings = outside.carrier.base().to_owned();
    plan.time = Duration::from_secs(seconds);
    let asked = |party: &str| outside.parties.asked(party).len() as f64;
    let (before, parts) = (engine.cpu(), engine.parts());
    let (heard, spoken) = (asked("stt"), asked("tts"));
    let report = loaded(plan).await;
    tokio::time::sleep(SETTLE).await;
    let cpu = engine.cpu().since(before);
    let now = engine.parts();
    let calls = (report.calls_good + report.calls_bad) as f64;
    println!("whole calls, {when}");
    figure("  good / bad / turns answered by a file", {
        format!(
            "{}/{}/{}",
            report.calls_good, report.calls_bad, report.turns_played
        )
    });
    figure("  requests to the transcriber and to the voice, a call", {
        format!(
            "{:.2} + {:.2}",
            (asked("stt") - heard) / calls,
            (asked("tts") - spoken) / calls
        )
    });
    figure("  CPU ms a call, engine + Postgres", cpu.shares(calls));
    machine::parts(&parts, &now, calls);
    target(
        "  CPU ms a call at 30/s, with its wrap-up",
        cpu.all() * 1000.0 / calls,
        2.0,
        Below,
    );
    let own = providers_own_time(outside, asked("tts") > spoken + calls / 2.0).await;
    let reply = report.turn.quantile(0.5);
    figure("  reply p50 / p99, ms", {
        format!("{:.1} / {:.1}", ms(reply), ms(report.turn.quantile(0.99)))
    });
    figure(
        "  of it the providers' own time, p50, ms",
        format!("{:.1}", ms(own)),
    );
    target(
        "  reply p50 over the providers' own time, ms",
        ms(reply.saturating_sub(own)),
        15.0,
        Below,
    );
}

/// What a recording, its words and, when `voice` is asked, the spoken reply take when asked one after the other, with
/// nobody between.
async fn providers_own_time(outside: &Outside, voice: bool) -> Duration {
    let client = reqwest::Client::new();
    let mut times = Histogram::default();
    let base = &outside.parties.base;
    let path = format!(
        "{}/2010-04-01/Accounts/{}/Recordings/RE00000000000000000000000000000001.wav",
        outside.carrier.base(),
        crate::parties::ACCOUNT
    );
    for _ in 0..50 {
        let begun = Instant::now();
        let recording = client
            .get(&path)
            .basic_auth(crate::parties::ACCOUNT, Some(crate::parties::TOKEN));
        let wav = bytes(recording).await;
        bytes(client.post(format!("{base}/v1/audio/transcriptions")).body(wav)).await;
        if voice {
            let text = serde_json::json!({ "input": WORDS });
            bytes(client.post(format!("{base}/v1/audio/speech")).json(&text)).await;
        }
        times.record(begun.elapsed());
    }
    times.quantile(0.5)
}

async fn bytes(request: reqwest::RequestBuilder) -> Vec<u8> {
    let answer = request.send().await.expect("a provider answers");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.bytes().await.expect("a body").to_vec()
}
