//! Papers: numbers without gaps whoever issues and whatever dies, what is issued stays, what people write is data, and what the
//! law wants is asked for.

use crate::desk::good;
use crate::office::{Office, Person, ask};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A customer of ours.
pub async fn customer(office: &Office, token: &str, body: Value) -> i64 {
    let made = good(office, token, "POST", "/api/crm/customers", Some(body)).await;
    made["id"].as_i64().expect("a number")
}

/// A quote over a sum, whole.
pub fn quote(description: &str) -> Value {
    json!({ "lines": [{ "description": description, "quantity": "1.5", "unit_price": 10_001, "vat": true }] })
}

#[tokio::test]
async fn numbers_run_without_gaps_while_many_issue_and_the_engine_is_killed() {
    let mut office = Office::open().await;
    let number = |name: &str, usual: usize| {
        std::env::var(name)
            .ok()
            .and_then(|n| n.parse().ok())
            .unwrap_or(usual)
    };
    let (papers, issuers) = (number("PAPERS_ISSUED", 192), 64);
    let token = office.token(Person::Agent).await.expect("the agent");
    let id = customer(
        &office,
        &token,
        json!({ "name": "דנה כהן", "phones": ["050-7000001"] }),
    )
    .await;
    let path = format!("/api/customers/{id}/quotes");
    let first = good(&office, &token, "POST", &path, Some(quote("ייעוץ"))).await;
    let rows = office.world.rows().await;
    // Drafts by hand: it is issuing that is asked for many times.
    let copies = "INSERT INTO documents (business_id, customer_id, kind, tax_type, series, title, content, net, vat, total, vat_rate)
        SELECT business_id, customer_id, kind, tax_type, series, title, content, net, vat, total, vat_rate
        FROM documents, generate_series(2, $2::bigint) WHERE id = $1";
    let of = first["id"].as_i64().expect("a number");
    rows.execute(copies, &[&of, &i64::try_from(papers).expect("a count")])
        .await
        .expect("drafts");
    let drafts = rows
        .query("SELECT id FROM documents WHERE business_id = 1", &[])
        .await;
    let drafts: Vec<i64> = drafts.expect("drafts").iter().map(|row| row.get(0)).collect();
    assert_eq!(drafts.len(), papers);
    let drafts = Arc::new(drafts);
    // Twice: the first engine is killed in the middle, the next one goes on.
    for round in 0..2 {
        let next = Arc::new(AtomicUsize::new(0));
        let done = Arc::new(AtomicUsize::new(0));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut issuing = tokio::task::JoinSet::new();
        for _ in 0..issuers {
            let (next, done, drafts, client) = (next.clone(), done.clone(), drafts.clone(), client.clone());
            let (base, token) = (office.engine.base.clone(), token.clone());
            issuing.spawn(async move {
                loop {
                    let Some(draft) = drafts.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        return;
                    };
                    let request = client
                        .post(format!("{base}/api/quotes/{draft}/issue"))
                        .bearer_auth(&token);
                    if request.send().await.is_ok_and(|answer| answer.status() == 200) {
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        if round == 0 {
            while done.load(Ordering::Relaxed) < papers / 3 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            office.engine.kill();
        }
        while issuing.join_next().await.is_some() {}
        if round == 0 {
            office.engine = office.world.engine();
        }
    }
    let told = rows
        .query("SELECT number, snapshot->>'number', snapshot->'totals'->>'total' FROM documents WHERE business_id = 1 ORDER BY number", &[])
        .await
        .expect("papers");
    let numbers: Vec<i64> = told.iter().map(|row| row.get(0)).collect();
    let expected: Vec<i64> = (1..=i64::try_from(papers).expect("a count")).collect();
    assert_eq!(numbers, expected, "no gap, no double, nothing left behind");
    let printed: BTreeSet<String> = told.iter().map(|row| row.get(1)).collect();
    assert_eq!(printed.len(), papers, "each paper has its own number on it");
    let last = "SELECT last FROM document_numbers WHERE business_id = 1 AND series = 'Q'";
    assert_eq!(office.world.count(last).await, expected.len() as i64);
    let entries = "SELECT count(*) FROM timeline WHERE business_id = 1 AND kind = 'document' AND meta->>'event' = 'issued'";
    assert_eq!(
        office.world.count(entries).await,
        expected.len() as i64,
        "each is told once"
    );
    // What the kill left without a file is drawn when it is asked for.
    let without = rows
        .query(
            "SELECT id FROM documents WHERE business_id = 1 AND sha256 IS NULL LIMIT 3",
            &[],
        )
        .await
        .expect("papers");
    for row in without {
        let path = format!("/api/quotes/{}/pdf", row.get::<_, i64>(0));
        assert_eq!(office.ask("GET", &path, Some(&token), None).await.0, 200);
    }
}

#[tokio::test]
async fn what_is_issued_is_refused_to_change_whoever_asks() {
    let office = Office::open().await;
    let token = office.token(Person::Manager).await.expect("the manager");
    let id = customer(
        &office,
        &token,
        json!({ "name": "דנה כהן", "phones": ["050-7000001"] }),
    )
    .await;
    let made = good(
        &office,
        &token,
        "POST",
        &format!("/api/customers/{id}/invoices"),
        Some(quote("תיווך")),
    )
    .await;
    assert_eq!(
        (&made["status"], &made["number"], &made["missing"]),
        (&json!("draft"), &Value::Null, &json!([]))
    );
    assert_eq!(
        (&made["net"], &made["vat"], &made["total"]),
        (&json!(15_002), &json!(2_700), &json!(17_702))
    );
    let path = format!("/api/invoices/{}", made["id"]);
    // At another version nothing is changed.
    let stale = json!({ "version": 99, "title": "אחר" });
    assert_eq!(
        office.ask("PATCH", &path, Some(&token), Some(&stale)).await.0,
        409
    );
    let issued = good(&office, &token, "POST", &format!("{path}/issue"), None).await;
    assert_eq!(
        (&issued["status"], &issued["number"]),
        (&json!("issued"), &json!("0001"))
    );
    let hash = issued["sha256"].as_str().expect("a hash").to_owned();
    for (method, path, body) in [
        (
            "PATCH",
            path.clone(),
            Some(json!({ "version": issued["version"], "title": "אחר" })),
        ),
        ("DELETE", path.clone(), None),
        ("POST", format!("{path}/issue"), None),
    ] {
        let (status, answer) = office.ask(method, &path, Some(&token), body.as_ref()).await;
        assert_eq!(
            (status, &answer["error"]),
            (409, &json!("issued")),
            "{method} {path}"
        );
    }
    // By hand, as the owner of the tables and as the superuser that the test is.
    let rows = office.world.rows().await;
    for sql in [
        "UPDATE documents SET title = 'אחר'",
        "UPDATE documents SET total = total - 1",
        "UPDATE documents SET snapshot = '{}'",
        "UPDATE documents SET number = 2",
        "UPDATE documents SET status = 'draft', number = NULL, issued_at = NULL, snapshot = NULL",
        "UPDATE documents SET sha256 = ''",
        "UPDATE documents SET customer_id = customer_id + 1",
        "DELETE FROM documents",
        "TRUNCATE documents CASCADE",
        "UPDATE document_files SET bytes = 'x', sha256 = sha256('x')",
        "DELETE FROM document_files",
        "TRUNCATE document_files",
        "UPDATE document_numbers SET last = 0",
        "UPDATE document_numbers SET last = last + 2",
        "DELETE FROM document_numbers",
        "UPDATE document_template_versions SET body = ''",
        "SET session_replication_role = replica; DELETE FROM document_files",
        "SET session_replication_role = replica; UPDATE documents SET title = 'אחר'",
    ] {
        for role in ["RESET ROLE", "SET ROLE al_owner"] {
            let refused = rows
                .batch_execute(&format!(
                    "RESET ROLE; RESET session_replication_role; {role}; {sql}"
                ))
                .await;
            assert!(refused.is_err(), "{role}: {sql}");
        }
    }
    rows.batch_execute("RESET ROLE; RESET session_replication_role")
        .await
        .expect("ourselves");
    let now = good(&office, &token, "GET", &path, None).await;
    assert_eq!(now["sha256"], json!(hash));
    // Paid in part, more than is open refused, then taken back by one of its own.
    let pay = |amount: i64| Some(json!({ "amount": amount, "method": "transfer", "on": "2026-11-21" }));
    let paid = good(&office, &token, "POST", &format!("{path}/payments"), pay(7_702)).await;
    assert_eq!(
        (&paid["paid"], &paid["status"]),
        (&json!(7_702), &json!("issued"))
    );
    let over = office
        .ask(
            "POST",
            &format!("{path}/payments"),
            Some(&token),
            pay(10_001).as_ref(),
        )
        .await;
    assert_eq!((over.0, &over.1["open"]), (422, &json!(10_000)));
    let paid = good(&office, &token, "POST", &format!("{path}/payments"), pay(10_000)).await;
    assert_eq!(
        (&paid["status"], paid["payments"].as_array().map(Vec::len)),
        (&json!("paid"), Some(2))
    );
    let credit = good(
        &office,
        &token,
        "POST",
        &format!("{path}/credit"),
        Some(json!({ "reason": "טעות" })),
    )
    .await;
    assert_eq!(
        (&credit["credit_of"], &credit["number"], &credit["series"]),
        (&made["id"], &json!("0001"), &json!("C300"))
    );
    let now = good(&office, &token, "GET", &path, None).await;
    assert_eq!(
        (&now["status"], &now["credited_by"]),
        (&json!("credited"), &credit["id"])
    );
    let again = office
        .ask("POST", &format!("{path}/credit"), Some(&token), Some(&json!({})))
        .await;
    assert_eq!(again.0, 409);
    // A tax invoice needs what this software is not.
    let body = json!({ "tax_type": 305, "lines": quote("תיווך")["lines"] });
    let tax = good(
        &office,
        &token,
        "POST",
        &format!("/api/customers/{id}/invoices"),
        Some(body),
    )
    .await;
    let (status, answer) = office
        .ask(
            "POST",
            &format!("/api/invoices/{}/issue", tax["id"]),
            Some(&token),
            None,
        )
        .await;
    assert_eq!((status, &answer["error"]), (409, &json!("registration_needed")));
}

#[tokio::test]
async fn an_order_wants_what_the_law_wants_and_keeps_what_people_wrote() {
    let office = Office::open().await;
    let token = office.token(Person::Manager).await.expect("the manager");
    let settings = json!({ "legal_name": "תיווך הגליל בע״מ", "tax_id": "123456782", "address": "הגליל 1, כרמיאל", "phone": "",
        "email": "", "broker_license": "31234", "vat_exempt": false, "vat_rates": [], "allocation_thresholds": [], "version": 0 });
    let kept = good(
        &office,
        &token,
        "PUT",
        "/api/document-settings",
        Some(settings.clone()),
    )
    .await;
    assert_eq!(
        (&kept["version"], &kept["vat_rates"][1]["percent"]),
        (&json!(1), &json!("18"))
    );
    assert_eq!(
        office
            .ask("PUT", "/api/document-settings", Some(&token), Some(&settings))
            .await
            .0,
        409
    );
    let needs = json!({ "city": "חיפה", "rooms": 3.5, "budget": 1_500_000 });
    let id = customer(
        &office,
        &token,
        json!({ "name": "דנה כהן", "phones": ["050-7000001"], "needs": needs }),
    )
    .await;
    let templates = good(&office, &token, "GET", "/api/document-templates", None).await;
    let order = templates["results"].as_array().expect("templates").iter();
    let order = order
        .clone()
        .find(|template| template["built_in"] == "order")
        .expect("the order")
        .clone();
    let path = format!("/api/customers/{id}/contracts");
    let made = good(
        &office,
        &token,
        "POST",
        &path,
        Some(json!({ "template_id": order["id"] })),
    )
    .await;
    assert_eq!(made["kind"], "order");
    let fields = &made["fields"];
    assert_eq!(
        (&fields["broker_license"], &fields["price"]),
        (&json!("31234"), &json!("150000000"))
    );
    assert_eq!(
        made["missing"],
        json!([
            "client_id",
            "client_address",
            "deal_type",
            "fee_kind",
            "fee",
            "fee_vat"
        ])
    );
    let path = format!("/api/contracts/{}", made["id"]);
    let (status, answer) = office
        .ask("POST", &format!("{path}/issue"), Some(&token), None)
        .await;
    assert_eq!((status, &answer["error"]), (422, &json!("missing_fields")));
    let mut fields = fields.clone();
    let hostile = "#panic() <script>alert(1)</script> =cmd|' /C calc'!A0 {client_name} \u{202e}הפוך";
    for (name, value) in [
        ("client_id", "000000018"),
        ("client_address", "הרצל 5, חיפה"),
        ("deal_type", "buy"),
        ("fee_kind", "percent"),
        ("fee", "2"),
        ("fee_vat", "excluded"),
        ("property", hostile),
    ] {
        fields[name] = json!(value);
    }
    let wrong = json!({ "version": made["version"], "fields": { "client_id": "000000019" } });
    let (status, answer) = office.ask("PATCH", &path, Some(&token), Some(&wrong)).await;
    assert_eq!((status, answer["fields"]["client_id"].is_string()), (422, true));
    let body = json!({ "version": made["version"], "fields": fields });
    let whole = good(&office, &token, "PATCH", &path, Some(body)).await;
    assert_eq!(
        (&whole["missing"], &whole["fields"]["property"]),
        (&json!([]), &json!(hostile))
    );
    let (status, draft) = office
        .ask("GET", &format!("{path}/pdf"), Some(&token), None)
        .await;
    assert!(
        status == 200
            && draft["text"]
                .as_str()
                .is_some_and(|text| text.starts_with("%PDF-"))
    );
    let issued = good(&office, &token, "POST", &format!("{path}/issue"), None).await;
    assert_eq!(
        (&issued["number"], &issued["fields"]["property"]),
        (&json!("0001"), &json!(hostile))
    );
    // The same file each time it is asked for, on another engine too.
    let other = office.world.engine();
    let mut files = BTreeSet::new();
    for engine in [&office.engine, &office.engine, &other] {
        let (status, file) = ask(engine, "GET", &format!("{path}/pdf"), Some(&token), None).await;
        assert_eq!(status, 200);
        files.insert(file["text"].as_str().expect("a file").to_owned());
    }
    assert_eq!(files.len(), 1);
    // A template's new version leaves papers as they are.
    let version = json!({ "name": "אחרת", "title": "אחרת", "body": "אחר", "version": 1 });
    let changed = good(
        &office,
        &token,
        "PUT",
        &format!("/api/document-templates/{}", order["id"]),
        Some(version),
    )
    .await;
    assert_eq!(changed["version"], 2);
    let versions = format!("/api/document-templates/{}/versions", order["id"]);
    let versions = good(&office, &token, "GET", &versions, None).await["results"].clone();
    assert_eq!(
        (&versions[0]["title"], &versions[1]["body"], &versions[2]),
        (&json!("אחרת"), &order["body"], &json!(null))
    );
    let seen = json!({ "kind": "order", "title": "אחרת", "body": format!("# {hostile}\n{{client_name}}") });
    let (status, seen) = office
        .ask(
            "POST",
            "/api/document-templates/preview",
            Some(&token),
            Some(&seen),
        )
        .await;
    assert!(
        status == 200
            && seen["text"]
                .as_str()
                .is_some_and(|text| text.starts_with("%PDF-"))
    );
    let now = good(&office, &token, "GET", &path, None).await;
    assert_eq!(
        (&now["template"]["version"], &now["body"]),
        (&json!(1), &order["body"])
    );
    let listed = good(
        &office,
        &token,
        "GET",
        &format!("/api/contracts?customer={id}&q=0001&status=issued"),
        None,
    )
    .await;
    assert_eq!(listed["total"], 1);
    let timeline = good(
        &office,
        &token,
        "GET",
        &format!("/api/customers/{id}/timeline?types=document"),
        None,
    )
    .await;
    let events: Vec<&str> = timeline["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["meta"]["event"].as_str())
        .collect();
    assert_eq!(events, ["issued", "created"]);
}
