//! A business is set up by its people: name, numbers, hours, script, greeting; each change reaches
//! the next caller, and what can't be accepted says which field it is.

use crate::call::Call;
use crate::office::{Office, Person, THEIR_NUMBER, ask};
use crate::parties::{silent_wav, spoken_wav};
use serde_json::json;

#[tokio::test]
async fn a_taken_name_or_number_is_409_and_a_removed_business_frees_its_name() {
    let office = Office::open().await;
    let admin = office.token(Person::Admin).await;
    let admin = admin.as_deref();
    let new = json!({ "name": "מספרת רינה", "number": "03-9990002" });
    let (status, made) = office.ask("POST", "/api/businesses", admin, Some(&new)).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["numbers"], json!(["+97239990002"]));
    for taken in [
        json!({ "name": "מספרת רינה" }),
        json!({ "name": "אחרת", "number": THEIR_NUMBER }),
    ] {
        let (status, body) = office.ask("POST", "/api/businesses", admin, Some(&taken)).await;
        assert_eq!((status, body["error"].as_str()), (409, Some("taken")), "{body}");
    }
    let (status, body) = office
        .ask(
            "POST",
            "/api/businesses",
            admin,
            Some(&json!({ "name": "x", "number": "לא מספר" })),
        )
        .await;
    assert_eq!(status, 422);
    assert!(body["fields"]["number"].is_string(), "{body}");
    let one = format!("/api/businesses/{}", made["id"]);
    let (status, stopped) = office
        .ask("POST", &format!("{one}/deactivate"), admin, None)
        .await;
    assert_eq!((status, &stopped["active"]), (200, &json!(false)));
    let (status, _) = office.ask("DELETE", &one, admin, None).await;
    assert_eq!(status, 204);
    let (status, _) = office.ask("GET", &one, admin, None).await;
    assert_eq!(status, 404);
    let (status, _) = office
        .ask(
            "POST",
            "/api/businesses",
            admin,
            Some(&json!({ "name": "מספרת רינה" })),
        )
        .await;
    assert_eq!(status, 201);
    let (status, list) = office
        .ask("GET", "/api/businesses?q=רינה&limit=1", admin, None)
        .await;
    assert_eq!(
        (status, &list["total"], &list["pages"]),
        (200, &json!(1), &json!(1)),
        "{list}"
    );
    for bad in ["page=0", "limit=101", "limit=x", "sort=secret", "unknown=1"] {
        let (status, body) = office
            .ask("GET", &format!("/api/businesses?{bad}"), admin, None)
            .await;
        assert_eq!(
            (status, body["error"].as_str()),
            (400, Some("bad_request")),
            "{bad}: {body}"
        );
    }
}

#[tokio::test]
async fn a_manager_changes_the_business_and_the_slower_of_two_is_told() {
    let office = Office::open().await;
    let manager = office.token(Person::Manager).await;
    let manager = manager.as_deref();
    let (_, business) = office.ask("GET", "/api/business", manager, None).await;
    let version = &business["version"];
    let change = json!({
        "version": version, "name": "תיווך הגליל והעמקים", "turn_limit": 8, "on_failure": "transfer",
        "transfer_to": "050-1234567",
        "hours": { "week": [[{"from":"09:00","to":"13:00"},{"from":"16:00","to":"19:00"}],[],[],[],[],[],[]],
                   "holidays": [{"date":"2026-12-06","name":"חנוכה","open":[]}] }
    });
    let (status, changed) = office.ask("PATCH", "/api/business", manager, Some(&change)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["transfer_to"], "+972501234567");
    assert_eq!(changed["hours"]["week"][0][1]["from"], "16:00");
    let (status, body) = office.ask("PATCH", "/api/business", manager, Some(&change)).await;
    assert_eq!(
        (status, &body["current"]["name"]),
        (409, &json!("תיווך הגליל והעמקים")),
        "{body}"
    );
    let now = &changed["version"];
    for (field, value) in [
        ("time_zone", json!("Asia/Atlantis")),
        ("transfer_to", json!("123")),
        (
            "hours",
            json!({ "week": [[{"from":"18:00","to":"09:00"}],[],[],[],[],[],[]] }),
        ),
        ("name", json!("\u{202e}הפוך")),
    ] {
        let (status, body) = office
            .ask(
                "PATCH",
                "/api/business",
                manager,
                Some(&json!({ "version": now, field: value })),
            )
            .await;
        assert_eq!(status, 422, "{field}: {body}");
        assert!(body["fields"][field].is_string(), "{field}: {body}");
    }
    let (_, log) = office
        .ask("GET", "/api/audit?action=business.", manager, None)
        .await;
    assert_eq!(
        log["results"][0]["detail"]["name"], "תיווך הגליל והעמקים",
        "{log}"
    );
    assert_eq!(log["results"][0]["actor"]["name"], "של המשרד", "{log}");
}

#[tokio::test]
async fn a_script_is_checked_by_line_and_a_bad_one_changes_nothing() {
    let office = Office::open().await;
    let manager = office.token(Person::Manager).await;
    let manager = manager.as_deref();
    let (_, script) = office.ask("GET", "/api/business/script", manager, None).await;
    let source = script["source"].as_str().expect("a source");
    let broken = source.replacen("[phrases]", "[phrazes]", 1);
    let (status, check) = office
        .ask(
            "POST",
            "/api/business/script/check",
            manager,
            Some(&json!({ "source": broken })),
        )
        .await;
    assert_eq!((status, &check["ok"]), (200, &json!(false)), "{check}");
    assert!(
        check["problems"][0]["line"]
            .as_u64()
            .is_some_and(|line| line >= 1),
        "{check}"
    );
    let put = json!({ "source": broken, "version": script["version"] });
    let (status, body) = office
        .ask("PUT", "/api/business/script", manager, Some(&put))
        .await;
    assert_eq!(status, 422);
    assert!(body["problems"][0]["problem"].is_string(), "{body}");
    let good = source.replacen("turn_limit = 20", "turn_limit = 11", 1);
    let put = json!({ "source": good, "version": script["version"] });
    let (status, saved) = office
        .ask("PUT", "/api/business/script", manager, Some(&put))
        .await;
    assert_eq!(status, 200, "{saved}");
    let (_, again) = office.ask("GET", "/api/business/script", manager, None).await;
    assert_eq!(again["source"].as_str(), Some(good.as_str()));
}

#[tokio::test]
async fn an_uploaded_greeting_is_what_callers_hear() {
    let office = Office::open().await;
    let token = office.token(Person::Manager).await.expect("a token");
    let put = |sound: Vec<u8>| {
        let request = reqwest::Client::new()
            .put(format!("{}/api/business/greeting", office.engine.base))
            .bearer_auth(&token)
            .header("content-type", "audio/wav")
            .body(sound);
        async { request.send().await.expect("an answer") }
    };
    for (bad, expected) in [
        (silent_wav(), 422),
        (b"<html>".to_vec(), 422),
        (vec![0; 6 << 20], 413),
    ] {
        assert_eq!(put(bad).await.status().as_u16(), expected);
    }
    let answer = put(spoken_wav()).await;
    assert_eq!(answer.status().as_u16(), 200);
    let shown: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(shown["greeting_uploaded"], true, "{shown}");
    let heard = office
        .engine
        .get(&format!("/static/voice_responses/{}/greeting.mp3", office.ours))
        .await;
    let first = heard.bytes().await.expect("sound");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(3);
    let uploaded = reqwest::Client::new()
        .get(format!("{}/api/business/greeting", office.engine.base))
        .bearer_auth(&token)
        .header("range", "bytes=0-3")
        .send()
        .await
        .expect("an answer");
    assert_eq!(uploaded.status().as_u16(), 206);
    assert_eq!(uploaded.bytes().await.expect("sound"), "RIFF");
    // The directory hears of it in a moment.
    let mut now = first.clone();
    while now == first && std::time::Instant::now() < deadline {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let path = format!("/static/voice_responses/{}/greeting.mp3", office.ours);
        now = office.engine.get(&path).await.bytes().await.expect("sound");
    }
    let (_, millis) = media::wav::fingerprint(&now);
    assert!(millis > 500, "{millis} ms");
    assert_eq!(media::wav::decode(&now).expect("a WAV").rate, 8_000);
    let spoken = office
        .ask(
            "POST",
            "/api/business/greeting/speak",
            Some(&token),
            Some(&json!({ "text": "שלום, כאן המשרד." })),
        )
        .await;
    assert_eq!((spoken.0, &spoken.1["greeting_uploaded"]), (200, &json!(false)));
}

#[tokio::test]
async fn a_deactivated_business_is_not_answered_for() {
    let office = Office::open().await;
    let admin = office.token(Person::Admin).await;
    let first = Call::new(1).ring(&office.engine).await;
    assert!(first.names().contains("Record"), "{}", first.body);
    let address = format!("/api/businesses/{}/deactivate", office.ours);
    let (status, _) = ask(&office.engine, "POST", &address, admin.as_deref(), None).await;
    assert_eq!(status, 200);
    let greeting = format!("/static/voice_responses/{}/greeting", office.ours);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(3);
    let mut n = 2;
    while Call::new(n).ring(&office.engine).await.body.contains(&greeting) {
        assert!(std::time::Instant::now() < deadline, "still greeted in its name");
        n += 1;
    }
}
