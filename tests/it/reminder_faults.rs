//! Whatever happens around the due moment, every reminder rings once: engines are killed, Postgres and NATS are restarted,
//! clocks are set, two replicas at a time. `REMINDER_RUNS` says how often; a few times when it says nothing.

use crate::cluster;
use crate::nats_process::NatsProcess;
use crate::office::{Office, Person};
use crate::page::Page;
use crate::world::{EngineProcess, World};
use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Duration;
use store::embedded::Embedded;
use tokio_postgres::Client;

/// Reminders that come due in one run.
const DUE: i64 = 40;

fn runs() -> u64 {
    let said = std::env::var("REMINDER_RUNS").ok();
    said.and_then(|runs| runs.parse().ok()).unwrap_or(5)
}

fn postgres(data: PathBuf) -> Embedded {
    Embedded::start(&data).expect("a Postgres")
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

/// Tasks of the one member, due within a second around a moment a little ahead.
async fn make(rows: &Client, run: i64) {
    let sql = "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
               SELECT 1, 'ריצה ' || $1::bigint || ' משימה ' || n, 'call', 'person',
                      now() + interval '700 milliseconds' + n * interval '20 milliseconds', 1
               FROM generate_series(1, $2::bigint) n";
    rows.execute(sql, &[&run, &DUE]).await.expect("tasks");
}

/// A number that looks random and is the same in every run of the story.
fn scattered(run: u64) -> u64 {
    run.wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407)
        >> 33
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_lost_and_none_is_doubled() {
    let data = cluster::folder("reminders").join("data");
    std::fs::DirBuilder::new()
        .mode(0o755)
        .create(&data)
        .expect("a folder");
    let mut server = Some(
        on_a_thread({
            let data = data.clone();
            move || postgres(data)
        })
        .await,
    );
    let url = server
        .as_ref()
        .map(|server| server.url().to_owned())
        .expect("a server");
    let mut world = World::over(url).await;
    let mut nats = NatsProcess::start();
    world.set("NATS_URL", &nats.url());
    let people = "INSERT INTO users (email, name) VALUES ('dana@example.com', 'דנה');
                  INSERT INTO memberships (business_id, user_id, role) VALUES (1, 1, 'agent')";
    world.rows().await.batch_execute(people).await.expect("somebody");
    let folders = [cluster::folder("engine"), cluster::folder("engine")];
    let start = |n: usize| world.engine_in(folders[n].clone(), &[]);
    let mut engines: [Option<EngineProcess>; 2] = [Some(start(0)), Some(start(1))];
    let runs = runs();
    for run in 0..runs {
        make(&world.rows().await, i64::try_from(run).unwrap_or(0)).await;
        // From well before the first is due to after the last.
        tokio::time::sleep(Duration::from_millis(300 + scattered(run) % 1_500)).await;
        match run % 5 {
            0 | 1 => {
                let n = usize::try_from(run % 5).unwrap_or(0);
                if let Some(mut engine) = engines[n].take() {
                    engine.kill();
                }
                engines[n] = Some(start(n));
            }
            2 => {
                for engine in &mut engines {
                    if let Some(mut engine) = engine.take() {
                        engine.kill();
                    }
                }
                engines = [Some(start(0)), Some(start(1))];
            }
            3 => {
                // Away while they come due, or only when some have.
                let (away, mut dead) = (Duration::from_millis(scattered(run + 1) % 1_500), nats);
                nats = on_a_thread(move || {
                    dead.kill();
                    std::thread::sleep(away);
                    dead.start_again();
                    dead
                })
                .await;
            }
            _ => {
                let (old, data) = (server.take().expect("a server"), data.clone());
                server = Some(
                    on_a_thread(move || {
                        old.stop();
                        postgres(data)
                    })
                    .await,
                );
            }
        }
        let all = DUE * (i64::try_from(run).unwrap_or(0) + 1);
        world
            .eventually(&format!(
                "SELECT count(*) = {all} FROM reminders WHERE state = 'fired'"
            ))
            .await;
    }
    let rows = world.rows().await;
    let twice = rows
        .query_one("SELECT count(*) FROM reminders WHERE rings <> 1", &[])
        .await
        .expect("a number");
    assert_eq!(twice.get::<_, i64>(0), 0, "rang more than once");
    // What the person was told: each once, alone or in a digest, and numbered without a gap.
    let told = rows
        .query("SELECT seq, kind, data FROM user_events ORDER BY seq", &[])
        .await
        .expect("events");
    let mut times: BTreeMap<i64, usize> = BTreeMap::new();
    let mut in_digests = 0;
    for (place, row) in (1_i64..).zip(&told) {
        assert_eq!(row.get::<_, i64>(0), place, "a gap");
        let (kind, data): (&str, serde_json::Value) = (row.get(1), row.get(2));
        if kind == "task:due" {
            *times
                .entry(data["reminder_id"].as_i64().expect("a number"))
                .or_default() += 1;
        } else {
            assert_eq!(kind, "task:digest");
            in_digests += data["count"].as_i64().expect("a number");
        }
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let told = i64::try_from(times.len()).unwrap_or(0) + in_digests;
    assert_eq!(told, DUE * i64::try_from(runs).unwrap_or(0));
    drop(engines);
    drop(nats);
    drop(server);
}

/// Where Debian's libfaketime is.
fn faketime() -> PathBuf {
    let places = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib",
    ];
    let library = |place: &str| PathBuf::from(place).join("faketime/libfaketime.so.1");
    places
        .into_iter()
        .map(library)
        .find(|library| library.exists())
        .expect("libfaketime: scripts/setup installs it")
}

#[tokio::test]
async fn a_clock_that_is_set_neither_loses_nor_doubles_one() {
    let mut office = Office::open().await;
    let shown = cluster::folder("clock").join("shown");
    let set = |offset: &str| std::fs::write(&shown, offset).expect("the clock is set");
    set("+0");
    office.world.set("LD_PRELOAD", &faketime().display().to_string());
    office
        .world
        .set("FAKETIME_TIMESTAMP_FILE", &shown.display().to_string());
    office.world.set("FAKETIME_NO_CACHE", "1");
    office.world.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    office.engine = office.world.engine();
    let mut page = Page::open(&office, Person::Agent).await;
    let rows = office.world.rows().await;
    let user = rows
        .query_one("SELECT id FROM users WHERE email = 'agent@ours.example'", &[])
        .await
        .expect("the agent")
        .get::<_, i64>(0);
    // Without a hint, as an edit on a replica whose hint was lost: only the tick finds it.
    let make = async |title: &str, ahead_ms: f64| {
        let sql = "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                   VALUES ($1, $2, 'call', 'person', now() + $3::float8 * interval '1 millisecond', $4)";
        rows.execute(sql, &[&office.ours.0, &title, &ahead_ms, &user])
            .await
            .expect("a task");
    };
    for (n, offset) in ["-1h", "+2h", "-3d", "+0"].into_iter().enumerate() {
        let (before, after) = (format!("לפני {n}"), format!("אחרי {n}"));
        make(&before, 2_500.0).await;
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        set(offset);
        assert_eq!(page.event("task:due").await["title"], *before);
        make(&after, 200.0).await;
        assert_eq!(page.event("task:due").await["title"], *after);
    }
    page.listen(Duration::from_secs(3)).await;
    assert_eq!(page.count("task:due"), 8, "each once");
    let late =
        "SELECT max(extract(epoch FROM fired_at - remind_at))::float8 FROM reminders WHERE business_id = 1";
    let late: f64 = rows.query_one(late, &[]).await.expect("a number").get(0);
    assert!(late < 5.0, "{late} s late");
}
