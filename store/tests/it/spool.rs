//! The spool: what Postgres did not confirm is on disk, and comes into Postgres once, in order.

use super::*;
use store::spool::Spool;

#[tokio::test]
async fn spooled_events_come_into_postgres_in_order_and_leave_the_disk() {
    let (store, url) = store();
    let folder = cluster::folder("spool");
    let spool = Spool::new(&folder.join("spool")).unwrap();
    assert!(
        !folder.join("spool").exists(),
        "an engine whose database is well has no spool"
    );
    for call in 0..5 {
        spool.append(event("incoming_call", call)).await.unwrap();
        spool.append(recording(call, call, 1)).await.unwrap();
    }
    assert_eq!(spool.waiting().await, 10);
    let recordings = spool.replay(&store).await.unwrap().recordings;
    assert_eq!(recordings, (0..5).map(recording_sid).collect::<Vec<_>>());
    assert_eq!(spool.waiting().await, 0);
    let client = cluster::client(&url).await;
    let row = client
        .query_one("SELECT count(*) FROM webhook_events", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 10);
}

#[tokio::test]
async fn a_duplicate_in_the_spool_gets_the_first_answer_and_is_one_event() {
    let spool = Spool::new(&cluster::folder("spool").join("spool")).unwrap();
    let first = spool.append(event("incoming_call", 1)).await.unwrap();
    let again = Event {
        answer: "another".into(),
        ..event("incoming_call", 1)
    };
    assert_eq!(spool.append(again).await.unwrap(), first);
    assert_eq!(spool.waiting().await, 1);
}

#[tokio::test]
async fn what_was_spooled_is_there_after_a_restart() {
    let folder = cluster::folder("spool").join("spool");
    {
        let spool = Spool::new(&folder).unwrap();
        spool.append(event("incoming_call", 1)).await.unwrap();
    }
    let spool = Spool::new(&folder).unwrap();
    spool.append(event("incoming_call", 2)).await.unwrap();
    assert_eq!(spool.waiting().await, 2);
    let (store, _) = store();
    spool.replay(&store).await.unwrap();
    assert_eq!(spool.waiting().await, 0);
}

#[tokio::test]
async fn an_event_that_postgres_refuses_does_not_hold_up_the_others() {
    let (store, url) = store();
    let spool = Spool::new(&cluster::folder("spool").join("spool")).unwrap();
    spool
        .append(Event {
            caller: "a\0b".into(),
            ..event("incoming_call", 1)
        })
        .await
        .unwrap();
    spool.append(event("incoming_call", 2)).await.unwrap();
    spool.replay(&store).await.unwrap();
    assert_eq!(spool.waiting().await, 0);
    let client = cluster::client(&url).await;
    let rows = client.query("SELECT call_sid FROM calls", &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn while_postgres_is_away_everything_stays() {
    let options = StoreOptions {
        url: "host=/nowhere user=x dbname=y".into(),
        pool_size: 1,
    };
    let store = Store::new(&options).unwrap();
    let spool = Spool::new(&cluster::folder("spool").join("spool")).unwrap();
    spool.append(event("incoming_call", 1)).await.unwrap();
    assert!(spool.replay(&store).await.is_err());
    assert_eq!(spool.waiting().await, 1);
}
