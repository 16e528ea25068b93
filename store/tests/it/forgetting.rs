//! What is past goes, what lasts stays.

use super::*;

#[tokio::test]
async fn what_is_past_goes_and_what_lasts_stays() {
    let (store, url) = store();
    let client = cluster::client(&url).await;
    client
        .batch_execute(
            "INSERT INTO users (email, name) VALUES ('dana@example.com', 'דנה');
             INSERT INTO sessions (id, user_id, key, last_seen_at, ended_at) VALUES
                ('00000000-0000-0000-0000-000000000001', 1, '', now(), NULL),
                ('00000000-0000-0000-0000-000000000002', 1, '', now(), now() - interval '29 days'),
                ('00000000-0000-0000-0000-000000000003', 1, '', now(), now() - interval '31 days'),
                ('00000000-0000-0000-0000-000000000004', 1, '', now() - interval '91 days', NULL);
             INSERT INTO tickets VALUES ('a', '00000000-0000-0000-0000-000000000001', now() + interval '9 seconds'),
                ('b', '00000000-0000-0000-0000-000000000004', now() - interval '1 second');
             INSERT INTO password_resets VALUES ('a', 1, now() - interval '1 hour', NULL), ('b', 1, now() - interval '2 days', NULL);
             INSERT INTO throttles VALUES ('a', now() + interval '1 minute'), ('b', now() - interval '1 second')",
        )
        .await
        .unwrap();
    assert_eq!(store.forget_the_past().await.unwrap(), 5);
    assert_eq!(store.forget_the_past().await.unwrap(), 0);
    let left = client
        .query_one(
            "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM tickets),
                    (SELECT count(*) FROM password_resets), (SELECT count(*) FROM throttles)",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        [0, 1, 2, 3].map(|column| left.get::<_, i64>(column)),
        [2, 1, 1, 1]
    );
}
