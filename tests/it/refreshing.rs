//! Refresh tokens: rotation, tabs that refresh at the same moment, tokens that were stolen, and how
//! long a session lasts.

use crate::browser::{Browser, PASSWORD};
use crate::world::World;
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn eight_tabs_that_refresh_at_once_with_one_cookie_all_stay_in() {
    let mut world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    let (one, other) = world.two_engines();
    let browser = Browser::of(&one, "dana@example.co.il").await;
    let tabs = (0..8).map(|n| {
        let (mut tab, engine) = (browser.clone(), if n % 2 == 0 { &one } else { &other });
        async move {
            tab.press(engine, "/auth/refresh").await.expect(200);
            tab
        }
    });
    let mut tabs = futures_util::future::join_all(tabs).await;
    let tokens: BTreeSet<String> = tabs.iter().map(Browser::refresh_token).collect();
    assert_eq!(tokens.len(), 1, "one successor for all");
    assert!(!tokens.contains(&browser.refresh_token()));
    for tab in &mut tabs {
        tab.get(&other, "/auth/me").await.expect(200);
    }
    tabs[0].press(&other, "/auth/refresh").await.expect(200);
    assert_eq!(world.count("SELECT counter::bigint FROM sessions").await, 3);
}

#[tokio::test]
async fn a_stolen_token_used_once_ends_every_session_of_its_family_on_both_engines() {
    let mut world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    let (one, other) = world.two_engines();
    let mut elsewhere = Browser::of(&one, "dana@example.co.il").await;
    let mut browser = Browser::of(&one, "dana@example.co.il").await;
    let stolen = browser.refresh_token();
    browser.press(&one, "/auth/refresh").await.expect(200);
    browser.press(&other, "/auth/refresh").await.expect(200);

    let mut thief = Browser::new().with_refresh(&stolen);
    let reply = thief.press(&other, "/auth/refresh").await;
    assert_eq!((reply.status, reply.error()), (401, "unauthenticated"));
    assert!(thief.cookies.is_empty(), "the cookie is taken away");
    for engine in [&one, &other] {
        browser.get(engine, "/auth/me").await.expect(401);
        browser.clone().press(engine, "/auth/refresh").await.expect(401);
        elsewhere.get(engine, "/auth/me").await.expect(200);
    }
    assert_eq!(
        world
            .count("SELECT count(*) FROM audit WHERE action = 'session.stolen'")
            .await,
        1
    );
    assert!(other.log().contains("its session has ended"));
    browser
        .try_login(&one, "dana@example.co.il", PASSWORD)
        .await
        .expect(200);
}

#[tokio::test]
async fn the_parent_of_the_newest_token_goes_for_ten_seconds_and_then_ends_the_family() {
    let world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    let engine = world.engine();
    let mut browser = Browser::of(&engine, "dana@example.co.il").await;
    let parent = browser.refresh_token();
    browser.press(&engine, "/auth/refresh").await.expect(200);
    let newest = browser.refresh_token();
    let mut late = Browser::new().with_refresh(&parent);
    late.press(&engine, "/auth/refresh").await.expect(200);
    assert_eq!(late.refresh_token(), newest, "nothing is rotated by it");

    let sql = "UPDATE sessions SET rotated_at = rotated_at - interval '11 seconds'";
    world.rows().await.execute(sql, &[]).await.unwrap();
    Browser::new()
        .with_refresh(&parent)
        .press(&engine, "/auth/refresh")
        .await
        .expect(401);
    browser.press(&engine, "/auth/refresh").await.expect(401);
}

#[tokio::test]
async fn a_forged_token_ends_nothing() {
    let world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    let engine = world.engine();
    let mut browser = Browser::of(&engine, "dana@example.co.il").await;
    let token = browser.refresh_token();
    let end = if token.ends_with('A') { "E" } else { "A" };
    let forged = format!("{}{end}", &token[..token.len() - 1]);
    for odd in [forged.as_str(), "x", "", "AAAA"] {
        Browser::new()
            .with_refresh(odd)
            .press(&engine, "/auth/refresh")
            .await
            .expect(401);
    }
    browser.press(&engine, "/auth/refresh").await.expect(200);
}

#[tokio::test]
async fn a_session_ends_when_nobody_comes_and_when_its_time_is_over() {
    let world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    world.person("admin@example.co.il", true, &[]).await;
    let engine = world.engine();
    for (email, change, goes) in [
        (
            "dana@example.co.il",
            "last_seen_at = now() - interval '23 hours'",
            true,
        ),
        (
            "dana@example.co.il",
            "last_seen_at = now() - interval '25 hours'",
            false,
        ),
        (
            "dana@example.co.il",
            "created_at = now() - interval '13 days'",
            true,
        ),
        (
            "dana@example.co.il",
            "created_at = now() - interval '15 days'",
            false,
        ),
        (
            "admin@example.co.il",
            "last_seen_at = now() - interval '3 hours'",
            false,
        ),
        (
            "admin@example.co.il",
            "created_at = now() - interval '13 hours'",
            false,
        ),
    ] {
        let mut browser = Browser::of(&engine, email).await;
        let sql = format!("UPDATE sessions SET {change}");
        world.rows().await.execute(&sql, &[]).await.unwrap();
        let status = browser.press(&engine, "/auth/refresh").await.status;
        assert_eq!(status, if goes { 200 } else { 401 }, "{email}: {change}");
    }
}

#[tokio::test]
async fn somebody_sees_where_he_is_logged_in_and_ends_it() {
    let mut world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    world.person("eyal@example.co.il", false, &[]).await;
    let (one, other) = world.two_engines();
    let mut here = Browser::of(&one, "dana@example.co.il").await;
    let mut there = Browser::of(&one, "dana@example.co.il").await;
    let mut third = Browser::of(&other, "dana@example.co.il").await;
    let mut eyal = Browser::of(&one, "eyal@example.co.il").await;
    let list = here.get(&one, "/auth/sessions").await.expect(200);
    assert_eq!(list["total"], 3);
    let current: Vec<bool> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["current"] == true)
        .collect();
    assert_eq!(current.iter().filter(|current| **current).count(), 1);
    let own = there.get(&one, "/auth/sessions").await.expect(200);
    let theirs = own["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["current"] == true)
        .unwrap();
    let path = format!("/auth/sessions/{}", theirs["id"].as_str().unwrap());
    eyal.delete(&one, &path).await.expect(404);
    here.delete(&one, &path).await.expect(204);
    there.get(&other, "/auth/me").await.expect(401);
    here.delete(&one, "/auth/sessions").await.expect(204);
    third.get(&other, "/auth/me").await.expect(401);
    here.get(&other, "/auth/me").await.expect(200);

    // A new password ends the others too, and the old one is no good any more.
    let mut fourth = Browser::of(&one, "dana@example.co.il").await;
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    let wrong = here
        .post(&one, "/auth/password", change("not this", "a quite new one"))
        .await;
    assert!(wrong.expect(422)["fields"]["current"].is_string());
    here.post(&one, "/auth/password", change(PASSWORD, "12345678"))
        .await
        .expect(422);
    here.post(&one, "/auth/password", change(PASSWORD, "a quite new one"))
        .await
        .expect(204);
    here.get(&other, "/auth/me").await.expect(200);
    fourth.get(&other, "/auth/me").await.expect(401);
    Browser::new()
        .try_login(&other, "dana@example.co.il", PASSWORD)
        .await
        .expect(401);
    Browser::new()
        .try_login(&other, "dana@example.co.il", "a quite new one")
        .await
        .expect(200);
}
