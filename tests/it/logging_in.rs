//! Coming in: the first person, the right and the wrong password, how often it may be tried, from
//! which page, and programs with their tokens.

use crate::browser::{Browser, PASSWORD, counter};
use crate::world::World;
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn the_first_person_comes_in_by_the_code_that_the_engine_printed() {
    let world = World::new().await;
    let engine = world.engine();
    let line = engine.said.iter().find(|line| line.starts_with("first run: "));
    let code = line.and_then(|line| line.rsplit(' ').next()).expect("a code");
    assert!(
        !engine.log().contains(code),
        "the code is for the terminal, not for the log"
    );

    let mut browser = Browser::new();
    assert_eq!(
        browser.get(&engine, "/auth/options").await.expect(200)["first_run"],
        true
    );
    let with = |code: &str, password: &str| json!({ "code": code, "name": "נועה", "email": "Noa@example.co.il", "password": password });
    let wrong = browser
        .post(&engine, "/auth/first-run", with("aaaa-aaaa-aaaa-aaaa", PASSWORD))
        .await;
    assert!(wrong.clone().expect(422)["fields"]["code"].is_string());
    let common = browser
        .post(&engine, "/auth/first-run", with(code, "password1"))
        .await;
    assert!(common.expect(422)["fields"]["password"].is_string());
    let login = browser
        .post(&engine, "/auth/first-run", with(&code.to_uppercase(), PASSWORD))
        .await
        .expect(200);
    assert_eq!(login["me"]["admin"], true);
    assert_eq!(login["me"]["user"]["email"], "noa@example.co.il");
    assert_eq!(
        browser.get(&engine, "/auth/options").await.expect(200)["first_run"],
        false
    );
    browser
        .post(&engine, "/auth/first-run", with(code, PASSWORD))
        .await
        .expect(404);

    // An engine that starts now has nobody to ask for.
    assert!(
        !world
            .engine()
            .said
            .iter()
            .any(|line| line.starts_with("first run"))
    );
}

#[tokio::test]
async fn whoever_logs_in_is_known_until_he_logs_out() {
    let world = World::new().await;
    let business = world.business().await;
    world
        .person("dana@example.co.il", false, &[(business, Role::Agent)])
        .await;
    let engine = world.engine();
    let mut browser = Browser::new();
    browser.get(&engine, "/auth/me").await.expect(401);
    // Letters of any case are the same address.
    let reply = browser.try_login(&engine, " Dana@Example.co.il ", PASSWORD).await;
    let cookies: Vec<String> = reply
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(cookies.len(), 2);
    assert!(
        cookies
            .iter()
            .all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")),
        "{cookies:?}"
    );
    let login = reply.expect(200);
    assert_eq!(
        (
            login["expires_in"].as_i64(),
            login["me"]["business"]["role"].as_str()
        ),
        (Some(900), Some("agent"))
    );
    let me = browser.get(&engine, "/auth/me").await.expect(200);
    assert_eq!(me, login["me"]);
    assert_eq!(me["business"]["features"].as_array().map(Vec::len), Some(5));

    let mut thief = browser.clone();
    browser.press(&engine, "/auth/logout").await.expect(204);
    assert!(browser.cookies.is_empty());
    thief.get(&engine, "/auth/me").await.expect(401);
    thief.press(&engine, "/auth/refresh").await.expect(401);
    // Once more is no error.
    browser.press(&engine, "/auth/logout").await.expect(204);
    let told = "SELECT count(*) FROM audit WHERE action IN ('login', 'logout') AND address = '127.0.0.1'";
    assert_eq!(world.count(told).await, 2);
}

#[tokio::test]
async fn an_unknown_person_and_a_wrong_password_get_the_same_answer_for_the_same_work() {
    let world = World::new().await;
    world.person("known@example.co.il", false, &[]).await;
    let sleeper = world.person("asleep@example.co.il", false, &[]).await;
    let sql = "UPDATE users SET active = false WHERE id = $1";
    world.rows().await.execute(sql, &[&sleeper.0]).await.unwrap();
    let engine = world.engine();
    let mut answers = Vec::new();
    for (email, password) in [
        ("known@example.co.il", "something else"),
        ("unknown@example.co.il", "something else"),
        ("asleep@example.co.il", PASSWORD),
        ("no address", "x"),
        ("", ""),
    ] {
        let before = counter(&engine, "passwords_verified_total").await;
        let mut reply = Browser::new().try_login(&engine, email, password).await;
        assert_eq!(
            counter(&engine, "passwords_verified_total").await,
            before + 1,
            "{email}: one hash, no more, no less"
        );
        reply.body["request_id"] = json!("");
        answers.push((reply.status, reply.body));
    }
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn of_forty_guesses_at_two_engines_five_are_tried_and_later_the_right_one_counts() {
    let mut world = World::new().await;
    // A window so long that no try comes back while a busy machine counts to forty.
    world.set("TEST_MS_LOGIN_WINDOW", "600000");
    world.person("dana@example.co.il", false, &[]).await;
    let (one, other) = world.two_engines();
    // Made before anybody guesses: it takes long enough for the first ones' connections to be given up.
    let browsers: Vec<Browser> = (0..40).map(|_| Browser::new()).collect();
    let guesses = (0..).zip(browsers).map(|(n, mut browser)| {
        let engine = if n % 2 == 0 { &one } else { &other };
        async move {
            browser
                .try_login(engine, "dana@example.co.il", &format!("guess number {n}"))
                .await
        }
    });
    let replies = futures_util::future::join_all(guesses).await;
    let tried = replies.iter().filter(|reply| reply.status == 401).count();
    assert_eq!(tried, 5);
    for reply in replies.iter().filter(|reply| reply.status != 401) {
        assert_eq!((reply.status, reply.error()), (429, "rate_limited"));
        assert!(reply.headers.contains_key("retry-after"));
    }
    let hashed =
        counter(&one, "passwords_verified_total").await + counter(&other, "passwords_verified").await;
    assert_eq!(hashed, 5);
    // The right one too, now.
    Browser::new()
        .try_login(&other, "dana@example.co.il", PASSWORD)
        .await
        .expect(429);
    // What a quarter of the window does.
    let later = "UPDATE throttles SET tat = tat - interval '150 seconds'";
    world.rows().await.execute(later, &[]).await.unwrap();
    Browser::new()
        .try_login(&other, "dana@example.co.il", PASSWORD)
        .await
        .expect(200);
    // It was right: nothing is held against the account any more.
    for _ in 0..3 {
        Browser::new()
            .try_login(&one, "dana@example.co.il", "wrong again")
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts_and_cannot_pretend_to_be_many() {
    let mut world = World::new().await;
    world.set("TEST_MS_LOGIN_WINDOW", "600000");
    let engine = world.engine();
    let mut refused = 0;
    for n in 0..25 {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(format!("{}/auth/login", engine.base))
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .header("x-real-ip", format!("203.0.113.{n}"))
            .json(&json!({ "email": format!("person{n}@example.co.il"), "password": "x" }));
        refused += usize::from(engine.send(request).await.status == 429);
    }
    assert_eq!(refused, 5, "of 25");
}

#[tokio::test]
async fn a_request_that_another_page_makes_a_browser_send_is_refused() {
    let world = World::new().await;
    let business = world.business().await;
    world
        .person("dana@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut browser = Browser::of(&engine, "dana@example.co.il").await;
    for origin in [Some("https://evil.example"), Some("null"), None] {
        browser.origin = origin.map(str::to_owned);
        for path in ["/auth/logout", "/auth/refresh", "/api/invitations"] {
            let reply = browser.press(&engine, path).await;
            assert_eq!(
                (reply.status, reply.error()),
                (403, "bad_origin"),
                "{origin:?} {path}"
            );
        }
        // Reading harms nobody.
        browser.get(&engine, "/auth/me").await.expect(200);
    }
    let mut stranger = Browser::new();
    stranger.origin = Some("https://evil.example".into());
    stranger
        .try_login(&engine, "dana@example.co.il", PASSWORD)
        .await
        .expect(403);

    browser.origin = Some(crate::world::PUBLIC_HOST.into());
    let login = browser.press(&engine, "/auth/refresh").await.expect(200);
    // No page of somebody else's has a bearer token.
    let mut program = Browser::program(login["access_token"].as_str().unwrap());
    program.press(&engine, "/auth/ticket").await.expect(200);
}

#[tokio::test]
async fn a_program_acts_for_its_person_and_is_never_more() {
    let world = World::new().await;
    let business = world.business().await;
    let other = world.another_business("עסק אחר", "+97237654399").await;
    world
        .person("boss@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let user = world
        .person("dana@example.co.il", false, &[(business, Role::Manager)])
        .await;
    let engine = world.engine();
    let mut dana = Browser::of(&engine, "dana@example.co.il").await;
    let new = |business: i64, role: &str| json!({ "name": "report", "business_id": business, "role": role });
    dana.post(&engine, "/auth/tokens", new(other.0, "agent"))
        .await
        .expect(404);
    let made = dana
        .post(&engine, "/auth/tokens", new(business.0, "manager"))
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("al_"), "{secret}");
    assert_eq!(
        world
            .count(
                "SELECT count(*) FROM api_tokens WHERE position('al_' in encode(token_hash, 'escape')) > 0"
            )
            .await,
        0
    );

    let mut program = Browser::program(secret);
    program.get(&engine, "/api/people").await.expect(200);
    // What a person does with his own log-in a program can't.
    program.get(&engine, "/auth/tokens").await.expect(403);
    program.press(&engine, "/auth/ticket").await.expect(403);
    // The person becomes less: so does the program, at once.
    world
        .store()
        .ensure_member(business, user, Role::Agent)
        .await
        .unwrap();
    program.get(&engine, "/api/people").await.expect(403);
    dana.post(&engine, "/auth/tokens", new(business.0, "manager"))
        .await
        .expect(403);
    let path = format!("/auth/tokens/{}", made["token"]["id"]);
    dana.delete(&engine, &path).await.expect(204);
    program.get(&engine, "/api/business").await.expect(401);
    dana.delete(&engine, &path).await.expect(404);
}
