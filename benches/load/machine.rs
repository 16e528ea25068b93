//! The engine under load: a release process of its own over a private Postgres of its own, and what
//! both of them cost, read from `/proc`.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use store::businesses::NewBusiness;
use store::embedded::Embedded;
use store::{Store, StoreOptions};

pub const PUBLIC_HOST: &str = "https://calls.example.co.il";
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

/// The engine and its database.
pub struct EngineUnderLoad {
    pub address: String,
    engine: Child,
    postgres: Option<Embedded>,
    folder: PathBuf,
}

impl EngineUnderLoad {
    /// Starts both. Speech comes from the services at `providers`, recordings from `carrier`.
    pub async fn start(providers: &str, carrier: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("agentlocator-bench-{}", std::process::id()));
        std::fs::DirBuilder::new()
            .mode(0o755)
            .create(&folder)
            .expect("a folder");
        let place = folder.clone();
        let postgres = tokio::task::spawn_blocking(move || Embedded::start(&place).expect("a Postgres"))
            .await
            .expect("no panic");
        prepare(postgres.url()).await;
        let mut engine = Command::new(env!("CARGO_BIN_EXE_agentlocator"))
            .arg("serve")
            .env_clear()
            .env("APP_ENV", "test")
            .env("PUBLIC_HOST", PUBLIC_HOST)
            .env("PORT", "0")
            .env("DATA_DIR", folder.join("engine"))
            .env("DATABASE_URL", postgres.url())
            .env("MODELS_DIR", folder.join("no-models"))
            .env("TWILIO_ACCOUNT_SID", crate::parties::ACCOUNT)
            .env("TWILIO_AUTH_TOKEN", crate::parties::TOKEN)
            .env("TWILIO_API_BASE", carrier)
            .env("STT_BASE_URL", format!("{providers}/v1"))
            .env("TTS_BASE_URL", format!("{providers}/v1"))
            .env("TEST_MS_GRACE", "500")
            .env("LOG_LEVEL", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the engine starts");
        let stdout = engine.stdout.take().expect("standard output");
        let address = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the engine listens");
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        Self {
            address,
            engine,
            postgres: Some(postgres),
            folder,
        }
    }

    /// Where the database is.
    pub fn database(&self) -> String {
        self.postgres
            .as_ref()
            .map(|postgres| postgres.url().to_owned())
            .unwrap_or_default()
    }

    /// Processor seconds of the engine and of all of Postgres so far.
    pub fn cpu_seconds(&self) -> f64 {
        let postmaster = self.postgres.as_ref().map_or(0, Embedded::pid);
        let family = processes()
            .into_iter()
            .filter(|p| p.pid == postmaster || p.parent == postmaster);
        let postgres: u64 = family
            .map(|p| {
                if p.pid == postmaster {
                    p.own + p.reaped
                } else {
                    p.own
                }
            })
            .sum();
        let id = i32::try_from(self.engine.id()).unwrap_or(0);
        let engine: u64 = processes()
            .into_iter()
            .filter(|p| p.pid == id)
            .map(|p| p.own)
            .sum();
        (postgres + engine) as f64 / 100.0
    }

    /// The engine's share of it.
    pub fn engine_seconds(&self) -> f64 {
        let id = i32::try_from(self.engine.id()).unwrap_or(0);
        let own = processes().into_iter().find(|p| p.pid == id).map_or(0, |p| p.own);
        own as f64 / 100.0
    }

    /// What both cost when nothing is asked of them, once what came before has settled: ms a second.
    pub async fn idle_cpu(&self) -> f64 {
        let wait = std::time::Duration::from_secs(3);
        tokio::time::sleep(wait).await;
        let before = self.cpu_seconds();
        tokio::time::sleep(wait).await;
        (self.cpu_seconds() - before) * 1000.0 / wait.as_secs_f64()
    }

    /// The engine's own memory, MB: proportional set size.
    pub fn memory_mb(&self) -> f64 {
        let rollup =
            std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.engine.id())).unwrap_or_default();
        let line = rollup.lines().find(|line| line.starts_with("Pss:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    }

    /// Stops both and removes what they wrote.
    pub fn stop(mut self) {
        let _ = self.engine.kill();
        let _ = self.engine.wait();
        drop(self.postgres.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn prepare(url: &str) {
    let store = Store::new(&StoreOptions {
        url: url.to_owned(),
        pool_size: 1,
    })
    .expect("a store");
    store.migrate().await.expect("migrated");
    let number = domain::entities::Phone::parse(NUMBER).expect("a number");
    let new = NewBusiness {
        name: "bench",
        number: &number,
        script: domain::script::REAL_ESTATE,
        voice: "",
    };
    store.ensure_business(new).await.expect("a business");
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
