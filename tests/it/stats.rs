//! Figures are the rows: what a day, an hour of the week, a person or a stage is told to have is what the list shows for the same
//! question, at midnight and in the nights in which the clocks are changed.

use crate::desk::Desk;
use crate::office::Person;
use crate::reminders::in_ms;
use serde_json::{Value, json};

impl Desk {
    async fn stats(&self, what: &str) -> Value {
        self.good("GET", &format!("/api/stats/{what}"), None).await
    }

    /// How many rows a list shows.
    async fn rows(&self, list: &str) -> i64 {
        self.good("GET", list, None).await["total"]
            .as_i64()
            .expect("a total")
    }

    async fn run(&self, sql: &str) {
        let rows = self.office.world.rows().await;
        rows.batch_execute(sql).await.expect(sql);
    }

    /// A call of ours that is over, at this moment: its status and whether it was a caller's.
    async fn call(&self, at: &str, rank: i16, direction: &str) -> String {
        let sid = format!("CA{}", uuid::Uuid::new_v4().simple());
        let ours = self.office.ours.0;
        self.run(&format!(
            "INSERT INTO recordings (recording_sid, call_sid, business_id, turn, state, purpose, received_at, answered_at, finished_at)
             SELECT 'RE' || md5('{sid}' || n), '{sid}', {ours}, n, 'done', CASE WHEN n = 2 THEN 'message' ELSE 'turn' END,
                    '{at}', '{at}'::timestamptz + interval '2 seconds', now() FROM generate_series(1, CASE WHEN {rank} = 8 THEN 2 ELSE 0 END) AS n;
             INSERT INTO calls (call_sid, business_id, caller, called, direction, status_rank, duration_s, started_at, last_event_at, ended_at)
             VALUES ('{sid}', {ours}, '+972500000000', '+97240000000', '{direction}', {rank}, 60, '{at}', '{at}', '{at}');
             UPDATE calls SET wrapped_at = now() WHERE call_sid = '{sid}';"
        ))
        .await;
        sid
    }
}

/// The rows of a local day in a list of calls.
fn calls_of(day: &str, rest: &str) -> String {
    let begins = |date: jiff::civil::Date| date.in_tz("Asia/Jerusalem").expect("a day").timestamp();
    let date: jiff::civil::Date = day.parse().expect("a date");
    let (from, to) = (begins(date), begins(date.tomorrow().expect("a day")));
    format!("/api/calls?from={from}&to={to}&{rest}")
}

fn day<'a>(days: &'a Value, day: &str) -> &'a Value {
    let results = days["results"].as_array().expect("days");
    results
        .iter()
        .find(|one| one["day"] == day)
        .unwrap_or_else(|| panic!("no {day} in {days}"))
}

#[tokio::test]
async fn a_call_belongs_to_the_day_and_hour_that_the_clock_on_the_wall_showed() {
    let desk = Desk::open(Person::Manager).await;
    // Forward at two on Friday the 27th of March; back at two on Sunday the 25th of October.
    for (at, rank, direction) in [
        ("2026-03-26T21:59:59Z", 8, "inbound"),
        ("2026-03-26T22:00:00Z", 6, "inbound"),
        ("2026-03-26T23:59:59Z", 8, "inbound"),
        ("2026-03-27T00:00:00Z", 5, "inbound"),
        ("2026-03-27T20:59:59Z", 7, "inbound"),
        ("2026-03-27T21:00:00Z", 8, "inbound"),
        ("2026-03-27T12:00:00Z", 6, "outbound"),
        ("2026-10-24T20:59:59Z", 6, "inbound"),
        ("2026-10-24T21:00:00Z", 6, "inbound"),
        ("2026-10-24T22:30:00Z", 6, "inbound"),
        ("2026-10-24T23:30:00Z", 4, "inbound"),
        ("2026-10-25T21:59:59Z", 8, "inbound"),
        ("2026-10-25T22:00:00Z", 6, "inbound"),
    ] {
        desk.call(at, rank, direction).await;
    }
    let spring = desk.stats("by-day?from=2026-03-26&to=2026-03-28").await;
    assert_eq!(spring["total"], 3);
    let autumn = desk.stats("by-day?from=2026-10-24&to=2026-10-26").await;
    for (days, date, calls, answered, missed, outgoing) in [
        (&spring, "2026-03-26", 1, 1, 0, 0),
        (&spring, "2026-03-27", 4, 1, 3, 1),
        (&spring, "2026-03-28", 1, 1, 0, 0),
        (&autumn, "2026-10-24", 1, 0, 1, 0),
        (&autumn, "2026-10-25", 4, 1, 3, 0),
        (&autumn, "2026-10-26", 1, 0, 1, 0),
    ] {
        let told = day(days, date);
        for (figure, filter, expected) in [
            ("calls", "direction=inbound", calls),
            ("answered", "direction=inbound&outcome=answered", answered),
            ("missed", "direction=inbound&outcome=missed", missed),
            ("outgoing", "direction=outbound", outgoing),
            ("messages", "direction=inbound&message=true", answered),
        ] {
            assert_eq!(told[figure], expected, "{date} {figure}: {told}");
            assert_eq!(
                desk.rows(&calls_of(date, filter)).await,
                expected,
                "{date} {filter}"
            );
        }
        assert_eq!(told["turns"], 2 * answered, "{told}");
    }
    // 01:30 was twice on that Sunday; what the 26th of October's midnight divides is Sunday's last and Monday's first hour.
    let week = desk.stats("missed-by-hour?from=2026-10-25&to=2026-10-26").await;
    assert_eq!(week["total"], 168);
    for (weekday, hour, calls, missed) in [
        (0, 0, 1, 1),
        (0, 1, 2, 2),
        (0, 2, 0, 0),
        (0, 23, 1, 0),
        (1, 0, 1, 1),
    ] {
        let told = &week["results"][weekday * 24 + hour];
        assert_eq!((&told["weekday"], &told["hour"]), (&json!(weekday), &json!(hour)));
        assert_eq!(
            (&told["calls"], &told["missed"]),
            (&json!(calls), &json!(missed)),
            "{told}"
        );
        let rows = format!(
            "/api/calls?from=2026-10-24T21:00:00Z&to=2026-10-26T22:00:00Z&direction=inbound&weekday={weekday}&hour={hour}"
        );
        assert_eq!(desk.rows(&rows).await, calls);
        assert_eq!(desk.rows(&format!("{rows}&outcome=missed")).await, missed);
    }
    let all = desk.stats("overview?from=2026-03-26&to=2026-03-28").await;
    let (told, before) = (&all["figures"], &all["figures_before"]);
    assert_eq!(
        all["days_before"],
        json!({ "from": "2026-03-23", "to": "2026-03-25" })
    );
    assert_eq!(all["time_zone"], "Asia/Jerusalem");
    assert_eq!(
        (&told["calls"], &told["missed"], &told["outgoing"]),
        (&json!(6), &json!(3), &json!(1))
    );
    assert_eq!(
        (&told["replies"], &before["calls"], &before["reply_p50_ms"]),
        (&json!(6), &json!(0), &Value::Null)
    );
    let reply = told["reply_p50_ms"].as_f64().expect("a time");
    assert!((reply / 2_000.0 - 1.0).abs() < 0.05, "{reply}");
}

#[tokio::test]
async fn a_call_is_counted_once_while_it_runs_and_as_it_ended_in_the_end() {
    let desk = Desk::open(Person::Agent).await;
    let sid = format!("CA{}", uuid::Uuid::new_v4().simple());
    let figures = async || desk.stats("overview").await["figures"].clone();
    desk.run(&format!(
        "INSERT INTO calls (call_sid, business_id, caller, called, status_rank) VALUES ('{sid}', {}, '', '', 2)",
        desk.office.ours.0
    ))
    .await;
    let told = figures().await;
    assert_eq!(
        (&told["calls"], &told["answered"], &told["missed"]),
        (&json!(1), &json!(0), &json!(0))
    );
    // Several at once end in the same quarter of an hour: none waits for another, none is lost.
    let mut others = Vec::new();
    for _ in 0..8 {
        others.push(desk.call(&jiff::Timestamp::now().to_string(), 6, "inbound").await);
    }
    desk.run(&format!(
        "UPDATE calls SET status_rank = 3, wrapped_at = now() WHERE call_sid = '{sid}'"
    ))
    .await;
    // The carrier's last word comes after the engine has given the call up.
    desk.run(&format!(
        "UPDATE calls SET status_rank = GREATEST(status_rank, 8::smallint), duration_s = 75 WHERE call_sid = '{sid}';
         UPDATE calls SET status_rank = 8 WHERE call_sid = '{}'",
        others[0]
    ))
    .await;
    let told = figures().await;
    assert_eq!(
        (&told["calls"], &told["answered"], &told["missed"]),
        (&json!(9), &json!(2), &json!(7)),
        "{told}"
    );
    assert_eq!(
        (&told["seconds"], &told["average_s"]),
        (&json!(75 + 8 * 60), &json!(278)),
        "{told}"
    );
}

#[tokio::test]
async fn periods_that_are_none_are_refused() {
    let desk = Desk::open(Person::Agent).await;
    for (query, status) in [
        ("from=2025-01-01&to=2026-02-04", 200),
        ("from=2025-01-01&to=2026-02-05", 400),
        ("from=2026-03-02&to=2026-03-01", 400),
        ("from=1000-01-01&to=1000-01-02", 400),
        ("to=-009999-01-01", 400),
        ("from=yesterday", 400),
        ("day=2026-03-01", 400),
    ] {
        for what in ["overview", "by-day", "by-agent", "funnel", "missed-by-hour"] {
            let (got, answer) = desk.ask("GET", &format!("/api/stats/{what}?{query}"), None).await;
            assert_eq!(got, status, "{what} {query}: {answer}");
        }
    }
    for query in ["weekday=7", "hour=24", "followed_by=who", "outcome=perhaps"] {
        assert_eq!(
            desk.ask("GET", &format!("/api/calls?{query}"), None).await.0,
            400,
            "{query}"
        );
    }
    assert_eq!(desk.rows("/api/calls?outcome=missed&status=completed").await, 0);
}

#[tokio::test]
async fn people_are_told_of_their_own_work_and_managers_of_everybodys() {
    let desk = Desk::open(Person::Agent).await;
    let customer = json!({ "name": "דנה כהן", "phones": ["050-765 4321"] });
    let customer = desk.good("POST", "/api/crm/customers", Some(customer)).await["id"].clone();
    let called = desk.call(&in_ms(-3_600_000), 8, "inbound").await;
    desk.run(&format!(
        "UPDATE calls SET customer_id = {customer} WHERE call_sid = '{called}'"
    ))
    .await;
    let mine = async || desk.stats("by-agent").await["results"][0].clone();
    assert_eq!(
        desk.stats("by-agent").await["total"],
        1,
        "an agent is told of himself"
    );
    assert_eq!(
        (&mine().await["followed_up"], &mine().await["customers"]),
        (&json!(0), &json!(1))
    );
    let note = format!("/api/customers/{customer}/notes");
    let note_made = desk.good("POST", &note, Some(json!({ "text": "חזרתי" }))).await;
    let told = mine().await;
    assert_eq!(told["followed_up"], 1, "{told}");
    let waited = told["follow_up_p50_s"].as_i64().expect("seconds");
    assert!((3_600..3_700).contains(&waited), "{told}");
    assert_eq!(desk.rows("/api/calls?followed_by=me").await, 1);
    assert_eq!(
        desk.rows(&format!("/api/calls?followed_by={}", told["id"])).await,
        1
    );
    assert_eq!(
        desk.rows("/api/calls?followed_by=any").await,
        desk.stats("overview").await["figures"]["followed_up"]
    );
    // What is taken away was no follow-up; a task that is done is one, until it is opened again.
    desk.good("DELETE", &format!("{note}/{}", note_made["id"]), None)
        .await;
    assert_eq!(mine().await["followed_up"], 0);
    let task =
        json!({ "title": "לחזור", "channel": "call", "due_at": in_ms(-60_000), "customer_id": customer });
    let task = desk.good("POST", "/api/tasks", Some(task)).await;
    let figures = desk.stats("overview").await["figures"].clone();
    assert_eq!(
        (
            &figures["tasks_made"],
            &figures["tasks_done"],
            &figures["tasks_overdue"]
        ),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(
        desk.rows(&format!("/api/tasks?range=overdue&from={}", in_ms(-86_400_000)))
            .await,
        1
    );
    assert_eq!(
        desk.rows(&format!("/api/tasks?range=overdue&to={}", in_ms(-86_400_000)))
            .await,
        0
    );
    let address = format!("/api/tasks/{}", task["id"]);
    let done = desk
        .good(
            "PATCH",
            &address,
            Some(json!({ "version": task["version"], "status": "done" })),
        )
        .await;
    let told = mine().await;
    assert_eq!(
        (&told["followed_up"], &told["tasks_done"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    let since = in_ms(-86_400_000);
    assert_eq!(
        desk.rows(&format!("/api/tasks?by=completed&done_by=me&from={since}"))
            .await,
        1
    );
    assert_eq!(desk.rows(&format!("/api/tasks?by=created&from={since}")).await, 1);
    assert_eq!(desk.rows(&format!("/api/tasks?by=created&to={since}")).await, 0);
    desk.good(
        "PATCH",
        &address,
        Some(json!({ "version": done["version"], "status": "open" })),
    )
    .await;
    assert_eq!(
        (&mine().await["followed_up"], &mine().await["tasks_done"]),
        (&json!(0), &json!(0))
    );
    let manager = desk.office.token(Person::Manager).await;
    let (_, all) = desk
        .office
        .ask("GET", "/api/stats/by-agent", manager.as_deref(), None)
        .await;
    assert!(all["total"].as_i64().expect("a total") >= 2, "{all}");
}

#[tokio::test]
async fn the_funnel_counts_who_came_how_far_wherever_they_are_now() {
    let desk = Desk::open(Person::Manager).await;
    for (n, ways) in [
        vec![],
        vec!["contacted"],
        vec!["contacted", "viewing", "lost"],
        vec!["viewing", "new"],
        vec!["won"],
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "name": "לקוח", "phones": [format!("050-765432{n}")] });
        let customer = desk.good("POST", "/api/crm/customers", Some(body)).await["id"].clone();
        for stage in ways {
            let moved = json!({ "stage": stage, "reason": "כך" });
            desk.good(
                "POST",
                &format!("/api/crm/customers/{customer}/stage"),
                Some(moved),
            )
            .await;
        }
    }
    let funnel = desk.stats("funnel").await;
    assert_eq!((&funnel["customers"], &funnel["lost"]), (&json!(5), &json!(1)));
    let since = in_ms(-86_400_000);
    for (place, stage, reached, here) in [
        (0, "new", 5, 2),
        (1, "contacted", 4, 1),
        (2, "qualified", 3, 0),
        (3, "viewing", 3, 0),
        (4, "negotiation", 1, 0),
        (5, "won", 1, 1),
    ] {
        let told = &funnel["stages"][place];
        assert_eq!(
            (&told["stage"], &told["reached"], &told["here"]),
            (&json!(stage), &json!(reached), &json!(here)),
            "{told}"
        );
        let list = "/api/crm/customers?limit=1";
        assert_eq!(
            desk.rows(&format!("{list}&from={since}&reached={stage}")).await,
            reached
        );
        assert_eq!(
            desk.rows(&format!("{list}&from={since}&stage={stage}")).await,
            here
        );
        assert_eq!(desk.rows(&format!("{list}&to={since}&reached={stage}")).await, 0);
    }
    assert_eq!(funnel["stages"][1]["conversion"], 0.8);
    assert_eq!(
        (&funnel["stages"][0]["left"], &funnel["stages"][1]["left"]),
        (&json!(4), &json!(1))
    );
    assert_eq!(desk.stats("overview").await["figures"]["leads"], 5);
    // A change of all who fit is one of those in sight only.
    let everybody = json!({ "filter": { "reached": "viewing" }, "do": { "tag": "התקדמו" } });
    assert_eq!(
        desk.good("POST", "/api/crm/customers/bulk", Some(everybody))
            .await["total"],
        3
    );
    let tags = desk.good("GET", "/api/crm/tags?q=הת", None).await;
    assert_eq!(tags["results"], json!([{ "tag": "התקדמו", "customers": 3 }]));
    assert_eq!(desk.rows("/api/crm/tags?q=אחר").await, 0);
}

#[tokio::test]
async fn what_is_kept_of_a_person_is_handed_out_to_managers_and_told() {
    let desk = Desk::open(Person::Manager).await;
    let customer = json!({ "name": "דנה כהן", "phones": ["050-765 4321"] });
    let customer = desk.good("POST", "/api/crm/customers", Some(customer)).await["id"].clone();
    let called = desk.call(&in_ms(-3_600_000), 8, "inbound").await;
    desk.run(&format!(
        "UPDATE calls SET customer_id = {customer} WHERE call_sid = '{called}';
         UPDATE recordings SET transcript = 'שלושה חדרים' WHERE call_sid = '{called}'"
    ))
    .await;
    let note = json!({ "text": "חזרתי" });
    desk.good("POST", &format!("/api/customers/{customer}/notes"), Some(note))
        .await;
    let told = desk
        .good("GET", &format!("/api/crm/customers/{customer}/data"), None)
        .await["data"]
        .clone();
    assert_eq!(told["customers"][0]["name"], "דנה כהן");
    assert_eq!(told["identities"][0]["value"], "+972507654321");
    assert_eq!(told["notes"][0]["text"], "חזרתי");
    assert_eq!(
        (&told["calls"][0]["id"], &told["calls"][0]["turns"][0]["heard"]),
        (&json!(called), &json!("שלושה חדרים"))
    );
    assert!(!told.to_string().contains("business_id"), "{told}");
    let log = desk
        .good("GET", "/api/audit?action=customer.handed_out", None)
        .await;
    assert_eq!(
        (&log["total"], &log["results"][0]["subject"]),
        (&json!(1), &json!(format!("customer:{customer}")))
    );
    let agent = desk.office.token(Person::Agent).await;
    let address = format!("/api/crm/customers/{customer}/data");
    assert_eq!(
        desk.office.ask("GET", &address, agent.as_deref(), None).await.0,
        403
    );
}
