//! The directory: in memory, following changes, and there though Postgres is not.

use super::*;
use domain::call::OnFailure;
use std::time::Duration;
use store::directory::Directory;

#[tokio::test]
async fn a_change_reaches_the_directory_by_itself() {
    let (store, url) = store();
    let directory = Directory::from_snapshot(&cluster::folder("directory").join("directory.json"));
    let following = tokio::spawn(directory.clone().follow(store.clone()));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let id = business(&store).await;
    let client = cluster::client(&url).await;
    let changed = "UPDATE businesses SET on_failure = 'transfer', transfer_to = '050-1234567'";
    client.batch_execute(changed).await.unwrap();
    let transfers = |directory: &Directory| {
        directory
            .by_number("+97237654321")
            .is_some_and(|b| matches!(b.policy.on_failure, OnFailure::Transfer(_)))
    };
    for _ in 0..100 {
        if transfers(&directory) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(transfers(&directory));
    assert_eq!(
        directory.by_id(id).map(|b| b.name.clone()),
        Some("תיווך הגליל".into())
    );
    following.abort();
}

#[tokio::test]
async fn the_snapshot_knows_whom_to_answer_for() {
    let (store, _) = store();
    let file = cluster::folder("directory").join("directory.json");
    let directory = Directory::from_snapshot(&file);
    assert!(directory.all().is_empty());
    let id = business(&store).await;
    directory.reload(&store).await.unwrap();
    let later = Directory::from_snapshot(&file);
    assert_eq!(later.by_number("+97237654321").map(|b| b.id), Some(id));
}

#[tokio::test]
async fn one_unreadable_script_leaves_the_other_businesses_alone() {
    let (store, url) = store();
    business(&store).await;
    let client = cluster::client(&url).await;
    client
        .batch_execute("INSERT INTO businesses (name, script) VALUES ('broken', 'not = [a script')")
        .await
        .unwrap();
    let directory = Directory::from_snapshot(&cluster::folder("directory").join("directory.json"));
    directory.reload(&store).await.unwrap();
    assert_eq!(directory.all().len(), 1);
}

#[tokio::test]
async fn a_script_is_read_again_when_it_or_the_hours_change_and_only_then() {
    let (store, url) = store();
    let id = business(&store).await;
    let client = cluster::client(&url).await;
    let directory = Directory::from_snapshot(&cluster::folder("directory").join("directory.json"));
    let script = || directory.by_id(id).unwrap().script.clone();
    directory.reload(&store).await.unwrap();
    let first = script();
    client
        .batch_execute("UPDATE businesses SET voice = 'another', version = version + 1")
        .await
        .unwrap();
    directory.reload(&store).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &script()));
    assert_eq!(directory.by_id(id).unwrap().voice, "another");
    client
        .batch_execute("UPDATE businesses SET script = script || E'\n# changed\n'")
        .await
        .unwrap();
    directory.reload(&store).await.unwrap();
    assert!(!std::sync::Arc::ptr_eq(&first, &script()));
}
