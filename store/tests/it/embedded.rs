//! The private Postgres: found again after everything was killed, and migrated by one of many.

use super::*;
use std::os::unix::fs::DirBuilderExt;
use store::embedded::Embedded;

#[tokio::test]
async fn eight_engines_that_start_at_once_migrate_once() {
    let url = cluster::empty_database();
    let stores: Vec<Store> = (0..8)
        .map(|_| {
            Store::new(&StoreOptions {
                url: url.clone(),
                pool_size: 1,
            })
            .unwrap()
        })
        .collect();
    let migrated = futures_util::future::join_all(stores.iter().map(Store::migrate)).await;
    assert!(migrated.iter().all(Result::is_ok), "{migrated:?}");
}

#[test]
fn data_survives_a_killed_postgres_and_a_second_start_takes_over_a_living_one() {
    let folder = cluster::folder("embedded").join("data");
    std::fs::DirBuilder::new().mode(0o755).create(&folder).unwrap();
    let first = Embedded::start(&folder).unwrap();
    let url = first.url().to_owned();
    run(&url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)");
    let adopted = Embedded::start(&folder).unwrap();
    assert_eq!(adopted.pid(), first.pid(), "the living one is taken over");
    std::mem::forget(adopted);
    kill_all(first.pid());
    std::mem::forget(first);
    let again = Embedded::start(&folder).unwrap();
    run(&url, "INSERT INTO kept SELECT n FROM kept");
    again.stop();
    let after_stop = Embedded::start(&folder).unwrap();
    run(&url, "INSERT INTO kept SELECT n FROM kept");
    after_stop.stop();
}

fn run(url: &str, sql: &'static str) {
    let url = url.to_owned();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(async {
                cluster::client(&url).await.batch_execute(sql).await.unwrap();
            });
    })
    .join()
    .unwrap();
}

/// SIGKILL to the postmaster and its children, as the kernel's out-of-memory killer would.
fn kill_all(postmaster: i32) {
    let children =
        std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children")).unwrap_or_default();
    for pid in std::iter::once(postmaster.to_string()).chain(children.split_whitespace().map(str::to_owned)) {
        let _ = std::process::Command::new("kill").args(["-9", &pid]).status();
    }
}
