//! Load against a real engine process with signatures on and a private Postgres with fsync on, beside
//! the machine's own floors in the same run: `cargo bench --bench load [-- --quick]`. Each figure
//! stands beside its target; a missed one is said, and fails nothing: these machines differ.
//! `--only memory|floors|rate|calls|maximum|new` runs a part, `--engine PATH` measures another build.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "load/calls.rs"]
mod calls;
#[path = "load/floors.rs"]
mod floors;
#[path = "load/machine.rs"]
mod machine;
#[path = "../tests/it/parties.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod parties;

use calls::Outside;
use machine::Bound::{Above, Below};
use machine::{EngineUnderLoad, argument, figure, target};
use simulator::call::WebhookKind;
use simulator::load::{LoadPlan, LoadReport, Scenario, run};
use simulator::{Carrier, CarrierOptions, Engine};
use std::time::Duration;

/// Requests a second of the low rate: what an engine of a busy day sees.
const LOW_RATE: f64 = 250.0;
/// Beyond it a rate does not count.
const SLOWEST: Duration = Duration::from_millis(50);

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let seconds = if quick { 5 } else { 10 };
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
    let outside = Outside { parties, carrier };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let others = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\n{cores} cores, shared with generator and providers; load average at the start: {others}");
    println!("{:<64} {:>12}   target", "figure", "measured");
    if wanted("memory") {
        memory(&outside).await;
    }
    if ["floors", "rate", "calls", "maximum"].into_iter().any(wanted) {
        rates(&outside, seconds).await;
    }
    if wanted("new") {
        new_replies(&outside, seconds).await;
    }
}

/// Whether this part is to be run.
fn wanted(part: &str) -> bool {
    argument("--only").is_none_or(|only| only == part)
}

fn one_business() -> Vec<(String, String)> {
    vec![(machine::NUMBER.into(), domain::script::REAL_ESTATE.into())]
}

/// An engine to which nothing has happened, then with calls that say nothing.
async fn memory(outside: &Outside) {
    let engine = EngineUnderLoad::start(&outside.parties.base, outside.carrier.base(), one_business()).await;
    figure("engine, idle, without models, resident MB", {
        format!("{:.1}", engine.memory_mb("Rss"))
    });
    target(
        "engine, idle, without models, proportional MB",
        engine.memory_mb("Pss"),
        25.0,
        Below,
    );
    // What the first requests cost once (buffers, statements, stacks) is no actor's.
    ring(&engine, 2_000).await;
    let (before, live) = (engine.memory_mb("Rss"), engine.metric("calls_live").await);
    ring(&engine, 20_000).await;
    let actors = engine.metric("calls_live").await - live;
    let kilobytes = (engine.memory_mb("Rss") - before) * 1024.0 / actors;
    figure("idle call actors", actors);
    target(
        "an idle call actor, KB of the engine's growth",
        kilobytes,
        2.0,
        Below,
    );
}

async fn ring(engine: &EngineUnderLoad, calls: u64) {
    let mut plan = plan(engine, Scenario::Incoming);
    plan.count = calls;
    plan.time = Duration::from_secs(30);
    loaded(plan).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
}

async fn rates(outside: &Outside, seconds: u64) {
    let engine = EngineUnderLoad::start(&outside.parties.base, outside.carrier.base(), one_business()).await;
    let floors = if wanted("floors") {
        Some(floors::all(&engine, seconds).await)
    } else {
        None
    };
    if wanted("rate") {
        figure(
            "CPU of nothing being asked, ms a second, engine + Postgres",
            engine.idle_cpu().await.shares(1.0),
        );
        let spent = incoming_at(&engine, LOW_RATE, seconds).await;
        if let Some(floors) = &floors {
            figure(
                "incoming_call at 250/s, CPU, of a bare answer and a bare commit",
                format!("{:.2}", spent / floors.few),
            );
        }
    }
    if wanted("calls") {
        calls::with_cached_replies(&engine, outside, seconds, "the reply's sound cached").await;
    }
    if !wanted("maximum") {
        return;
    }
    let (closed, open) = maximum(&engine, seconds).await;
    if let Some(floors) = floors {
        target(
            "incoming_call, maximum rate, of single-row commits",
            open / floors.commits,
            0.35,
            Above,
        );
        figure(
            "incoming_call, as fast as answered, of the bare framework",
            format!("{:.2}", closed / floors.framework),
        );
    }
    let live = engine.metric("calls_live").await;
    let when = format!("the same with {live:.0} calls in progress");
    calls::with_cached_replies(&engine, outside, seconds, &when).await;
}

async fn new_replies(outside: &Outside, seconds: u64) {
    let businesses = calls::businesses(calls::RATE * seconds);
    let engine = EngineUnderLoad::start(&outside.parties.base, outside.carrier.base(), businesses).await;
    // Greetings are spoken ahead when the engine starts.
    engine.idle_cpu().await;
    calls::with_new_replies(&engine, outside, seconds).await;
}

/// A load of one business's line.
pub fn plan(engine: &EngineUnderLoad, scenario: Scenario) -> LoadPlan {
    let engine = Engine::behind(engine.address.clone(), machine::PUBLIC_HOST);
    let mut plan = LoadPlan::new(engine, parties::ACCOUNT, parties::TOKEN);
    plan.to = vec![machine::NUMBER.into()];
    plan.scenario = scenario;
    plan
}

/// Runs it and says what failed.
pub async fn loaded(plan: LoadPlan) -> LoadReport {
    let report = run(plan).await.expect("the load is for loopback");
    if report.failures() > 0 {
        println!("  {} requests FAILED: {:?}", report.failures(), report.examples);
    }
    report
}

/// Milliseconds.
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// What 1,000 requests cost at this rate, in ms of CPU of engine and Postgres.
async fn incoming_at(engine: &EngineUnderLoad, rate: f64, seconds: u64) -> f64 {
    let mut plan = plan(engine, Scenario::Incoming);
    plan.rate = Some(rate);
    plan.time = Duration::from_secs(seconds);
    let (before, parts) = (engine.cpu(), engine.parts());
    let report = loaded(plan).await;
    let cpu = engine.cpu().since(before);
    let now = engine.parts();
    let thousands = report.arrivals as f64 / 1000.0;
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
    figure(
        "incoming_call at 250/s, CPU ms per 1,000, engine + Postgres",
        cpu.shares(thousands),
    );
    machine::parts(&parts, &now, thousands);
    let spent = cpu.all() * 1000.0 / thousands;
    target("incoming_call at 250/s, CPU ms per 1,000", spent, 250.0, Below);
    spent
}

/// One attempt at a rate.
struct Step {
    rate: f64,
    p99: Duration,
    cpu: machine::Cpu,
    thousands: f64,
    clean: bool,
}

impl Step {
    async fn run(engine: &EngineUnderLoad, plan: LoadPlan, what: &str) -> Self {
        let before = engine.cpu();
        let report = loaded(plan).await;
        let step = Self {
            rate: report.requests_per_second(),
            p99: report.kinds[&WebhookKind::Incoming].latency.quantile(0.99),
            cpu: engine.cpu().since(before),
            thousands: report.arrivals as f64 / 1000.0,
            clean: report.failures() == 0,
        };
        println!(
            "  {what}: {:.0}/s, p99 {:.1} ms, CPU {} ms per 1,000",
            step.rate,
            ms(step.p99),
            step.cpu.shares(step.thousands)
        );
        step
    }

    fn counts(&self) -> bool {
        self.clean && self.p99 < SLOWEST
    }
}

/// How fast connections go that send as soon as they are answered; from there downwards the highest rate at which
/// requests can come whether answered or not. The second is the figure: no request of it waits for another.
async fn maximum(engine: &EngineUnderLoad, seconds: u64) -> (f64, f64) {
    let mut closed = 0.0_f64;
    for connections in [16, 32, 64, 128] {
        let mut plan = plan(engine, Scenario::Incoming);
        plan.connections = connections;
        plan.time = Duration::from_secs(seconds.div_ceil(3));
        let step = Step::run(engine, plan, &format!("{connections} connections")).await;
        if step.counts() {
            closed = closed.max(step.rate);
        }
    }
    let mut best: Option<Step> = None;
    for part in [1.0, 0.9, 0.8, 0.7, 0.6, 0.5] {
        let asked = (closed * part).max(250.0);
        let mut plan = plan(engine, Scenario::Incoming);
        plan.rate = Some(asked);
        plan.connections = 256;
        plan.time = Duration::from_secs(seconds.div_ceil(2));
        let step = Step::run(engine, plan, &format!("{asked:.0}/s asked")).await;
        if step.counts() && step.rate >= asked * 0.98 {
            best = Some(step);
            break;
        }
    }
    figure(
        "incoming_call, as fast as answered, p99 < 50 ms, requests/s",
        format!("{closed:.0}"),
    );
    let Some(best) = best else {
        println!("incoming_call: no rate kept 99 of 100 under 50 ms   MISSED");
        return (closed, 0.0);
    };
    figure(
        "incoming_call, maximum rate coming in, p99 < 50 ms, requests/s",
        format!("{:.0}", best.rate),
    );
    target(
        "incoming_call at the maximum, CPU ms per 1,000",
        best.cpu.all() * 1000.0 / best.thousands,
        110.0,
        Below,
    );
    figure("incoming_call, a batch of one commit, mean of the whole run", {
        let rows = engine.metric("group_commit_batch_sum").await;
        let batches = engine.metric("group_commit_batch_count").await;
        format!("{:.1}", rows / batches)
    });
    (closed, best.rate)
}
