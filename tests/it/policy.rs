//! The policy gate at the edge: what a customer wants is noted, the ledger is kept, and a paper that would go out is refused in
//! words that say why and until when.

use crate::desk::good;
use crate::documents::{customer, quote};
use crate::office::{Office, Person};
use serde_json::{Value, json};

fn judged<'a>(standing: &'a Value, means: &str, purpose: &str) -> &'a Value {
    let all = standing["judgements"].as_array().expect("judgements");
    let fits = |one: &&Value| one["means"] == means && one["purpose"] == purpose;
    &all.iter().find(fits).expect("judged")["refusal"]
}

#[tokio::test]
async fn what_goes_out_passes_the_gate_and_a_refusal_says_why() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let id = customer(
        &office,
        &token,
        json!({ "name": "דנה כהן", "phones": ["+972507000001"] }),
    )
    .await;
    let path = |what: &str| format!("/api/customers/{id}/{what}");
    let now = good(&office, &token, "GET", &path("standing"), None).await;
    assert_eq!(
        (&now["do_not_call"], judged(&now, "call", "service")),
        (&json!(false), &Value::Null)
    );
    assert_eq!(judged(&now, "sms", "marketing")["reason"], "no_consent");

    let given =
        json!({ "purpose": "marketing", "means": "sms", "text_version": "2026-1", "evidence": "טופס באתר" });
    let consent = good(&office, &token, "POST", &path("consents"), Some(given)).await;
    let now = good(&office, &token, "GET", &path("standing"), None).await;
    assert_eq!(judged(&now, "sms", "marketing"), &Value::Null);
    let gone = path(&format!("consents/{}", consent["id"]));
    assert_eq!(office.ask("DELETE", &gone, Some(&token), None).await.0, 204);
    assert_eq!(
        office.ask("DELETE", &gone, Some(&token), None).await.0,
        404,
        "once"
    );
    let ledger = good(&office, &token, "GET", &path("consents"), None).await;
    assert!(ledger["results"][0]["revoked_at"].is_string(), "{ledger}");
    let rows = office.world.rows().await;
    let forged = rows.execute("UPDATE consents SET evidence = 'x'", &[]).await;
    assert!(forged.is_err(), "the ledger stays");

    let wishes = json!({ "do_not_call": true, "opted_out": ["sms"], "registry_checked": true });
    let now = good(&office, &token, "PATCH", &path("standing"), Some(wishes)).await;
    assert_eq!(judged(&now, "automatic_call", "service")["reason"], "do_not_call");
    let paper = good(&office, &token, "POST", &path("quotes"), Some(quote("ייעוץ"))).await;
    let sign = |channel: &str| json!({ "document_id": paper["id"], "channel": channel });
    let (status, refused) = office
        .ask("POST", &path("signatures"), Some(&token), Some(&sign("sms")))
        .await;
    assert_eq!(
        (status, &refused["error"], &refused["reason"]),
        (409, &json!("policy_refused"), &json!("opted_out"))
    );
    let (status, told) = office
        .ask("POST", &path("signatures"), Some(&token), Some(&sign("link")))
        .await;
    assert_eq!(status, 201, "what somebody hands over himself goes: {told}");

    // A day of its own is a holiday of the business, until midnight.
    let manager = office.token(Person::Manager).await.expect("the manager");
    let business = good(&office, &manager, "GET", "/api/business", None).await;
    let zone = jiff::tz::TimeZone::get("Asia/Jerusalem").expect("a zone");
    let today = jiff::Timestamp::now().to_zoned(zone).date();
    let days = [today, today.tomorrow().expect("a day")];
    let quiet = json!({ "nights": { "from": "20:00", "to": "08:00" }, "shabbat": false, "holidays": false,
                        "place": "haifa", "days": days });
    let body = json!({ "version": business["version"], "quiet": quiet });
    let changed = good(&office, &manager, "PATCH", "/api/business", Some(body)).await;
    assert_eq!(changed["quiet"]["place"], "haifa");
    let now = good(&office, &token, "GET", &path("standing"), None).await;
    let refusal = judged(&now, "email", "service");
    assert_eq!(refusal["reason"], "holiday");
    assert!(refusal["until"].is_string(), "{refusal}");
    let merged = office.world.count(
        "SELECT count(*) FROM audit WHERE action IN ('consent.given', 'consent.revoked', 'customer.wishes')",
    );
    assert_eq!(merged.await, 3);
}
