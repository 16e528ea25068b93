//! Never missed and never doubled: a task rings on every page of whom it concerns, on every replica, is answered once and
//! closed everywhere; what came due while nobody was there rings when somebody is.

use crate::office::{Office, PASSWORD, Person, ask};
use crate::page::Page;
use serde_json::{Value, json};
use std::time::Duration;

/// A moment so many milliseconds from now.
pub fn in_ms(ms: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_millis(ms)).to_string()
}

/// Makes a task by the API.
pub async fn make(office: &Office, token: &str, task: Value) -> Value {
    let (status, made) = office.ask("POST", "/api/tasks", Some(token), Some(&task)).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test]
async fn it_rings_on_every_page_is_answered_once_and_closes_everywhere() {
    let office = Office::open().await;
    let other = office.world.engine();
    let token = office.token(Person::Agent).await.unwrap();
    let mut here = Page::resume(&office.engine, &token, None).await;
    let mut twin = Page::resume(&office.engine, &token, None).await;
    let mut there = Page::resume(&other, &token, None).await;
    let mut boss = Page::open(&office, Person::Manager).await;
    let made = make(
        &office,
        &token,
        json!({ "title": "לחזור לדנה", "due_at": in_ms(1_500), "channel": "call" }),
    )
    .await;
    assert_eq!(made["reminders"][0]["state"], "pending", "{made}");
    let mut rung = Vec::new();
    for page in [&mut here, &mut twin, &mut there] {
        rung.push(page.event("task:due").await);
    }
    assert_eq!(rung[0], rung[1]);
    assert_eq!(rung[0], rung[2]);
    let due = &rung[0];
    assert_eq!(
        (&due["title"], &due["task_id"]),
        (&json!("לחזור לדנה"), &made["id"])
    );
    assert_eq!(due["late_s"], 0, "{due}");
    // What rings is also to be had by asking.
    let (_, ringing) = office.ask("GET", "/api/reminders", Some(&token), None).await;
    assert_eq!(ringing["total"], 1, "{ringing}");
    let (_, counts) = office.ask("GET", "/api/tasks/counts", Some(&token), None).await;
    assert_eq!(
        (&counts["ringing"], &counts["overdue"]),
        (&json!(1), &json!(1)),
        "{counts}"
    );

    let path = format!("/api/reminders/{}/acknowledge", due["reminder_id"]);
    let answers = (0..6).map(|n| {
        let engine = if n % 2 == 0 { &office.engine } else { &other };
        ask(engine, "POST", &path, Some(&token), None)
    });
    for (status, body) in futures_util::future::join_all(answers).await {
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["reminders"][0]["state"], "acknowledged");
    }
    for page in [&mut here, &mut twin, &mut there] {
        let closed = page.event("reminder:closed").await;
        assert_eq!(
            (&closed["state"], &closed["reminder_id"]),
            (&json!("acknowledged"), &due["reminder_id"])
        );
    }
    let (_, ringing) = office.ask("GET", "/api/reminders", Some(&token), None).await;
    assert_eq!(ringing["total"], 0, "{ringing}");
    // Something last, so that whatever came before has come.
    let last = make(&office, &token, json!({ "title": "סוף", "due_at": in_ms(0) })).await;
    for page in [&mut here, &mut twin, &mut there] {
        page.frame(|frame| frame["data"]["task_id"] == last["id"]).await;
        assert_eq!(
            (page.count("task:due"), page.count("reminder:closed")),
            (2, 1),
            "{:#?}",
            page.frames
        );
    }
    make(
        &office,
        &office.token(Person::Manager).await.unwrap(),
        json!({ "title": "שלי", "due_at": in_ms(0) }),
    )
    .await;
    boss.event("task:due").await;
    assert_eq!(boss.count("task:due"), 1, "nobody else's tasks ring here");
}

#[tokio::test]
async fn a_snooze_rings_again_and_an_edit_on_any_replica_moves_it_at_once() {
    let office = Office::open().await;
    let other = office.world.engine();
    let token = office.token(Person::Agent).await.unwrap();
    let mut page = Page::resume(&office.engine, &token, None).await;
    let made = make(
        &office,
        &token,
        json!({ "title": "פגישה", "due_at": in_ms(30_000) }),
    )
    .await;
    let address = format!("/api/tasks/{}", made["id"]);
    // From half a minute ahead to now, by the other replica.
    let change = json!({ "due_at": in_ms(300), "version": made["version"] });
    let (status, moved) = ask(&other, "PATCH", &address, Some(&token), Some(&change)).await;
    assert_eq!(status, 200, "{moved}");
    let first = page.event("task:due").await;
    assert_eq!(first["rings"], 1);
    let snooze = json!({ "until": in_ms(1_000) });
    let path = format!("/api/reminders/{}/snooze", first["reminder_id"]);
    let (status, snoozed) = ask(&other, "POST", &path, Some(&token), Some(&snooze)).await;
    assert_eq!(status, 200, "{snoozed}");
    let closed = page.event("reminder:closed").await;
    assert_eq!(closed["state"], "snoozed", "{closed}");
    let again = page.event("task:due").await;
    assert_eq!(
        (&again["rings"], &again["snooze_count"]),
        (&json!(2), &json!(1)),
        "{again}"
    );
    // Done closes it, too. Undone it is quiet: it rang just now, and who undoes it has seen it.
    let (_, done) = office
        .ask(
            "PATCH",
            &address,
            Some(&token),
            Some(&json!({ "status": "done" })),
        )
        .await;
    assert_eq!(done["reminders"][0]["state"], "done", "{done}");
    assert_eq!(page.event("reminder:closed").await["state"], "done");
    let (_, open) = office
        .ask(
            "PATCH",
            &address,
            Some(&token),
            Some(&json!({ "status": "open" })),
        )
        .await;
    assert_eq!(open["status"], "open", "{open}");
    assert_eq!(open["reminders"][0]["state"], "acknowledged", "{open}");
    // Another moment is another ring.
    office
        .ask(
            "PATCH",
            &address,
            Some(&token),
            Some(&json!({ "due_at": in_ms(0) })),
        )
        .await;
    assert_eq!(page.event("task:due").await["rings"], 3);
    // Moved away while it rings: closed, and quiet.
    office
        .ask(
            "PATCH",
            &address,
            Some(&token),
            Some(&json!({ "due_at": in_ms(3_600_000) })),
        )
        .await;
    assert_eq!(page.event("reminder:closed").await["state"], "moved");
    // Who was too slow is told so.
    let (status, stale) = office
        .ask(
            "PATCH",
            &address,
            Some(&token),
            Some(&json!({ "version": 1, "title": "אחר" })),
        )
        .await;
    assert_eq!(
        (status, &stale["current"]["title"]),
        (409, &json!("פגישה")),
        "{stale}"
    );
}

#[tokio::test]
async fn undone_it_is_as_it_was_and_rings_only_if_that_is_news() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.unwrap();
    let mut page = Page::resume(&office.engine, &token, None).await;
    let rows = office.world.rows().await;
    let patch = async |task: &Value, change: Value| {
        let path = format!("/api/tasks/{}", task["id"]);
        let (status, changed) = office.ask("PATCH", &path, Some(&token), Some(&change)).await;
        assert_eq!(status, 200, "{changed}");
        changed["reminders"][0].clone()
    };
    let task = async |title: &str, ahead_ms: i64| {
        make(
            &office,
            &token,
            json!({ "title": title, "due_at": in_ms(ahead_ms) }),
        )
        .await
    };
    let (done, open) = (json!({ "status": "done" }), json!({ "status": "open" }));

    let put_off = task("נדחתה", 0).await;
    page.event("task:due").await;
    let before = patch(&put_off, json!({ "snooze_until": in_ms(60_000) })).await;
    assert_eq!(before["state"], "snoozed", "{before}");
    patch(&put_off, done.clone()).await;
    assert_eq!(patch(&put_off, open.clone()).await, before);
    // Something else is changed: neither what was put off nor what was seen rings for that.
    assert_eq!(patch(&put_off, json!({ "title": "בשם אחר" })).await, before);

    let ahead = task("לעתיד", 3_600_000).await;
    patch(&ahead, done.clone()).await;
    assert_eq!(patch(&ahead, open.clone()).await["state"], "pending");

    // Done ahead of its moment, and open again after it: nobody was ever told.
    let untold = task("לא נאמרה", 3_600_000).await;
    patch(&untold, done.clone()).await;
    let passed = "UPDATE tasks SET due_at = now() - interval '1 minute' WHERE title = 'לא נאמרה'";
    rows.execute(passed, &[]).await.unwrap();
    patch(&untold, open.clone()).await;
    let due = page.event("task:due").await;
    assert_eq!((&due["task_id"], &due["rings"]), (&untold["id"], &json!(1)));

    // It rang and was done this morning; whoever opens it again wants it back.
    let forgotten = task("מהבוקר", 0).await;
    page.event("task:due").await;
    let earlier = "UPDATE reminders r SET fired_at = fired_at - interval '1 hour', remind_at = remind_at - interval '1 hour'
                   FROM tasks t WHERE t.id = r.task_id AND t.title = 'מהבוקר'";
    rows.execute(earlier, &[]).await.unwrap();
    patch(&forgotten, done).await;
    patch(&forgotten, open).await;
    let due = page.event("task:due").await;
    assert_eq!((&due["task_id"], &due["rings"]), (&forgotten["id"], &json!(2)));
}

#[tokio::test]
async fn what_came_due_while_the_engine_was_down_rings_once_late_and_many_are_one_digest() {
    let mut office = Office::open().await;
    let token = office.token(Person::Agent).await.unwrap();
    let boss = office.token(Person::Manager).await.unwrap();
    let folder = office.engine.folder.clone();
    // Far enough ahead that a busy machine has made all of them and killed the engine by then.
    let due = in_ms(12_000);
    make(&office, &token, json!({ "title": "אחת", "due_at": due })).await;
    for n in 0..8 {
        make(
            &office,
            &boss,
            json!({ "title": format!("רבות {n}"), "due_at": due }),
        )
        .await;
    }
    office.engine.kill();
    office
        .world
        .eventually(
            "SELECT max(remind_at) < now() - interval '3 seconds' FROM reminders WHERE business_id = 1",
        )
        .await;
    office.engine = office.world.engine_in(folder, &[]);
    let mut page = Page::resume(&office.engine, &token, None).await;
    let rows = office.world.rows().await;
    office
        .world
        .eventually("SELECT count(*) = 9 FROM reminders WHERE state = 'fired' AND business_id = 1")
        .await;
    let late: i64 = rows
        .query_one(
            "SELECT max(extract(epoch FROM fired_at - remind_at))::bigint FROM reminders",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert!(late >= 2, "{late}");
    // It rang before the page came: the page asks.
    let (_, ringing) = office.ask("GET", "/api/reminders", Some(&token), None).await;
    let told = &ringing["results"][0];
    assert_eq!(ringing["total"], 1, "{ringing}");
    assert!(told["late_s"].as_i64().unwrap() >= 2, "{told}");
    let kinds = "SELECT string_agg(kind || ':' || COALESCE(data ->> 'count', '1'), ',' ORDER BY user_id) FROM user_events WHERE business_id = 1";
    let kinds: String = rows.query_one(kinds, &[]).await.unwrap().get(0);
    assert_eq!(kinds, "task:due:1,task:digest:8");
    page.listen(Duration::from_millis(300)).await;
    assert_eq!(page.count("task:due"), 0, "once");
}

#[tokio::test]
async fn a_page_that_comes_back_is_sent_what_it_missed_and_nothing_twice() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.unwrap();
    let mut page = Page::resume(&office.engine, &token, None).await;
    make(&office, &token, json!({ "title": "ראשונה", "due_at": in_ms(0) })).await;
    page.event("task:due").await;
    let place = page.place;
    drop(page);
    for n in 0..3 {
        let made = make(
            &office,
            &token,
            json!({ "title": format!("{n}"), "due_at": in_ms(0) }),
        )
        .await;
        let sql = format!(
            "SELECT state = 'fired' FROM reminders WHERE task_id = {}",
            made["id"]
        );
        office.world.eventually(&sql).await;
    }
    let mut back = Page::resume(&office.engine, &token, Some(place)).await;
    assert!(back.resumed);
    let titles: Vec<Value> = [
        back.event("task:due").await,
        back.event("task:due").await,
        back.event("task:due").await,
    ]
    .into_iter()
    .map(|due| due["title"].clone())
    .collect();
    assert_eq!(titles, ["0", "1", "2"]);
    // Of another time, or longer ago than is kept: everything anew.
    let other_epoch = Page::resume(&office.engine, &token, Some((1, 1))).await;
    assert!(!other_epoch.resumed);
    office
        .world
        .rows()
        .await
        .execute("DELETE FROM user_events WHERE seq <= 2", &[])
        .await
        .unwrap();
    let too_old = Page::resume(&office.engine, &token, Some(place)).await;
    assert!(!too_old.resumed);
}

#[tokio::test]
async fn a_task_of_nobody_rings_for_everybody_and_a_foreign_one_for_nobody_here() {
    let office = Office::open().await;
    let (agent, boss) = (
        office.token(Person::Agent).await.unwrap(),
        office.token(Person::Manager).await.unwrap(),
    );
    let mut pages = [
        Page::resume(&office.engine, &agent, None).await,
        Page::resume(&office.engine, &boss, None).await,
    ];
    let rows = office.world.rows().await;
    let foreign = "INSERT INTO tasks (business_id, title, channel, source, due_at) VALUES ($1, 'canaryword', 'call', 'call', now())";
    rows.execute(foreign, &[&office.theirs.0]).await.unwrap();
    let made = make(
        &office,
        &agent,
        json!({ "title": "למי שפנוי", "due_at": in_ms(500), "assignee_user_id": 0 }),
    )
    .await;
    assert_eq!(made["assignee"], Value::Null);
    for page in &mut pages {
        assert_eq!(page.event("task:due").await["title"], "למי שפנוי");
    }
    let (_, listed) = office
        .ask("GET", "/api/tasks?assignee=none&status=open", Some(&boss), None)
        .await;
    assert_eq!(listed["total"], 1, "{listed}");
    let path = format!("/api/tasks/{}", made["id"]);
    office
        .ask("PATCH", &path, Some(&boss), Some(&json!({ "status": "done" })))
        .await;
    for page in &mut pages {
        assert_eq!(page.event("reminder:closed").await["state"], "done");
        assert!(
            !page
                .frames
                .iter()
                .any(|frame| frame.to_string().contains("canaryword"))
        );
    }
}

#[tokio::test]
async fn a_session_that_ends_ends_its_pages_and_a_silent_stranger_is_sent_away() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.unwrap();
    let mut page = Page::resume(&office.engine, &token, None).await;
    let change = json!({ "current": PASSWORD, "new": "שיבולת שועל בגינה" });
    let (first, second) = (office.token(Person::Agent).await.unwrap(), page.end());
    let (status, body) = office
        .ask("POST", "/auth/password", Some(&first), Some(&change))
        .await;
    assert_eq!(status, 204, "{body}");
    assert_eq!(second.await, Some(4001));
}

#[tokio::test]
async fn a_daily_task_makes_its_next_one_once() {
    let office = Office::open().await;
    let other = office.world.engine();
    let token = office.token(Person::Agent).await.unwrap();
    let made = make(
        &office,
        &token,
        json!({ "title": "לפתוח את המשרד", "due_at": in_ms(500), "repeats": "daily", "remind_before": [0] }),
    )
    .await;
    assert_eq!(made["repeats"], "daily");
    office
        .world
        .eventually("SELECT count(*) = 2 FROM tasks WHERE repeats = 'daily'")
        .await;
    let (_, listed) = ask(
        &other,
        "GET",
        "/api/tasks?q=לפתוח&sort=due_at",
        Some(&token),
        None,
    )
    .await;
    let due: Vec<jiff::Timestamp> = listed["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["due_at"].as_str().unwrap().parse().unwrap())
        .collect();
    let wall = |at: &jiff::Timestamp| {
        at.to_zoned(jiff::tz::TimeZone::get("Asia/Jerusalem").unwrap())
            .datetime()
    };
    assert_eq!(wall(&due[1]), wall(&due[0]) + jiff::Span::new().days(1));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(
        office
            .world
            .count("SELECT count(*) FROM tasks WHERE repeats = 'daily'")
            .await,
        2
    );
}
