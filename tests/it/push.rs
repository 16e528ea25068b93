//! A closed tab is told: what its push service is sent, what the browser reads, and what the notification's buttons do.

use crate::browser::Browser;
use crate::cluster;
use crate::push_service::{Answer, PushService};
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// The claims of a VAPID token, if this public key signed it for this origin.
fn verified(token: &str, public: &str, audience: &str) -> Value {
    let point = URL_SAFE_NO_PAD.decode(public).expect("a public key");
    let encoded = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
    let key = DecodingKey::from_ec_components(&encoded(1..33), &encoded(33..65)).expect("a point");
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[audience]);
    jsonwebtoken::decode::<Value>(token, &key, &rules)
        .expect("signed by us, for there")
        .claims
}

#[tokio::test]
async fn a_closed_tab_is_told_of_the_right_task_and_answers_it() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    world
        .person("yossi@example.co.il", false, &[(business, Role::Agent)])
        .await;
    world.set("VAPID_SUBJECT", "mailto:ops@example.co.il");
    let engine = world.engine();
    let mut hers = Browser::of(&engine, "dana@example.co.il").await;
    let key = hers.get(&engine, "/api/notifications/key").await.expect(200);
    let key = key["key"].as_str().expect("a key");
    let tab = service.browser("tab");
    let subscribed = hers
        .post(&engine, "/api/notifications/subscribe", tab.nested())
        .await;
    assert_eq!(subscribed.expect(201)["browsers"], 1);
    let customer = "INSERT INTO customers (business_id, name) VALUES (1, 'רינה כהן');
        INSERT INTO customer_identities VALUES (1, 'phone', '+972501112233', (SELECT max(id) FROM customers))";
    world
        .rows()
        .await
        .batch_execute(customer)
        .await
        .expect("a customer");
    let (reminder, task) = world.ringing(business, Some(dana), "להתקשר לרינה ₪ 🙂").await;
    let of_customer = "UPDATE tasks SET customer_id = (SELECT max(id) FROM customers)";
    world.rows().await.batch_execute(of_customer).await.expect("hers");

    let sent = service.wait("tab", 1).await.remove(0);
    assert_eq!(
        (
            sent.header("ttl"),
            sent.header("urgency"),
            sent.header("content-encoding")
        ),
        ("86400", "high", "aes128gcm")
    );
    assert_eq!(sent.header("topic"), format!("task-{task}"));
    let proof = sent.header("authorization").strip_prefix("vapid t=");
    let (token, shown) = proof.and_then(|proof| proof.split_once(", k=")).expect("VAPID");
    assert_eq!(shown, key);
    assert_eq!(
        verified(token, key, &service.base)["sub"],
        "mailto:ops@example.co.il"
    );
    let told = tab.read(&sent);
    assert_eq!(
        (
            &told["kind"],
            &told["title"],
            &told["task_id"],
            &told["reminder_id"]
        ),
        (
            &json!("due"),
            &json!("להתקשר לרינה ₪ 🙂"),
            &json!(task),
            &json!(reminder)
        )
    );
    assert_eq!((&told["tag"], &told["late"]), (&told["topic"], &json!(false)));
    assert_eq!(told["url"], format!("/tasks?task={task}"));
    let kept = "SELECT state = 'sent' AND s.last_ok_at IS NOT NULL FROM pushes p JOIN push_subscriptions s ON s.id = p.subscription_id";
    world.eventually(kept).await;
    let moved = "SELECT push_stage = 1 AND push_at BETWEEN now() + interval '20 seconds' AND now() + interval '1 minute' FROM reminders";
    world.eventually(moved).await;

    // The button, in a browser in which nobody is logged in.
    let act = told["act"].as_str().expect("a link");
    let mut nobody = Browser::new();
    let snooze = json!({ "action": "snooze", "minutes": 15 });
    for forged in [
        act.replace(&format!("r={reminder}"), &format!("r={}", reminder + 1)),
        act.replace(&format!("u={dana}"), &format!("u={}", dana.0 + 1)),
        act.replace("e=", "e=9"),
        act.replacen("s=", "s=0", 1),
        "/push/act?e=99999999999&s=&r=1&u=1".into(),
    ] {
        let refused = nobody.post(&engine, &forged, snooze.clone()).await;
        assert_eq!((refused.status, refused.error()), (403, "forbidden"), "{forged}");
    }
    nobody
        .post(&engine, "/push/act?r=1", snooze.clone())
        .await
        .expect(400);
    nobody
        .post(&engine, act, json!({ "action": "destroy" }))
        .await
        .expect(422);
    nobody
        .post(&engine, act, json!({ "action": "snooze", "minutes": 0 }))
        .await
        .expect(422);
    assert_eq!(world.count("SELECT snooze_count::bigint FROM reminders").await, 0);
    let first = nobody.post(&engine, act, snooze.clone()).await.expect(200);
    assert_eq!(first["state"], "snoozed");
    let again = nobody.post(&engine, act, snooze).await.expect(200);
    assert_eq!(again, first, "the second time nothing happens");
    world
        .eventually(
            "SELECT snooze_count = 1 AND remind_at BETWEEN now() + interval '13 minutes' AND now() + interval '15 minutes' FROM reminders",
        )
        .await;
    let done = nobody
        .post(&engine, act, json!({ "action": "done" }))
        .await
        .expect(200);
    assert_eq!(done["state"], "done");
    let completed = format!("SELECT state = 'done' AND completed_by = {dana} FROM tasks");
    world.eventually(&completed).await;
    // Who is not of the business any more answers nothing.
    let off = "UPDATE memberships SET active = false WHERE user_id = $1";
    world.rows().await.execute(off, &[&dana.0]).await.expect("off");
    nobody
        .post(&engine, act, json!({ "action": "done" }))
        .await
        .expect(404);
    assert!(!engine.log().contains("/push/tab"), "an endpoint is in the log");
}

#[tokio::test]
async fn an_expired_link_does_nothing() {
    let mut world = World::new().await;
    let secret = "an engine's secret of thirty-two bytes or more";
    world.set("JWT_SECRET", secret);
    let business = world.business().await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let engine = world.engine();
    let (reminder, _) = world.ringing(business, Some(dana), "להתקשר").await;
    let links = agentlocator::http::links::Links::new(secret.as_bytes());
    let now = jiff::Timestamp::now().as_second();
    for (until, status) in [(now - 1, 403), (now + 600, 200)] {
        let signed = links.sign(&format!("/push/act/{reminder}/{dana}"), until);
        let link = format!("/push/act?{signed}&r={reminder}&u={dana}");
        let answer = Browser::new()
            .post(&engine, &link, json!({ "action": "acknowledge" }))
            .await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert_eq!(
        world
            .count("SELECT count(*) FROM reminders WHERE state = 'acknowledged'")
            .await,
        1
    );
}

#[tokio::test]
async fn what_a_push_service_answers_is_heeded() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    world.set("TEST_MS_PUSH_RETRY", "200");
    world.set("TEST_MS_PUSH_LIMIT", "4000");
    let business = world.business().await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let hang = [Answer::Hang];
    let scripts: [(&str, &[Answer]); 7] = [
        ("gone", &[Answer::Status(410)]),
        ("unknown", &[Answer::Status(404)]),
        ("busy", &[Answer::Later(429, 2)]),
        ("ill", &[Answer::Later(503, 1), Answer::Status(500)]),
        ("narrow", &[Answer::Status(413)]),
        ("hangs", &hang),
        ("strict", &[Answer::Status(403)]),
    ];
    for (name, answers) in scripts {
        service.answers(name, answers);
        service.browser(name).is_of(&world, business, dana).await;
    }
    world.ringing(business, None, "להתקשר").await;
    let _engine = world.engine();
    let busy = service.wait("busy", 2).await;
    assert!(busy[1].at - busy[0].at >= Duration::from_millis(1900), "as asked");
    let ill = service.wait("ill", 3).await;
    assert!(ill[1].at - ill[0].at >= Duration::from_millis(900), "as asked");
    let hung = service.wait("hangs", 2).await;
    assert_eq!(hung[0].header("topic"), hung[1].header("topic"));
    let over = "SELECT count(*) = 5 AND bool_and(p.state <> 'waiting') AND count(*) FILTER (WHERE p.state = 'refused') = 2
        FROM pushes p JOIN push_subscriptions s ON s.id = p.subscription_id WHERE s.endpoint !~ 'gone|unknown'";
    world.eventually(over).await;
    world
        .eventually("SELECT count(*) = 0 FROM push_subscriptions WHERE endpoint ~ 'gone|unknown'")
        .await;
    let refused = "SELECT count(*) FROM push_subscriptions WHERE fail_count = 1 AND endpoint LIKE '%strict'";
    assert_eq!(world.count(refused).await, 1);
    for (name, count) in [
        ("gone", 1),
        ("unknown", 1),
        ("busy", 2),
        ("ill", 3),
        ("narrow", 1),
        ("strict", 1),
    ] {
        assert_eq!(service.received(name).len(), count, "{name}");
    }
}

#[tokio::test]
async fn seven_at_once_are_one_push_and_quiet_hours_are_kept() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let yossi = world
        .person("yossi@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let (tab, phone) = (service.browser("tab"), service.browser("phone"));
    tab.is_of(&world, business, dana).await;
    phone.is_of(&world, business, yossi).await;
    // All of it before there is an engine: they came due while it was away.
    for n in 1..=7 {
        world.ringing(business, Some(dana), &format!("משימה {n}")).await;
    }
    let engine = world.engine();
    let sent = service.wait("tab", 1).await.remove(0);
    let told = tab.read(&sent);
    assert_eq!((&told["kind"], &told["count"]), (&json!("digest"), &json!(7)));
    assert_eq!(told["title"], "7 תזכורות מחכות");
    assert!(
        told["body"].as_str().expect("a text").ends_with("ועוד 4"),
        "{told}"
    );

    let mut his = Browser::of(&engine, "yossi@example.co.il").await;
    let path = "/api/notifications/preferences";
    let usual = json!({ "quiet_from": null, "quiet_to": null, "sound": true });
    assert_eq!(his.get(&engine, path).await.expect(200), usual);
    let put = reqwest::Method::PUT;
    for bad in [
        json!({ "quiet_from": "22:00", "quiet_to": null, "sound": true }),
        json!({ "quiet_from": null, "quiet_to": "07:00", "sound": true }),
        json!({ "quiet_from": "22:00", "quiet_to": "22:00", "sound": true }),
        json!({ "quiet_from": "24:00", "quiet_to": "07:00", "sound": true }),
        json!({ "quiet_from": "7:00", "quiet_to": "08:00", "sound": true }),
        json!({ "quiet_from": "+1:00", "quiet_to": "08:00", "sound": true }),
    ] {
        his.ask(&engine, put.clone(), path, Some(bad)).await.expect(422);
    }
    // Quiet all day, but for the minute before the hour that began last.
    let hour = world
        .count("SELECT extract(hour FROM now() AT TIME ZONE 'Asia/Jerusalem')::bigint")
        .await;
    let quiet = json!({ "quiet_from": format!("{hour:02}:00"), "quiet_to": format!("{:02}:59", (hour + 23) % 24), "sound": false });
    let kept = his.ask(&engine, put, path, Some(quiet.clone())).await.expect(200);
    assert_eq!(
        (&kept, &his.get(&engine, path).await.expect(200)),
        (&quiet, &quiet)
    );
    world.ringing(business, Some(yossi), "שקט").await;
    world.ringing(business, None, "לשניהם").await;
    // Hers of the second one went out, so the round that would have told him is over.
    service.wait("tab", 2).await;
    let waits = "SELECT count(*) = 1 FROM quiet_reminders WHERE until > now()";
    world.eventually(waits).await;
    let put_off = "SELECT push_at > now() AND push_stage = 0 FROM reminders r JOIN tasks t ON t.id = r.task_id WHERE t.title = 'שקט'";
    world.eventually(put_off).await;
    assert!(service.received("phone").is_empty());
    // His night is over.
    world
        .rows()
        .await
        .batch_execute("DELETE FROM notification_preferences; UPDATE quiet_reminders SET until = now(); UPDATE reminders SET push_at = now() WHERE push_stage = 0")
        .await
        .expect("morning");
    let morning = service.wait("phone", 2).await;
    let mut titles: Vec<String> = morning
        .iter()
        .map(|sent| phone.read(sent)["title"].as_str().expect("a title").to_owned())
        .collect();
    titles.sort();
    assert_eq!(titles, ["לשניהם", "שקט"]);
}

#[tokio::test]
async fn two_engines_send_each_push_once() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    let mut people = Vec::new();
    for n in 0..8 {
        let email = format!("p{n}@example.co.il");
        let user = world.person(&email, false, &[(business, Role::Agent)]).await;
        for device in ["tab", "phone"] {
            let browser = service.browser(&format!("{device}-{n}"));
            browser.is_of(&world, business, user).await;
        }
        people.push(user);
    }
    let pair = gateways::web_push::VapidKeys::make().expect("a key");
    let private = secrecy::ExposeSecret::expose_secret(&pair).to_owned();
    let keys = gateways::web_push::VapidKeys::new(&pair, None, "mailto:ops@example.co.il").expect("keys");
    world.set("VAPID_PUBLIC_KEY", keys.public());
    world.set("VAPID_PRIVATE_KEY", &private);
    let (one, other) = world.two_engines();
    for round in 0..4 {
        for user in &people {
            world
                .ringing(business, Some(*user), &format!("סבב {round}"))
                .await;
        }
    }
    let all = "SELECT count(*) = 64 AND bool_and(state = 'sent') FROM pushes";
    world.eventually(all).await;
    for n in 0..8 {
        for device in ["tab", "phone"] {
            let name = format!("{device}-{n}");
            let topics: std::collections::BTreeSet<String> = service
                .received(&name)
                .iter()
                .map(|sent| sent.header("topic").to_owned())
                .collect();
            assert_eq!((topics.len(), service.received(&name).len()), (4, 4), "{name}");
        }
    }
    drop((one, other));
}

// The push service answers while this story waits for the engine's end.
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_killed_while_it_pushes_loses_none() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let tab = service.browser("tab");
    tab.is_of(&world, business, dana).await;
    let folder = cluster::folder("engine");
    // Between planning and sending.
    world.ringing(business, None, "ראשונה").await;
    let mut engine = world.engine_in(folder.clone(), &[("TEST_FAULT", "push_planned.after")]);
    engine.ended();
    drop(engine);
    assert!(service.received("tab").is_empty());
    assert_eq!(
        world
            .count("SELECT count(*) FROM pushes WHERE state = 'waiting'")
            .await,
        1
    );
    let engine = world.engine_in(folder.clone(), &[]);
    assert_eq!(tab.read(&service.wait("tab", 1).await[0])["title"], "ראשונה");
    world
        .eventually("SELECT count(*) = 1 AND bool_and(state = 'sent') FROM pushes")
        .await;
    assert!(engine.stop().success());
    // Between sending and keeping that it was sent: once more, and the browser shows one.
    world.ringing(business, None, "שנייה").await;
    let mut engine = world.engine_in(folder.clone(), &[("TEST_FAULT", "push_sent.after")]);
    engine.ended();
    drop(engine);
    assert_eq!(service.received("tab").len(), 2);
    let _engine = world.engine_in(folder, &[]);
    world
        .eventually("SELECT count(*) = 2 AND bool_and(state = 'sent') FROM pushes")
        .await;
    let sent = service.received("tab");
    assert_eq!(sent.len(), 3);
    let tags: Vec<Value> = sent[1..].iter().map(|one| tab.read(one)["tag"].clone()).collect();
    assert_eq!(
        (sent[1].header("topic"), &tags[0]),
        (sent[2].header("topic"), &tags[1])
    );
}

#[tokio::test]
async fn keys_are_kept_and_in_production_never_made() {
    let mut world = World::new().await;
    world.set("JWT_SECRET", "a secret that is long enough for production");
    let business = world.business().await;
    world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let folder = cluster::folder("engine");
    let mut keys = Vec::new();
    for _ in 0..2 {
        let engine = world.engine_in(folder.clone(), &[]);
        let mut hers = Browser::of(&engine, "dana@example.co.il").await;
        keys.push(hers.get(&engine, "/api/notifications/key").await.expect(200));
        let health: Value = engine.get("/api/health").await.json().await.expect("JSON");
        assert_eq!(health["push"]["ok"], true);
        assert!(engine.stop().success());
    }
    assert_eq!(keys[0], keys[1]);
    let mode = std::fs::metadata(folder.join("vapid"))
        .expect("kept")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let engine = world.engine_in(cluster::folder("engine"), &[("APP_ENV", "production")]);
    let health: Value = engine.get("/api/health").await.json().await.expect("JSON");
    assert_eq!(health["push"]["ok"], false, "{health}");
    let login = json!({ "email": "dana@example.co.il", "password": crate::browser::PASSWORD });
    let login = Browser::new()
        .post(&engine, "/auth/login", login)
        .await
        .expect(200);
    let mut hers = Browser::program(login["access_token"].as_str().expect("a token"));
    let off = hers.get(&engine, "/api/notifications/key").await;
    assert_eq!((off.status, off.error()), (404, "not_found"));
    assert!(
        off.body["detail"].as_str().expect("why").contains("VAPID"),
        "{}",
        off.body
    );
    hers.press(&engine, "/api/notifications/test").await.expect(404);
    hers.get(&engine, "/api/notifications/preferences")
        .await
        .expect(200);
}
