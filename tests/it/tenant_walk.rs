//! The tenant walk: every route of the document is asked, by a member of one business, with every
//! identifier of another's. Nothing of the other's may come back, be logged, or change.

use crate::office::{CANARY, Office, Person, snapshot};
use crate::routes;

/// Statuses that a stranger's thing may be answered with: not there, not yours to ask, or not even read.
const ANSWERS: [u16; 3] = [401, 403, 404];

#[tokio::test]
async fn nothing_of_another_business_is_seen_or_changed_by_any_route() {
    let office = Office::open().await;
    // The engine's own work on a new business is done.
    office
        .world
        .eventually("SELECT bool_and(greeting IS NOT NULL) FROM businesses")
        .await;
    // So is its reminding of their task: it rings, and is pushed no more.
    let rang = "SELECT bool_and(state = 'fired') FROM reminders";
    office.world.eventually(rang).await;
    let rows = office.world.rows().await;
    rows.execute("UPDATE reminders SET push_at = NULL", &[])
        .await
        .expect("quiet");
    let pushed = "SELECT count(*) = 0 FROM pushes WHERE state = 'waiting' AND not_before < 'infinity'";
    office.world.eventually(pushed).await;
    let before = snapshot(&office.world.database, office.theirs).await;
    let mut asked = 0;
    // Logged in before the walk, whose wrong log-ins close the door for this address.
    let mut people = Vec::new();
    for person in [Person::Nobody, Person::Agent, Person::Manager] {
        people.push((person, office.token(person).await));
    }
    for (person, token) in people {
        for route in routes::all() {
            // The person's own session must last for the whole walk.
            if route.path == "/auth/logout" || (route.path == "/auth/sessions" && route.method == "delete") {
                continue;
            }
            let values: &[String] = if route.has_names() {
                &office.foreign
            } else {
                &[String::new()]
            };
            for value in values {
                let address = route.address(value);
                let (status, body) = office
                    .ask(&route.method, &address, token.as_deref(), route.body.as_ref())
                    .await;
                asked += 1;
                let told = format!("{person:?}: {} {address}: {status} {body}", route.method);
                assert!(status < 500, "{told}");
                assert!(!body.to_string().contains(CANARY), "{told}");
                if route.has_names() {
                    assert!(ANSWERS.contains(&status), "{told}");
                }
            }
        }
        // Also in every body, wherever a number or an identifier goes.
        for route in routes::all().into_iter().filter(|route| route.body.is_some()) {
            for value in &office.foreign {
                let body = swapped(route.body.clone().unwrap_or_default(), value);
                let (status, answer) = office
                    .ask(&route.method, &route.address("1"), token.as_deref(), Some(&body))
                    .await;
                asked += 1;
                let told = format!("{person:?}: {} {body}: {status} {answer}", route.name());
                assert!(status < 500, "{told}");
                assert!(!answer.to_string().contains(CANARY), "{told}");
            }
        }
    }
    assert!(asked > 1_000, "only {asked} requests were made");
    let after = snapshot(&office.world.database, office.theirs).await;
    let changed: Vec<&str> = after
        .lines()
        .filter(|line| !before.lines().any(|was| was == *line))
        .collect();
    assert!(
        changed.is_empty() && before.len() == after.len(),
        "something of theirs was changed: {changed:#?}"
    );
    assert!(
        !office.engine.log().contains(CANARY),
        "something of theirs is in the log"
    );
}

/// The same body with this in every field that it fits.
fn swapped(body: serde_json::Value, value: &str) -> serde_json::Value {
    use serde_json::Value;
    match body {
        Value::Object(fields) => {
            let swap = |(name, field): (String, Value)| {
                let swapped = swapped(field, value);
                (name, swapped)
            };
            Value::Object(fields.into_iter().map(swap).collect())
        }
        Value::Number(number) => value.parse::<i64>().map_or(Value::Number(number), Value::from),
        Value::String(_) => Value::String(value.replace("%2B", "+")),
        other => other,
    }
}

#[tokio::test]
async fn sounds_are_reached_by_signed_links_of_ones_own_business_only() {
    let office = Office::open().await;
    let sound = &office.foreign[7];
    let path = format!("/files/{}/{}/{sound}.wav", office.theirs, office.foreign[0]);
    let (status, _) = office.ask("GET", &path, None, None).await;
    assert_eq!(status, 403, "without a signature");
    let (status, _) = office
        .ask(
            "GET",
            &format!("{path}?e=99999999999&s={}", "0".repeat(32)),
            None,
            None,
        )
        .await;
    assert_eq!(status, 403, "with a signature that somebody made up");
    // A link that we did make, for the sound of a call of ours, does not open theirs.
    let call = crate::call::Call::new(1);
    call.ring(&office.engine).await;
    call.speak(&office.engine, 1).await;
    let done = "SELECT count(*) = 1 FROM recordings WHERE state = 'done' AND business_id = 1 AND reply_audio IS NOT NULL";
    office.world.eventually(done).await;
    let token = office.token(Person::Agent).await;
    let (status, shown) = office
        .ask("GET", &format!("/api/calls/{}", call.sid), token.as_deref(), None)
        .await;
    assert_eq!(status, 200, "{shown}");
    let link = shown["turns_list"][0]["reply_audio"]
        .as_str()
        .expect("a link")
        .to_owned();
    let (status, _) = office.ask("GET", &link, None, None).await;
    assert_eq!(status, 200, "{link}");
    let query = link.split_once('?').expect("a signature").1;
    for stolen in [
        format!("{path}?{query}"),
        link.replacen(
            &format!("/files/{}/", office.ours),
            &format!("/files/{}/", office.theirs),
            1,
        ),
    ] {
        let (status, body) = office.ask("GET", &stolen, None, None).await;
        assert_eq!(status, 403, "{stolen}: {body}");
    }
}
