//! Who is there is told in a page, who is not is told elsewhere: a page out of sight has shown nothing to anybody, and for
//! somebody without a page nobody waits.

use crate::office::{Office, Person};
use crate::page::Page;
use crate::push_service::PushService;
use crate::reminders::{in_ms, make};
use domain::access::UserId;
use serde_json::{Value, json};

#[tokio::test]
async fn what_a_page_shows_out_of_sight_is_seen_by_nobody() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let mut page = Page::resume(&office.engine, &token, None).await;
    let mut rung = Vec::new();
    for title in ["מאחור", "לפנים"] {
        make(&office, &token, json!({ "title": title, "due_at": in_ms(0) })).await;
        rung.push(page.event("task:due").await["reminder_id"].clone());
    }
    let shown = |reminder: &Value| json!({ "type": "shown", "reminders": [reminder] });
    page.say(json!({ "type": "visible", "visible": false })).await;
    page.say(shown(&rung[0])).await;
    page.say(json!({ "type": "visible", "visible": true })).await;
    page.say(shown(&rung[1])).await;
    // They are taken in the order in which they are said.
    let seen = format!("SELECT seen_at IS NOT NULL FROM reminders WHERE id = {}", rung[1]);
    office.world.eventually(&seen).await;
    let unseen = format!(
        "SELECT count(*) FROM reminders WHERE id = {} AND seen_at IS NULL",
        rung[0]
    );
    assert_eq!(office.world.count(&unseen).await, 1);
}

#[tokio::test]
async fn somebody_without_a_page_is_pushed_to_at_once_and_others_when_nobody_answered() {
    let mut office = Office::open().await;
    let service = PushService::of(&mut office.world).await;
    // The same engine, with the push service.
    let folder = office.engine.folder.clone();
    office.engine.kill();
    office.world.set("TEST_MS_PAGES_RETURN", "0");
    office.engine = office.world.engine_in(folder, &[]);
    let user = office
        .world
        .count("SELECT id FROM users WHERE email = 'agent@ours.example'")
        .await;
    let phone = service.browser("phone");
    phone.is_of(&office.world, office.ours, UserId(user)).await;
    let token = office.token(Person::Agent).await.expect("the agent");
    // Whether it was pushed within the seconds that a page is given.
    let pushed = async |title: &str, count: usize| {
        let made = make(&office, &token, json!({ "title": title, "due_at": in_ms(0) })).await;
        let sent = service.wait("phone", count).await;
        assert_eq!(phone.read(&sent[count - 1])["task_id"], made["id"]);
        let sql = format!(
            "SELECT count(*) FROM pushes p JOIN reminders r ON r.id = p.reminder_id
             WHERE r.task_id = {} AND p.created_at < r.fired_at + interval '5 seconds'",
            made["id"]
        );
        office.world.count(&sql).await
    };
    assert_eq!(pushed("אין איש", 1).await, 1);
    let page = Page::resume(&office.engine, &token, None).await;
    assert_eq!(pushed("לשונית פתוחה", 2).await, 0);
    drop(page);
    // Of another engine's pages this one knows nothing.
    let _other = office.world.engine();
    assert_eq!(pushed("אולי אצל אחר", 3).await, 0);
}
