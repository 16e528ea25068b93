//! Events: once by their key, whatever comes twice, late or at the same time.

use super::*;
use std::time::Duration;

#[tokio::test]
async fn a_duplicate_gets_the_first_answer() {
    let (store, _) = store();
    let first = store.inbox.take(event("incoming_call", 1), LIMIT).await.unwrap();
    let mut again = event("incoming_call", 1);
    again.answer = "another".into();
    let second = store.inbox.take(again, LIMIT).await.unwrap();
    assert_eq!((first.deliveries, second.deliveries), (1, 2));
    assert_eq!(first.answer, second.answer);
}

#[tokio::test]
async fn fifty_deliveries_at_once_on_two_engines_are_one_row_and_one_answer() {
    let (one, url) = store();
    let two = Store::new(&StoreOptions {
        url: url.clone(),
        pool_size: 8,
    })
    .unwrap();
    let deliveries = (0..50).map(|n| {
        let store = if n % 2 == 0 { &one } else { &two };
        let mut event = recording(1, 1, 1);
        event.answer = format!("answer {n}");
        store.inbox.take(event, LIMIT)
    });
    let taken = futures_util::future::join_all(deliveries).await;
    let answers: std::collections::BTreeSet<String> = taken
        .iter()
        .map(|taken| taken.as_ref().unwrap().answer.clone())
        .collect();
    assert_eq!(answers.len(), 1);
    let firsts = taken
        .iter()
        .filter(|taken| taken.as_ref().is_ok_and(|t| t.deliveries == 1))
        .count();
    assert_eq!(firsts, 1, "one of them was the first");
    let client = cluster::client(&url).await;
    for table in ["webhook_events", "calls", "recordings"] {
        let row = client
            .query_one(&format!("SELECT count(*) FROM {table}"), &[])
            .await
            .unwrap();
        assert_eq!(row.get::<_, i64>(0), 1, "{table}");
    }
}

#[tokio::test]
async fn statuses_climb_in_every_order() {
    use CarrierStatus::*;
    let (store, url) = store();
    let orders = [
        vec![Ringing, InProgress, Completed],
        vec![Completed, Ringing, InProgress],
        vec![InProgress, Completed, Ringing, Completed],
        vec![Busy, Completed],
        vec![Completed, Busy],
    ];
    for (call, order) in (1..).zip(&orders) {
        for event in order {
            store.inbox.take(status(call, *event), LIMIT).await.unwrap();
        }
    }
    let client = cluster::client(&url).await;
    let rows = client
        .query("SELECT status_rank, ended_at IS NOT NULL FROM calls", &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), orders.len());
    for row in rows {
        assert_eq!(CarrierStatus::from_rank(row.get(0)), Some(Completed));
        assert!(row.get::<_, bool>(1));
    }
}

#[tokio::test]
async fn a_status_before_the_call_makes_the_row_and_the_call_does_not_reset_it() {
    let (store, url) = store();
    let business = business(&store).await;
    store
        .inbox
        .take(
            Event {
                caller: String::new(),
                ..status(1, CarrierStatus::Completed)
            },
            LIMIT,
        )
        .await
        .unwrap();
    let incoming = Event {
        business: Some(business),
        ..event("incoming_call", 1)
    };
    store.inbox.take(incoming, LIMIT).await.unwrap();
    let client = cluster::client(&url).await;
    let row = client
        .query_one("SELECT status_rank, business_id, caller FROM calls", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i16>(0), CarrierStatus::Completed.rank());
    assert_eq!(row.get::<_, Option<i64>>(1), Some(business.0));
    assert_eq!(row.get::<_, &str>(2), "+972501234567");
}

#[tokio::test]
async fn events_of_many_calls_share_commits_and_none_is_lost() {
    let (store, url) = store();
    let many = (0..500).map(|call| store.inbox.take(event("incoming_call", call), LIMIT));
    let taken = futures_util::future::join_all(many).await;
    assert!(taken.iter().all(Result::is_ok));
    let client = cluster::client(&url).await;
    let row = client
        .query_one(
            "SELECT count(*), count(DISTINCT xmin::text) FROM webhook_events",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 500);
    assert!(row.get::<_, i64>(1) < 250, "commits: {}", row.get::<_, i64>(1));
}

#[tokio::test]
async fn one_refused_event_does_not_take_its_neighbours_with_it() {
    let (store, _) = store();
    let poison = Event {
        caller: "a\0b".into(),
        ..event("incoming_call", 1)
    };
    let (bad, good) = tokio::join!(
        store.inbox.take(poison, LIMIT),
        store.inbox.take(event("incoming_call", 2), LIMIT),
    );
    assert!(matches!(bad, Err(store::StoreError::Refused(_))), "{bad:?}");
    assert!(good.is_ok());
}

#[tokio::test]
async fn a_database_that_is_not_there_is_away_within_the_limit() {
    let options = StoreOptions {
        url: "host=/nowhere user=x dbname=y".into(),
        pool_size: 1,
    };
    let store = Store::new(&options).unwrap();
    let begun = std::time::Instant::now();
    let taken = store
        .inbox
        .take(event("incoming_call", 1), Duration::from_secs(1))
        .await;
    assert!(
        taken.as_ref().is_err_and(store::StoreError::is_passing),
        "{taken:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn audio_that_will_never_be_there_rejects_the_recording() {
    let (store, url) = store();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let mut absent = recording(1, 1, 1);
    absent.natural_key = "recording_status:1:absent".into();
    absent.recording.as_mut().unwrap().rejected = Some("absent".into());
    store.inbox.take(absent, LIMIT).await.unwrap();
    let client = cluster::client(&url).await;
    let row = client
        .query_one("SELECT state, reason FROM recordings", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, &str>(0), row.get::<_, &str>(1)),
        ("rejected", "absent")
    );
}
