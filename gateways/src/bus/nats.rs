//! Hints over NATS core: every engine publishes to one subject and listens to it. Nothing is stored there; a server
//! that is away is waited for. Made at start from `NATS_URL`; it never logs an address with its credentials.

use super::{Lost, Pace, Receiving, Sending, Transport, UNREAD, dropped};
use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// What all engines listen to. Installations that share a server need accounts of their own.
const SUBJECT: &str = "agentlocator.hints";
const PACE: Pace = Pace {
    debounce: Duration::from_millis(5),
    largest: 16 * 1024,
};
/// Messages that may wait to be read here, and commands that may wait for the connection.
const UNREAD_MESSAGES: usize = 1024;
const COMMANDS: usize = 256;
/// A server that does not answer two of these is gone.
const PING: Duration = Duration::from_secs(5);
/// One try to connect, and the longest wait before the next one.
const CONNECTING: Duration = Duration::from_secs(3);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The transport.
pub struct Nats {
    servers: Vec<ServerAddr>,
    user: Option<Login>,
    session: Option<Session>,
}

#[derive(Clone)]
enum Login {
    Token(SecretString),
    Password(String, SecretString),
}

/// The client, which finds its way back by itself, and what it says of its connection.
struct Session {
    client: Client,
    line: watch::Receiver<Line>,
}

#[derive(Clone, Copy, Default)]
struct Line {
    up: bool,
    breaks: u64,
}

/// Why a text is no `NATS_URL`; it does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected nats:// or tls://, with user:password@ or token@ if need be, host and port; several with commas"
)]
pub struct NatsUrlError;

impl Nats {
    /// `nats://[user:password@|token@]host[:4222]`, or `tls://…`; several servers of one cluster with commas between.
    /// Whoever has credentials needs them on one of them.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(text: &SecretString) -> Result<Self, NatsUrlError> {
        let mut nats = Self {
            servers: Vec::new(),
            user: None,
            session: None,
        };
        for one in text.expose_secret().split(',') {
            let mut url: url::Url = one.trim().parse().map_err(|_| NatsUrlError)?;
            let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
            let host = url.host_str().is_some_and(|host| !host.is_empty());
            if !matches!(url.scheme(), "nats" | "tls") || !host || !plain {
                return Err(NatsUrlError);
            }
            if let Some(login) = login(&url)? {
                nats.user.get_or_insert(login);
            }
            // The client writes its servers' addresses into its log.
            url.set_username("").map_err(|()| NatsUrlError)?;
            url.set_password(None).map_err(|()| NatsUrlError)?;
            nats.servers
                .push(ServerAddr::from_url(url).map_err(|_| NatsUrlError)?);
        }
        Ok(nats)
    }

    /// Connects once; from then on the client does it, for ever.
    async fn open(&self) -> Result<Session, Lost> {
        let (tell, line) = watch::channel(Line::default());
        let options = ConnectOptions::new()
            .name("agentlocator")
            .connection_timeout(CONNECTING)
            .ping_interval(PING)
            .subscription_capacity(UNREAD_MESSAGES)
            .client_capacity(COMMANDS)
            .reconnect_delay_callback(wait_before)
            .event_callback(move |event| {
                match event {
                    Event::Connected => tell.send_modify(|line| line.up = true),
                    Event::Disconnected => tell.send_modify(|line| {
                        line.up = false;
                        line.breaks += 1;
                    }),
                    Event::SlowConsumer(_) => dropped(UNREAD, 1),
                    _ => {}
                }
                std::future::ready(())
            });
        let options = match self.user.clone() {
            None => options,
            Some(Login::Token(token)) => options.token(token.expose_secret().to_owned()),
            Some(Login::Password(user, password)) => {
                options.user_and_password(user, password.expose_secret().to_owned())
            }
        };
        let client = options.connect(self.servers.clone()).await;
        let client = client.map_err(|error| Lost(error.kind().to_string()))?;
        Ok(Session { client, line })
    }
}

/// Not at all before the first try, then ever longer.
fn wait_before(attempt: usize) -> Duration {
    let doublings = u32::try_from(attempt.min(8)).unwrap_or(8);
    match attempt {
        0 | 1 => Duration::ZERO,
        _ => Duration::from_millis(10 * 2_u64.pow(doublings)).min(LONGEST_WAIT),
    }
}

/// A user without a password is a token, as NATS has it.
fn login(url: &url::Url) -> Result<Option<Login>, NatsUrlError> {
    let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(NatsUrlError),
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(NatsUrlError),
        (token, None) => Ok(Some(Login::Token(decoded(token)?.into()))),
        (user, Some(password)) => Ok(Some(Login::Password(decoded(user)?, decoded(password)?.into()))),
    }
}

#[async_trait]
impl Transport for Nats {
    fn kind(&self) -> &'static str {
        "nats"
    }

    fn pace(&self) -> Pace {
        PACE
    }

    async fn connect(&mut self) -> Result<(Box<dyn Sending>, Box<dyn Receiving>), Lost> {
        if self.session.is_none() {
            self.session = Some(self.open().await?);
        }
        let Some(Session { client, line }) = &self.session else {
            return Err(Lost("no session".into()));
        };
        let (client, mut line) = (client.clone(), line.clone());
        // Told in order with the breaks, so that an old one is not taken for a new one. Telling may fail: then the
        // state is believed.
        let _ = timeout(Duration::from_secs(1), line.wait_for(|line| line.up)).await;
        while client.connection_state() != State::Connected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let breaks = line.borrow().breaks;
        let hints = client.subscribe(SUBJECT).await.map_err(lost)?;
        round_trip(&client).await?;
        let receiving = NatsReceiving { hints, line, breaks };
        Ok((Box::new(NatsSending { client }), Box::new(receiving)))
    }
}

/// A server takes commands in order: what comes back after this has been subscribed to.
async fn round_trip(client: &Client) -> Result<(), Lost> {
    let subject = format!("{SUBJECT}.round_trip.{}", uuid::Uuid::new_v4().simple());
    let mut back = client.subscribe(subject.clone()).await.map_err(lost)?;
    client.publish(subject, Bytes::new()).await.map_err(lost)?;
    match timeout(CONNECTING, back.next()).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) | Err(_) => Err(Lost(
            "nothing comes back: may this user publish and subscribe?".into(),
        )),
    }
}

fn lost(error: impl std::error::Error) -> Lost {
    Lost(error.to_string())
}

struct NatsSending {
    client: Client,
}

#[async_trait]
impl Sending for NatsSending {
    async fn send(&mut self, messages: &[String]) -> Result<(), Lost> {
        for message in messages {
            let bytes = Bytes::copy_from_slice(message.as_bytes());
            self.client.publish(SUBJECT, bytes).await.map_err(lost)?;
        }
        self.client.flush().await.map_err(lost)
    }
}

struct NatsReceiving {
    hints: Subscriber,
    line: watch::Receiver<Line>,
    /// How many there had been when this link was made.
    breaks: u64,
}

#[async_trait]
impl Receiving for NatsReceiving {
    async fn receive(&mut self) -> Result<Bytes, Lost> {
        tokio::select! {
            biased;
            // What came before the break is still good.
            message = self.hints.next() => match message {
                Some(message) => Ok(message.payload),
                None => Err(Lost("the subscription ended".into())),
            },
            _ = self.line.wait_for(|line| line.breaks != self.breaks) => Err(Lost("the connection broke".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_its_credentials_are_kept_apart() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let read = Nats::parse(&text.to_owned().into()).ok().map(|nats| {
                let servers: Vec<_> = nats.servers.iter().map(ServerAddr::as_url_str).collect();
                let login = match nats.user {
                    None => String::new(),
                    Some(Login::Token(token)) => format!("token {}", token.expose_secret()),
                    Some(Login::Password(user, password)) => format!("{user} {}", password.expose_secret()),
                };
                (servers.join(","), login)
            });
            let read = read
                .as_ref()
                .map(|(servers, login)| (servers.as_str(), login.as_str()));
            assert_eq!(read, expected, "{text}");
        };
        check("nats://hints:4222", Some(("nats://hints:4222", "")));
        check("nats://127.0.0.1", Some(("nats://127.0.0.1", "")));
        check("nats://u:p%40ss@hints", Some(("nats://hints", "u p@ss")));
        check("tls://t%2Fk@hints:4222", Some(("tls://hints:4222", "token t/k")));
        check(
            "nats://u:p@a:1, nats://b:2",
            Some(("nats://a:1,nats://b:2", "u p")),
        );
        check("", None);
        check("hints:4222", None);
        check("http://hints", None);
        check("nats://", None);
        check("nats://:p@hints", None);
        check("nats://hints/subject", None);
        check("nats://hints?x=1", None);
        check("nats://hints:99999", None);
        check("nats://a,redis://b", None);
    }

    #[test]
    fn tries_come_at_once_and_then_ever_slower() {
        let check = |attempt, ms| assert_eq!(wait_before(attempt), Duration::from_millis(ms), "{attempt}");
        check(1, 0);
        check(2, 40);
        check(4, 160);
        check(7, 1000);
        check(10_000, 1000);
    }
}
