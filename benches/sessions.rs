//! Ten thousand open pages on one engine process over a private Postgres with fsync on, beside bare `ws` on Node and the
//! framework alone in the same run: `cargo bench --bench sessions [-- --quick]`. Each figure stands beside its target; a missed one is said, and
//! fails nothing: these machines differ. Clients, engine and Postgres share the cores.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "sessions/bare.rs"]
mod bare;
#[path = "load/machine.rs"]
#[allow(dead_code, reason = "the load bench uses more of it")]
mod machine;
#[path = "sessions/million.rs"]
mod million;
#[path = "../tests/it/parties.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod parties;
#[path = "sessions/peer.rs"]
mod peer;
#[path = "sessions/visitors.rs"]
#[allow(dead_code, reason = "the stories use more of it")]
mod visitors;

use machine::Bound::{Above, Below};
use machine::{EngineUnderLoad, figure, target};
use std::time::{Duration, Instant};
use visitors::{Visitors, percentile};

/// Pages; half of what a process may hold in files.
const PAGES: usize = 10_000;

fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    if std::env::args().any(|argument| argument == bare::ARGUMENT) {
        return bare::serve();
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let pages = if quick { 1_000 } else { PAGES };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(all(pages));
}

async fn all(pages: usize) {
    let others = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\n{pages} pages; load average at the start: {others}");
    println!("{:<64} {:>12}   target", "figure", "measured");
    peer::measure(peer::Server::node(), pages).await;
    peer::measure(peer::Server::framework(), pages).await;
    ours(pages).await;
}

async fn ours(pages: usize) {
    let parties = parties::Parties::start().await;
    let business = vec![(machine::NUMBER.to_owned(), domain::script::REAL_ESTATE.to_owned())];
    let engine = EngineUnderLoad::start(&parties.base, &parties.base, business).await;
    let visitors = Visitors::invite(&engine.database(), machine::JWT_SECRET, pages).await;
    let before = engine.memory_mb("Rss");
    let cpu = engine.cpu();
    let began = Instant::now();
    let mut open = visitors.come(&engine.address).await;
    let took = began.elapsed().as_secs_f64();
    target(
        "engine: authenticated handshakes a second",
        pages as f64 / took,
        5_000.0,
        Above,
    );
    figure(
        "engine: CPU a handshake, ms (engine + Postgres)",
        engine.cpu().since(cpu).shares(pages as f64),
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    let kib = (engine.memory_mb("Rss") - before) * 1024.0 / pages as f64;
    target("engine: KiB a connection", kib, 4.0, Below);

    for (rate, limit) in [(100, 3.0), (1_000, 15.0)] {
        let cpu = engine.cpu();
        let due = visitors.remind(rate, 5 * rate).await;
        let mut late = open.lateness(due).await;
        target(
            &format!("engine: {rate} reminders due a second, lateness p99, ms"),
            percentile(&mut late, 0.99),
            limit,
            Below,
        );
        figure(
            &format!("engine: {rate} reminders due a second, lateness p50, ms"),
            format!("{:.2}", percentile(&mut late, 0.5)),
        );
        figure(
            "engine: CPU a reminder, ms (engine + Postgres)",
            engine.cpu().since(cpu).shares(due as f64),
        );
    }

    let rounds = 10;
    let cpu = engine.cpu();
    let mut all = Vec::new();
    for _ in 0..rounds {
        let asked = visitors.touch(&engine.address).await;
        all.extend(open.broadcast(asked).await);
    }
    let spent = engine.cpu().since(cpu).engine * 1e6 / (rounds * pages) as f64;
    target(
        "engine: broadcast to all, p99, ms",
        percentile(&mut all, 0.99),
        150.0,
        Below,
    );
    target("engine: CPU a delivery, µs", spent, 5.0, Below);
    million::measure(&engine, &visitors, &mut open, 100 * pages, pages).await;
}
