//! WhatsApp with Meta at its wire: what customers write is kept once, what people write arrives or says why not, and a kill at
//! any step of sending loses nothing.

use crate::desk::good;
use crate::meta_party::{MetaParty, NUMBER_ID, Takes, envelope, signature};
use crate::office::{Office, Person};
use crate::world::EngineProcess;
use serde_json::{Value, json};

const CUSTOMER: &str = "972501112233";

/// An office with a number at Meta.
struct Line {
    office: Office,
    token: String,
    meta: MetaParty,
    channel: i64,
}

impl Line {
    async fn open() -> Self {
        let mut office = Office::open().await;
        let meta = MetaParty::start().await;
        for (name, value) in meta.environment() {
            office.world.set(name, &value);
        }
        office.engine = office.world.engine();
        let token = office.token(Person::Manager).await.expect("the manager");
        let new = json!({ "provider": "meta", "number": "03-7654321", "name": "משרד", "phone_number_id": NUMBER_ID });
        let channel = good(&office, &token, "POST", "/api/whatsapp/channels", Some(new)).await;
        assert!(channel.get("secret").is_none(), "{channel}");
        let channel = channel["id"].as_i64().expect("an id");
        Self {
            office,
            token,
            meta,
            channel,
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.office
            .ask(method, path, Some(&self.token), body.as_ref())
            .await
    }

    async fn good(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        good(&self.office, &self.token, method, path, body).await
    }

    async fn told(&self, value: Value) {
        assert_eq!(tell(&self.office.engine, &envelope(value)).await, 200);
    }

    /// The customer writes this.
    async fn written(&self, id: &str, message: Value) {
        self.told(written(id, message)).await;
    }

    /// The one conversation.
    async fn conversation(&self) -> Value {
        let list = self.good("GET", "/api/whatsapp/conversations", None).await;
        assert_eq!(list["total"], 1, "{list}");
        list["results"][0].clone()
    }

    async fn messages(&self) -> Vec<Value> {
        let id = self.conversation().await["id"].clone();
        let page = self
            .good(
                "GET",
                &format!("/api/whatsapp/conversations/{id}/messages?limit=100"),
                None,
            )
            .await;
        page["items"].as_array().expect("messages").clone()
    }

    /// Writes to the customer.
    async fn write(&self, conversation: &Value, body: Value) -> (u16, Value) {
        let path = format!("/api/whatsapp/conversations/{conversation}/messages");
        self.ask("POST", &path, Some(body)).await
    }

    async fn text(&self, conversation: &Value, key: &str) -> Value {
        let body = json!({ "client_key": key, "kind": "text", "text": format!("תשובה {key}") });
        let (status, message) = self.write(conversation, body).await;
        assert_eq!(status, 201, "{message}");
        assert_eq!(message["status"], "queued", "{message}");
        message["id"].clone()
    }

    async fn becomes(&self, message: &Value, status: &str) {
        let sql = format!("SELECT status = '{status}' FROM whatsapp_messages WHERE id = {message}");
        self.office.world.eventually(&sql).await;
    }
}

fn written(id: &str, mut message: Value) -> Value {
    message["id"] = json!(id);
    message["from"] = json!(CUSTOMER);
    message["timestamp"] = json!(jiff::Timestamp::now().as_second().to_string());
    json!({ "contacts": [{ "profile": { "name": "דנה כהן" }, "wa_id": CUSTOMER }], "messages": [message] })
}

fn receipt(id: &str, status: &str) -> Value {
    json!({ "statuses": [{ "id": id, "status": status, "timestamp": "1764000000", "recipient_id": CUSTOMER }] })
}

/// Posts it as Meta does; the status.
async fn tell(engine: &EngineProcess, body: &Value) -> u16 {
    let body = body.to_string();
    let request = engine
        .request("/webhook/whatsapp/meta")
        .header("x-hub-signature-256", signature(body.as_bytes()))
        .body(body);
    engine.send(request).await.status
}

/// One black pixel as a PNG.
fn photo() -> Vec<u8> {
    use base64::Engine as _;
    let text = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .expect("a picture")
}

fn text(words: &str) -> Value {
    json!({ "type": "text", "text": { "body": words } })
}

#[tokio::test]
async fn what_customers_write_is_kept_once_whatever_it_is() {
    let line = Line::open().await;
    let engine = &line.office.engine;
    line.meta.keeps("photo", &photo());
    line.meta.keeps("program", b"MZ\x90\0 a program");

    let hello = envelope(written("wamid.in1", text("שלום, הדירה עוד פנויה?")));
    let ten = (0..10).map(|_| tell(engine, &hello));
    assert!(
        futures_util::future::join_all(ten)
            .await
            .iter()
            .all(|status| *status == 200)
    );
    let file = |kind: &str, id: &str| json!({ "type": kind, kind: { "id": id, "mime_type": "image/jpeg", "caption": "מבט" } });
    let kinds = [
        ("image", file("image", "photo")),
        ("document", file("document", "program")),
        (
            "location",
            json!({ "type": "location", "location": { "latitude": 32.8, "longitude": 34.9, "name": "חיפה" } }),
        ),
        (
            "contacts",
            json!({ "type": "contacts", "contacts": [{ "name": { "formatted_name": "משה" }, "phones": [{ "phone": "050" }] }] }),
        ),
        (
            "interactive",
            json!({ "type": "interactive", "interactive": { "type": "list_reply", "list_reply": { "id": "3", "title": "שלושה חדרים" } } }),
        ),
        (
            "button",
            json!({ "type": "button", "button": { "payload": "yes", "text": "כן" } }),
        ),
        (
            "unsupported",
            json!({ "type": "from_the_future", "from_the_future": {} }),
        ),
        (
            "unsupported",
            json!({ "type": "unsupported", "errors": [{ "code": 131051, "title": "no" }] }),
        ),
    ];
    for (n, (_, message)) in kinds.iter().enumerate() {
        for _ in 0..2 {
            line.written(&format!("wamid.kind{n}"), message.clone()).await;
        }
    }
    let reaction = |emoji: Option<&str>| {
        let mut reaction = json!({ "type": "reaction", "reaction": { "message_id": "wamid.kind0" } });
        if let Some(emoji) = emoji {
            reaction["reaction"]["emoji"] = json!(emoji);
        }
        reaction
    };
    line.written("wamid.r1", reaction(Some("👍"))).await;
    let image = |messages: &[Value]| {
        messages
            .iter()
            .find(|one| one["kind"] == "image")
            .cloned()
            .expect("the image")
    };
    assert_eq!(
        image(&line.messages().await)["reactions"],
        json!([{ "by": "customer", "emoji": "👍" }])
    );
    line.written("wamid.r2", reaction(None)).await;

    let messages = line.messages().await;
    let seen: Vec<&str> = messages
        .iter()
        .rev()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    let mut expected = vec!["text"];
    expected.extend(kinds.iter().map(|(kind, _)| *kind));
    assert_eq!(seen, expected);
    assert_eq!(image(&messages)["reactions"], json!([]), "it was taken back");
    let conversation = line.conversation().await;
    assert_eq!(conversation["customer"]["name"], "דנה כהן", "{conversation}");
    assert_eq!(
        conversation["customer"]["phone"], "+972501112233",
        "{conversation}"
    );
    assert_eq!(conversation["unread"], kinds.len() + 1, "{conversation}");
    let id = &conversation["id"];
    line.good("POST", &format!("/api/whatsapp/conversations/{id}/read"), None)
        .await;
    assert_eq!(line.conversation().await["unread"], 0);
    let found = line
        .good(
            "GET",
            "/api/whatsapp/conversations?q=%D7%A4%D7%A0%D7%95%D7%99%D7%94",
            None,
        )
        .await;
    assert_eq!(found["total"], 1, "found by what was written: {found}");

    let fetched = "SELECT count(*) = 2 FROM whatsapp_media WHERE state <> 'fetching' AND business_id = 1";
    line.office.world.eventually(fetched).await;
    let messages = line.messages().await;
    let link = image(&messages)["media"]["url"]
        .as_str()
        .expect("a link")
        .to_owned();
    let (status, body) = line.office.ask("GET", &link, None, None).await;
    assert_eq!(status, 200, "{body}");
    let (status, _) = line
        .office
        .ask("GET", link.split('?').next().expect("a path"), None, None)
        .await;
    assert_eq!(status, 403, "without its signature");
    let program = messages
        .iter()
        .find(|one| one["kind"] == "document")
        .expect("the program");
    assert_eq!(program["media"]["state"], "refused", "{program}");
    assert_eq!(program["media"]["reason"], "executable", "{program}");

    let query = "hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158201444";
    let answer = engine.get(&format!("/webhook/whatsapp/meta?{query}")).await;
    assert_eq!(answer.text().await.expect("a body"), "1158201444");
    let forged = engine
        .request("/webhook/whatsapp/meta")
        .header("x-hub-signature-256", signature(b"{}"));
    assert_eq!(engine.send(forged.body(hello.to_string())).await.status, 403);
    assert_eq!(
        engine
            .send(engine.request("/webhook/whatsapp/meta").body("{}"))
            .await
            .status,
        403
    );
    let large = engine
        .request("/webhook/whatsapp/meta")
        .body(vec![b' '; 4 * 1024 * 1024]);
    assert_eq!(engine.send(large).await.status, 413);
    assert_eq!(tell(engine, &json!({ "object": "something else" })).await, 200);
    assert_eq!(
        engine
            .send(
                engine
                    .request(&format!("/webhook/whatsapp/bridge/{}", line.channel))
                    .body("{}")
            )
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn what_people_write_arrives_or_says_why_not() {
    let line = Line::open().await;
    line.written("wamid.hello", text("שלום")).await;
    let conversation = line.conversation().await["id"].clone();

    // A status may come before we know that the message went out.
    line.told(receipt("wamid.out1", "delivered")).await;
    let first = line.text(&conversation, "first-key").await;
    line.becomes(&first, "delivered").await;
    let again = json!({ "client_key": "first-key", "kind": "text", "text": "פעם שנייה" });
    let (status, known) = line.write(&conversation, again).await;
    assert_eq!((status, &known["id"]), (200, &first), "{known}");
    line.told(receipt("wamid.out1", "read")).await;
    line.told(receipt("wamid.out1", "sent")).await;
    line.becomes(&first, "read").await;
    assert_eq!(line.meta.accepted().len(), 1, "once");

    line.meta.takes(Takes::Busy);
    let second = line.text(&conversation, "second-key").await;
    let third = line.text(&conversation, "third-key").await;
    line.becomes(&third, "sent").await;
    line.becomes(&second, "sent").await;
    let bodies: Vec<String> = line
        .meta
        .accepted()
        .iter()
        .map(|one| one["text"]["body"].to_string())
        .collect();
    assert_eq!(
        bodies,
        [
            "\"תשובה first-key\"",
            "\"תשובה second-key\"",
            "\"תשובה third-key\""
        ]
    );

    line.meta.takes(Takes::Refused(131_026));
    let refused = line.text(&conversation, "refused-key").await;
    line.becomes(&refused, "failed").await;
    let failed = line
        .messages()
        .await
        .into_iter()
        .find(|one| one["id"] == refused)
        .expect("it");
    assert_eq!(failed["error"]["code"], "131026", "{failed}");
    assert_eq!(failed["error"]["reason_key"], "undeliverable", "{failed}");
    line.meta.takes(Takes::Well);
    let decided = json!({ "action": "resend" });
    line.good(
        "POST",
        &format!("/api/whatsapp/messages/{refused}/decide"),
        Some(decided),
    )
    .await;
    line.becomes(&refused, "sent").await;

    // It was taken, and the answer was lost: nobody can tell, until a person decides or a status names it.
    line.meta.takes(Takes::ThenFails);
    let lost = line.text(&conversation, "lost-key").await;
    line.becomes(&lost, "uncertain").await;
    let key = line.meta.accepted().last().expect("it")["biz_opaque_callback_data"].clone();
    let mut told = receipt("wamid.late", "delivered");
    told["statuses"][0]["biz_opaque_callback_data"] = key;
    line.told(told).await;
    line.becomes(&lost, "delivered").await;
    line.meta.takes(Takes::Well);

    line.good("POST", "/api/whatsapp/templates/sync", None).await;
    let rows = line.office.world.rows().await;
    let day = "UPDATE whatsapp_conversations SET last_inbound_at = now() - interval '25 hours'";
    rows.execute(day, &[]).await.expect("a day later");
    let late = json!({ "client_key": "too-late-key", "kind": "text", "text": "עוד שם?" });
    let (status, body) = line.write(&conversation, late).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (409, Some("window_closed")),
        "{body}"
    );
    assert_eq!(body["templates"][0]["name"], "hello", "{body}");
    let template = json!({ "name": "hello", "language": "he", "parameters": [{ "name": body["templates"][0]["parameters"][0]["name"], "value": "דנה" }] });
    let sent = json!({ "client_key": "template-key", "kind": "template", "template": template });
    let (status, sent) = line.write(&conversation, sent).await;
    assert_eq!(status, 201, "{sent}");
    assert_eq!(sent["body"], "שלום דנה, נשמח לעזור", "{sent}");
    line.becomes(&sent["id"], "sent").await;

    line.written("wamid.stop", text("הסר!")).await;
    let wanted = json!({ "client_key": "unwanted-key", "kind": "text", "text": "בכל זאת" });
    let (status, body) = line.write(&conversation, wanted).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (409, Some("policy_refused")),
        "{body}"
    );
    assert_eq!(body["reason"], "opted_out", "{body}");
}

#[tokio::test]
async fn the_assistant_answers_until_a_person_takes_the_conversation() {
    let line = Line::open().await;
    let rows = line.office.world.rows().await;
    // On a day of rest the engine keeps still.
    let working = r#"UPDATE businesses SET quiet = '{"nights":null,"shabbat":false,"holidays":false}'"#;
    rows.execute(working, &[]).await.expect("a working day");
    let path = format!("/api/whatsapp/channels/{}", line.channel);
    line.good("PATCH", &path, Some(json!({ "assistant": true })))
        .await;
    line.written("wamid.hello", text("שלום, אני מחפש דירה של שלושה חדרים בחיפה"))
        .await;
    let answered =
        "SELECT count(*) = 1 FROM whatsapp_messages WHERE sender_kind = 'assistant' AND status = 'sent'";
    line.office.world.eventually(answered).await;
    let conversation = line.conversation().await;
    assert_eq!(conversation["handled_by"], "assistant", "{conversation}");
    line.text(&conversation["id"], "a-person-writes").await;
    assert_eq!(line.conversation().await["handled_by"], "person");
    line.written("wamid.more", text("ומה המחיר?")).await;
    let waits = "SELECT assistant_for IS NULL FROM whatsapp_conversations WHERE business_id = 1";
    line.office.world.eventually(waits).await;
    let answers = "SELECT count(*) FROM whatsapp_messages WHERE sender_kind = 'assistant'";
    assert_eq!(line.office.world.count(answers).await, 1, "it stays out of it");
}

/// Times at each step; more where somebody asks for them.
fn kills() -> usize {
    std::env::var("WHATSAPP_KILLS")
        .ok()
        .and_then(|times| times.parse().ok())
        .unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_of_sending_no_message_is_lost_and_none_is_doubled() {
    let mut line = Line::open().await;
    line.written("wamid.hello", text("שלום")).await;
    let conversation = line.conversation().await["id"].clone();
    for step in [
        "whatsapp_claimed.after",
        "whatsapp_sent.before",
        "whatsapp_sent.after",
    ] {
        for time in 0..kills() {
            let folder = line.office.engine.folder.clone();
            line.office.engine.kill();
            line.office.engine = line
                .office
                .world
                .engine_in(folder.clone(), &[("TEST_FAULT", step)]);
            let key = format!("{step}-{time}");
            let body = json!({ "client_key": key, "kind": "text", "text": key });
            let path = format!("/api/whatsapp/conversations/{conversation}/messages");
            let request = line
                .office
                .engine
                .request(&path)
                .bearer_auth(&line.token)
                .json(&body);
            // Its answer may die with the engine.
            let _ = request.send().await;
            line.office.engine.ended();
            line.office.engine = line.office.world.engine_in(folder, &[]);
            let ended = format!(
                "SELECT status IN ('sent', 'uncertain') FROM whatsapp_messages WHERE client_key = '{key}'"
            );
            line.office.world.eventually(&ended).await;
        }
    }
    let accepted = line.meta.accepted();
    let rows = line.office.world.rows().await;
    let sql = "SELECT client_key, status FROM whatsapp_messages WHERE direction = 'out' AND business_id = 1";
    let rows = rows.query(sql, &[]).await.expect("rows");
    assert_eq!(rows.len(), 3 * kills(), "none is lost");
    for row in rows {
        let (key, status): (String, String) = (row.get(0), row.get(1));
        let times = accepted
            .iter()
            .filter(|one| one["text"]["body"] == key.as_str())
            .count();
        assert!(times <= 1, "{key} went out {times} times");
        // Meta can't be asked: what may have gone out is a person's to decide, and says so.
        let expected = if key.starts_with("whatsapp_sent.after") {
            "sent"
        } else {
            "uncertain"
        };
        assert_eq!(status, expected, "{key}");
    }
}
