//! Two businesses with their people: ours, whose members ask, and theirs, of which nothing may ever
//! be seen. Theirs has a row of everything, and in every text the same word that gives it away.

use crate::cluster;
use crate::world::{EngineProcess, World};
use agentlocator::passwords::Passwords;
use domain::access::{Role, UserId};
use domain::ids::BusinessId;
use serde_json::{Value, json};
use store::audit::By;
use store::people::invitations::NewInvitation;
use store::people::users::NewUser;
use store::{Store, StoreOptions};

/// In every text of theirs.
pub const CANARY: &str = "canaryword";
pub const PASSWORD: &str = "אגס ירוק על השולחן";
/// Signs access tokens.
pub const SECRET: &str = "an office's secret of thirty-two bytes or more";
pub const THEIR_NUMBER: &str = "+97239990001";

/// An engine over both.
pub struct Office {
    pub world: World,
    pub engine: EngineProcess,
    pub ours: BusinessId,
    pub theirs: BusinessId,
    /// What things of theirs are called in addresses.
    pub foreign: Vec<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    Nobody,
    Agent,
    Manager,
    Admin,
}

impl Person {
    pub const ALL: [Self; 4] = [Self::Nobody, Self::Agent, Self::Manager, Self::Admin];

    fn email(self) -> &'static str {
        match self {
            Self::Nobody => "",
            Self::Agent => "agent@ours.example",
            Self::Manager => "manager@ours.example",
            Self::Admin => "admin@platform.example",
        }
    }
}

impl Office {
    /// Opens it, with limits that no story reaches.
    pub async fn open() -> Self {
        let mut world = World::new().await;
        world.set("API_REQUESTS_PER_SECOND", "100000");
        world.set("TEST_MS_ERASURES", "1000");
        // Replicas share their secret.
        world.set("JWT_SECRET", SECRET);
        let options = StoreOptions {
            url: world.database.clone(),
            pool_size: 4,
        };
        let store = Store::new(&options).expect("a store");
        let rows = world.rows().await;
        let ours = BusinessId(
            rows.query_one("SELECT id FROM businesses", &[])
                .await
                .expect("ours")
                .get(0),
        );
        let hash = Passwords::new()
            .expect("argon2")
            .hash(PASSWORD)
            .await
            .expect("a hash");
        for person in [Person::Agent, Person::Manager, Person::Admin] {
            let id = create(&store, person.email(), "של המשרד", &hash, person == Person::Admin).await;
            let role = match person {
                Person::Agent => Role::Agent,
                _ => Role::Manager,
            };
            if person != Person::Admin {
                store.ensure_member(ours, id, role).await.expect("a member");
            }
        }
        let (theirs, foreign) = theirs(&store, &rows, &hash).await;
        let engine = world.engine();
        Self {
            world,
            engine,
            ours,
            theirs,
            foreign,
        }
    }

    /// Logs in and gives the access token; the administrator looks into our business.
    pub async fn token(&self, person: Person) -> Option<String> {
        if person == Person::Nobody {
            return None;
        }
        let body = json!({ "email": person.email(), "password": PASSWORD });
        let answer = self.ask("POST", "/auth/login", None, Some(&body)).await;
        assert_eq!(answer.0, 200, "{}", answer.1);
        let token = answer.1["access_token"].as_str().expect("a token").to_owned();
        if person == Person::Admin {
            let body = json!({ "business_id": self.ours.0 });
            let answer = self
                .ask("POST", "/auth/business", Some(&token), Some(&body))
                .await;
            assert_eq!(answer.0, 200, "{}", answer.1);
        }
        Some(token)
    }

    /// Asks the API: the status and the body, as JSON or as a text.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (u16, Value) {
        ask(&self.engine, method, path, token, body).await
    }
}

/// One for all stories, as making one takes longer than a request; it keeps no connection, which would end with the story that made it.
fn client() -> &'static reqwest::Client {
    static CLIENT: std::sync::OnceLock<reqwest::Client> = std::sync::OnceLock::new();
    CLIENT.get_or_init(|| {
        let builder = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
        let builder = builder.redirect(reqwest::redirect::Policy::none());
        builder.build().expect("a client")
    })
}

/// Asks this engine.
pub async fn ask(
    engine: &EngineProcess,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> (u16, Value) {
    let method: reqwest::Method = method.to_ascii_uppercase().parse().expect("a method");
    let mut request = client().request(method, format!("{}{path}", engine.base));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let headers = format!("{:?}", response.headers());
    let text = response.bytes().await.expect("a body");
    let text = String::from_utf8_lossy(&text).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "text": text, "headers": headers }));
    (status, body)
}

async fn create(store: &Store, email: &str, name: &str, hash: &str, admin: bool) -> UserId {
    let new = NewUser {
        email,
        name,
        password_hash: hash,
        admin,
    };
    store
        .create_user(&By::default(), new, false)
        .await
        .expect("a person")
        .expect("a person")
}

/// The other business: a row of everything.
async fn theirs(store: &Store, rows: &tokio_postgres::Client, hash: &str) -> (BusinessId, Vec<String>) {
    // No number of theirs is a number of anything of ours.
    let apart = "SELECT setval(pg_get_serial_sequence(t, 'id'), n * 100000) FROM
        unnest(ARRAY['businesses', 'users', 'invitations', 'api_tokens', 'customers', 'tasks', 'timeline',
            'customer_identities', 'customer_notes', 'customer_merges', 'customer_views', 'customer_jobs', 'customer_imports',
            'document_templates', 'documents', 'document_payments', 'signings', 'whatsapp_channels', 'whatsapp_conversations',
            'whatsapp_messages', 'whatsapp_media', 'whatsapp_templates', 'whatsapp_replies', 'consents']) WITH ORDINALITY AS u(t, n)";
    rows.query(apart, &[]).await.expect("sequences apart");
    let new = store::business_records::NewRecord {
        name: &format!("עסק {CANARY}"),
        number: Some(THEIR_NUMBER),
        time_zone: "Asia/Jerusalem",
        script: domain::script::REAL_ESTATE,
    };
    let theirs = store
        .create_business(&By::default(), new)
        .await
        .expect("their business");
    let user = create(
        store,
        &format!("{CANARY}@theirs.example"),
        &format!("מנהלת {CANARY}"),
        hash,
        false,
    )
    .await;
    store
        .ensure_member(theirs, user, Role::Manager)
        .await
        .expect("their manager");
    let secret = [7; 32];
    let invited = NewInvitation {
        email: &format!("new-{CANARY}@theirs.example"),
        name: CANARY,
        role: Role::Agent,
        secret: &secret,
    };
    let invitation = store
        .invite(&By::default(), theirs, invited)
        .await
        .expect("an invitation");
    let token = store
        .create_api_token(&By::default(), user, (theirs, Role::Manager), (CANARY, &[8; 32]))
        .await
        .expect("a token");
    let session = uuid::Uuid::now_v7();
    let new = store::people::sessions::NewSession {
        id: session,
        user,
        key: [9; 32],
        address: CANARY,
        user_agent: CANARY,
    };
    store.create_session(new).await.expect("a session");
    let call = format!("CA{:032x}", 0xca);
    let business = theirs.0;
    let data = format!(
        "INSERT INTO media (sha256, mime, millis, bytes) VALUES (sha256('{CANARY}'), 'audio/wav', 1000, '{CANARY}');
         INSERT INTO customers (business_id, name) VALUES ({business}, 'לקוחה {CANARY}');
         INSERT INTO customer_identities SELECT {business}, 'phone', '+972500000001', max(id) FROM customers;
         INSERT INTO calls (call_sid, business_id, caller, called, status_rank, summary, customer_id, details)
             SELECT '{call}', {business}, '+972500000001', '{THEIR_NUMBER}', 3, 'סיכום {CANARY}', max(id), '{{\"a\":\"{CANARY}\"}}' FROM customers;
         INSERT INTO recordings (recording_sid, call_sid, business_id, turn, state, transcript, reply, audio, reply_audio)
             VALUES ('RE{:032x}', '{call}', {business}, 1, 'done', 'אמרה {CANARY}', 'ענו {CANARY}', sha256('{CANARY}'), sha256('{CANARY}'));
         INSERT INTO tasks (business_id, title, channel, source, due_at, call_sid) VALUES ({business}, '{CANARY}', 'call', 'call', now(), '{call}');
         INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title) SELECT {business}, max(id), 'call', now(), '{call}', '{CANARY}' FROM customers;
         INSERT INTO customer_notes (business_id, customer_id, text, created_by) SELECT {business}, max(id), '{CANARY}', {user} FROM customers;
         INSERT INTO customer_merges (business_id, keep, merged) SELECT {business}, max(id), ARRAY[max(id)] FROM customers;
         INSERT INTO customer_views (business_id, user_id, name, query, shared) VALUES ({business}, {user}, '{CANARY}', '{{}}', true);
         INSERT INTO customer_jobs (business_id, what, ids, finished_at) VALUES ({business}, '{{\"tag\":\"{CANARY}\"}}', '{{}}', now());
         INSERT INTO customer_imports (business_id, file, columns, rows, state) VALUES ({business}, '{CANARY}', '{{{CANARY}}}', 1, 'done');
         INSERT INTO customer_import_rows (business_id, import_id, line, cells, error) SELECT {business}, max(id), 2, '[\"{CANARY}\"]', '{CANARY}' FROM customer_imports;
         INSERT INTO consents (business_id, customer_id, purpose, means, text_version, evidence, given_at)
             SELECT {business}, max(id), 'marketing', 'sms', '{CANARY}', '{CANARY}', now() FROM customers;
         INSERT INTO opt_outs (business_id, customer_id, means, evidence) SELECT {business}, max(id), 'email', '{CANARY}' FROM customers;
         INSERT INTO outgoing_calls (business_id, kind, customer_id, agent, agent_phone, customer_phone, our_number, briefing, state, outcome, ended_at)
             SELECT {business}, 'bridge', max(id), {user}, '{CANARY}', '{CANARY}', '{CANARY}', '{CANARY}', 'ended', 'canceled', now() FROM customers;
         INSERT INTO call_quarters SELECT {business}, date_bin('15 minutes', now(), '2000-01-01 00:00Z'), 7, 7, 7, 7, 7, 7, 7, array_fill(7, ARRAY[70]);
         INSERT INTO document_templates (business_id, kind) VALUES ({business}, 'contract');
         INSERT INTO document_template_versions SELECT {business}, max(id), 1, '{CANARY}', '{CANARY}', '{CANARY}' FROM document_templates;
         INSERT INTO document_settings VALUES ({business}, '{{\"legal_name\":\"{CANARY}\"}}');
         INSERT INTO document_numbers VALUES ({business}, 'A', 1);
         INSERT INTO documents (business_id, customer_id, kind, series, title, content) SELECT {business}, max(id), 'quote', 'Q', '{CANARY}', '{{\"body\":\"{CANARY}\"}}' FROM customers;
         INSERT INTO documents (business_id, customer_id, kind, series, title, content, number, status, issued_at, snapshot)
             SELECT {business}, max(id), 'contract', 'A', '{CANARY}', '{{\"body\":\"{CANARY}\"}}', 1, 'sent', now(), '{{\"a\":\"{CANARY}\"}}' FROM customers;
         INSERT INTO document_files SELECT {business}, max(id), 'original', sha256('%PDF-{CANARY}'), 1, '%PDF-{CANARY}' FROM documents;
         INSERT INTO document_payments (business_id, document_id, amount, method, paid_on, note) SELECT {business}, max(id), 1, 'cash', now(), '{CANARY}' FROM documents;
         INSERT INTO signings (business_id, document_id, channel, sent_to, expires_at) SELECT {business}, max(id), 'link', '{CANARY}', now() + interval '30 days' FROM documents;
         INSERT INTO signing_keys SELECT sha256('{CANARY}'), {business}, max(id), 'link', now() + interval '30 days' FROM signings;
         SELECT signing_append({business}, max(id), 'sent', '{CANARY}', '{CANARY}', '{{}}') FROM signings;
         INSERT INTO whatsapp_channels (business_id, provider, number, name, active) VALUES ({business}, 'twilio', '{THEIR_NUMBER}', '{CANARY}', false);
         INSERT INTO whatsapp_conversations (business_id, channel_id, customer_id, phone, last_inbound_at)
             SELECT {business}, max(h.id), max(c.id), '+972500000001', now() FROM whatsapp_channels h, customers c WHERE h.business_id = {business} AND c.business_id = {business};
         INSERT INTO whatsapp_media (business_id, channel_id, kind, mime, name, state, sha256) SELECT {business}, max(id), 'image', 'image/png', '{CANARY}', 'stored', sha256('{CANARY}') FROM whatsapp_channels;
         INSERT INTO whatsapp_messages (business_id, channel_id, conversation_id, direction, kind, body, media_id, provider_id, failed_at, error_code, sender_kind)
             SELECT {business}, max(v.channel_id), max(v.id), 'out', 'image', '{CANARY}', max(f.id), '{CANARY}', now(), '{CANARY}', 'person' FROM whatsapp_conversations v, whatsapp_media f;
         INSERT INTO whatsapp_reactions SELECT {business}, max(id), '{CANARY}', 'customer', '{CANARY}', now() FROM whatsapp_channels;
         INSERT INTO whatsapp_templates (business_id, channel_id, name, language, status, body) SELECT {business}, max(id), '{CANARY}', 'he', 'approved', '{CANARY}' FROM whatsapp_channels;
         INSERT INTO whatsapp_replies (business_id, shortcut, text) VALUES ({business}, '{CANARY}', '{CANARY}');
         INSERT INTO push_subscriptions (business_id, user_id, endpoint, p256dh, auth, user_agent)
             VALUES ({business}, {user}, 'https://fcm.googleapis.com/fcm/send/{CANARY}', decode(repeat('04', 65), 'hex'), decode(repeat('07', 16), 'hex'), '{CANARY}');
         INSERT INTO pushes (business_id, user_id, subscription_id, kind, key, topic, not_before)
             SELECT {business}, {user}, max(id), 'test', '{CANARY}', 'test', 'infinity' FROM push_subscriptions;
         INSERT INTO notification_preferences VALUES ({business}, {user}, '22:00', '07:00', false);",
        1
    );
    rows.batch_execute(&data).await.expect("their data");
    let sound: String = rows
        .query_one(&format!("SELECT encode(sha256('{CANARY}'), 'hex')"), &[])
        .await
        .expect("a hash")
        .get(0);
    let of = |sql: &'static str| async move {
        let row = rows.query_one(sql, &[&business]).await.expect(sql);
        row.get::<_, i64>(0).to_string()
    };
    let customer = of("SELECT max(id) FROM customers WHERE business_id = $1").await;
    let task = of("SELECT max(id) FROM tasks WHERE business_id = $1").await;
    let mut more = Vec::new();
    for sql in [
        "SELECT max(id) FROM customer_identities WHERE business_id = $1",
        "SELECT max(id) FROM customer_notes WHERE business_id = $1",
        "SELECT max(id) FROM customer_merges WHERE business_id = $1",
        "SELECT max(id) FROM customer_views WHERE business_id = $1",
        "SELECT max(id) FROM customer_jobs WHERE business_id = $1",
        "SELECT max(id) FROM customer_imports WHERE business_id = $1",
        "SELECT max(id) FROM consents WHERE business_id = $1",
        "SELECT max(id) FROM document_templates WHERE business_id = $1",
        "SELECT min(id) FROM documents WHERE business_id = $1",
        "SELECT max(id) FROM documents WHERE business_id = $1",
        "SELECT max(id) FROM signings WHERE business_id = $1",
        "SELECT max(id) FROM whatsapp_channels WHERE business_id = $1",
        "SELECT max(id) FROM whatsapp_conversations WHERE business_id = $1",
        "SELECT max(id) FROM whatsapp_messages WHERE business_id = $1",
        "SELECT max(id) FROM whatsapp_media WHERE business_id = $1",
        "SELECT max(id) FROM whatsapp_replies WHERE business_id = $1",
    ] {
        more.push(of(sql).await);
    }
    let mut foreign = vec![
        theirs.to_string(),
        user.to_string(),
        invitation.id.to_string(),
        token.id.to_string(),
        session.to_string(),
        call,
        THEIR_NUMBER.replace('+', "%2B"),
        sound,
        customer,
        task,
    ];
    foreign.extend(more);
    (theirs, foreign)
}

/// Every row of theirs, in one text: what a stranger must not change.
pub async fn snapshot(database: &str, theirs: BusinessId) -> String {
    let client = cluster::client(database).await;
    let tables = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attname = 'business_id' ORDER BY 1";
    let mut text = String::new();
    for row in client.query(tables, &[]).await.expect("tables") {
        let table: String = row.get(0);
        let sql = format!(
            "SELECT COALESCE(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t WHERE business_id = $1"
        );
        let rows: String = client.query_one(&sql, &[&theirs.0]).await.expect("rows").get(0);
        text.push_str(&format!("{table}:\n{rows}\n"));
    }
    let own: String = client
        .query_one("SELECT b::text FROM businesses b WHERE id = $1", &[&theirs.0])
        .await
        .expect("a row")
        .get(0);
    text + &own
}
