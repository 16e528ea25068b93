//! Customers that come in a file: looked through before anything is written, written with an exact report of what was not
//! taken, and taken back as if nothing had been.

use crate::desk::Desk;
use crate::office::Person;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Desk {
    async fn upload(&self, text: String) -> (u16, Value) {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let address = format!("{}/api/imports?file=list.csv", self.office.engine.base);
        let request = client
            .post(address)
            .bearer_auth(&self.token)
            .header("Content-Type", "text/csv");
        let answer = request.body(text).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    async fn total(&self) -> i64 {
        self.ask("GET", "/api/crm/customers", None).await.1["total"]
            .as_i64()
            .expect("a total")
    }
}

/// Six hundred people, some of whom can't be taken: a number of nobody's, an address of nobody's, no name at all, a number
/// that came before, and one that is a customer's already.
fn file() -> String {
    let mut text = String::from("\u{feff}שם פרטי,שם משפחה,טלפון,דוא\"ל,תגיות,הערה\r\n");
    for n in 0..600 {
        let (phone, mail) = match n {
            100 => ("12".to_owned(), String::new()),
            200 => (format!("052-{:07}", 3_000_000 + n), "nobody".to_owned()),
            300 => (format!("052-{:07}", 3_000_000 + 299), String::new()),
            400 => ("050-7654321".to_owned(), String::new()),
            n => (format!("052-{:07}", 3_000_000 + n), String::new()),
        };
        let (first, last) = if n == 500 {
            ("", "")
        } else {
            ("דנה", "\"=cmd|' /C calc'!A0\"")
        };
        let phone = if n == 500 { String::new() } else { phone };
        text.push_str(&format!(
            "{first},{last},{phone},{mail},\"חם, קיץ\",\"<script>alert({n})</script>\"\r\n"
        ));
    }
    text
}

#[tokio::test]
async fn a_file_is_looked_through_written_and_taken_back() {
    let desk = Desk::open(Person::Manager).await;
    let known = json!({ "name": "מי שהיתה כאן", "phones": ["0507654321"] });
    let known = desk.ask("POST", "/api/crm/customers", Some(known)).await.1["id"].clone();
    let (status, import) = desk.upload(file()).await;
    assert_eq!(
        (status, &import["rows"], &import["state"]),
        (201, &json!(600), &json!("uploaded")),
        "{import}"
    );
    assert_eq!(import["sample"].as_array().map(Vec::len), Some(10));
    let mut mapping = import["mapping"].clone();
    assert_eq!(
        (
            &mapping["name"],
            &mapping["phones"],
            &mapping["emails"],
            &mapping["tags"]
        ),
        (&json!([0, 1]), &json!([2]), &json!([3]), &json!([4]))
    );
    mapping["details"] = json!({ "הערה": 5 });
    let address = format!("/api/imports/{}", import["id"]);
    let (status, preview) = desk
        .ask(
            "POST",
            &format!("{address}/preview"),
            Some(json!({ "mapping": mapping })),
        )
        .await;
    assert_eq!(
        (status, &preview["good"], &preview["bad"]),
        (200, &json!(595), &json!(5)),
        "{preview}"
    );
    let lines: Vec<(i64, &str)> = preview["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| {
            (
                error["line"].as_i64().expect("a line"),
                error["field"].as_str().expect("a field"),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (102, "phone"),
            (202, "email"),
            (302, "phone"),
            (402, "phone"),
            (502, "name")
        ]
    );
    assert_eq!(desk.total().await, 1, "nothing was written");
    for bad in [json!({ "mapping": {} }), json!({ "mapping": { "name": [6] } })] {
        assert_eq!(
            desk.ask("POST", &format!("{address}/run"), Some(bad)).await.0,
            422
        );
    }
    let (status, _) = desk
        .ask(
            "POST",
            &format!("{address}/run"),
            Some(json!({ "mapping": mapping })),
        )
        .await;
    assert_eq!(status, 202);
    let (status, _) = desk
        .ask(
            "POST",
            &format!("{address}/run"),
            Some(json!({ "mapping": mapping })),
        )
        .await;
    assert_eq!(status, 409, "once");
    desk.office
        .world
        .eventually("SELECT bool_and(state = 'done') FROM customer_imports WHERE business_id = 1")
        .await;
    let done = desk.ask("GET", &address, None).await.1;
    assert_eq!(
        (&done["made"], &done["failed"], &done["done"]),
        (&json!(595), &json!(5), &json!(600)),
        "{done}"
    );
    let errors = desk.ask("GET", &format!("{address}/errors"), None).await.1;
    let told: Vec<i64> = errors["results"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["line"].as_i64())
        .collect();
    assert_eq!(
        (told, &errors["total"]),
        (vec![102, 202, 302, 402, 502], &json!(5))
    );
    assert_eq!(desk.total().await, 596);
    let one = desk.ask("GET", "/api/crm/customers?q=0523000007", None).await.1["results"][0].clone();
    assert_eq!(
        (&one["name"], &one["tags"], &one["source"]),
        (
            &json!("דנה =cmd|' /C calc'!A0"),
            &json!(["חם", "קיץ"]),
            &json!("import")
        )
    );
    let card = format!("/api/crm/customers/{}", one["id"]);
    assert_eq!(
        desk.ask("GET", &card, None).await.1["details"]["הערה"],
        "<script>alert(7)</script>"
    );
    // Somebody works with one of them: that one stays.
    desk.ask(
        "POST",
        &format!("/api/customers/{}/notes", one["id"]),
        Some(json!({ "text": "דיברנו" })),
    )
    .await;
    assert_eq!(desk.ask("POST", &format!("{address}/revert"), None).await.0, 202);
    desk.office
        .world
        .eventually("SELECT bool_and(state = 'reverted') FROM customer_imports WHERE business_id = 1")
        .await;
    let gone = desk.ask("GET", &address, None).await.1;
    assert_eq!(
        (&gone["reverted"], &gone["kept"]),
        (&json!(594), &json!(1)),
        "{gone}"
    );
    assert_eq!(desk.total().await, 2);
    assert_eq!(
        desk.ask("GET", &format!("/api/crm/customers/{known}"), None)
            .await
            .0,
        200
    );
    // What was taken back is free: the same file can come again.
    let (_, again) = desk.upload(file()).await;
    let (_, preview) = desk
        .ask(
            "POST",
            &format!("/api/imports/{}/preview", again["id"]),
            Some(json!({ "mapping": mapping })),
        )
        .await;
    assert_eq!(
        (&preview["good"], &preview["bad"]),
        (&json!(594), &json!(6)),
        "{preview}"
    );
}

#[tokio::test]
async fn what_is_no_table_is_refused() {
    let desk = Desk::open(Person::Manager).await;
    for (text, status) in [
        (String::new(), 422),
        ("שם,טלפון\n\"דנה".to_owned(), 422),
        ("a,".repeat(60), 422),
        ("x".repeat(21 * 1024 * 1024), 413),
    ] {
        let (answered, body) = desk.upload(text).await;
        assert_eq!(answered, status, "{body}");
    }
    let long = format!("שם\n{}", "א".repeat(1_000_000));
    let (status, import) = desk.upload(long).await;
    assert_eq!(status, 201);
    let mapping = json!({ "mapping": import["mapping"] });
    let (_, preview) = desk
        .ask(
            "POST",
            &format!("/api/imports/{}/preview", import["id"]),
            Some(mapping),
        )
        .await;
    assert_eq!((&preview["good"], &preview["bad"]), (&json!(0), &json!(1)));
}

/// Lines of the file that is written through kills; `IMPORT_ROWS=50000` is the long run.
fn many() -> usize {
    std::env::var("IMPORT_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(3_000)
}

/// So many people; one in a hundred has a number of nobody's.
fn long_file(rows: usize) -> String {
    let mut text = String::from("שם,טלפון\n");
    for n in 0..rows {
        let phone = if n % 100 == 99 {
            "12".to_owned()
        } else {
            format!("052-{:07}", 4_000_000 + n)
        };
        text.push_str(&format!("אדם {n},{phone}\n"));
    }
    text
}

impl Desk {
    /// Kills the engine once so many lines are done, and starts another one.
    async fn kill_after(&mut self, address: &str, lines: usize) {
        self.until(address, |import| import["done"].as_u64() >= Some(lines as u64))
            .await;
        self.office.engine.kill();
        self.office.engine = self.office.world.engine();
    }

    /// Waits until the import is so; what is done only grows meanwhile.
    async fn until(&self, address: &str, so: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60 + many() as u64 / 50);
        let mut before = 0;
        loop {
            let import = self.ask("GET", address, None).await.1;
            let done = import["done"].as_i64().expect("progress");
            assert!(done >= before, "progress only grows: {before}, {done}");
            before = done;
            if so(&import) {
                return import;
            }
            assert!(Instant::now() < deadline, "it goes no further: {import}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

#[tokio::test]
async fn a_file_is_written_and_taken_back_through_kills_without_a_line_lost_or_doubled() {
    let mut desk = Desk::open(Person::Manager).await;
    let rows = many();
    let known = json!({ "name": "מי שהיתה כאן", "phones": ["0507654321"] });
    desk.ask("POST", "/api/crm/customers", Some(known)).await;
    let before = desk.ask("GET", "/api/crm/customers?limit=100", None).await.1;
    let (status, import) = desk.upload(long_file(rows)).await;
    assert_eq!(status, 201, "{import}");
    let address = format!("/api/imports/{}", import["id"]);
    let mapping = json!({ "mapping": import["mapping"] });
    let run = desk.ask("POST", &format!("{address}/run"), Some(mapping)).await;
    assert_eq!(run.0, 202, "{}", run.1);
    desk.kill_after(&address, rows / 4).await;
    desk.kill_after(&address, rows / 2).await;
    let done = desk.until(&address, |import| import["state"] == "done").await;
    let bad = rows / 100;
    assert_eq!(
        (&done["made"], &done["failed"], &done["done"]),
        (&json!(rows - bad), &json!(bad), &json!(rows)),
        "{done}"
    );
    assert_eq!(
        desk.total().await,
        i64::try_from(rows - bad + 1).expect("a number")
    );
    let errors = desk
        .ask("GET", &format!("{address}/errors?limit=100"), None)
        .await
        .1;
    assert_eq!(errors["total"], json!(bad));
    for (n, error) in (0..).zip(errors["results"].as_array().expect("errors")) {
        assert_eq!(
            (&error["line"], &error["field"]),
            (&json!(n * 100 + 101), &json!("phone"))
        );
    }
    assert_eq!(
        desk.office
            .world
            .count("SELECT count(*) - count(DISTINCT value) FROM customer_identities")
            .await,
        0
    );
    assert_eq!(desk.ask("POST", &format!("{address}/revert"), None).await.0, 202);
    desk.kill_after(&address, rows / 3).await;
    let gone = desk.until(&address, |import| import["state"] == "reverted").await;
    assert_eq!(
        (&gone["reverted"], &gone["kept"]),
        (&json!(rows - bad), &json!(0)),
        "{gone}"
    );
    let after = desk.ask("GET", "/api/crm/customers?limit=100", None).await.1;
    assert_eq!(after, before, "what was is as it was");
}
