//! A person is erased: nothing of what he said and was called by is left in any table, and the carrier forgets his voice too.

use crate::call::Call;
use crate::desk::Desk;
use crate::office::{Person, snapshot};
use crate::world::CALLER;
use serde_json::json;
use std::collections::BTreeSet;

/// Tables that know of customers or calls: each is one that `erase_person` empties, or says why not. A new one belongs here.
const KNOWN: &[&str] = &[
    "call_follow_ups",
    "call_search",
    "calls",
    "consents",
    "customer_identities",
    "customer_import_rows",
    "customer_merge_rows",
    "customer_notes",
    "customer_search",
    "customer_stages",
    // Papers that were issued stay, as the law wants; drafts go.
    "documents",
    "opt_outs",
    "outgoing_calls",
    "recordings",
    "tasks",
    "timeline",
    "webhook_events",
    "whatsapp_conversations",
    "whatsapp_media",
    "whatsapp_messages",
    "whatsapp_outbox",
    // How far people have read goes with the conversation.
    "whatsapp_reads",
];
/// What may keep a word of him: what the law wants, and what goes by itself within a day.
const LAWFUL: &[&str] = &["audit", "documents", "user_events"];

#[tokio::test]
async fn nothing_of_a_person_is_left_who_is_erased() {
    let desk = Desk::open(Person::Manager).await;
    let (world, engine) = (&desk.office.world, &desk.office.engine);
    world.parties.caller_says("אני מחפש דירה של ארבעה חדרים בחדרה");
    let ours = desk.office.ours.0;
    let call = Call::new(1);
    call.ring(engine).await;
    call.speak(engine, 1).await;
    call.next_whole(engine, 1).await;
    let customers = desk.good("GET", "/api/crm/customers", None).await;
    assert_eq!(customers["total"], 0, "a call that goes on has nobody yet");
    call.status(engine, "completed").await;
    let summed_up = format!("SELECT bool_and(wrapped_at IS NOT NULL) FROM calls WHERE business_id = {ours}");
    world.eventually(&summed_up).await;
    let id = desk.good("GET", "/api/crm/customers", None).await["results"][0]["id"].clone();
    let path = format!("/api/crm/customers/{id}");
    let before = desk.good("GET", &path, None).await;
    let change = json!({ "name": "גרגמל בן קוסם", "tags": ["אופרה"], "version": before["version"] });
    desk.good("PATCH", &path, Some(change)).await;
    let note = json!({ "text": "אוהב אופרה" });
    desk.good("POST", &format!("/api/customers/{id}/notes"), Some(note))
        .await;
    let task = json!({ "title": "להביא כרטיס לאופרה", "due_at": "2030-01-01T10:00:00Z", "customer_id": id });
    desk.good("POST", "/api/tasks", Some(task)).await;
    let quotes = format!("/api/customers/{id}/quotes");
    let mut kept = Vec::new();
    for _ in 0..2 {
        kept.push(
            desk.good("POST", &quotes, Some(crate::documents::quote("ייעוץ")))
                .await,
        );
    }
    let issue = format!("/api/quotes/{}/issue", kept[0]["id"]);
    desk.good("POST", &issue, Some(json!({ "version": kept[0]["version"] })))
        .await;
    let other = json!({ "name": "גרגמל קוסם", "phones": ["052-9876543"] });
    let other = desk.good("POST", "/api/crm/customers", Some(other)).await["id"].clone();
    let merge = json!({ "keep": id, "merge": [other] });
    desk.good("POST", "/api/crm/customers/merge", Some(merge)).await;

    let data = format!("{path}/data");
    let agent = desk.office.token(Person::Agent).await;
    let refused = desk.office.ask("DELETE", &data, agent.as_deref(), None).await;
    assert_eq!(refused.0, 403);
    // He calls once more: while that goes on nothing is erased.
    let again = Call::new(2);
    again.ring(engine).await;
    again.speak(engine, 1).await;
    let rows = world.rows().await;
    let his = "UPDATE calls SET customer_id = o.customer_id FROM calls o WHERE o.call_sid = $1 AND calls.call_sid = $2";
    rows.execute(his, &[&call.sid, &again.sid])
        .await
        .expect("his call");
    let (status, busy) = desk.ask("DELETE", &data, None).await;
    assert_eq!((status, &busy["error"]), (409, &json!("call_in_progress")));
    again.next_whole(engine, 1).await;
    again.status(engine, "completed").await;
    world.eventually(&summed_up).await;

    let gone = desk.good("DELETE", &data, None).await;
    let numbers = ["calls", "recordings", "notes", "drafts", "papers_kept"].map(|name| gone[name].as_i64());
    assert_eq!(numbers, [2, 2, 1, 1, 1].map(Some), "{gone}");
    for (method, path) in [
        ("GET", &path),
        ("GET", &data),
        ("DELETE", &data),
        ("POST", &format!("{path}/restore")),
    ] {
        assert_eq!(desk.ask(method, path, None).await.0, 404, "{method} {path}");
    }
    let kept_paper = format!("/api/quotes/{}", kept[0]["id"]);
    assert_eq!(desk.good("GET", &kept_paper, None).await["status"], "issued");

    let mut table = String::new();
    for line in snapshot(&world.database, desk.office.ours).await.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.contains(',')) {
            table = name.into();
        }
        let told = ["גרגמל", "אופרה", "חדרה", &CALLER[4..], "529876543"];
        let left = told
            .iter()
            .find(|word| line.contains(**word) && !LAWFUL.contains(&table.as_str()));
        assert_eq!(left, None, "{table}: {line}");
    }
    for sql in [
        "FROM webhook_events e JOIN calls c USING (call_sid) WHERE e.form <> '' AND c",
        "FROM recordings c WHERE (c.audio IS NOT NULL OR c.reply_audio IS NOT NULL) AND c",
        "FROM call_search c WHERE c",
    ] {
        let sql = format!("SELECT count(*) {sql}.business_id = {ours}");
        assert_eq!(world.count(&sql).await, 0, "{sql}");
    }
    world
        .eventually("SELECT count(*) = 0 FROM carrier_deletions")
        .await;
    let asked = world.parties.asked("erased");
    let sids: BTreeSet<&str> = asked.iter().map(|one| one.what.as_str()).collect();
    let taped = [call.recording(1), again.recording(1)].map(|sid| format!("{sid}.json"));
    assert_eq!(
        sids,
        taped.iter().map(String::as_str).collect(),
        "each of his, and nobody else's"
    );
    assert_eq!(asked.len(), 4, "asked again after a refusal, and not after that");
    let log = desk.good("GET", "/api/audit?action=customer.erased", None).await;
    assert_eq!(log["total"], 1);
}

#[tokio::test]
async fn every_table_that_knows_of_a_person_is_known_to_the_erasure() {
    let world = crate::world::World::new().await;
    let sql = "SELECT DISTINCT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
          AND a.attname IN ('customer_id', 'call_sid', 'conversation_id', 'identity_id')";
    let rows = world.rows().await.query(sql, &[]).await.expect("tables");
    let there: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(there, KNOWN.iter().map(|name| (*name).to_owned()).collect());
}
