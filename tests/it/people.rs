//! The people of a business: invited by a link, changed and removed by a manager with effect at once
//! on every engine, and a new password by a link.

use crate::browser::{Browser, PASSWORD};
use crate::world::World;
use domain::access::{Role, UserId};
use serde_json::{Value, json};

fn token(reply: &Value) -> String {
    let link = reply["link"].as_str().expect("a link");
    link.split_once('#').expect("a secret after #").1.to_owned()
}

#[tokio::test]
async fn an_invitation_lets_somebody_in_once() {
    let world = World::new().await;
    let business = world.business().await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut boss = Browser::of(&engine, "boss@example.co.il").await;
    let guest = json!({ "email": "Dana@Example.co.il", "name": "דנה", "role": "agent" });
    let first = boss
        .post(&engine, "/api/invitations", guest.clone())
        .await
        .expect(201);
    // A second one takes the first one's place.
    let made = boss
        .post(&engine, "/api/invitations", guest.clone())
        .await
        .expect(201);
    assert!(made["link"].as_str().unwrap().contains("/invite#"), "{made}");
    let mut dana = Browser::new();
    let look = |token: &str| json!({ "token": token });
    dana.post(&engine, "/auth/invitations/look", look(&token(&first)))
        .await
        .expect(404);
    dana.post(&engine, "/auth/invitations/look", look("made up"))
        .await
        .expect(404);
    let seen = dana
        .post(&engine, "/auth/invitations/look", look(&token(&made)))
        .await
        .expect(200);
    assert_eq!(
        (
            &seen["email"],
            &seen["business_name"],
            &seen["role"],
            &seen["known"]
        ),
        (
            &json!("dana@example.co.il"),
            &json!("תיווך הגליל"),
            &json!("agent"),
            &json!(false)
        )
    );
    let accept =
        |token: &str, password: &str| json!({ "token": token, "name": "דנה לוי", "password": password });
    dana.post(
        &engine,
        "/auth/invitations/accept",
        accept(&token(&made), "password"),
    )
    .await
    .expect(422);
    let login = dana
        .post(
            &engine,
            "/auth/invitations/accept",
            accept(&token(&made), PASSWORD),
        )
        .await
        .expect(200);
    assert_eq!(login["me"]["business"]["id"], business.0);
    assert_eq!(login["me"]["business"]["role"], "agent");
    Browser::new()
        .post(
            &engine,
            "/auth/invitations/accept",
            accept(&token(&made), PASSWORD),
        )
        .await
        .expect(404);
    // An agent does not see who else there is.
    dana.get(&engine, "/api/people").await.expect(403);

    let people = boss.get(&engine, "/api/people?sort=-name").await.expect(200);
    assert_eq!(people["total"], 2);
    let list = boss.get(&engine, "/api/invitations").await.expect(200);
    let states: Vec<&str> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["accepted", "revoked"]);
    boss.post(&engine, "/api/invitations", guest).await.expect(409);
    // What was given out is nowhere in the database.
    let kept = world
        .count("SELECT count(*) FROM invitations WHERE octet_length(token_hash) = 32")
        .await;
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn who_is_known_elsewhere_joins_with_his_own_password() {
    let world = World::new().await;
    let business = world.business().await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    world
        .person("dana@example.co.il", false, &[(other, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut boss = Browser::of(&engine, "boss@example.co.il").await;
    let guest = json!({ "email": "dana@example.co.il", "name": "דנה", "role": "agent" });
    let made = boss.post(&engine, "/api/invitations", guest).await.expect(201);
    let accept = |password: &str| json!({ "token": token(&made), "name": "דנה", "password": password });
    // Whoever found the link does not get into Dana's other business by it.
    let mut finder = Browser::new();
    let refused = finder
        .post(
            &engine,
            "/auth/invitations/accept",
            accept("a password of the finder"),
        )
        .await;
    assert!(refused.expect(422)["fields"]["password"].is_string());
    let login = Browser::new()
        .post(&engine, "/auth/invitations/accept", accept(PASSWORD))
        .await
        .expect(200);
    assert_eq!(login["me"]["business"]["id"], business.0);
    assert_eq!(login["me"]["memberships"].as_array().unwrap().len(), 2);
    // And her password is the one that she had.
    let mut dana = Browser::of(&engine, "dana@example.co.il").await;
    let switched = dana
        .post(&engine, "/auth/business", json!({ "business_id": other.0 }))
        .await
        .expect(200);
    assert_eq!(switched["me"]["business"]["role"], "manager");
    boss.post(&engine, "/auth/business", json!({ "business_id": other.0 }))
        .await
        .expect(404);
}

#[tokio::test]
async fn a_taken_back_invitation_is_over() {
    let world = World::new().await;
    let business = world.business().await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    world
        .person("rival@example.co.il", false, &[(other, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut boss = Browser::of(&engine, "boss@example.co.il").await;
    let mut rival = Browser::of(&engine, "rival@example.co.il").await;
    let guest = json!({ "email": "dana@example.co.il", "name": "דנה", "role": "manager" });
    let made = boss.post(&engine, "/api/invitations", guest).await.expect(201);
    let path = format!("/api/invitations/{}", made["invitation"]["id"]);
    rival.delete(&engine, &path).await.expect(404);
    assert_eq!(
        rival.get(&engine, "/api/invitations").await.expect(200)["total"],
        0
    );
    boss.delete(&engine, &path).await.expect(204);
    boss.delete(&engine, &path).await.expect(404);
    let body = json!({ "token": token(&made), "name": "דנה", "password": PASSWORD });
    Browser::new()
        .post(&engine, "/auth/invitations/accept", body)
        .await
        .expect(404);
}

#[tokio::test]
async fn a_member_who_is_changed_is_so_at_once_on_both_engines() {
    let mut world = World::new().await;
    let business = world.business().await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let (one, other) = world.two_engines();
    let mut boss = Browser::of(&one, "boss@example.co.il").await;
    let mut hers = Browser::of(&other, "dana@example.co.il").await;
    hers.get(&one, "/api/people").await.expect(200);
    let path = format!("/api/people/{dana}");
    let agent = boss
        .patch(&one, &path, json!({ "role": "agent", "version": 1 }))
        .await
        .expect(200);
    assert_eq!(
        (agent["role"].as_str(), agent["version"].as_i64()),
        (Some("agent"), Some(2))
    );
    for engine in [&one, &other] {
        hers.get(engine, "/api/people").await.expect(403);
        hers.get(engine, "/api/business").await.expect(200);
    }
    let stale = boss
        .patch(&other, &path, json!({ "active": false, "version": 1 }))
        .await
        .expect(409);
    assert_eq!(stale["current"]["version"], 2);
    boss.patch(&other, &path, json!({ "active": false, "version": 2 }))
        .await
        .expect(200);
    for engine in [&one, &other] {
        let reply = hers.get(engine, "/api/business").await;
        assert_eq!((reply.status, reply.error()), (403, "no_business_context"));
    }
    boss.patch(&one, &path, json!({ "active": true, "version": 3 }))
        .await
        .expect(200);
    hers.get(&other, "/api/business").await.expect(200);
    boss.delete(&one, &path).await.expect(204);
    for engine in [&one, &other] {
        hers.get(engine, "/api/business").await.expect(403);
    }
    boss.delete(&one, &path).await.expect(404);
    // The person as such, switched off by hand, is out altogether.
    let sql = "UPDATE users SET active = false WHERE id = $1";
    world.rows().await.execute(sql, &[&dana.0]).await.unwrap();
    for engine in [&one, &other] {
        hers.get(engine, "/auth/me").await.expect(401);
    }
    let told = "SELECT count(*) FROM audit WHERE action LIKE 'member.%'";
    assert_eq!(world.count(told).await, 4);
}

#[tokio::test]
async fn somebody_always_manages_the_business_and_nobody_changes_himself() {
    let world = World::new().await;
    let business = world.business().await;
    let boss_id = world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let dana_id = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    let rival_id = world
        .person("rival@example.co.il", false, &[(other, Role::Manager)])
        .await;
    world.person("admin@example.co.il", true, &[]).await;
    let engine = world.engine();
    let path = |id: UserId| format!("/api/people/{id}");
    let mut boss = Browser::of(&engine, "boss@example.co.il").await;
    boss.patch(&engine, &path(boss_id), json!({ "role": "agent", "version": 1 }))
        .await
        .expect(403);
    boss.delete(&engine, &path(boss_id)).await.expect(403);
    // The people of others don't exist here.
    boss.patch(&engine, &path(rival_id), json!({ "active": false, "version": 1 }))
        .await
        .expect(404);
    boss.delete(&engine, &path(rival_id)).await.expect(404);
    boss.press(&engine, &format!("{}/reset-link", path(rival_id)))
        .await
        .expect(404);
    let mut admin = Browser::of(&engine, "admin@example.co.il").await;
    let none = admin.get(&engine, "/api/people").await;
    assert_eq!((none.status, none.error()), (403, "no_business_context"));
    admin
        .post(&engine, "/auth/business", json!({ "business_id": business.0 }))
        .await
        .expect(200);
    for change in [
        json!({ "role": "agent", "version": 1 }),
        json!({ "active": false, "version": 1 }),
    ] {
        let refused = admin.patch(&engine, &path(boss_id), change).await;
        assert!(refused.expect(422)["fields"]["role"].is_string());
    }
    admin.delete(&engine, &path(boss_id)).await.expect(422);
    admin
        .patch(
            &engine,
            &path(dana_id),
            json!({ "role": "manager", "version": 1 }),
        )
        .await
        .expect(200);
    admin.delete(&engine, &path(boss_id)).await.expect(204);
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_all_sessions() {
    let world = World::new().await;
    let business = world.business().await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let dana = world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let both = world
        .person(
            "both@example.co.il",
            false,
            &[(business, Role::Agent), (other, Role::Manager)],
        )
        .await;
    let engine = world.engine();
    let mut boss = Browser::of(&engine, "boss@example.co.il").await;
    let mut hers = Browser::of(&engine, "dana@example.co.il").await;
    // Else the manager of one business would come into the other one.
    boss.press(&engine, &format!("/api/people/{both}/reset-link"))
        .await
        .expect(403);
    let path = format!("/api/people/{dana}/reset-link");
    let old = boss.press(&engine, &path).await.expect(200);
    let made = boss.press(&engine, &path).await.expect(200);
    let reset = |link: &Value, password: &str| json!({ "token": token(link), "password": password });
    let mut anybody = Browser::new();
    anybody
        .post(&engine, "/auth/reset", reset(&old, "a quite new one"))
        .await
        .expect(404);
    anybody
        .post(&engine, "/auth/reset", reset(&made, "dana@example.co.il"))
        .await
        .expect(422);
    anybody
        .post(&engine, "/auth/reset", reset(&made, "a quite new one"))
        .await
        .expect(204);
    anybody
        .post(&engine, "/auth/reset", reset(&made, "another new one"))
        .await
        .expect(404);
    hers.get(&engine, "/auth/me").await.expect(401);
    hers.press(&engine, "/auth/refresh").await.expect(401);
    hers.try_login(&engine, "dana@example.co.il", PASSWORD)
        .await
        .expect(401);
    hers.try_login(&engine, "dana@example.co.il", "a quite new one")
        .await
        .expect(200);
}
