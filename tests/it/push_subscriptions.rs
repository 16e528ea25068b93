//! Whose browser is told: everybody's own only, nowhere but at push services, and within limits.

use crate::browser::Browser;
use crate::push_service::PushService;
use crate::world::World;
use domain::access::Role;
use serde_json::{Value, json};

const SUBSCRIBE: &str = "/api/notifications/subscribe";
const UNSUBSCRIBE: &str = "/api/notifications/unsubscribe";
const TEST: &str = "/api/notifications/test";

#[tokio::test]
async fn a_browser_is_told_until_it_is_unsubscribed() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let engine = world.engine();
    let mut hers = Browser::of(&engine, "dana@example.co.il").await;
    let (tab, phone) = (service.browser("tab"), service.browser("phone"));
    hers.post(&engine, SUBSCRIBE, tab.flat()).await.expect(201);
    hers.post(&engine, SUBSCRIBE, phone.nested()).await.expect(201);
    // Said again it is the same one, as often as a page likes.
    for _ in 0..12 {
        let again = hers.post(&engine, SUBSCRIBE, tab.nested()).await.expect(201);
        assert_eq!(again["browsers"], 2);
    }
    assert_eq!(hers.press(&engine, TEST).await.expect(202)["browsers"], 2);
    let told = tab.read(&service.wait("tab", 1).await[0]);
    assert_eq!((&told["kind"], &told["act"]), (&json!("test"), &Value::Null));
    service.wait("phone", 1).await;
    let tab_only = json!({ "endpoint": tab.endpoint });
    for _ in 0..2 {
        hers.post(&engine, UNSUBSCRIBE, tab_only.clone())
            .await
            .expect(204);
    }
    assert_eq!(hers.press(&engine, TEST).await.expect(202)["browsers"], 1);
    service.wait("phone", 2).await;
    world.ringing(business, None, "להתקשר").await;
    service.wait("phone", 3).await;
    assert_eq!(service.received("tab").len(), 1);
    let told = "SELECT count(*) FROM audit WHERE action IN ('push.subscribed', 'push.unsubscribed')";
    assert_eq!(world.count(told).await, 3);
}

#[tokio::test]
async fn nobody_reaches_the_browser_of_somebody_else() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    let dana = world
        .person(
            "dana@example.co.il",
            false,
            &[(business, Role::Agent), (other, Role::Agent)],
        )
        .await;
    world
        .person("yossi@example.co.il", false, &[(business, Role::Manager)])
        .await;
    world
        .person("rival@example.co.il", false, &[(other, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut hers = Browser::of(&engine, "dana@example.co.il").await;
    hers.post(&engine, "/auth/business", json!({ "business_id": business.0 }))
        .await
        .expect(200);
    let tab = service.browser("tab");
    hers.post(&engine, SUBSCRIBE, tab.flat()).await.expect(201);
    let count = "SELECT count(*) FROM push_subscriptions";
    for stranger in ["yossi@example.co.il", "rival@example.co.il"] {
        let mut theirs = Browser::of(&engine, stranger).await;
        let endpoint = json!({ "endpoint": tab.endpoint });
        theirs.post(&engine, UNSUBSCRIBE, endpoint).await.expect(204);
        assert_eq!(theirs.press(&engine, TEST).await.expect(202)["browsers"], 0);
        // Who knows the address but not the keys takes nothing over.
        let mut made_up = service.browser("made-up").flat();
        made_up["endpoint"] = tab.endpoint.as_str().into();
        theirs.post(&engine, SUBSCRIBE, made_up).await.expect(201);
        let kept = format!("SELECT count(*) FROM push_subscriptions WHERE user_id = {dana}");
        assert_eq!(world.count(&kept).await, 1, "{stranger}");
    }
    assert_eq!(world.count(count).await, 3);
    // A task of the other business, in which she is too, is not told on what she subscribed here.
    world.ringing(other, Some(dana), "של האחר").await;
    let (_, ours) = world.ringing(business, Some(dana), "שלנו").await;
    let sent = service.wait("tab", 1).await;
    assert_eq!(tab.read(&sent[0])["task_id"], ours);
    // Somebody else logs in on her browser: it is his now, with the keys that only the browser has.
    let mut his = Browser::of(&engine, "yossi@example.co.il").await;
    his.post(&engine, SUBSCRIBE, tab.nested()).await.expect(201);
    let whose = format!("SELECT count(*) FROM push_subscriptions WHERE user_id = {dana}");
    assert_eq!(world.count(&whose).await, 0);
    // Nobody who is logged in to nothing subscribes.
    Browser::new()
        .post(&engine, SUBSCRIBE, tab.flat())
        .await
        .expect(401);
}

#[tokio::test]
async fn only_push_services_are_subscribed_to_and_not_too_often() {
    let mut world = World::new().await;
    let service = PushService::of(&mut world).await;
    let business = world.business().await;
    world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let engine = world.engine();
    let mut hers = Browser::of(&engine, "dana@example.co.il").await;
    let good = service.browser("tab").flat();
    for endpoint in [
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/push/1",
        "https://[::1]/push/1",
        "https://localhost/push/1",
        "https://example.com/push/1",
        "https://fcm.googleapis.com.example.com/1",
        "https://user:pass@fcm.googleapis.com/1",
        "https://fcm.googleapis.com:444/1",
        "http://127.0.0.1:1/push/1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "x",
    ] {
        let mut body = good.clone();
        body["endpoint"] = endpoint.into();
        let refused = hers.post(&engine, SUBSCRIBE, body).await.expect(422);
        assert!(refused["fields"]["endpoint"].is_string(), "{endpoint}: {refused}");
    }
    for (field, value) in [
        ("p256dh", json!("AAAA")),
        ("auth", json!("AAAA")),
        ("auth", Value::Null),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let refused = hers.post(&engine, SUBSCRIBE, body).await.expect(422);
        assert!(refused["fields"][field].is_string(), "{refused}");
    }
    assert_eq!(world.count("SELECT count(*) FROM push_subscriptions").await, 0);
    for n in 1..=10 {
        let browser = service.browser(&format!("tab-{n}")).flat();
        hers.post(&engine, SUBSCRIBE, browser).await.expect(201);
    }
    let late = hers.post(&engine, SUBSCRIBE, good).await;
    assert_eq!((late.status, late.error()), (429, "rate_limited"));
    assert!(late.headers.contains_key("retry-after"));
}
