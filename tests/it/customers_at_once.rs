//! Many customers at once, and two who are one: merged with all that is theirs and taken apart again, changed by hundreds,
//! written into a file that no spreadsheet runs, kept as views.

use crate::desk::good;
use crate::office::{Office, Person};
use serde_json::{Value, json};

#[tokio::test]
async fn two_who_are_one_are_merged_with_all_that_is_theirs_and_taken_apart_again() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let ask = |method: &'static str, path: String, body: Option<Value>| {
        let (office, token) = (&office, &token);
        async move { good(office, token, method, &path, body).await }
    };
    let make = |body: Value| ask("POST", "/api/crm/customers".into(), Some(body));
    let keep =
        make(json!({ "name": "דנה כהן", "phones": ["050-7000001"], "tags": ["א"] })).await["id"].clone();
    let other = make(
        json!({ "name": "דנה כ.", "phones": ["050-7000002"], "emails": ["dana@example.com"], "tags": ["ב"],
                             "needs": { "city": "חיפה", "rooms": null, "budget": null } }),
    )
    .await["id"]
        .clone();
    let number = |id: &Value| id.as_i64().expect("a number");
    ask(
        "POST",
        format!("/api/customers/{other}/notes"),
        Some(json!({ "text": "הערה על השנייה" })),
    )
    .await;
    let due = "2030-01-01T10:00:00Z";
    ask(
        "POST",
        "/api/tasks".into(),
        Some(json!({ "title": "לחזור", "due_at": due, "customer_id": other })),
    )
    .await;
    let rows = office.world.rows().await;
    let call = "INSERT INTO calls (call_sid, business_id, caller, customer_id) VALUES ('CA00000000000000000000000000000abc', 1, '+972507000002', $1)";
    rows.execute(call, &[&number(&other)]).await.expect("a call");
    let before = ask("GET", format!("/api/crm/customers/{other}"), None).await;
    let merged = ask(
        "POST",
        "/api/crm/customers/merge".into(),
        Some(json!({ "keep": keep, "merge": [other] })),
    )
    .await;
    let whole = &merged["customer"];
    assert_eq!(
        (whole["name"].as_str(), &whole["tags"], &whole["needs"]["city"]),
        (Some("דנה כהן"), &json!(["א", "ב"]), &json!("חיפה"))
    );
    assert_eq!(
        (whole["phone"].as_str(), whole["email"].as_str()),
        (Some("+972507000001"), Some("dana@example.com"))
    );
    assert_eq!(
        (&whole["notes_count"], &whole["open_tasks"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        ask("GET", format!("/api/crm/customers/{other}"), None).await["merged_into"],
        keep
    );
    assert_eq!(
        ask("GET", "/api/crm/customers?q=0507000002".into(), None).await["results"][0]["id"],
        keep
    );
    assert_eq!(ask("GET", "/api/crm/customers".into(), None).await["total"], 1);
    let timeline = ask("GET", format!("/api/customers/{keep}/timeline"), None).await;
    let titles: Vec<&str> = timeline["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["title"].as_str())
        .collect();
    for told in ["הערה על השנייה", "לחזור", "דנה כ.", "דנה כהן"] {
        assert!(titles.contains(&told), "{told}: {titles:?}");
    }
    let of_call = "SELECT customer_id FROM calls WHERE customer_id IS NOT NULL AND business_id = 1";
    assert_eq!(
        rows.query_one(of_call, &[])
            .await
            .expect("the call")
            .get::<_, i64>(0),
        number(&keep)
    );
    // A second time there is nobody to merge; another business's merge is not there.
    let again = json!({ "keep": keep, "merge": [other] });
    assert_eq!(
        office
            .ask("POST", "/api/crm/customers/merge", Some(&token), Some(&again))
            .await
            .0,
        404
    );
    let undo = format!("/api/crm/merges/{}/undo", merged["id"]);
    let undone = ask("POST", undo.clone(), None).await;
    assert_eq!(undone["restored"], json!([other]));
    let mut after = ask("GET", format!("/api/crm/customers/{other}"), None).await;
    for moves in ["version", "updated_at", "last_activity_at"] {
        after[moves] = before[moves].clone();
    }
    assert_eq!(after, before, "as if nothing had been");
    let kept = ask("GET", format!("/api/crm/customers/{keep}"), None).await;
    assert_eq!(
        (&kept["notes_count"], &kept["open_tasks"], &kept["email"]),
        (&json!(0), &json!(0), &Value::Null)
    );
    assert_eq!(
        rows.query_one(of_call, &[])
            .await
            .expect("the call")
            .get::<_, i64>(0),
        number(&other)
    );
    let (status, _) = office.ask("POST", &undo, Some(&token), None).await;
    assert_eq!(status, 409, "once");
    // After thirty days it stays.
    let merged = ask(
        "POST",
        "/api/crm/customers/merge".into(),
        Some(json!({ "keep": other, "merge": [keep] })),
    )
    .await;
    rows.execute(
        "UPDATE customer_merges SET at = now() - interval '31 days' WHERE undone_at IS NULL",
        &[],
    )
    .await
    .expect("older");
    let (status, _) = office
        .ask(
            "POST",
            &format!("/api/crm/merges/{}/undo", merged["id"]),
            Some(&token),
            None,
        )
        .await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn hundreds_are_changed_as_a_job_and_written_into_a_harmless_file() {
    let office = Office::open().await;
    let token = office.token(Person::Manager).await.expect("the manager");
    let rows = office.world.rows().await;
    let many =
        "INSERT INTO customers (business_id, name) SELECT 1, 'לקוח ' || n FROM generate_series(1, 1200) AS n";
    rows.execute(many, &[]).await.expect("customers");
    let bulk = |body: Value| {
        let (office, token) = (&office, &token);
        async move {
            office
                .ask("POST", "/api/crm/customers/bulk", Some(token), Some(&body))
                .await
        }
    };
    let list = good(
        &office,
        &token,
        "GET",
        "/api/crm/customers?limit=2&sort=created_at",
        None,
    )
    .await;
    assert_eq!(list["total"], 1200);
    let ids = json!([list["results"][0]["id"], list["results"][1]["id"]]);
    let (status, two) = bulk(json!({ "ids": ids, "do": { "tag": "חם" } })).await;
    assert_eq!(
        (status, &two["changed"], &two["job"]),
        (200, &json!(2), &Value::Null),
        "{two}"
    );
    let (status, job) = bulk(json!({ "filter": { "q": "לקוח" }, "do": { "status": "active" } })).await;
    assert_eq!((status, &job["job"]["total"]), (202, &json!(1200)), "{job}");
    let finished = "SELECT finished_at IS NOT NULL FROM customer_jobs WHERE business_id = 1";
    office.world.eventually(finished).await;
    let job = good(
        &office,
        &token,
        "GET",
        &format!("/api/crm/jobs/{}", job["job"]["id"]),
        None,
    )
    .await;
    assert_eq!((&job["done"], &job["changed"]), (&json!(1200), &json!(1200)));
    assert_eq!(
        good(&office, &token, "GET", "/api/crm/customers?status=active", None).await["total"],
        1200
    );
    for bad in [
        json!({ "ids": ids, "do": {} }),
        json!({ "ids": ids, "do": { "tag": "א", "delete": true } }),
        json!({ "do": { "delete": true } }),
        json!({ "ids": ids, "filter": {}, "do": { "delete": true } }),
    ] {
        let (status, answer) = bulk(bad.clone()).await;
        assert_eq!(status, 422, "{bad}: {answer}");
    }
    let (status, gone) = bulk(json!({ "filter": { "tag": "חם" }, "do": { "delete": true } })).await;
    assert_eq!((status, &gone["changed"]), (200, &json!(2)));
    assert_eq!(
        good(&office, &token, "GET", "/api/crm/customers", None).await["total"],
        1198
    );
    // A name that a spreadsheet would run stays a name.
    let evil = json!({ "name": "=HYPERLINK(\"http://x\",\"y\")", "phones": ["+972507654321"] });
    good(&office, &token, "POST", "/api/crm/customers", Some(evil)).await;
    let file = good(&office, &token, "GET", "/api/crm/customers.csv?q=HYPERLINK", None).await;
    let text = file["text"].as_str().expect("a file");
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
        "{text}"
    );
    assert!(text.contains(",+972507654321,"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
    let log = good(
        &office,
        &token,
        "GET",
        "/api/audit?action=customers.exported",
        None,
    )
    .await;
    assert_eq!(log["total"], 1);
    let agent = office.token(Person::Agent).await;
    assert_eq!(
        office
            .ask("GET", "/api/crm/customers.csv", agent.as_deref(), None)
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn a_view_is_ones_own_until_it_is_shared() {
    let office = Office::open().await;
    let agent = office.token(Person::Agent).await.expect("the agent");
    let manager = office.token(Person::Manager).await.expect("the manager");
    let view = |name: &str, shared: bool| json!({ "name": name, "query": { "stage": "viewing", "sort": "-created_at" }, "shared": shared });
    let own = good(
        &office,
        &agent,
        "POST",
        "/api/crm/views",
        Some(view("שלי", false)),
    )
    .await;
    let shared = good(
        &office,
        &agent,
        "POST",
        "/api/crm/views",
        Some(view("של כולם", true)),
    )
    .await;
    assert_eq!(
        (&own["mine"], &own["query"]["stage"]),
        (&json!(true), &json!("viewing"))
    );
    assert_eq!(
        good(&office, &agent, "GET", "/api/crm/views", None).await["total"],
        2
    );
    let seen = good(&office, &manager, "GET", "/api/crm/views", None).await;
    assert_eq!(
        (
            &seen["total"],
            &seen["results"][0]["id"],
            &seen["results"][0]["mine"]
        ),
        (&json!(1), &shared["id"], &json!(false))
    );
    let address = |view: &Value| format!("/api/crm/views/{}", view["id"]);
    assert_eq!(
        office.ask("DELETE", &address(&own), Some(&manager), None).await.0,
        404
    );
    good(&office, &manager, "DELETE", &address(&shared), None).await;
    good(&office, &agent, "DELETE", &address(&own), None).await;
    assert_eq!(
        good(&office, &agent, "GET", "/api/crm/views", None).await["total"],
        0
    );
}
