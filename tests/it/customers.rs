//! Customers, from the form that warns to the card that looks again: made, found, changed, merged, and told of in their
//! timeline, by people and by calls.

use crate::call::Call;
use crate::desk::Desk;
use crate::office::Person;
use crate::page::Page;
use crate::reminders::in_ms;
use crate::world::CALLER;
use serde_json::{Value, json};

impl Desk {
    async fn make(&self, body: Value) -> Value {
        self.good("POST", "/api/crm/customers", Some(body)).await
    }

    async fn found(&self, query: &str) -> Vec<i64> {
        let list = self
            .good("GET", &format!("/api/crm/customers?{query}"), None)
            .await;
        let results = list["results"].as_array().expect("results");
        results
            .iter()
            .map(|row| row["id"].as_i64().expect("an id"))
            .collect()
    }
}

#[tokio::test]
async fn a_customer_is_made_found_changed_and_brought_back() {
    let desk = Desk::open(Person::Agent).await;
    let made = desk
        .make(json!({ "name": "דנה כהן", "phones": ["050-765 4321", "04-9876543"], "emails": ["Dana@Example.com"],
                      "tags": ["חם", "חם"], "needs": { "city": "חיפה", "rooms": 3.5, "budget": 1_500_000 } }))
        .await;
    let id = made["id"].as_i64().expect("an id");
    assert_eq!(made["phone"], "+972507654321");
    assert_eq!(made["identities"][0]["display"], "050-7654321");
    assert_eq!(
        (
            &made["identities"][0]["primary"],
            &made["identities"][1]["primary"]
        ),
        (&json!(true), &json!(false))
    );
    assert_eq!(made["tags"], json!(["חם"]));
    assert_eq!(
        made["needs"],
        json!({ "city": "חיפה", "rooms": 3.5, "budget": 1_500_000 })
    );
    assert_eq!(
        (&made["stage"], &made["status"], &made["source"]),
        (&json!("new"), &json!("lead"), &json!("person"))
    );
    assert_eq!(made["assignee"]["name"], "של המשרד");
    assert_eq!(
        (&made["version"], &made["notes_count"], &made["open_tasks"]),
        (&json!(1), &json!(0), &json!(0))
    );
    // The form warns while it is filled in.
    let check =
        "/api/crm/customers/check?phone=%2B972%20(0)50-765-4321&name=%D7%93%D7%A0%D7%94%20%D7%9B%D7%94%D7%9F";
    let warned = desk.good("GET", check, None).await;
    assert_eq!(warned["matches"].as_array().map(Vec::len), Some(1), "{warned}");
    assert_eq!(
        (
            &warned["matches"][0]["by"],
            &warned["matches"][0]["customer"]["id"]
        ),
        (&json!("phone"), &json!(id))
    );
    let (status, twice) = desk
        .ask(
            "POST",
            "/api/crm/customers",
            Some(json!({ "name": "ד", "phones": ["972507654321"] })),
        )
        .await;
    assert_eq!(
        (status, &twice["error"], &twice["customer"]["id"]),
        (409, &json!("duplicate"), &json!(id)),
        "{twice}"
    );
    for query in [
        "q=%D7%93%D7%A0",
        "q=sbv",
        "q=76",
        "q=4321",
        "q=dana%40ex",
        "tag=%D7%97%D7%9D",
        "assignee=me",
        "stage=new&sort=name",
    ] {
        assert_eq!(desk.found(query).await, [id], "{query}");
    }
    for bad in [
        "limit=0",
        "limit=101",
        "page=0",
        "sort=password",
        "assignee=x",
        "stage=sold",
        "nonsense=1",
    ] {
        let (status, body) = desk.ask("GET", &format!("/api/crm/customers?{bad}"), None).await;
        assert_eq!(status, 400, "{bad}: {body}");
    }
    // Changed at its version; somebody else's change is a conflict that carries what is there.
    let address = format!("/api/crm/customers/{id}");
    let patch = json!({ "version": 1, "name": "דנה לוי", "status": "active", "details": { "מקצוע": "אחות" }, "assignee_user_id": 0 });
    let changed = desk.good("PATCH", &address, Some(patch.clone())).await;
    assert_eq!(
        (
            &changed["version"],
            &changed["assignee"],
            &changed["details"]["מקצוע"]
        ),
        (&json!(2), &Value::Null, &json!("אחות"))
    );
    assert_eq!(changed["needs"]["city"], "חיפה", "what is not named stays");
    let (status, late) = desk.ask("PATCH", &address, Some(patch)).await;
    assert_eq!(
        (status, &late["current"]["name"]),
        (409, &json!("דנה לוי")),
        "{late}"
    );
    let (status, _) = desk
        .ask(
            "POST",
            &format!("{address}/stage"),
            Some(json!({ "stage": "lost" })),
        )
        .await;
    assert_eq!(status, 422, "the end of the way wants a reason");
    let lost = json!({ "stage": "lost", "reason": "קנתה במקום אחר" });
    let moved = desk.good("POST", &format!("{address}/stage"), Some(lost)).await;
    assert_eq!(
        (&moved["stage"], &moved["stage_reason"]),
        (&json!("lost"), &json!("קנתה במקום אחר"))
    );
    // Another address, and it goes again.
    let more = json!({ "kind": "email", "value": "dana@work.example" });
    let more = desk
        .good("POST", &format!("{address}/identities"), Some(more))
        .await;
    let mail = more["identities"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["value"] == "dana@example.com"));
    let mail = mail.expect("the first address")["id"].clone();
    let less = desk
        .good("DELETE", &format!("{address}/identities/{mail}"), None)
        .await;
    assert_eq!(less["email"], "dana@work.example");
    // Deleted and brought back.
    desk.good("DELETE", &address, None).await;
    assert_eq!(desk.ask("GET", &address, None).await.0, 404);
    assert_eq!(desk.found("").await, Vec::<i64>::new());
    let (status, owner) = desk
        .ask(
            "POST",
            "/api/crm/customers",
            Some(json!({ "name": "ד", "phones": ["0507654321"] })),
        )
        .await;
    assert_eq!(status, 409);
    assert!(owner["customer"]["deleted_at"].is_string(), "{owner}");
    desk.good("POST", &format!("{address}/restore"), None).await;
    assert_eq!(desk.found("").await, [id]);
    // All of it is in the audit log.
    let manager = desk.office.token(Person::Manager).await;
    let (_, log) = desk
        .office
        .ask(
            "GET",
            "/api/audit?action=customer.&limit=100",
            manager.as_deref(),
            None,
        )
        .await;
    let actions: Vec<&str> = log["results"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "customer.restored",
            "customer.deleted",
            "customer.identities",
            "customer.identities",
            "customer.stage",
            "customer.changed",
            "customer.created"
        ]
    );
}

#[tokio::test]
async fn an_open_card_sees_what_happens_to_its_customer_at_once() {
    let desk = Desk::open(Person::Agent).await;
    let mut page = Page::open(&desk.office, Person::Manager).await;
    let call = Call::new(1);
    call.ring(&desk.office.engine).await;
    call.speak(&desk.office.engine, 1).await;
    call.next_whole(&desk.office.engine, 1).await;
    call.status(&desk.office.engine, "completed").await;
    let hint = page.frame(|frame| frame["what"] == "customers").await;
    let id = hint["id"].as_str().expect("whose").to_owned();
    let card = desk.good("GET", &format!("/api/crm/customers/{id}"), None).await;
    assert_eq!(
        (card["phone"].as_str(), card["source"].as_str()),
        (Some(CALLER), Some("call"))
    );
    // What was said in the call finds who said it.
    assert_eq!(
        desk.found("q=%D7%97%D7%93%D7%A8%D7%99%D7%9D").await,
        [id.parse::<i64>().expect("a number")]
    );
    let heard = |page: Page| {
        let id = id.clone();
        async move {
            let mut page = page;
            page.frame(|frame| frame["what"] == "customers" && frame["id"] == id.as_str())
                .await;
            page
        }
    };
    let note = desk
        .good(
            "POST",
            &format!("/api/customers/{id}/notes"),
            Some(json!({ "text": "מעדיפה קומה גבוהה" })),
        )
        .await;
    page = heard(page).await;
    let task = json!({ "title": "לחזור", "due_at": in_ms(3_600_000), "customer_id": id.parse::<i64>().expect("a number") });
    let task = desk.good("POST", "/api/tasks", Some(task)).await;
    page = heard(page).await;
    desk.good(
        "PATCH",
        &format!("/api/tasks/{}", task["id"]),
        Some(json!({ "status": "done" })),
    )
    .await;
    page = heard(page).await;
    desk.good(
        "POST",
        &format!("/api/crm/customers/{id}/stage"),
        Some(json!({ "stage": "contacted" })),
    )
    .await;
    heard(page).await;
    let timeline = format!("/api/customers/{id}/timeline");
    let all = desk.good("GET", &timeline, None).await;
    let told: Vec<(&str, &str)> = all["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            (
                item["kind"].as_str().unwrap_or(""),
                item["meta"]["event"]
                    .as_str()
                    .or(item["meta"]["field"].as_str())
                    .unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        told[..4],
        [
            ("status", "stage"),
            ("task", "done"),
            ("task", "created"),
            ("note", "")
        ],
        "{told:?}"
    );
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| *kind).collect();
    assert!(kinds.contains(&"call") && kinds.contains(&"created"), "{kinds:?}");
    assert_eq!(all["next"], Value::Null);
    assert_eq!(all["items"][3]["title"], "מעדיפה קומה גבוהה");
    // Page by page the same, and by kind.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = desk
            .good("GET", &format!("{timeline}?limit=2{cursor}"), None)
            .await;
        seen.extend(page["items"].as_array().expect("items").clone());
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(Value::from(seen), all["items"]);
    let tasks = desk
        .good("GET", &format!("{timeline}?types=task,note"), None)
        .await;
    assert!(
        tasks["items"]
            .as_array()
            .expect("items")
            .iter()
            .all(|item| item["kind"] == "task" || item["kind"] == "note")
    );
    for bad in ["limit=0", "limit=501", "types=dance", "cursor=x"] {
        assert_eq!(
            desk.ask("GET", &format!("{timeline}?{bad}"), None).await.0,
            400,
            "{bad}"
        );
    }
    // A note is its writer's; what it says now is what is told.
    let address = format!("/api/customers/{id}/notes/{}", note["id"]);
    desk.good(
        "PATCH",
        &address,
        Some(json!({ "text": "קומה נמוכה", "version": 1 })),
    )
    .await;
    let (status, late) = desk
        .ask("PATCH", &address, Some(json!({ "text": "מאוחר", "version": 1 })))
        .await;
    assert_eq!((status, &late["current"]["text"]), (409, &json!("קומה נמוכה")));
    let notes = desk.good("GET", &format!("{timeline}?types=note"), None).await;
    assert_eq!(notes["items"][0]["title"], "קומה נמוכה");
    desk.good("DELETE", &address, None).await;
    let notes = desk.good("GET", &format!("{timeline}?types=note"), None).await;
    assert_eq!(notes["items"], json!([]));
}
