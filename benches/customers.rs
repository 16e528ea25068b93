//! A business of a hundred thousand customers with a million entries in their timelines, among ten, on one engine process
//! over a private Postgres with fsync on: `cargo bench --bench customers [-- --quick]`. Each figure stands beside its
//! target; a missed one is said, and fails nothing: these machines differ. Client, engine and Postgres share the cores.
//! `--engine PATH` measures another build.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "load/machine.rs"]
#[allow(dead_code, reason = "the load bench uses more of it")]
mod machine;
#[path = "../tests/it/parties.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod parties;
#[path = "customers/town.rs"]
mod town;
#[path = "sessions/visitors.rs"]
#[allow(dead_code, reason = "the bench of sessions uses more of it")]
mod visitors;

use machine::Bound::Below;
use machine::{EngineUnderLoad, figure, target};
use std::time::{Duration, Instant};
use town::{Desk, Town};
use visitors::{Visitors, percentile};

/// Requests a second of a mixed load: fifty agents at work.
const RATE: u32 = 60;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(all(quick));
}

async fn all(quick: bool) {
    let others = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let customers = if quick { 5_000 } else { 100_000 };
    println!("\n{customers} customers; load average at the start: {others}");
    println!("{:<64} {:>12}   target", "figure", "measured");
    let parties = parties::Parties::start().await;
    let businesses = (0..10).map(|n| (format!("+9723765{n:04}"), domain::script::REAL_ESTATE.to_owned()));
    let engine = EngineUnderLoad::start(&parties.base, &parties.base, businesses.collect()).await;
    let visitors = Visitors::invite(&engine.database(), machine::JWT_SECRET, 1).await;
    let began = Instant::now();
    let town = Town::settle(&engine.database(), customers).await;
    figure(
        "seconds to fill the database",
        format!("{:.0}", began.elapsed().as_secs_f64()),
    );
    let desk = Desk::open(&engine.address, &visitors.tokens()[0]);
    pages(&desk, &town, quick).await;
    mixed(&engine, &desk, &town, quick).await;
}

/// One question after the other, by what it asks.
async fn pages(desk: &Desk, town: &Town, quick: bool) {
    let rounds = if quick { 50 } else { 400 };
    let measures: [(&str, f64, Option<f64>, Question); 12] = [
        ("list, first page", 0.5, Some(1.5), |_, _| list("")),
        ("list by name, first page", 0.5, Some(1.5), |_, _| {
            list("sort=name")
        }),
        ("list, one stage, first page", 0.5, None, |_, _| {
            list("stage=qualified")
        }),
        ("list, a page far behind", 0.5, None, |town, n| {
            list(&format!("page={}", town.some(n, 3_900) + 1))
        }),
        ("timeline, first page", 0.5, Some(1.0), |town, n| {
            format!("/api/customers/{}/timeline?limit=50", town.customer(n))
        }),
        ("card", 0.5, None, |town, n| {
            format!("/api/crm/customers/{}", town.customer(n))
        }),
        ("search, two letters of a name", 0.99, Some(30.0), |town, n| {
            search(&town.name(n).chars().take(2).collect::<String>())
        }),
        ("search, four letters of a name", 0.99, Some(30.0), |town, n| {
            search(&town.name(n).chars().take(4).collect::<String>())
        }),
        ("search, two words", 0.99, Some(30.0), |town, n| {
            search(&town.whole_name(n))
        }),
        ("search, two digits", 0.99, Some(30.0), |town, n| {
            search(&format!("{:02}", town.some(n, 100)))
        }),
        ("search, four digits", 0.99, Some(30.0), |town, n| {
            search(&format!("{:04}", town.some(n, 10_000)))
        }),
        ("search, a word of a call", 0.99, Some(30.0), |town, n| {
            search(town.word(n))
        }),
    ];
    for (what, share, wanted, question) in measures {
        // What comes first pays for plans and for pages that nobody has read yet.
        for n in 0..20 {
            desk.get(&question(town, n + 1_000_000)).await;
        }
        let mut took = Vec::new();
        for n in 0..rounds {
            let began = Instant::now();
            desk.get(&question(town, n)).await;
            took.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        let (low, high) = (percentile(&mut took, 0.5), percentile(&mut took, 0.99));
        match wanted {
            Some(wanted) if share < 0.9 => target(&format!("{what}: p50, ms"), low, wanted, Below),
            Some(wanted) => target(&format!("{what}: p99, ms"), high, wanted, Below),
            None => figure(&format!("{what}: p50, ms"), format!("{low:.2}")),
        }
        figure("    p50 / p99, ms", format!("{low:.2} / {high:.2}"));
    }
}

/// What is asked in this round.
type Question = fn(&Town, u64) -> String;

fn list(more: &str) -> String {
    format!("/api/crm/customers?{more}")
}

fn search(text: &str) -> String {
    let url = reqwest::Url::parse_with_params("http://here/", [("q", text)]).expect("an address");
    list(url.query().unwrap_or_default())
}

/// What people at work ask, at a steady rate: what a request costs.
async fn mixed(engine: &EngineUnderLoad, desk: &Desk, town: &Town, quick: bool) {
    let seconds: u32 = if quick { 5 } else { 20 };
    let idle = engine.idle_cpu().await;
    let before = engine.cpu();
    let began = Instant::now();
    let mut clock = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..u64::from(RATE * seconds) {
        clock.tick().await;
        let desk = desk.clone();
        let customer = town.customer(n);
        let path = match n % 20 {
            0..=6 => list(""),
            7..=9 => list(&format!("page={}", town.some(n, 5) + 1)),
            10..=12 => format!("/api/crm/customers/{customer}"),
            13..=15 => format!("/api/customers/{customer}/timeline?limit=50"),
            16 => search(&town.name(n)),
            17 => search(&town.whole_name(n)),
            18 => search(&format!("{:04}", town.some(n, 10_000))),
            _ => format!("/api/customers/{customer}/notes"),
        };
        asked.spawn(async move {
            let began = Instant::now();
            if path.ends_with("/notes") {
                desk.note(&path, "התקשרה, ביקשה לחזור אליה מחר").await;
            } else {
                desk.get(&path).await;
            }
            began.elapsed().as_secs_f64() * 1000.0
        });
    }
    let mut took: Vec<f64> = asked.join_all().await;
    let wall = began.elapsed().as_secs_f64();
    let spent = engine.cpu().since(before);
    let count = f64::from(RATE * seconds);
    let of_requests = (spent.all() - idle.all() * wall) * 1000.0 / count;
    target(
        &format!("mixed, {RATE} a second: CPU a request, ms, engine and Postgres"),
        of_requests,
        0.8,
        Below,
    );
    figure(
        "    as engine + Postgres, with what idling costs",
        spent.shares(count),
    );
    figure(
        "    p50 / p99, ms",
        format!(
            "{:.2} / {:.2}",
            percentile(&mut took, 0.5),
            percentile(&mut took, 0.99)
        ),
    );
    figure("engine, resident MB", format!("{:.1}", engine.memory_mb("Rss")));
}
