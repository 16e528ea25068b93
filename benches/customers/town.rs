//! Everybody whom ten businesses know: customers with names, numbers and addresses, what happened to them, and what was said
//! in calls. They come to be by SQL, through the same triggers as by the engine; asked for over HTTP.

use tokio_postgres::NoTls;

/// Entries of the timeline that a customer of the large business has.
const ENTRIES: i32 = 10;
/// Of each of the other nine businesses.
const OTHERS: i32 = 2_000;

const FIRST: [&str; 24] = [
    "דנה",
    "נועם",
    "תמר",
    "איתי",
    "יעל",
    "אורי",
    "שירה",
    "דניאל",
    "נועה",
    "יוסף",
    "מאיה",
    "עומר",
    "רחל",
    "משה",
    "מיכל",
    "אבי",
    "ליאור",
    "הילה",
    "רון",
    "אסתר",
    "גיא",
    "סיון",
    "יונתן",
    "מוחמד",
];
const LAST: [&str; 24] = [
    "כהן",
    "לוי",
    "מזרחי",
    "פרץ",
    "ביטון",
    "דהן",
    "אברהם",
    "פרידמן",
    "אזולאי",
    "מלכה",
    "כץ",
    "יוסף",
    "עמר",
    "אוחיון",
    "חדד",
    "גבאי",
    "שפירא",
    "בן דוד",
    "שטרן",
    "רוזן",
    "קליין",
    "חורי",
    "אגבריה",
    "זילברשטיין",
];
const WORDS: [&str; 12] = [
    "דירה",
    "חדרים",
    "מרפסת",
    "חניה",
    "מעלית",
    "תקציב",
    "משכנתא",
    "הרצליה",
    "רעננה",
    "מחסן",
    "שיפוץ",
    "כניסה",
];

/// The customers of the large business.
pub struct Town {
    first: i64,
    count: u64,
}

impl Town {
    /// So many in the first business, and some in the nine others.
    pub async fn settle(database: &str, customers: i32) -> Self {
        let (rows, connection) = tokio_postgres::connect(database, NoTls)
            .await
            .expect("a database");
        tokio::spawn(connection);
        let people = "INSERT INTO customers (business_id, name, stage, status, source, created_at, last_activity_at)
            SELECT $1, ($2::text[])[1 + (n * 7 + n / 24) % 24] || ' ' || ($3::text[])[1 + (n / 24 + n * 5) % 24],
                   (ARRAY['new', 'contacted', 'qualified', 'viewing', 'negotiation'])[1 + n % 5], 'lead', 'call',
                   now() - n * interval '1 minute', now() - n * interval '1 minute'
            FROM generate_series(1, $4::integer) n";
        let phones = "INSERT INTO customer_identities (business_id, kind, value, customer_id)
            SELECT business_id, 'phone', '+9725' || lpad((id * 7919 % 100000000)::text, 8, '0'), id FROM customers WHERE business_id = $1";
        let mails = "INSERT INTO customer_identities (business_id, kind, value, customer_id)
            SELECT business_id, 'email', 'person' || id || '@example.co.il', id FROM customers WHERE business_id = $1 AND id % 2 = 0";
        let calls = "INSERT INTO calls (call_sid, business_id, caller, called, status_rank, started_at, ended_at, wrapped_at, summary, customer_id)
            SELECT 'CA' || lpad(to_hex(id), 32, '0'), business_id, '+972500000000', '+97230000000', 5, created_at, created_at, now(),
                   'פנייה', id FROM customers WHERE business_id = $1";
        let said = "INSERT INTO call_search SELECT c.business_id, c.call_sid, array_to_tsvector(spoken_lexemes(c.business_id,
                'שלום אני מתקשרת בקשר ל' || ($2::text[])[1 + c.customer_id % 12] || ' עם ' || ($2::text[])[1 + c.customer_id / 12 % 12]))
            FROM calls c WHERE c.business_id = $1";
        let entries = "INSERT INTO timeline (business_id, customer_id, kind, ts, ref, title, meta)
            SELECT c.business_id, c.id, (ARRAY['call', 'task', 'note', 'status'])[1 + n % 4], now() - (n * 1000 + c.id % 1000) * interval '1 minute',
                   'bench:' || c.id || ':' || n, 'מה שקרה, במילים אחדות', '{}'
            FROM customers c, generate_series(1, $2::integer) n WHERE c.business_id = $1";
        for business in 1..=10_i64 {
            let count = if business == 1 { customers } else { OTHERS };
            let go = |sql: &'static str| {
                let rows = &rows;
                async move { rows.prepare(sql).await.expect(sql) }
            };
            rows.execute(&go(people).await, &[&business, &&FIRST[..], &&LAST[..], &count])
                .await
                .expect("people");
            rows.execute(&go(phones).await, &[&business])
                .await
                .expect("numbers");
            rows.execute(&go(mails).await, &[&business])
                .await
                .expect("addresses");
            rows.execute(&go(calls).await, &[&business]).await.expect("calls");
            rows.execute(&go(said).await, &[&business, &&WORDS[..]])
                .await
                .expect("what was said");
            rows.execute(&go(entries).await, &[&business, &ENTRIES])
                .await
                .expect("what happened");
        }
        for tidy in ["VACUUM ANALYZE", "CHECKPOINT"] {
            rows.batch_execute(tidy).await.expect("in order");
        }
        let first = rows
            .query_one("SELECT min(id) FROM customers WHERE business_id = 1", &[])
            .await
            .expect("the first");
        Self {
            first: first.get(0),
            count: u64::try_from(customers).unwrap_or(1),
        }
    }

    /// A number below `bound` that looks like chance and is the same in every run.
    pub fn some(&self, n: u64, bound: u64) -> u64 {
        (n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) % bound
    }

    /// Somebody.
    pub fn customer(&self, n: u64) -> i64 {
        self.first + i64::try_from(self.some(n, self.count)).unwrap_or(0)
    }

    /// A first or a last name.
    pub fn name(&self, n: u64) -> String {
        let names = if n.is_multiple_of(2) { FIRST } else { LAST };
        names[usize::try_from(self.some(n, 24)).unwrap_or(0)].to_owned()
    }

    /// A first and the beginning of a last name.
    pub fn whole_name(&self, n: u64) -> String {
        let (first, last) = (self.some(n, 24), self.some(n + 1, 24));
        let last: String = LAST[usize::try_from(last).unwrap_or(0)].chars().take(2).collect();
        format!("{} {last}", FIRST[usize::try_from(first).unwrap_or(0)])
    }

    /// Something that was said.
    pub fn word(&self, n: u64) -> &'static str {
        WORDS[usize::try_from(self.some(n, 12)).unwrap_or(0)]
    }
}

/// Who asks.
#[derive(Clone)]
pub struct Desk {
    client: reqwest::Client,
    address: String,
    token: String,
}

impl Desk {
    /// With this token, over connections that stay.
    pub fn open(address: &str, token: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self {
            client,
            address: address.to_owned(),
            token: token.to_owned(),
        }
    }

    /// Asks, and reads the answer to its end; one that is no success is a fault of the bench.
    pub async fn get(&self, path: &str) {
        self.sent(self.client.get(format!("{}{path}", self.address)), path)
            .await;
    }

    /// Writes a note.
    pub async fn note(&self, path: &str, text: &str) {
        let note = serde_json::json!({ "text": text });
        self.sent(
            self.client.post(format!("{}{path}", self.address)).json(&note),
            path,
        )
        .await;
    }

    async fn sent(&self, request: reqwest::RequestBuilder, path: &str) {
        let answer = request.bearer_auth(&self.token).send().await.expect("an answer");
        let status = answer.status();
        let body = answer.bytes().await.expect("a body");
        assert!(
            status.is_success(),
            "{path}: {status} {}",
            String::from_utf8_lossy(&body)
        );
    }
}
