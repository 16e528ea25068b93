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
             INSERT INTO throttles VALUES ('a', now() + interval '1 minute'), ('b', now() - interval '1 second');
             INSERT INTO businesses (name, script) VALUES ('תיווך', '');
             INSERT INTO memberships (business_id, user_id, role) VALUES (1, 1, 'agent');
             INSERT INTO users (email, name) VALUES ('gone@example.com', 'עזב');
             INSERT INTO push_subscriptions (business_id, user_id, endpoint, p256dh, auth) SELECT 1, u, 'a', repeat('a', 65)::bytea, repeat('a', 16)::bytea
                 FROM generate_series(1, 2) u;
             INSERT INTO pushes (business_id, user_id, subscription_id, kind, key, topic, state, ended_at) VALUES
                (1, 1, 1, 'test', 'a', 'test', 'waiting', NULL), (1, 1, 1, 'test', 'b', 'test', 'sent', now() - interval '6 days'),
                (1, 1, 1, 'test', 'c', 'test', 'sent', now() - interval '8 days')",
        )
        .await
        .unwrap();
    assert_eq!(store.forget_the_past().await.unwrap(), 7);
    assert_eq!(store.forget_the_past().await.unwrap(), 0);
    let left = client
        .query_one(
            "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM tickets),
                    (SELECT count(*) FROM password_resets), (SELECT count(*) FROM throttles),
                    (SELECT count(*) FROM pushes), (SELECT count(*) FROM push_subscriptions)",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        [0, 1, 2, 3, 4, 5].map(|column| left.get::<_, i64>(column)),
        [2, 1, 1, 1, 2, 1]
    );
}
