//! Many pages at their wire: plain TCP with the few frames of RFC 6455 that they need, so that the clients cost little
//! beside the engine. People, log-ins and tasks come to be by SQL.

use agentlocator::http::auth::secrets::AccessTokens;
use domain::access::UserId;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// Connections that are being made at once.
const AT_ONCE: usize = 128;
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A frame that came, and when.
pub struct Heard {
    /// By his place in the list of all.
    pub who: usize,
    pub at: Instant,
    pub wall: jiff::Timestamp,
    pub text: String,
}

/// People who may come.
pub struct Visitors {
    rows: Client,
    tokens: Vec<String>,
    users: Vec<i64>,
}

/// Their open pages.
pub struct Pages {
    heard: mpsc::UnboundedReceiver<Heard>,
    count: usize,
}

/// The value below which this share lies.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 - 1.0) * share).round() as usize;
    values.get(place).copied().unwrap_or(f64::NAN)
}

impl Visitors {
    /// So many people, logged in, in the one business.
    pub async fn invite(database: &str, secret: &str, count: usize) -> Self {
        let (rows, connection) = tokio_postgres::connect(database, NoTls)
            .await
            .expect("a database");
        tokio::spawn(connection);
        let count_sql = i32::try_from(count).expect("a number");
        let made = rows
            .query(
                "WITH people AS (
                     INSERT INTO users (email, name) SELECT n || '@example.com', 'אדם ' || n FROM generate_series(1, $1) n RETURNING id
                 ), members AS (
                     INSERT INTO memberships (business_id, user_id, role) SELECT 1, id, 'agent' FROM people
                 )
                 INSERT INTO sessions (id, user_id, key, business_id) SELECT gen_random_uuid(), id, '', 1 FROM people
                 RETURNING id, user_id",
                &[&count_sql],
            )
            .await
            .expect("people");
        let access = AccessTokens::new(secret.as_bytes());
        let now = jiff::Timestamp::now().as_second();
        let token = |row: &tokio_postgres::Row| access.issue(UserId(row.get(1)), row.get::<_, Uuid>(0), now);
        Self {
            tokens: made.iter().map(token).collect(),
            users: made.iter().map(|row| row.get(1)).collect(),
            rows,
        }
    }

    /// All of them open a page and have been welcomed.
    pub async fn come(&self, address: &str) -> Pages {
        self.come_back(address, &[]).await
    }

    /// The same for those who have been here, and say where they stand; by the place of each in the list of all.
    pub async fn come_back(&self, address: &str, places: &[(i64, i64)]) -> Pages {
        let (told, heard) = mpsc::unbounded_channel();
        let address = address.trim_start_matches("http://").to_owned();
        let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
        let mut coming = Vec::new();
        for (n, token) in self.tokens.clone().into_iter().enumerate() {
            let hello = places.get(n).map_or_else(
                || r#"{"type":"hello"}"#.to_owned(),
                |(epoch, seq)| format!(r#"{{"type":"hello","epoch":{epoch},"seq":{seq}}}"#),
            );
            let (address, told, gate) = (address.clone(), told.clone(), gate.clone());
            coming.push(tokio::spawn(async move {
                let _place = gate.acquire().await.expect("the gate is open");
                let mut stream = shake_hands(&address, &token).await;
                stream.write_all(&masked(&hello)).await.expect("the page is open");
                let (first, rest) = read_text(&mut stream, Vec::new()).await.expect("a welcome");
                assert!(first.contains("welcome"), "{first}");
                tokio::spawn(listen(n, stream, rest, told));
            }));
        }
        for one in coming {
            one.await.expect("everybody comes in");
        }
        Pages {
            heard,
            count: self.tokens.len(),
        }
    }

    /// Their tokens.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Tasks that ring `rate` a second from three seconds on, `count` in all, each for somebody else; how many.
    pub async fn remind(&self, rate: usize, count: usize) -> usize {
        let number = |n: usize| i32::try_from(n).expect("a number");
        self.rows
            .execute(
                "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                 SELECT 1, 'לחזור ללקוח', 'call', 'person', now() + interval '3 seconds' + n * interval '1 second' / $2::int,
                        ($3::bigint[])[1 + (n * 7919) % cardinality($3)]
                 FROM generate_series(0, $1::int - 1) n",
                &[&number(count), &number(rate), &self.users],
            )
            .await
            .expect("tasks");
        count
    }

    /// So many tasks that are due in a month and later.
    pub async fn pile_up(&self, count: usize) {
        self.rows
            .execute(
                "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                 SELECT 1, 'לחזור ללקוח', 'call', 'person', now() + interval '30 days' + n * interval '1 minute',
                        ($2::bigint[])[1 + n % cardinality($2)]
                 FROM generate_series(0, $1::int - 1) n",
                &[&i32::try_from(count).expect("a number"), &self.users],
            )
            .await
            .expect("tasks");
    }

    /// Tasks that all ring at one moment, each for somebody else as far as there are people.
    pub async fn remind_at_once(&self, count: usize) {
        self.rows
            .execute(
                "INSERT INTO tasks (business_id, title, channel, source, due_at, assignee)
                 SELECT 1, 'באותה שנייה', 'call', 'person', date_trunc('second', now()) + interval '10 seconds',
                        ($2::bigint[])[1 + n % cardinality($2)]
                 FROM generate_series(0, $1::int - 1) n",
                &[&i32::try_from(count).expect("a number"), &self.users],
            )
            .await
            .expect("tasks");
    }

    /// Reminders that are due and never rang, and those that rang more than once.
    pub async fn lost_and_doubled(&self) -> (i64, i64) {
        let row = self
            .rows
            .query_one(
                "SELECT count(*) FILTER (WHERE state <> 'fired' AND remind_at <= now()), count(*) FILTER (WHERE rings > 1)
                 FROM reminders",
                &[],
            )
            .await
            .expect("reminders");
        (row.get(0), row.get(1))
    }

    /// Changes a task by the API, which every page of the business is told of; when it was asked.
    pub async fn touch(&self, address: &str) -> Instant {
        static TOLD: AtomicU8 = AtomicU8::new(0);
        let body = format!(
            r#"{{"title":"שינוי {}","due_at":"2030-01-01T00:00:00Z"}}"#,
            TOLD.fetch_add(1, Ordering::Relaxed)
        );
        let asked = Instant::now();
        let answer = reqwest::Client::new()
            .post(format!("{address}/api/tasks"))
            .bearer_auth(&self.tokens[0])
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 201);
        asked
    }
}

impl Pages {
    /// The next frame of any of them.
    pub async fn next(&mut self) -> Heard {
        let next = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
        next.expect("it comes in time").expect("the pages are open")
    }

    /// How late each of so many reminders was, in milliseconds of this machine's clock.
    pub async fn lateness(&mut self, count: usize) -> Vec<f64> {
        let mut late = Vec::with_capacity(count);
        while late.len() < count {
            let heard = self.next().await;
            if !heard.text.contains(r#""event":"task:due""#) {
                continue;
            }
            let frame: serde_json::Value = serde_json::from_str(&heard.text).expect("JSON");
            let due = frame["data"]["remind_at"].as_str().expect("a moment");
            let due: jiff::Timestamp = due.parse().expect("a moment");
            late.push(heard.wall.duration_since(due).as_secs_f64() * 1000.0);
        }
        late
    }

    /// How many were told of something due within this time.
    pub async fn told_within(&mut self, time: Duration) -> usize {
        let end = tokio::time::Instant::now() + time;
        let mut told = 0;
        while let Ok(Some(heard)) = tokio::time::timeout_at(end, self.heard.recv()).await {
            told += usize::from(heard.text.contains(r#""event":"task:due""#));
        }
        told
    }

    /// How long after `asked` each page was told to look again, in milliseconds.
    pub async fn broadcast(&mut self, asked: Instant) -> Vec<f64> {
        let mut took = Vec::with_capacity(self.count);
        while took.len() < self.count {
            let heard = self.next().await;
            if heard.text.contains(r#""what":"tasks""#) {
                took.push(heard.at.duration_since(asked).as_secs_f64() * 1000.0);
            }
        }
        took
    }
}

/// An upgraded connection.
pub async fn shake_hands(address: &str, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("asked");
    let mut head = Vec::new();
    // The engine says nothing before hello, so what comes is the answer's head and no more.
    while !head.ends_with(b"\r\n\r\n") {
        let mut some = [0; 1024];
        let read = stream.read(&mut some).await.expect("an answer");
        assert!(read > 0, "it was closed: {}", String::from_utf8_lossy(&head));
        head.extend_from_slice(&some[..read]);
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    stream
}

/// A short text from a client: RFC 6455, 5.2; a mask of nought.
pub fn masked(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126);
    let mut frame = vec![0x81, 0x80 | length.expect("a short text"), 0, 0, 0, 0];
    frame.extend_from_slice(text.as_bytes());
    frame
}

async fn listen(who: usize, mut stream: TcpStream, mut rest: Vec<u8>, told: mpsc::UnboundedSender<Heard>) {
    while let Some((text, left)) = read_text(&mut stream, rest).await {
        let heard = Heard {
            who,
            at: Instant::now(),
            wall: jiff::Timestamp::now(),
            text,
        };
        if told.send(heard).is_err() {
            return;
        }
        rest = left;
    }
}

/// The next text and what came after it; pings are answered on the way.
pub async fn read_text(stream: &mut TcpStream, mut buffer: Vec<u8>) -> Option<(String, Vec<u8>)> {
    loop {
        if let Some((kind, from, to)) = frame_in(&buffer) {
            let rest = buffer.split_off(to);
            let payload = &buffer[from..];
            match kind {
                1 => return Some((String::from_utf8_lossy(payload).into_owned(), rest)),
                8 => return None,
                9 => stream.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.ok()?,
                _ => {}
            }
            buffer = rest;
            continue;
        }
        let mut some = [0; 2048];
        let read = stream.read(&mut some).await.ok()?;
        if read == 0 {
            return None;
        }
        buffer.extend_from_slice(&some[..read]);
    }
}

/// Kind, beginning and end of the first whole frame of a server.
fn frame_in(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (kind, short) = (*bytes.first()? & 0x0f, *bytes.get(1)? & 0x7f);
    let (from, length) = match short {
        126 => (
            4,
            usize::from(u16::from_be_bytes([*bytes.get(2)?, *bytes.get(3)?])),
        ),
        127 => {
            let long: [u8; 8] = bytes.get(2..10)?.try_into().ok()?;
            (10, usize::try_from(u64::from_be_bytes(long)).ok()?)
        }
        short => (2, usize::from(short)),
    };
    (bytes.len() >= from + length).then_some((kind, from, from + length))
}
