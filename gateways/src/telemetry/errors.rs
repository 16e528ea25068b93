//! Lines of the log at ERROR, panics among them, as events of Sentry. An event is the line's fixed
//! words and those of its fields that can't hold anything personal: an error's own text can quote a
//! row or a request, so it stays in the log.

use super::courier::Courier;
use super::{Speaker, TelemetryError};
use secrecy::{ExposeSecret, SecretString};
use sentry::protocol::{Event, Map};
use sentry::types::{Auth, Dsn};
use sentry::{Client, ClientOptions, Envelope, Level, Transport, TransportFactory, TransportOptions};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::{Subscriber, event};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Fields that go out. Ids, names out of the code, numbers.
const FIELDS: [&str; 12] = [
    "request_id",
    "actor",
    "generation",
    "kind",
    "recording",
    "call",
    "statement",
    "attempt",
    "queue",
    "at",
    "literal",
    "status",
];

/// The layer. Put in place for ERROR only.
pub struct ErrorLayer {
    client: Client,
}

impl ErrorLayer {
    /// A layer that reports to this address.
    ///
    /// # Errors
    /// When the address is none.
    pub fn to(dsn: &SecretString, speaker: &Speaker, courier: Courier) -> Result<Self, TelemetryError> {
        let dsn: Dsn = dsn
            .expose_secret()
            .parse()
            .map_err(|_| TelemetryError("SENTRY_DSN can't be read".into()))?;
        let agent = concat!("agentlocator/", env!("CARGO_PKG_VERSION"));
        let post = Post {
            url: dsn.envelope_api_url().to_string(),
            auth: dsn.to_auth(Some(agent)),
            courier,
        };
        let mut options = ClientOptions::new()
            .release(speaker.revision.clone())
            .environment(speaker.environment)
            .default_integrations(false)
            .transport(Factory(Arc::new(post)));
        options.dsn = Some(dsn);
        Ok(Self {
            client: Client::from_config(options),
        })
    }
}

/// What of a line goes out.
#[derive(Default)]
struct Line {
    message: String,
    tags: Map<String, String>,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}"));
    }
}

impl Line {
    fn put(&mut self, field: &Field, value: String) {
        match field.name() {
            "message" => self.message = value,
            name if FIELDS.contains(&name) => drop(self.tags.insert(name.to_owned(), value)),
            _ => {}
        }
    }
}

impl<S: Subscriber> Layer<S> for ErrorLayer {
    fn on_event(&self, event: &event::Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let metadata = event.metadata();
        let report = Event {
            level: Level::Error,
            message: Some(line.message),
            logger: Some(metadata.target().to_owned()),
            culprit: metadata
                .file()
                .map(|file| format!("{file}:{}", metadata.line().unwrap_or(0))),
            tags: line.tags,
            ..Event::default()
        };
        self.client.capture_event(report, None);
    }
}

impl Drop for ErrorLayer {
    fn drop(&mut self) {
        self.client.close(Some(Duration::from_secs(3)));
    }
}

struct Factory(Arc<Post>);

impl TransportFactory for Factory {
    fn create_transport_with_options(&self, _: TransportOptions) -> Arc<dyn Transport> {
        self.0.clone()
    }
}

/// Posts envelopes as the protocol has it.
struct Post {
    url: String,
    auth: Auth,
    courier: Courier,
}

impl Transport for Post {
    fn send_envelope(&self, envelope: Envelope) {
        let mut body = Vec::new();
        if envelope.to_writer(&mut body).is_err() {
            return;
        }
        let request = self
            .courier
            .post(&self.url)
            .header("X-Sentry-Auth", self.auth.to_string())
            .header("Content-Type", "application/x-sentry-envelope")
            .body(body);
        self.courier.send(request);
    }

    fn flush(&self, _: Duration) -> bool {
        self.courier.finish();
        true
    }
}
