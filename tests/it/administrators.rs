//! `agentlocator admin` beside a running engine and without one.

use crate::browser::Browser;
use crate::world::World;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn admin(world: &World, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_agentlocator"))
        .env_clear()
        .env("APP_ENV", "test")
        .env("DATABASE_URL", &world.database)
        .env("PUBLIC_HOST", crate::world::PUBLIC_HOST)
        .arg("admin")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    child
        .stdin
        .take()
        .expect("standard input")
        .write_all(input.as_bytes())
        .ok();
    child.wait_with_output().expect("it ends")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn an_administrator_is_made_at_the_machine() {
    let world = World::new().await;
    let create = ["create", "--email", "Noa@example.co.il", "--name", "נועה"];
    let made = admin(&world, &create, "");
    assert!(made.status.success(), "{}", told(&made));
    let text = told(&made);
    let password = text
        .lines()
        .find_map(|line| line.strip_prefix("password  "))
        .expect("a password");
    assert!(
        !admin(&world, &create, "").status.success(),
        "the address is taken"
    );

    let engine = world.engine();
    assert!(!engine.said.iter().any(|line| line.starts_with("first run")));
    let mut noa = Browser::new();
    let login = noa
        .try_login(&engine, "noa@example.co.il", password)
        .await
        .expect(200);
    assert_eq!(login["me"]["admin"], true);

    let given = [
        "create",
        "--email",
        "eyal@example.co.il",
        "--name",
        "אייל",
        "--password-stdin",
    ];
    assert!(!admin(&world, &given, "12345678\n").status.success());
    let made = admin(&world, &given, "a password of his own\n");
    assert!(
        made.status.success() && !told(&made).contains("password"),
        "{}",
        told(&made)
    );
    Browser::new()
        .try_login(&engine, "eyal@example.co.il", "a password of his own")
        .await
        .expect(200);

    let link = told(&admin(
        &world,
        &["reset-link", "--email", "noa@example.co.il"],
        "",
    ));
    let token = link.trim().split_once("/reset#").expect("a link").1;
    let body = serde_json::json!({ "token": token, "password": "a quite new one" });
    Browser::new()
        .post(&engine, "/auth/reset", body)
        .await
        .expect(204);
    noa.get(&engine, "/auth/me").await.expect(401);
}

#[tokio::test]
async fn an_audit_log_that_somebody_changed_is_found_out() {
    let world = World::new().await;
    world.person("dana@example.co.il", false, &[]).await;
    let whole = admin(&world, &["verify-audit"], "");
    assert!(whole.status.success(), "{}", told(&whole));
    assert!(told(&whole).contains("platform: whole"), "{}", told(&whole));
    let sql = "UPDATE audit SET action = 'nothing' WHERE business_id = 0";
    world.rows().await.execute(sql, &[]).await.unwrap();
    let broken = admin(&world, &["verify-audit"], "");
    assert_eq!(broken.status.code(), Some(1));
    assert!(told(&broken).contains("it was changed"), "{}", told(&broken));
}
