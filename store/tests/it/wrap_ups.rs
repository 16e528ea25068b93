//! What follows a call: written once, under the claim, however often and wherever it is tried.

use super::*;
use std::time::Duration;
use store::StoreError;
use store::wrap_ups::{NewTask, Ready, WrapUp};

const READY: Ready = Ready {
    grace: Duration::ZERO,
    idle: Duration::from_secs(3600),
    lease: Duration::from_millis(50),
};

fn worker() -> store::recordings::Worker {
    store::recordings::Worker {
        node: "a".into(),
        incarnation: "1".into(),
    }
}

fn result() -> WrapUp {
    WrapUp {
        summary: "מחפש דירה".into(),
        intent: Some("buy".into()),
        details: serde_json::json!({}),
        phone: Some("+972501234567".into()),
        name: Some("דנה".into()),
        validated: serde_json::json!({ "city": "חיפה" }),
        tasks: vec![NewTask {
            title: "לחזור".into(),
            notes: String::new(),
            channel: "call".into(),
            due_at: jiff::Timestamp::now(),
        }],
    }
}

async fn over(store: &Store, call: u32, business: BusinessId) {
    let over = Event {
        business: Some(business),
        ..status(call, CarrierStatus::Completed)
    };
    store.inbox.take(over, LIMIT).await.unwrap();
}

async fn count(url: &str, table: &str) -> i64 {
    let client = cluster::client(url).await;
    client
        .query_one(&format!("SELECT count(*) FROM {table}"), &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_call_is_wrapped_up_once_and_a_late_claimer_is_fenced() {
    let (store, url) = store();
    let business = business(&store).await;
    over(&store, 1, business).await;
    let slow = store
        .claim_wrap_ups(&worker(), READY, None)
        .await
        .unwrap()
        .remove(0);
    tokio::time::sleep(Duration::from_millis(150)).await;
    let next = store
        .claim_wrap_ups(&worker(), READY, None)
        .await
        .unwrap()
        .remove(0);
    store.wrap_up(&next, Some(&result())).await.unwrap();
    assert!(matches!(
        store.wrap_up(&slow, Some(&result())).await,
        Err(StoreError::Fenced)
    ));
    for table in ["customers", "customer_identities", "tasks"] {
        assert_eq!(count(&url, table).await, 1, "{table}");
    }
    assert_eq!(
        count(&url, "timeline").await,
        3,
        "the customer, the call and its task"
    );
    assert!(
        store
            .claim_wrap_ups(&worker(), READY, None)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_second_call_of_the_same_number_is_the_same_customer() {
    let (store, url) = store();
    let business = business(&store).await;
    for call in 1..=8 {
        over(&store, call, business).await;
    }
    let calls = store.claim_wrap_ups(&worker(), READY, None).await.unwrap();
    assert_eq!(calls.len(), 8);
    let result = result();
    let wrapped =
        futures_util::future::join_all(calls.iter().map(|call| store.wrap_up(call, Some(&result)))).await;
    assert!(wrapped.iter().all(Result::is_ok), "{wrapped:?}");
    assert_eq!(count(&url, "customers").await, 1);
    assert_eq!(count(&url, "tasks").await, 8);
}

#[tokio::test]
async fn a_call_waits_for_its_recordings() {
    let (store, _) = store();
    let business = business(&store).await;
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    over(&store, 1, business).await;
    assert!(
        store
            .claim_wrap_ups(&worker(), READY, None)
            .await
            .unwrap()
            .is_empty()
    );
    let me = worker();
    let claim = store
        .claim_recording(&recording_sid(1), &me, LIMIT)
        .await
        .unwrap()
        .unwrap();
    store
        .end_recording(&recording_sid(1), claim.claim_no, store::recordings::End::Done)
        .await
        .unwrap();
    assert_eq!(
        store
            .claim_wrap_ups(&worker(), READY, Some(&call_sid(1)))
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn wrapped_up_again_after_a_late_recording_a_promise_is_still_one_task() {
    let (store, url) = store();
    let business = business(&store).await;
    over(&store, 1, business).await;
    let call = store
        .claim_wrap_ups(&worker(), READY, None)
        .await
        .unwrap()
        .remove(0);
    store.wrap_up(&call, Some(&result())).await.unwrap();
    store.inbox.take(recording(1, 1, 1), LIMIT).await.unwrap();
    let me = worker();
    let claim = store
        .claim_recording(&recording_sid(1), &me, LIMIT)
        .await
        .unwrap()
        .unwrap();
    store
        .end_recording(&recording_sid(1), claim.claim_no, store::recordings::End::Done)
        .await
        .unwrap();
    let again = store
        .claim_wrap_ups(&worker(), READY, None)
        .await
        .unwrap()
        .remove(0);
    store.wrap_up(&again, Some(&result())).await.unwrap();
    assert_eq!(count(&url, "tasks").await, 1);
    assert_eq!(count(&url, "timeline").await, 3);
}

#[tokio::test]
async fn a_call_that_nobody_ended_is_over_when_it_is_idle() {
    let (store, _) = store();
    let business = business(&store).await;
    let ringing = Event {
        business: Some(business),
        ..event("incoming_call", 1)
    };
    store.inbox.take(ringing, LIMIT).await.unwrap();
    assert!(
        store
            .claim_wrap_ups(&worker(), READY, None)
            .await
            .unwrap()
            .is_empty()
    );
    tokio::time::sleep(Duration::from_millis(30)).await;
    let impatient = Ready {
        idle: Duration::from_millis(10),
        ..READY
    };
    assert_eq!(
        store
            .claim_wrap_ups(&worker(), impatient, None)
            .await
            .unwrap()
            .len(),
        1
    );
}
