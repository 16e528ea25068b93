//! What this machine can do without us, in the same run: the bare framework's answer, and rows
//! committed one by one on the same disk.

use crate::LOW_RATE;
use crate::machine::{EngineUnderLoad, figure};
use crate::parties::{ACCOUNT, TOKEN};
use actix_web::{App, HttpResponse, HttpServer, web};
use simulator::Engine;
use simulator::load::{LoadPlan, run};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Bytes of an answer: as many as a greeting has.
const ANSWER_BYTES: usize = 600;

static ANSWER: LazyLock<String> = LazyLock::new(|| {
    let begin = r#"<?xml version="1.0" encoding="UTF-8"?><Response><Say>"#;
    let end = "</Say></Response>";
    let words = "a".repeat(ANSWER_BYTES - begin.len() - end.len());
    format!("{begin}{words}{end}")
});

/// Clients whose single-row commits are the measure of the disk and of Postgres.
const COMMITTERS: usize = 32;

/// What the ratios are taken of.
pub struct Floors {
    /// Requests a second of the bare framework.
    pub framework: f64,
    /// Single-row commits a second.
    pub commits: f64,
    /// What a bare answer and a bare commit of one row cost together when few come, CPU in ms per 1,000.
    pub few: f64,
}

/// All floors, printed.
pub async fn all(engine: &EngineUnderLoad, seconds: u64) -> Floors {
    let framework = bare_framework(seconds).await;
    figure(
        "floor: bare framework, same generator, requests/s",
        format!("{framework:.0}"),
    );
    let commits = single_row_commits(&engine.database(), seconds).await;
    figure(
        "floor: single-row commits, 32 clients, commits/s",
        format!("{commits:.0}"),
    );
    let answer = bare_framework_at(LOW_RATE, seconds).await;
    figure(
        "floor: bare framework at 250/s, CPU ms per 1,000",
        format!("{answer:.0}"),
    );
    let (client, postgres) = commits_at(engine, LOW_RATE, seconds).await;
    figure(
        "floor: one row a commit at 250/s, CPU ms per 1,000, client + Postgres",
        format!("{client:.0} + {postgres:.0}"),
    );
    Floors {
        framework,
        commits,
        few: answer + client + postgres,
    }
}

/// A bare server on threads of its own, whose processor time can be told from ours.
struct Bare {
    address: std::net::SocketAddr,
    handle: actix_web::dev::ServerHandle,
}

/// What the threads of the bare server, and the client of the commits, are called.
const BARE_THREADS: &str = "actix-rt|system";
const COMMITTER: &str = "committer";

impl Bare {
    fn start() -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = || App::new().default_service(web::to(bare));
                let server = HttpServer::new(app)
                    .workers(2)
                    .bind(("127.0.0.1", 0))
                    .expect("a port");
                let address = server.addrs()[0];
                let server = server.disable_signals().run();
                let _ = tell.send((address, server.handle()));
                let _ = server.await;
            });
        });
        let (address, handle) = told.recv().expect("the bare server starts");
        Self { address, handle }
    }

    fn plan(&self, seconds: u64) -> LoadPlan {
        let engine = Engine::local(format!("http://{}", self.address));
        let mut plan = LoadPlan::new(engine, ACCOUNT, TOKEN);
        plan.time = Duration::from_secs(seconds.div_ceil(2));
        plan
    }
}

/// Requests a second of a handler that reads the body and answers with a constant.
async fn bare_framework(seconds: u64) -> f64 {
    let server = Bare::start();
    let mut plan = server.plan(seconds);
    plan.connections = 64;
    let report = run(plan).await.expect("loopback");
    server.handle.stop(false).await;
    report.requests_per_second()
}

/// What such a request costs when few come: a processor that slept in between is cold.
async fn bare_framework_at(rate: f64, seconds: u64) -> f64 {
    let server = Bare::start();
    let mut plan = server.plan(seconds * 2);
    plan.rate = Some(rate);
    let before = own_threads(BARE_THREADS);
    let report = run(plan).await.expect("loopback");
    let spent = own_threads(BARE_THREADS) - before;
    server.handle.stop(false).await;
    spent * 1e6 / report.arrivals as f64
}

async fn bare(body: web::Bytes) -> HttpResponse {
    std::hint::black_box(body.len());
    HttpResponse::Ok().content_type("text/xml").body(ANSWER.as_str())
}

/// Processor time of our own threads whose names begin so, in seconds.
fn own_threads(names: &str) -> f64 {
    let threads = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let spent = threads.filter_map(|thread| {
        let name = std::fs::read_to_string(thread.path().join("comm")).ok()?;
        if !names.split('|').any(|wanted| name.contains(wanted)) {
            return None;
        }
        let schedstat = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        schedstat.split(' ').next()?.parse::<f64>().ok()
    });
    spent.sum::<f64>() / 1e9
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)";
const INSERT: &str = "INSERT INTO floor (text) VALUES ($1)";
const TEXT: &str = "CA00000000000000000000000000000001";

/// Commits a second of so many clients, each inserting one row after the other.
async fn single_row_commits(url: &str, seconds: u64) -> f64 {
    let admin = connect(url).await;
    admin.batch_execute(TABLE).await.expect("a table");
    let limit = Duration::from_secs(seconds.div_ceil(2));
    let begun = Instant::now();
    let work = (0..COMMITTERS).map(|_| {
        let url = url.to_owned();
        tokio::spawn(async move {
            let client = connect(&url).await;
            let insert = client.prepare(INSERT).await.expect("a statement");
            let mut rows = 0_u64;
            while begun.elapsed() < limit {
                client.execute(&insert, &[&TEXT]).await.expect("a commit");
                rows += 1;
            }
            rows
        })
    });
    let mut rows = 0;
    for client in futures_util::future::join_all(work).await {
        rows += client.expect("a client");
    }
    let rate = rows as f64 / begun.elapsed().as_secs_f64();
    admin
        .batch_execute("DROP TABLE floor")
        .await
        .expect("the table goes");
    rate
}

/// What a commit of one row costs when few come, in milliseconds per 1,000 of client + Postgres.
async fn commits_at(engine: &EngineUnderLoad, rate: f64, seconds: u64) -> (f64, f64) {
    let url = engine.database();
    let (before, own) = (engine.cpu(), own_threads(COMMITTER));
    let client = std::thread::Builder::new().name(COMMITTER.into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let rows = runtime.expect("a runtime").block_on(async {
            let client = connect(&url).await;
            client.batch_execute(TABLE).await.expect("a table");
            let insert = client.prepare(INSERT).await.expect("a statement");
            let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
            let rows = (rate * seconds as f64) as u64;
            for _ in 0..rows {
                ticks.tick().await;
                client.execute(&insert, &[&TEXT]).await.expect("a commit");
            }
            rows
        });
        (rows, own_threads(COMMITTER))
    });
    let client = client.expect("a thread");
    let (rows, spent) = tokio::task::spawn_blocking(move || client.join().expect("no panic"))
        .await
        .expect("no panic");
    let postgres = engine.cpu().since(before).postgres;
    let thousands = rows as f64 / 1000.0;
    ((spent - own) * 1000.0 / thousands, postgres * 1000.0 / thousands)
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("connects");
    tokio::spawn(connection);
    client
}
