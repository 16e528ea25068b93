//! What we are held against: bare `ws` on Node, and the framework's own WebSocket actors. Both keep connections and send
//! one text to all when they are asked; they authenticate nobody and keep nothing.

use crate::bare;
use crate::machine::figure;
use crate::visitors::{masked, percentile, read_text, shake_hands};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// A server in a process of its own. Dropped, it is killed.
pub struct Server {
    name: &'static str,
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Bare `ws`, if it is there: `npm --prefix benches/peers ci` brings it.
    pub fn node() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        if !folder.join("node_modules/ws").exists() {
            return None;
        }
        let mut node = Command::new("node");
        node.arg(folder.join("ws.mjs"));
        Self::start("ws on Node", node)
    }

    /// The framework and nothing else.
    pub fn framework() -> Option<Self> {
        let mut ourselves = Command::new(std::env::current_exe().ok()?);
        ourselves.arg(bare::ARGUMENT);
        Self::start("actix-web-actors alone", ourselves)
    }

    fn start(name: &'static str, mut command: Command) -> Option<Self> {
        let mut process = command.stdout(Stdio::piped()).spawn().ok()?;
        let stdout = process.stdout.take()?;
        let line = BufReader::new(stdout).lines().next()?.ok()?;
        Some(Self {
            name,
            address: line.strip_prefix("listening on ")?.to_owned(),
            process,
        })
    }

    /// A number of its `/proc` files: processor seconds, resident KiB.
    fn spent(&self) -> (f64, f64) {
        let read = |file: &str| {
            std::fs::read_to_string(format!("/proc/{}/{file}", self.process.id())).unwrap_or_default()
        };
        let stat = read("stat");
        let ticks: f64 = stat
            .rsplit(')')
            .next()
            .map(|rest| rest.split_whitespace().collect::<Vec<_>>())
            .map_or(0.0, |fields| {
                let field = |n: usize| {
                    fields
                        .get(n)
                        .and_then(|text| text.parse::<f64>().ok())
                        .unwrap_or(0.0)
                };
                field(11) + field(12)
            });
        let status = read("status");
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        (ticks / 100.0, resident.unwrap_or(f64::NAN))
    }
}

/// Prints what it costs.
pub async fn measure(server: Option<Server>, pages: usize) {
    let Some(server) = server else {
        figure("a peer", "not there");
        return;
    };
    let name = server.name;
    let (_, empty) = server.spent();
    let (told, mut heard) = mpsc::unbounded_channel();
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(128));
    let began = Instant::now();
    let mut coming = Vec::new();
    for _ in 0..pages {
        let (address, told, gate) = (server.address.clone(), told.clone(), gate.clone());
        coming.push(tokio::spawn(async move {
            let _place = gate.acquire().await.expect("the gate is open");
            let mut stream = shake_hands(&address, "nobody").await;
            tokio::spawn(async move {
                let mut rest = Vec::new();
                while let Some((_, left)) = read_text(&mut stream, rest).await {
                    let _ = told.send(Instant::now());
                    rest = left;
                }
            });
        }));
    }
    for one in coming {
        one.await.expect("everybody comes in");
    }
    let took = began.elapsed().as_secs_f64();
    figure(
        &format!("{name}: handshakes a second"),
        format!("{:.0}", pages as f64 / took),
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, full) = server.spent();
    figure(
        &format!("{name}: KiB a connection"),
        format!("{:.1}", (full - empty) / pages as f64),
    );
    let mut asker = shake_hands(&server.address, "asker").await;
    let (rounds, mut all) = (10, Vec::new());
    for _ in 0..rounds {
        let asked = Instant::now();
        tokio::io::AsyncWriteExt::write_all(&mut asker, &masked("all"))
            .await
            .expect("asked");
        for _ in 0..pages {
            let at: Instant = tokio::time::timeout(Duration::from_secs(60), heard.recv())
                .await
                .expect("in time")
                .expect("open");
            all.push(at.duration_since(asked).as_secs_f64() * 1000.0);
        }
    }
    let (after, _) = server.spent();
    figure(
        &format!("{name}: broadcast to all, p99, ms"),
        format!("{:.1}", percentile(&mut all, 0.99)),
    );
    let delivery = (after - before) * 1e6 / (rounds * pages) as f64;
    figure(&format!("{name}: CPU a delivery, µs"), format!("{delivery:.1}"));
}
