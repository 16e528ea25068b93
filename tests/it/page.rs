//! An open page, played at its wire: a WebSocket with a ticket, which says hello and keeps what it is sent.

use crate::office::{Office, Person, ask};
use crate::world::EngineProcess;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a story waits for a frame: much longer than it takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A page that has said hello.
pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Everything that it was sent.
    pub frames: Vec<Value>,
    /// Where it stands in its person's stream.
    pub place: (i64, i64),
    /// Whether the engine sent what was missed.
    pub resumed: bool,
}

impl Page {
    /// A new page of this person's, on the office's engine.
    pub async fn open(office: &Office, person: Person) -> Self {
        let token = office.token(person).await.expect("somebody");
        Self::resume(&office.engine, &token, None).await
    }

    /// A page that comes back to this engine with what it has.
    pub async fn resume(engine: &EngineProcess, token: &str, place: Option<(i64, i64)>) -> Self {
        let mut page = Self {
            socket: connect(engine, token).await,
            frames: Vec::new(),
            place: (0, 0),
            resumed: false,
        };
        let (epoch, seq) = place.unzip();
        page.say(json!({ "type": "hello", "epoch": epoch, "seq": seq, "visible": true }))
            .await;
        let welcome = page.frame(|frame| frame["type"] == "welcome").await;
        page.resumed = welcome["resumed"] == true;
        page.place = match place {
            Some(place) if page.resumed => place,
            _ => (number(&welcome["epoch"]), number(&welcome["seq"])),
        };
        page
    }

    /// Says something.
    pub async fn say(&mut self, frame: Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .await
            .expect("the socket is open");
    }

    /// The next frame that is like this; every event before it follows the one before without a gap.
    pub async fn frame(&mut self, like: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let frame = tokio::time::timeout(left, self.next()).await;
            let Ok(Some(frame)) = frame else {
                panic!("it never came ({frame:?}): {:#?}", self.frames);
            };
            if like(&frame) {
                return frame;
            }
        }
    }

    /// The data of the next event of this kind.
    pub async fn event(&mut self, kind: &str) -> Value {
        self.frame(|frame| frame["event"] == kind).await["data"].clone()
    }

    /// The next frame; `None` when the socket has ended.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
                    self.keep(&frame);
                    return Some(frame);
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Whatever comes within this time.
    pub async fn listen(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while tokio::time::timeout(deadline.saturating_duration_since(Instant::now()), self.next())
            .await
            .is_ok_and(|frame| frame.is_some())
        {}
    }

    /// The code with which the engine ends it.
    pub async fn end(&mut self) -> Option<u16> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let next = tokio::time::timeout(left, self.socket.next())
                .await
                .expect("it ends");
            match next {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                None | Some(Err(_)) => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// How often it was sent an event of this kind.
    pub fn count(&self, kind: &str) -> usize {
        self.frames.iter().filter(|frame| frame["event"] == kind).count()
    }

    fn keep(&mut self, frame: &Value) {
        if frame["type"] == "event" {
            let (epoch, seq) = (number(&frame["epoch"]), number(&frame["seq"]));
            let begins = self.place.0 == 0;
            assert!(
                begins || self.place == (epoch, seq - 1),
                "{:?} is followed by {frame}",
                self.place
            );
            self.place = (epoch, seq);
        }
        self.frames.push(frame.clone());
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// An upgraded connection, by a ticket.
async fn connect(engine: &EngineProcess, token: &str) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
    let (status, made) = ask(engine, "POST", "/auth/ticket", Some(token), None).await;
    assert_eq!(status, 200, "{made}");
    let address = engine.base.replacen("http", "ws", 1);
    let ticket = made["ticket"].as_str().expect("a ticket");
    connect_async(format!("{address}/ws?ticket={ticket}"))
        .await
        .expect("a socket")
        .0
}
