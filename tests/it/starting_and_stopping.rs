//! The engine's ground: its configuration checked whole, its private Postgres, its two-step stop.

use crate::call::Call;
use crate::cluster;
use crate::world::{World, spawn};
use std::collections::BTreeMap;
use std::os::unix::fs::DirBuilderExt;
use std::process::Command;

#[test]
fn everything_that_is_wrong_with_the_configuration_is_said_at_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_agentlocator"))
        .arg("serve")
        .env_clear()
        .envs([("APP_ENV", "production"), ("PORT", "many"), ("LOG_FORMAT", "xml")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in [
        "PORT",
        "LOG_FORMAT",
        "PUBLIC_HOST",
        "DATABASE_URL",
        "TWILIO_AUTH_TOKEN",
        "JWT_SECRET",
    ] {
        assert!(said.contains(name), "{name} in:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_engines_start_at_once_on_an_empty_database() {
    let database = tokio::task::spawn_blocking(cluster::empty_database)
        .await
        .unwrap();
    let environment = BTreeMap::from([("DATABASE_URL".to_owned(), database.clone())]);
    let mut engines: Vec<_> = (0..8)
        .map(|_| spawn(&environment, &cluster::folder("eight")))
        .collect();
    let client = cluster::client(&database).await;
    for engine in &mut engines {
        use std::io::{BufRead, BufReader};
        // Before it there is the code of the first run.
        let said: Vec<String> = BufReader::new(engine.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .take(2)
            .collect();
        assert!(said[1].starts_with("listening on"), "{said:?}");
    }
    let row = client.query_one("SELECT count(*) FROM nodes", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 8);
    for mut engine in engines {
        engine.kill().unwrap();
        engine.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_private_postgres_is_found_again_after_kill_9_and_stops_with_the_engine() {
    let folder = cluster::folder("private").join("data");
    std::fs::DirBuilder::new().mode(0o755).create(&folder).unwrap();
    let world = World::new().await;
    let own = [("DATABASE_URL", "")];
    let mut engine = world.engine_in(folder.clone(), &own);
    Call::new(1).ring(&engine).await.assert_spoken();
    engine.kill();
    drop(engine);
    let engine = world.engine_in(folder.clone(), &own);
    let health: serde_json::Value = engine.get("/api/health").await.json().await.unwrap();
    assert_eq!(health["database"]["ok"], true);
    let again = Call::new(1).ring(&engine).await;
    again.assert_spoken();
    assert_eq!(engine.stop().code(), Some(0));
    let pid_files = std::fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().join("data/postmaster.pid").exists());
    assert_eq!(pid_files.count(), 0, "the server has stopped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_engine_on_the_same_folder_is_refused() {
    let world = World::new().await;
    let engine = world.engine();
    let environment = BTreeMap::from([("DATABASE_URL".to_owned(), world.database.clone())]);
    let mut second = spawn(&environment, &engine.folder);
    assert_eq!(second.wait().unwrap().code(), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_the_recording_in_hand_reach_its_next_checkpoint() {
    let world = World::new().await;
    let engine = world.engine();
    let call = Call::new(1);
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    let folder = engine.folder.clone();
    assert_eq!(engine.stop().code(), Some(0));
    let row = world.rows().await;
    let row = row
        .query_one(
            "SELECT attempt, lease_until IS NULL OR state = 'done' FROM recordings",
            &[],
        )
        .await
        .unwrap();
    assert!(
        row.get::<_, i16>(0) <= 1 && row.get::<_, bool>(1),
        "a stop is not an attempt, and holds nothing"
    );
    let again = world.engine_in(folder, &[]);
    assert!(
        call.next_whole(&again, 1)
            .await
            .names()
            .starts_with("Play Record")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_ids_come_in_and_go_out_and_errors_have_one_shape() {
    let world = World::new().await;
    let engine = world.engine();
    let client = reqwest::Client::new();
    let ask = |path: &str| client.get(format!("{}{path}", engine.base));
    let answer = ask("/health")
        .header("x-request-id", "story-0001")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["x-request-id"], "story-0001");
    assert!(answer.headers().contains_key("x-revision"));
    assert_eq!(answer.text().await.unwrap(), "{\"ok\":true}");
    let answer = ask("/nothing")
        .header("x-request-id", "bad id\u{7f}")
        .send()
        .await;
    if let Ok(answer) = answer {
        assert_ne!(answer.headers()["x-request-id"], "bad id");
    }
    let missing: serde_json::Value = ask("/api/nothing").send().await.unwrap().json().await.unwrap();
    assert_eq!(missing["error"], "not_found");
    assert!(missing["request_id"].as_str().is_some_and(|id| id.len() > 8));
    Call::new(1).ring(&engine).await;
    let metrics = ask("/metrics").send().await.unwrap().text().await.unwrap();
    for name in ["group_commit_batch", "calls_live 1"] {
        assert!(metrics.contains(name), "{name} in:\n{metrics}");
    }
}
