//! WhatsApp through Twilio and through a bridge, played by the simulator at their wires: every kind of message, files from where
//! nobody should fetch them, answers that are lost, and kills, with providers that can be asked what they took.

use crate::desk::good;
use crate::office::{Office, Person};
use crate::parties::{ACCOUNT, TOKEN};
use crate::world::{BUSINESS, PUBLIC_HOST};
use serde_json::{Value, json};
use simulator::whatsapp::{
    BRIDGE_NUMBER, BRIDGE_SECRET, Fault, Line, Person as Customer, StatusPlan, WhatsApp, Written, Wrote,
};
use simulator::{Carrier, CarrierOptions, Engine};

const DANA: &str = "+972501112233";

/// An office with a number at Twilio and one at a bridge.
struct Lines {
    office: Office,
    token: String,
    carrier: Carrier,
    /// Twilio's and the bridge's.
    channels: [(Line, &'static str, Value); 2],
}

impl Lines {
    async fn open() -> Self {
        let mut office = Office::open().await;
        let carrier = Carrier::start(CarrierOptions::new(ACCOUNT, TOKEN))
            .await
            .expect("a carrier");
        office.world.set("TWILIO_API_BASE", carrier.base());
        office.world.set("WHATSAPP_BRIDGE_ORIGINS", carrier.base());
        for (name, ms) in [("RETRY", "50"), ("LOOK", "100"), ("PATIENCE", "400")] {
            office.world.set(&format!("TEST_MS_WHATSAPP_{name}"), ms);
        }
        office.engine = office.world.engine();
        let token = office.token(Person::Manager).await.expect("the manager");
        let make = async |new: Value| {
            let channel = good(&office, &token, "POST", "/api/whatsapp/channels", Some(new)).await;
            channel["id"].clone()
        };
        let twilio = make(json!({ "provider": "twilio", "number": BUSINESS })).await;
        let bridge = json!({ "provider": "bridge", "number": BRIDGE_NUMBER, "secret": BRIDGE_SECRET,
            "base_url": carrier.whatsapp().bridge() });
        let bridge = make(bridge).await;
        let lines = Self {
            office,
            token,
            carrier,
            channels: [
                (Line::Twilio, BUSINESS, twilio),
                (Line::Bridge, BRIDGE_NUMBER, bridge),
            ],
        };
        lines.connect();
        lines
    }

    /// The providers tell this engine.
    fn connect(&self) {
        let engine = Engine::behind(&self.office.engine.base, PUBLIC_HOST);
        let (_, _, bridge) = &self.channels[1];
        self.whatsapp().connect(engine, Some(&bridge.to_string()));
    }

    fn whatsapp(&self) -> WhatsApp {
        self.carrier.whatsapp()
    }

    async fn true_of(&self, sql: &str) {
        self.office.world.eventually(sql).await;
    }

    /// Delivers it so often, each time answered 200; its id.
    async fn written(&self, written: &Written, times: usize) -> String {
        for _ in 0..times {
            let status = self.whatsapp().write(written).await.expect("an answer");
            assert_eq!(status, 200, "{written:?}");
        }
        written.id.clone()
    }

    async fn conversation(&self, channel: &Value) -> Value {
        let list = good(
            &self.office,
            &self.token,
            "GET",
            "/api/whatsapp/conversations?limit=100",
            None,
        )
        .await;
        let mut all = list["results"].as_array().expect("conversations").clone();
        all.retain(|one| one["channel"]["id"] == *channel);
        assert_eq!(all.len(), 1, "{list}");
        all.remove(0)
    }

    /// Writes to a customer; the message's id.
    async fn text(&self, conversation: &Value, words: &str) -> Value {
        let path = format!("/api/whatsapp/conversations/{conversation}/messages");
        let body = json!({ "client_key": words, "kind": "text", "text": words });
        let message = good(&self.office, &self.token, "POST", &path, Some(body)).await;
        message["id"].clone()
    }

    async fn becomes(&self, message: &Value, status: &str) {
        let sql = format!("SELECT status = '{status}' FROM whatsapp_messages WHERE id = {message}");
        self.true_of(&sql).await;
    }

    /// How often these words went out.
    fn times(&self, words: &str) -> usize {
        self.whatsapp()
            .sent()
            .iter()
            .filter(|one| one.text == words)
            .count()
    }
}

fn file(kind: &str, file: String, mime: &str) -> Wrote {
    Wrote::Media {
        kind: kind.into(),
        file,
        mime: mime.into(),
        caption: None,
        name: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_keeps_what_is_written_and_refuses_what_could_harm() {
    let lines = Lines::open().await;
    let whatsapp = lines.whatsapp();
    let dana = Customer::new(DANA, "דנה כהן");
    let picture: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01";
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (line, number, channel) in &lines.channels {
        let program = whatsapp.keep_file(b"MZ\x90\0 a program".as_slice().into(), "image/jpeg");
        let drawing = whatsapp.keep_file(svg.into(), "image/svg+xml");
        let inside = whatsapp.keep_file(picture.into(), "image/jpeg");
        whatsapp.redirect_file(&inside, "https://169.254.169.254/latest/meta-data/");
        let mut kinds = vec![
            Wrote::Text {
                text: "שלום 😀".into(),
            },
            file("image", program, "image/jpeg"),
            file("image", drawing, "image/svg+xml"),
            Wrote::Location {
                latitude: 32.0,
                longitude: 34.5,
            },
            Wrote::Button {
                id: "yes".into(),
                title: "כן".into(),
            },
            Wrote::List {
                id: "3".into(),
                title: "שלושה חדרים".into(),
            },
            Wrote::Unknown,
        ];
        if *line == Line::Twilio {
            kinds.push(file("image", inside, "image/jpeg"));
        }
        for wrote in &kinds {
            let written = Written::new(*line, dana.clone(), number, wrote.clone());
            lines.written(&written, 2).await;
        }
        let kept = format!(
            "SELECT count(*) FROM whatsapp_messages WHERE channel_id = {channel} AND direction = 'in' AND kind <> 'reaction'"
        );
        let kept = lines.office.world.count(&kept).await;
        assert_eq!(
            kept,
            i64::try_from(kinds.len()).expect("few"),
            "{line:?}: each once"
        );
        let conversation = lines.conversation(channel).await;
        assert_eq!(conversation["customer"]["name"], "דנה כהן", "{conversation}");
        let mut reasons = vec!["active_content", "executable"];
        if *line == Line::Twilio {
            reasons.push("forbidden_address");
        }
        let refused = format!(
            "SELECT coalesce(array_agg(reason ORDER BY reason) FILTER (WHERE state = 'refused'), '{{}}') = ARRAY{reasons:?}::text[]
             FROM whatsapp_media WHERE channel_id = {channel}"
        )
        .replace('"', "'");
        lines.true_of(&refused).await;

        let mut forged = whatsapp
            .request(&Written::text(*line, dana.clone(), number, "שלום"))
            .expect("a request");
        forged.body.push(b' ');
        let path = forged.url.strip_prefix(PUBLIC_HOST).expect("ours").to_owned();
        let mut request = lines.office.engine.request(&path);
        for (name, value) in forged.headers {
            request = request.header(name, value);
        }
        let answer = lines.office.engine.send(request.body(forged.body)).await;
        assert_eq!(answer.status, 403, "{line:?}");
    }
    // Who hides the number is a customer too, and can be answered.
    let (_, number, channel) = &lines.channels[0];
    let hidden = Customer {
        phone: None,
        user_id: Some("IL.1349120865530274".into()),
        name: "עלום".into(),
    };
    let written = Written::text(Line::Twilio, hidden, number, "יש לי שאלה");
    lines.written(&written, 1).await;
    let sql = format!(
        "SELECT id FROM whatsapp_conversations WHERE channel_id = {channel} AND phone IS NULL AND user_id = 'IL.1349120865530274'"
    );
    let conversation = lines.office.world.count(&sql).await;
    let message = lines.text(&json!(conversation), "במה אפשר לעזור?").await;
    lines.becomes(&message, "delivered").await;
    assert_eq!(lines.whatsapp().sent()[0].to, "IL.1349120865530274");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_is_found_again_and_what_was_not_is_sent_again() {
    let lines = Lines::open().await;
    let whatsapp = lines.whatsapp();
    for (line, number, channel) in &lines.channels {
        let hello = Written::text(*line, Customer::new(DANA, "דנה"), number, "שלום");
        lines.written(&hello, 1).await;
        let conversation = lines.conversation(channel).await["id"].clone();
        let words = |what: &str| format!("{what} דרך {line:?}");
        // Statuses in any order, each twice; `read` stays.
        whatsapp.statuses(StatusPlan {
            times: 2,
            ..StatusPlan::of(&["read", "sent", "delivered"])
        });
        let message = lines.text(&conversation, &words("נקראה")).await;
        lines.becomes(&message, "read").await;
        whatsapp.statuses(StatusPlan::of(&[]));
        for (what, fault) in [
            ("אבדה התשובה", Fault::AnswerLost),
            ("נפל אחרי", Fault::ServerAfterTaking),
            ("נפל לפני", Fault::Server),
            ("עמוס", Fault::Throttle(Some(0))),
        ] {
            whatsapp.fail([fault]);
            let words = words(what);
            let message = lines.text(&conversation, &words).await;
            lines.becomes(&message, "sent").await;
            assert_eq!(lines.times(&words), 1, "{words}");
        }
        let code = match line {
            Line::Twilio => "63024",
            _ => "not_on_whatsapp",
        };
        whatsapp.fail([Fault::Code(code.into())]);
        let refused = lines.text(&conversation, &words("סורבה")).await;
        lines.becomes(&refused, "failed").await;
        whatsapp.fail([Fault::FailLater(code.into())]);
        let later = lines.text(&conversation, &words("נכשלה")).await;
        lines.becomes(&later, "failed").await;
        let path = format!("/api/whatsapp/conversations/{conversation}/messages?limit=2");
        let page = good(&lines.office, &lines.token, "GET", &path, None).await;
        for message in page["items"].as_array().expect("messages") {
            assert_eq!(message["error"]["reason_key"], "not_on_whatsapp", "{message}");
            assert_eq!(message["error"]["action_key"], "check_number", "{message}");
        }
    }
}

/// Times at each step; more where somebody asks for them.
fn kills() -> usize {
    let times = std::env::var("WHATSAPP_KILLS").ok();
    times.and_then(|times| times.parse().ok()).unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_provider_times_out_after_accepting_each_message_goes_out_once() {
    let mut lines = Lines::open().await;
    for (line, number, _) in &lines.channels {
        let hello = Written::text(*line, Customer::new(DANA, "דנה"), number, "שלום");
        lines.written(&hello, 1).await;
    }
    let mut promised = Vec::new();
    for step in [
        "whatsapp_claimed.after",
        "whatsapp_sent.before",
        "whatsapp_sent.after",
    ] {
        for time in 0..kills() {
            let folder = lines.office.engine.folder.clone();
            let mut conversations = Vec::new();
            for (_, _, channel) in &lines.channels {
                conversations.push(lines.conversation(channel).await["id"].clone());
            }
            lines.office.engine.kill();
            lines.office.engine = lines
                .office
                .world
                .engine_in(folder.clone(), &[("TEST_FAULT", step)]);
            lines.connect();
            lines.whatsapp().fail([Fault::AnswerLost, Fault::AnswerLost]);
            for conversation in &conversations {
                let words = format!("{step} {time} {conversation}");
                let path = format!("/api/whatsapp/conversations/{conversation}/messages");
                let body = json!({ "client_key": words, "kind": "text", "text": words });
                let request = lines.office.engine.request(&path).bearer_auth(&lines.token);
                // Its answer may die with the engine, and the second may not get there at all.
                let answer = request.json(&body).send().await;
                if answer.is_ok_and(|answer| answer.status() == 201) {
                    promised.push(words);
                }
            }
            lines.office.engine.ended();
            lines.office.engine = lines.office.world.engine_in(folder, &[]);
            lines.connect();
            lines.true_of("SELECT count(*) = 0 FROM whatsapp_outbox").await;
        }
    }
    let rows = lines.office.world.rows().await;
    let sql = "SELECT body, status FROM whatsapp_messages WHERE direction = 'out' AND business_id = 1";
    let kept: Vec<(String, String)> = rows
        .query(sql, &[])
        .await
        .expect("rows")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    for (words, status) in &kept {
        assert_eq!(lines.times(words), 1, "{words}: {status}");
        assert!(
            matches!(status.as_str(), "sent" | "delivered"),
            "{words}: {status}"
        );
    }
    let lost: Vec<_> = promised
        .iter()
        .filter(|words| !kept.iter().any(|(body, _)| body == *words))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(kept.len() >= 3 * kills(), "some were written: {}", kept.len());
}
