//! One Postgres for all tests of a process, on a folder of its own, and a fresh migrated database
//! for each test. It dies with the process; what a killed run left behind the next one removes.

use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use store::embedded::Embedded;
use store::{Store, StoreOptions};

struct Cluster {
    server: Embedded,
    folder: PathBuf,
}

const PREFIX: &str = "agentlocator-test-";

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        remove_leftovers();
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        // Others may pass: Postgres runs as an unprivileged user below it.
        std::fs::DirBuilder::new()
            .mode(0o755)
            .create(&folder)
            .expect("a test folder");
        let server = Embedded::start(&folder).expect("a Postgres for tests");
        migrate_template(server.url().to_owned());
        Cluster { server, folder }
    })
}

fn remove_leftovers() {
    for entry in std::fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.parse::<u32>().ok());
        if pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Runs on a thread of its own: the caller is inside a runtime already.
fn on_its_own<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(work)
    })
    .join()
    .expect("the work did not panic")
}

fn migrate_template(url: String) {
    on_its_own(async move {
        let store = Store::new(&StoreOptions { url, pool_size: 1 }).expect("a store");
        store.migrate().await.expect("the template is migrated");
    });
}

/// A fresh database, already migrated: its address.
pub fn fresh_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let cluster = cluster();
    let admin = cluster.server.url_of("postgres");
    let created = name.clone();
    on_its_own(async move {
        let (client, connection) = tokio_postgres::connect(&admin, tokio_postgres::NoTls)
            .await
            .expect("the cluster answers");
        tokio::spawn(connection);
        // One at a time: a template can't be copied while another copy is being made.
        client
            .batch_execute("SELECT pg_advisory_lock(1)")
            .await
            .expect("a lock");
        client
            .batch_execute(&format!("CREATE DATABASE {created} TEMPLATE agentlocator"))
            .await
            .expect("a database from the template");
    });
    cluster.server.url_of(&name)
}

/// An empty database, not migrated: its address.
#[allow(dead_code, reason = "not every test binary needs one")]
pub fn empty_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("empty_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let admin = cluster().server.url_of("postgres");
    let created = name.clone();
    on_its_own(async move {
        let (client, connection) = tokio_postgres::connect(&admin, tokio_postgres::NoTls)
            .await
            .expect("the cluster answers");
        tokio::spawn(connection);
        client
            .batch_execute(&format!("CREATE DATABASE {created}"))
            .await
            .expect("a database");
    });
    cluster().server.url_of(&name)
}

/// A folder of this test's own, removed with the process's.
pub fn folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = cluster()
        .folder
        .join(format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A connection to look at the rows with.
pub async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("connects");
    tokio::spawn(connection);
    client
}
