//! A paper is signed: sent, opened, proven by a code, signed, and checked by anybody who has the file; or declined, or too late.

use crate::desk::good;
use crate::documents::{customer, quote};
use crate::office::{Office, Person};
use domain::ids::BusinessId;
use serde_json::{Value, json};
use store::documents::{EventChain, check_events};
use store::{Store, StoreOptions};

const PHONE: &str = "+972507000001";

/// A quote of ours, sent to be signed: its request, and the secret of its link.
async fn sent(office: &Office, token: &str, channel: &str) -> (Value, String) {
    let id = customer(office, token, json!({ "name": "דנה כהן", "phones": [PHONE] })).await;
    let made = good(
        office,
        token,
        "POST",
        &format!("/api/customers/{id}/quotes"),
        Some(quote("ייעוץ")),
    )
    .await;
    let body = json!({ "document_id": made["id"], "channel": channel });
    let signing = good(
        office,
        token,
        "POST",
        &format!("/api/customers/{id}/signatures"),
        Some(body),
    )
    .await;
    let link = signing["link"].as_str().expect("a link").to_owned();
    let (page, secret) = link.split_once('#').expect("a secret behind #");
    assert!(page.ends_with("/sign") && secret.len() >= 43, "{link}");
    (signing, secret.to_owned())
}

/// The last code that came to the phone.
fn code(office: &Office) -> String {
    let messages = office.world.parties.asked("messages");
    let last = messages.iter().rev().find(|message| message.what.contains("קוד"));
    let text = last.expect("a code came").what.replace(PHONE, "");
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Opens a link: the status and the answer.
async fn open_link(office: &Office, secret: &str) -> (u16, Value) {
    let token = json!({ "token": secret });
    office
        .ask("POST", "/api/public/sign/session", None, Some(&token))
        .await
}

async fn opened(office: &Office, secret: &str) -> Value {
    let (status, session) = open_link(office, secret).await;
    assert_eq!(status, 200, "{session}");
    session
}

async fn file(office: &Office, path: &str, token: &str) -> Vec<u8> {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .get(format!("{}{path}", office.engine.base))
        .bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.expect("a file").to_vec()
}

async fn checked(office: &Office, bytes: Vec<u8>) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{}/api/public/verify", office.engine.base))
        .body(bytes);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn a_paper_is_signed_by_who_has_the_phone_and_one_flipped_byte_is_found() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let (signing, secret) = sent(&office, &token, "sms").await;
    assert_eq!(
        (&signing["status"], &signing["delivered"]),
        (&json!("sent"), &json!(true))
    );
    let link = &office.world.parties.asked("messages")[0].what;
    assert!(link.starts_with(PHONE) && link.contains(&secret), "{link}");
    let again = json!({ "document_id": signing["document_id"], "channel": "link" });
    let path = format!("/api/customers/{}/signatures", signing["customer_id"]);
    assert_eq!(
        office.ask("POST", &path, Some(&token), Some(&again)).await.0,
        409,
        "one at a time"
    );
    let kept = office.world.rows().await;
    let secrets = kept
        .query("SELECT hash::text FROM signing_keys", &[])
        .await
        .expect("keys");
    assert!(
        secrets
            .iter()
            .all(|row| !row.get::<_, String>(0).contains(&secret)),
        "only its hash is kept"
    );

    let nobody = open_link(&office, &"A".repeat(43)).await;
    assert_eq!(nobody.0, 404);
    let session = opened(&office, &secret).await;
    assert_eq!(
        (&session["phone_hint"], &session["document"]["pages"]),
        (&json!("•••0001"), &json!(1))
    );
    let bearer = session["session"].as_str().expect("a session").to_owned();
    let public = |path: &'static str, body: Value| {
        let (office, bearer) = (&office, &bearer);
        async move { office.ask("POST", path, Some(bearer), Some(&body)).await }
    };
    let original = file(&office, "/api/public/sign/pdf", &bearer).await;
    let signature = json!({ "name": "דנה כהן", "id_number": "000000018", "consent": true,
        "signature": { "kind": "drawn", "strokes": [[[10, 10], [500, 200], [900, 40]]] } });
    let early = public("/api/public/sign/sign", signature.clone()).await;
    assert_eq!(early.0, 403, "no signature before the code");
    let (status, told) = public("/api/public/sign/code", json!({})).await;
    assert_eq!((status, &told["sent_to"]), (200, &json!("•••0001")), "{told}");
    assert_eq!(
        public("/api/public/sign/code", json!({})).await.0,
        429,
        "not so soon"
    );
    let right = code(&office);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let (status, told) = public("/api/public/sign/verify", json!({ "code": wrong })).await;
    assert_eq!(
        (status, &told["error"], &told["left"]),
        (422, &json!("wrong_code"), &json!(4))
    );
    assert_eq!(
        public("/api/public/sign/verify", json!({ "code": right }))
            .await
            .0,
        200
    );
    // The code was given in that session: in another one of the same link it counts for nothing.
    let other = opened(&office, &secret).await;
    let other = other["session"].as_str().expect("a session");
    let stolen = office
        .ask("POST", "/api/public/sign/sign", Some(other), Some(&signature))
        .await;
    assert_eq!(stolen.0, 403);
    let mut without = signature.clone();
    without["consent"] = json!(false);
    assert_eq!(public("/api/public/sign/sign", without).await.0, 422);
    let (status, signed) = public("/api/public/sign/sign", signature.clone()).await;
    assert_eq!((status, &signed["status"]), (200, &json!("signed")), "{signed}");
    assert_eq!(public("/api/public/sign/sign", signature).await.0, 410, "once");
    let (status, told) = open_link(&office, &secret).await;
    assert_eq!(
        (status, &told["status"]),
        (410, &json!("signed")),
        "the link is dead"
    );

    let file_of_signer = file(&office, "/api/public/sign/pdf", &bearer).await;
    let path = format!("/api/signatures/{}", signing["id"]);
    let paper = file(&office, &format!("{path}/pdf"), &token).await;
    assert_eq!(paper, file_of_signer);
    let told = good(&office, &token, "GET", &path, None).await;
    let events: Vec<&str> = told["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|event| event["kind"].as_str())
        .collect();
    assert_eq!(
        events,
        [
            "sent",
            "viewed",
            "code_sent",
            "code_wrong",
            "verified",
            "viewed",
            "consented",
            "signed",
            "sealed"
        ]
    );
    let valid = checked(&office, paper.clone()).await;
    assert_eq!(
        (&valid["valid"], &valid["reason"], &valid["signer"]),
        (&json!(true), &json!("signed"), &json!("דנה כהן"))
    );
    assert_eq!(checked(&office, original).await["reason"], "issued");
    flipped(&office, &paper).await;

    // The chain holds, and an event that somebody changed is found.
    let options = StoreOptions {
        url: office.world.database.clone(),
        pool_size: 1,
    };
    let store = Store::new(&options).expect("a store");
    let id = signing["id"].as_i64().expect("a number");
    let whole = check_events(&store, BusinessId(1), id).await.expect("a chain");
    assert_eq!(whole, EventChain::Whole { events: 9 });
    for sql in [
        "UPDATE signing_events SET address = 'elsewhere'",
        "DELETE FROM signing_events",
        "UPDATE signings SET signer = 'אחר'",
    ] {
        assert!(kept.batch_execute(sql).await.is_err(), "{sql}");
    }
    kept.batch_execute("ALTER TABLE signing_events DISABLE TRIGGER rows_stay; UPDATE signing_events SET address = 'elsewhere' WHERE seq = 4")
        .await
        .expect("by force");
    let broken = check_events(&store, BusinessId(1), id).await.expect("a chain");
    assert_eq!(broken, EventChain::Broken { seq: 4 });
    let timeline = format!(
        "/api/customers/{}/timeline?types=document",
        signing["customer_id"]
    );
    let timeline = good(&office, &token, "GET", &timeline, None).await;
    let told: Vec<&str> = timeline["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["meta"]["event"].as_str())
        .collect();
    assert_eq!(told, ["signed", "viewed", "sent", "issued", "created"]);
}

/// Ten thousand times one byte is another: by hash none of them is a paper of ours; a few are asked at the wire.
async fn flipped(office: &Office, paper: &[u8]) {
    let rows = office.world.rows().await;
    let hashes = rows
        .query("SELECT sha256 FROM document_files", &[])
        .await
        .expect("files");
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|row| row.get(0)).collect();
    let whole = documents::sha256(paper);
    let known = |hash: &str| {
        hashes
            .iter()
            .any(|known| known.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == hash)
    };
    assert!(known(&whole));
    let (mut paper, mut found) = (paper.to_vec(), 0);
    for n in 0..10_000_usize {
        let place = n * 7_919 % paper.len();
        let bit = 1 << (n % 8);
        paper[place] ^= bit;
        if !known(&documents::sha256(&paper)) {
            found += 1;
        }
        if n % 1_000 == 0 {
            assert_eq!(
                checked(office, paper.clone()).await["valid"],
                json!(false),
                "byte {place}"
            );
        }
        paper[place] ^= bit;
    }
    assert_eq!(found, 10_000);
}

#[tokio::test]
async fn a_request_is_declined_called_off_or_runs_out_and_the_paper_may_be_sent_again() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let (signing, secret) = sent(&office, &token, "whatsapp").await;
    assert!(
        signing["whatsapp"]
            .as_str()
            .is_some_and(|link| link.starts_with("https://wa.me/972507000001?text="))
    );
    let bearer = opened(&office, &secret).await["session"]
        .as_str()
        .expect("a session")
        .to_owned();
    let reason = json!({ "reason": "המחיר גבוה" });
    let (status, _) = office
        .ask("POST", "/api/public/sign/decline", Some(&bearer), Some(&reason))
        .await;
    assert_eq!(status, 200);
    let told = good(
        &office,
        &token,
        "GET",
        &format!("/api/signatures/{}", signing["id"]),
        None,
    )
    .await;
    assert_eq!(
        (&told["status"], &told["declined_reason"]),
        (&json!("declined"), &json!("המחיר גבוה"))
    );
    let paper = format!("/api/quotes/{}", signing["document_id"]);
    assert_eq!(
        good(&office, &token, "GET", &paper, None).await["status"],
        "declined"
    );

    let path = format!("/api/customers/{}/signatures", signing["customer_id"]);
    let body = json!({ "document_id": signing["document_id"], "channel": "link", "days": 1 });
    let again = good(&office, &token, "POST", &path, Some(body.clone())).await;
    let reminded = good(
        &office,
        &token,
        "POST",
        &format!("/api/signatures/{}/remind", again["id"]),
        None,
    )
    .await;
    assert_ne!(reminded["link"], again["link"]);
    let shown = good(
        &office,
        &token,
        "GET",
        &format!("/api/signatures/{}", again["id"]),
        None,
    )
    .await;
    assert_eq!(shown["link"], Value::Null, "a link is told once");
    let off = good(
        &office,
        &token,
        "POST",
        &format!("/api/signatures/{}/cancel", again["id"]),
        None,
    )
    .await;
    assert_eq!(off["status"], "cancelled");
    assert_eq!(
        good(&office, &token, "GET", &paper, None).await["status"],
        "issued"
    );

    let last = good(&office, &token, "POST", &path, Some(body)).await;
    let rows = office.world.rows().await;
    rows.execute(
        "UPDATE signings SET expires_at = now() - interval '1 minute' WHERE status = 'sent'",
        &[],
    )
    .await
    .expect("older");
    let secret = last["link"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link")
        .1;
    let (status, told) = open_link(&office, secret).await;
    assert_eq!((status, &told["status"]), (410, &json!("expired")));
    assert_eq!(
        good(&office, &token, "GET", &paper, None).await["status"],
        "expired"
    );
    let five = good(
        &office,
        &token,
        "GET",
        &format!("/api/signatures?customer={}", signing["customer_id"]),
        None,
    )
    .await;
    assert_eq!(five["total"], 3);
}

#[tokio::test]
async fn codes_are_few_and_short_lived() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let (_, secret) = sent(&office, &token, "link").await;
    let bearer = opened(&office, &secret).await["session"]
        .as_str()
        .expect("a session")
        .to_owned();
    let public = |path: &'static str, body: Value| {
        let (office, bearer) = (&office, &bearer);
        async move { office.ask("POST", path, Some(bearer), Some(&body)).await }
    };
    assert_eq!(public("/api/public/sign/code", json!({})).await.0, 200);
    let right = code(&office);
    for left in (0..5).rev() {
        let (status, told) = public("/api/public/sign/verify", json!({ "code": "x" })).await;
        assert_eq!((status, &told["left"]), (422, &json!(left)));
    }
    let (status, told) = public("/api/public/sign/verify", json!({ "code": right })).await;
    assert_eq!(
        (status, &told["left"]),
        (422, &json!(0)),
        "the right one comes too late"
    );
    let rows = office.world.rows().await;
    let later = "UPDATE signings SET code_sent_at = now() - interval '1 hour', codes_sent = codes_sent + $1";
    rows.execute(later, &[&0]).await.expect("later");
    assert_eq!(public("/api/public/sign/code", json!({})).await.0, 200);
    rows.execute(
        "UPDATE signings SET code_until = now() - interval '1 second'",
        &[],
    )
    .await
    .expect("past");
    let right = code(&office);
    assert_eq!(
        public("/api/public/sign/verify", json!({ "code": right }))
            .await
            .0,
        422,
        "it has run out"
    );
    rows.execute(later, &[&10]).await.expect("many");
    assert_eq!(public("/api/public/sign/code", json!({})).await.0, 429, "no more");
    rows.execute(
        "UPDATE signing_keys SET until = now() WHERE kind = 'session'",
        &[],
    )
    .await
    .expect("over");
    assert_eq!(
        public("/api/public/sign/code", json!({})).await.0,
        401,
        "the session has ended"
    );
}

#[tokio::test]
async fn a_paper_of_somebody_who_was_merged_is_sent_from_the_card_that_is_left() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("the agent");
    let keep = customer(&office, &token, json!({ "name": "דנה כהן", "phones": [PHONE] })).await;
    let other = customer(
        &office,
        &token,
        json!({ "name": "דנה כ.", "phones": ["050-7000002"] }),
    )
    .await;
    let ask = |method: &'static str, path: String, body: Value| {
        let (office, token) = (&office, &token);
        async move { good(office, token, method, &path, Some(body)).await }
    };
    let made = ask("POST", format!("/api/customers/{other}/quotes"), quote("ייעוץ")).await;
    let merge = json!({ "keep": keep, "merge": [other] });
    ask("POST", "/api/crm/customers/merge".into(), merge).await;
    let of_keep = good(
        &office,
        &token,
        "GET",
        &format!("/api/quotes?customer={keep}"),
        None,
    )
    .await;
    assert_eq!(of_keep["results"][0]["customer"]["id"], json!(keep), "{of_keep}");
    let body = json!({ "document_id": made["id"], "channel": "link" });
    let signing = ask("POST", format!("/api/customers/{keep}/signatures"), body).await;
    assert_eq!(
        (&signing["status"], &signing["customer_id"]),
        (&json!("sent"), &json!(keep))
    );
}
