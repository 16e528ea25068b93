//! The audit log: one unbroken chain however many write at once, and every tampering found.

use crate::{business, cluster, store};
use domain::ids::BusinessId;
use serde_json::json;
use store::audit::{AuditQuery, By, Chain, Happened};
use store::{Store, StoreError};

async fn tell(store: &Store, business: BusinessId, n: usize) -> Result<(), StoreError> {
    let by = By {
        actor: Some(7),
        address: "192.0.2.1".into(),
        request_id: format!("r-{n}"),
    };
    let happened = Happened {
        action: "business.changed",
        subject: format!("עסק {n}"),
        detail: json!({ "name": ["ישן", "חדש"], "n": n }),
    };
    let mut tenant = store.tenant(business).await?;
    let transaction = tenant.begin().await?;
    transaction.audit(&by, happened).await?;
    transaction.commit().await
}

async fn told(rows: usize) -> (Store, String, BusinessId) {
    let (store, url) = store();
    let business = business(&store).await;
    for n in 0..rows {
        tell(&store, business, n).await.unwrap();
    }
    (store, url, business)
}

#[tokio::test]
async fn many_writers_at_once_make_one_chain() {
    let (store, _, business) = told(0).await;
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..20 {
                    tell(&store, business, writer * 100 + n).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(
        store.verify_audit(business).await.unwrap(),
        Chain::Whole { rows: 320 }
    );
    let query = AuditQuery {
        limit: 5,
        text: Some("עסק 1507".into()),
        ..AuditQuery::default()
    };
    let mut tenant = store.tenant(business).await.unwrap();
    let (rows, total) = tenant.begin().await.unwrap().audit_log(&query).await.unwrap();
    assert_eq!((rows.len(), total), (1, 1));
    assert_eq!(rows[0].detail["n"], 1507);
}

#[tokio::test]
async fn every_single_change_of_a_row_is_found() {
    let changes = [
        ("actor = 8", 3),
        ("action = 'business.created'", 3),
        ("subject = subject || ' '", 3),
        ("detail = '{}'", 3),
        ("address = ''", 3),
        ("request_id = 'r'", 3),
        ("at = at + interval '1 microsecond'", 3),
        ("prev_hash = hash", 3),
        ("hash = prev_hash", 3),
    ];
    let (store, url, business) = told(5).await;
    let client = cluster::client(&url).await;
    for (change, expected) in changes {
        client
            .batch_execute("CREATE TABLE kept AS TABLE audit")
            .await
            .unwrap();
        client
            .batch_execute(&format!("UPDATE audit SET {change} WHERE seq = 3"))
            .await
            .unwrap();
        let found = store.verify_audit(business).await.unwrap();
        assert!(
            matches!(found, Chain::Broken { seq, .. } if seq == expected),
            "{change}: {found:?}"
        );
        client
            .batch_execute("TRUNCATE audit; INSERT INTO audit TABLE kept; DROP TABLE kept")
            .await
            .unwrap();
    }
    assert_eq!(
        store.verify_audit(business).await.unwrap(),
        Chain::Whole { rows: 5 }
    );
    for (removed, expected) in [("seq = 2", 2), ("seq = 5", 5), ("seq = 1", 1)] {
        client.batch_execute("BEGIN").await.unwrap();
        client
            .batch_execute("CREATE TABLE kept AS TABLE audit")
            .await
            .unwrap();
        client
            .batch_execute(&format!("DELETE FROM audit WHERE {removed}"))
            .await
            .unwrap();
        client.batch_execute("COMMIT").await.unwrap();
        let found = store.verify_audit(business).await.unwrap();
        assert!(
            matches!(found, Chain::Broken { seq, .. } if seq == expected),
            "{removed}: {found:?}"
        );
        client
            .batch_execute("TRUNCATE audit; INSERT INTO audit TABLE kept; DROP TABLE kept")
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn nobody_who_serves_requests_can_rewrite_what_happened() {
    let (_, url, business) = told(2).await;
    let client = cluster::client(&url).await;
    for role in ["al_app", "al_engine"] {
        client
            .batch_execute(&format!(
                "SET ROLE {role}; SELECT set_config('app.business_id', '{business}', false)"
            ))
            .await
            .unwrap();
        for change in [
            "UPDATE audit SET subject = ''",
            "DELETE FROM audit",
            "TRUNCATE audit",
        ] {
            assert!(client.batch_execute(change).await.is_err(), "{role}: {change}");
        }
        client.batch_execute("RESET ROLE").await.unwrap();
    }
}
