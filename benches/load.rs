//! Load against a real engine process with signatures on and a private Postgres with fsync on, beside
//! the machine's own floors in the same run: `cargo bench --bench load [-- --quick]`. Each figure
//! stands beside its target; a missed one is said, and fails nothing: these machines differ.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "load/floors.rs"]
mod floors;
#[path = "load/machine.rs"]
mod machine;
#[path = "../tests/it/parties.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod parties;

use machine::{EngineUnderLoad, target};
use simulator::call::WebhookKind;
use simulator::load::{LoadPlan, LoadReport, Scenario, run};
use simulator::{Carrier, CarrierOptions, Engine};
use std::time::Duration;

/// Clients whose single-row commits are the measure of the disk and of Postgres.
const COMMITTERS: usize = 32;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let seconds = if quick { 4 } else { 10 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(all(seconds));
}

async fn all(seconds: u64) {
    let parties = parties::Parties::start().await;
    let mut options = CarrierOptions::new(parties::ACCOUNT, parties::TOKEN);
    options.recording_delay = Duration::ZERO;
    let carrier = Carrier::start(options).await.expect("a carrier");
    carrier.answer_any_recording(parties::spoken_wav().into());
    let engine = EngineUnderLoad::start(&parties.base, carrier.base()).await;
    println!("\n{:<64} {:>12}   target", "figure", "measured");
    target(
        "engine, idle, without models, MB",
        engine.memory_mb(),
        25.0,
        Below,
    );

    let floor = floors::bare_framework(seconds).await;
    println!(
        "{:<64} {floor:>12.0}",
        "floor: bare framework, same generator, requests/s"
    );
    let commits = floors::single_row_commits(&engine.database(), COMMITTERS, seconds).await;
    println!(
        "{:<64} {commits:>12.0}",
        "floor: single-row commits, 32 clients, commits/s"
    );

    println!(
        "{:<64} {:>12.1}",
        "CPU of engine and Postgres doing nothing, ms a second",
        engine.idle_cpu().await
    );
    incoming_at(&engine, 250.0, seconds).await;
    let best = maximum(&engine, seconds).await;
    target(
        "incoming_call, maximum rate, of single-row commits",
        best / commits,
        0.35,
        Above,
    );
    println!(
        "{:<64} {:>12.2}",
        "incoming_call, maximum rate, of the bare framework",
        best / floor
    );
    actor_size(&engine).await;
    whole_calls(&engine, carrier.base(), 30.0, seconds).await;
    engine.stop();
}

use machine::Bound::{Above, Below};

fn plan(engine: &EngineUnderLoad, scenario: Scenario) -> LoadPlan {
    let engine = Engine::behind(engine.address.clone(), machine::PUBLIC_HOST);
    let mut plan = LoadPlan::new(engine, parties::ACCOUNT, parties::TOKEN);
    plan.to = vec![machine::NUMBER.into()];
    plan.scenario = scenario;
    plan
}

async fn loaded(plan: LoadPlan) -> LoadReport {
    let report = run(plan).await.expect("the load is for loopback");
    if report.failures() > 0 {
        println!("  {} requests FAILED: {:?}", report.failures(), report.examples);
    }
    report
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

async fn incoming_at(engine: &EngineUnderLoad, rate: f64, seconds: u64) {
    let mut plan = plan(engine, Scenario::Incoming);
    plan.rate = Some(rate);
    plan.time = Duration::from_secs(seconds);
    let (before, engine_before) = (engine.cpu_seconds(), engine.engine_seconds());
    let report = loaded(plan).await;
    let cpu = engine.cpu_seconds() - before;
    let own = (engine.engine_seconds() - engine_before) * 1e6 / report.arrivals as f64;
    println!(
        "{:<64} {own:>12.0}",
        "incoming_call at 250/s, CPU ms per 1,000, the engine's share"
    );
    let latency = &report.kinds[&WebhookKind::Incoming].latency;
    target(
        "incoming_call at 250/s, p50 ms",
        ms(latency.quantile(0.5)),
        1.0,
        Below,
    );
    target(
        "incoming_call at 250/s, p99 ms",
        ms(latency.quantile(0.99)),
        5.0,
        Below,
    );
    target(
        "incoming_call at 250/s, CPU ms per 1,000 (engine + Postgres)",
        cpu * 1e6 / report.arrivals as f64,
        250.0,
        Below,
    );
}

/// As fast as ever more connections go, while 99 of 100 are answered within 50 ms.
async fn maximum(engine: &EngineUnderLoad, seconds: u64) -> f64 {
    let (mut best, mut best_cpu) = (0.0, 0.0);
    for connections in [16, 32, 64, 128] {
        let mut plan = plan(engine, Scenario::Incoming);
        plan.connections = connections;
        plan.time = Duration::from_secs(seconds.div_ceil(2));
        let before = engine.cpu_seconds();
        let report = loaded(plan).await;
        let cpu = (engine.cpu_seconds() - before) * 1e6 / report.arrivals as f64;
        let p99 = report.kinds[&WebhookKind::Incoming].latency.quantile(0.99);
        let rate = report.requests_per_second();
        println!(
            "  {connections} connections: {rate:.0}/s, p99 {:.1} ms, CPU {cpu:.0} ms per 1,000",
            ms(p99)
        );
        if p99 < Duration::from_millis(50) && rate > best {
            (best, best_cpu) = (rate, cpu);
        }
    }
    println!(
        "{:<64} {best:>12.0}",
        "incoming_call, maximum rate with p99 < 50 ms, requests/s"
    );
    target(
        "incoming_call at the maximum, CPU ms per 1,000",
        best_cpu,
        110.0,
        Below,
    );
    best
}

async fn actor_size(engine: &EngineUnderLoad) {
    let count = 20_000;
    let before = engine.memory_mb();
    let mut plan = plan(engine, Scenario::Incoming);
    plan.count = count;
    plan.time = Duration::from_secs(60);
    loaded(plan).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let kilobytes = (engine.memory_mb() - before).max(0.0) * 1024.0 / count as f64;
    target("an idle call actor, KB", kilobytes, 2.0, Below);
}

async fn whole_calls(engine: &EngineUnderLoad, carrier: &str, rate: f64, seconds: u64) {
    let mut plan = plan(
        engine,
        Scenario::WholeCall {
            turns: 1,
            fetch_media: false,
        },
    );
    plan.rate = Some(rate);
    plan.connections = 64;
    plan.recordings = carrier.to_owned();
    plan.time = Duration::from_secs(seconds);
    let before = engine.cpu_seconds();
    let report = loaded(plan).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let cpu = (engine.cpu_seconds() - before) * 1000.0;
    let calls = report.calls_good + report.calls_bad;
    println!(
        "{:<64} {:>12}",
        "whole calls, good / bad",
        format!("{}/{}", report.calls_good, report.calls_bad)
    );
    target(
        "whole call at 30/s, CPU ms a call (with its wrap-up)",
        cpu / calls as f64,
        2.0,
        Below,
    );
    target(
        "whole call, reply p50 ms over instant providers' own time",
        ms(report.turn.quantile(0.5)),
        15.0,
        Below,
    );
}
