//! The engine under load: a release process of its own over a private Postgres of its own, and what
//! both of them cost, read from `/proc`. It prints figures, and touches no process that it did not start.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::businesses::NewBusiness;
use store::embedded::Embedded;
use store::{Store, StoreOptions};

pub const PUBLIC_HOST: &str = "https://calls.example.co.il";
/// Signs access tokens: a bench makes its own.
pub const JWT_SECRET: &str = "a bench's secret of thirty-two bytes or more";
pub const NUMBER: &str = "+97237654321";

/// Which side of its target a figure should be.
pub enum Bound {
    Below,
    Above,
}

/// Prints a figure beside its target.
pub fn target(what: &str, measured: f64, wanted: f64, bound: Bound) {
    let (word, met) = match bound {
        Bound::Below => ("at most", measured <= wanted),
        Bound::Above => ("at least", measured >= wanted),
    };
    let verdict = if met { "ok" } else { "MISSED" };
    println!("{what:<64} {measured:>12.2}   {word} {wanted} {verdict}");
}

/// Prints what each part spent for each of so many, where it is worth a line, in milliseconds.
pub fn parts(before: &BTreeMap<String, f64>, after: &BTreeMap<String, f64>, of: f64) {
    for (name, spent) in after {
        let share = (spent - before.get(name).unwrap_or(&0.0)) * 1000.0 / of;
        if share >= 0.005 {
            println!("    {name:<60} {share:>12.2}");
        }
    }
}

/// Prints a figure that has no target of its own.
pub fn figure(what: &str, measured: impl std::fmt::Display) {
    println!("{what:<64} {measured:>12}");
}

/// Processor time of both so far, or between two moments, in seconds.
#[derive(Clone, Copy)]
pub struct Cpu {
    pub engine: f64,
    pub postgres: f64,
}

impl Cpu {
    pub fn all(self) -> f64 {
        self.engine + self.postgres
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            engine: self.engine - before.engine,
            postgres: self.postgres - before.postgres,
        }
    }

    /// Milliseconds for each of so many, as engine + Postgres.
    pub fn shares(self, of: f64) -> String {
        format!(
            "{:.1} + {:.1}",
            self.engine * 1000.0 / of,
            self.postgres * 1000.0 / of
        )
    }
}

/// The engine and its database.
pub struct EngineUnderLoad {
    pub address: String,
    engine: Child,
    postgres: Option<Embedded>,
    folder: PathBuf,
}

const PREFIX: &str = "agentlocator-bench-";

impl EngineUnderLoad {
    /// Starts both. Speech comes from the services at `providers`, recordings from `carrier`; each of the businesses
    /// is called by its number and has its script.
    pub async fn start(providers: &str, carrier: &str, businesses: Vec<(String, String)>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        remove_leftovers();
        let (pid, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("{PREFIX}{pid}-{number}"));
        // Others may pass: Postgres runs as an unprivileged user below it.
        std::fs::DirBuilder::new()
            .mode(0o755)
            .create(&folder)
            .expect("a folder");
        let place = folder.clone();
        let postgres = tokio::task::spawn_blocking(move || Embedded::start(&place).expect("a Postgres"))
            .await
            .expect("no panic");
        prepare(postgres.url(), businesses).await;
        let mut engine = Command::new(engine_binary())
            .arg("serve")
            .env_clear()
            .env("APP_ENV", "test")
            .env("PUBLIC_HOST", PUBLIC_HOST)
            .env("PORT", "0")
            .env("JWT_SECRET", JWT_SECRET)
            .env("API_REQUESTS_PER_SECOND", "1000000")
            .env("DATA_DIR", folder.join("engine"))
            .env("DATABASE_URL", postgres.url())
            .env("MODELS_DIR", folder.join("no-models"))
            .env("TWILIO_ACCOUNT_SID", crate::parties::ACCOUNT)
            .env("TWILIO_AUTH_TOKEN", crate::parties::TOKEN)
            .env("TWILIO_API_BASE", carrier)
            .env("STT_BASE_URL", format!("{providers}/v1"))
            .env("TTS_BASE_URL", format!("{providers}/v1"))
            .env("TEST_MS_GRACE", "500")
            .env("LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the engine starts");
        let stdout = engine.stdout.take().expect("standard output");
        // Owned from here on: a bench that fails below still ends both and removes what they wrote.
        let mut started = Self {
            address: String::new(),
            engine,
            postgres: Some(postgres),
            folder,
        };
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        started.address = lines
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the engine listens");
        // Read to its end: a full pipe would make the engine wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        tokio::time::sleep(Duration::from_secs(2)).await;
        started
    }

    /// Where the database is.
    pub fn database(&self) -> String {
        self.postgres
            .as_ref()
            .map(|postgres| postgres.url().to_owned())
            .unwrap_or_default()
    }

    /// Processor time of the engine and of all of Postgres so far.
    pub fn cpu(&self) -> Cpu {
        let postmaster = self.postgres.as_ref().map_or(0, Embedded::pid);
        let id = i32::try_from(self.engine.id()).unwrap_or(0);
        let (mut engine, mut postgres) = (0, 0);
        for process in processes() {
            if process.pid == id {
                engine += process.own;
            } else if process.pid == postmaster {
                // Its children that ended are counted as its own.
                postgres += process.own + process.reaped;
            } else if process.parent == postmaster {
                postgres += process.own;
            }
        }
        Cpu {
            engine: engine as f64 / 100.0,
            postgres: postgres as f64 / 100.0,
        }
    }

    /// The same by part: the engine's threads and Postgres's processes by what they are called, in seconds. What a
    /// thread or a process had spent when it ended is in no part.
    pub fn parts(&self) -> BTreeMap<String, f64> {
        let postmaster = self.postgres.as_ref().map_or(0, Embedded::pid);
        let id = i32::try_from(self.engine.id()).unwrap_or(0);
        let mut parts = BTreeMap::new();
        let mut add = |name: String, task: &Path| {
            let schedstat = std::fs::read_to_string(task.join("schedstat")).unwrap_or_default();
            let nanoseconds = schedstat.split(' ').next().and_then(|n| n.parse::<f64>().ok());
            *parts.entry(name).or_insert(0.0) += nanoseconds.unwrap_or(0.0) / 1e9;
        };
        let threads = std::fs::read_dir(format!("/proc/{id}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let name = std::fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
            // Threads of one pool are told apart by a number at their end.
            let name = name.trim().trim_end_matches(|c: char| c.is_ascii_digit());
            add(format!("engine: {name}"), &thread.path());
        }
        for process in processes() {
            let folder = PathBuf::from(format!("/proc/{}", process.pid));
            if process.pid == postmaster {
                add("postgres: postmaster".into(), &folder);
            } else if process.parent == postmaster {
                let title = std::fs::read_to_string(folder.join("cmdline")).unwrap_or_default();
                let title = title.trim_matches(['\0', ' ']);
                let is_client = title.contains("[local]");
                add(
                    if is_client {
                        "postgres: backends".into()
                    } else {
                        title.to_owned()
                    },
                    &folder,
                );
            }
        }
        parts
    }

    /// What both cost when nothing is asked of them, once what came before has settled, over a second.
    pub async fn idle_cpu(&self) -> Cpu {
        let wait = Duration::from_secs(3);
        tokio::time::sleep(wait).await;
        let before = self.cpu();
        tokio::time::sleep(wait).await;
        let spent = self.cpu().since(before);
        let seconds = wait.as_secs_f64();
        Cpu {
            engine: spent.engine / seconds,
            postgres: spent.postgres / seconds,
        }
    }

    /// The engine's own memory in MB: proportional (`Pss`) or resident (`Rss`) set size.
    pub fn memory_mb(&self, kind: &str) -> f64 {
        let rollup =
            std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.engine.id())).unwrap_or_default();
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    }

    /// A sum over all series of this name that the engine shows at `/metrics`.
    pub async fn metric(&self, name: &str) -> f64 {
        let page = match reqwest::get(format!("{}/metrics", self.address)).await {
            Ok(page) => page.text().await.unwrap_or_default(),
            Err(_) => return f64::NAN,
        };
        let values = page.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let value = rest.starts_with([' ', '{']).then(|| rest.rsplit(' ').next())??;
            value.parse::<f64>().ok()
        });
        values.sum()
    }
}

impl Drop for EngineUnderLoad {
    fn drop(&mut self) {
        let _ = self.engine.kill();
        let _ = self.engine.wait();
        drop(self.postgres.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a killed run left behind: its processes ended with it.
fn remove_leftovers() {
    let entries = std::fs::read_dir(std::env::temp_dir());
    for entry in entries.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

async fn prepare(url: &str, businesses: Vec<(String, String)>) {
    let store = Store::new(&StoreOptions {
        url: url.to_owned(),
        pool_size: 1,
    })
    .expect("a store");
    store.migrate().await.expect("migrated");
    for (number, script) in businesses {
        let number = domain::entities::Phone::parse(&number).expect("a number");
        let new = NewBusiness {
            name: number.as_e164(),
            number: &number,
            script: &script,
            voice: "",
        };
        store.ensure_business(new).await.expect("a business");
    }
}

/// The engine that was built with us, or another one (`--engine PATH`): two builds are compared in one session.
fn engine_binary() -> PathBuf {
    let given = argument("--engine");
    given.map_or_else(|| env!("CARGO_BIN_EXE_agentlocator").into(), PathBuf::from)
}

struct Process {
    pid: i32,
    parent: i32,
    /// Clock ticks, a hundredth of a second each.
    own: u64,
    reaped: u64,
}

/// `/proc/*/stat`: fields 4 (parent), 14 to 17 (user and system time, own and of children that ended).
fn processes() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
            Some(Process {
                pid,
                parent: fields.get(1)?.parse().ok()?,
                own: number(11)? + number(12)?,
                reaped: number(13)? + number(14)?,
            })
        })
        .collect()
}

/// What follows this name on the command line.
pub fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}
