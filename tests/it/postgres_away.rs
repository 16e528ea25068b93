//! Postgres stopped in the middle: calls are answered, their events are kept on this machine, and
//! everything is made good when it is back. Also across a `kill -9` of the engine.

use crate::call::Call;
use crate::cluster;
use crate::world::World;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use store::embedded::Embedded;

fn postgres(folder: PathBuf) -> Embedded {
    std::thread::spawn(move || Embedded::start(&folder).expect("a Postgres"))
        .join()
        .expect("no panic")
}

fn own_folder() -> PathBuf {
    let folder = cluster::folder("away").join("data");
    std::fs::DirBuilder::new()
        .mode(0o755)
        .create(&folder)
        .expect("a folder");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_and_nothing_is_lost() {
    let data = own_folder();
    let server = postgres(data.clone());
    let world = World::over(server.url().to_owned()).await;
    let folder = cluster::folder("engine");
    let mut engine = world.engine_in(folder.clone(), &[]);
    let before = Call::new(1);
    before.ring(&engine).await.assert_spoken();

    tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    for n in 2..=6 {
        let call = Call::new(n);
        call.ring(&engine).await.assert_spoken();
        let kept = call.speak(&engine, 1).await;
        kept.assert_spoken();
        assert_eq!(
            kept.names(),
            "Play Hangup",
            "the message is kept, and that is what is said"
        );
        assert_eq!(
            call.speak(&engine, 1).await.body,
            kept.body,
            "a duplicate in the spool is told the same"
        );
        assert_eq!(call.status(&engine, "completed").await.status, 200);
    }
    let health: serde_json::Value = engine.get("/api/health").await.json().await.unwrap();
    assert_eq!(
        (health["ok"].as_bool(), health["database"]["ok"].as_bool()),
        (Some(false), Some(false))
    );
    assert_eq!(health["spool"]["waiting"], 15);

    engine.kill();
    drop(engine);
    let engine = world.engine_in(folder, &[]);
    let call = Call::new(7);
    call.ring(&engine).await.assert_spoken();
    assert!(
        call.ring(&engine)
            .await
            .body
            .contains("/webhook/handle_recording"),
        "whom we answer for is known"
    );

    let server = {
        let data = data.clone();
        tokio::task::spawn_blocking(move || postgres(data)).await.unwrap()
    };
    world.eventually("SELECT count(*) = 7 FROM calls").await;
    world
        .eventually("SELECT count(*) = 5 FROM recordings WHERE state = 'done'")
        .await;
    world
        .eventually("SELECT count(*) = 5 FROM calls WHERE summary IS NOT NULL")
        .await;
    assert_eq!(engine.stop().code(), Some(0));
    drop(server);
}
