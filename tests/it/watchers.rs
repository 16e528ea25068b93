//! A collector of traces and a Sentry, played at their wire on one loopback port.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use std::sync::{Arc, Mutex};

/// What came: path, its credentials, body.
type Came = Arc<Mutex<Vec<(String, String, Bytes)>>>;

/// Those who watch.
pub struct Watchers {
    pub base: String,
    came: Came,
}

/// A span as the stories look at it.
#[derive(Debug, Clone)]
pub struct Span {
    pub name: String,
    pub trace: Vec<u8>,
    pub id: Vec<u8>,
    pub parent: Vec<u8>,
    pub request_id: Option<String>,
}

impl Watchers {
    /// Starts them; they end with the test's runtime.
    pub async fn start() -> Self {
        let came = Came::default();
        let router = Router::new().fallback(take).with_state(came.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, came }
    }

    /// The address that Sentry would give out.
    pub fn dsn(&self) -> String {
        format!("{}/42", self.base.replace("http://", "http://0123456789abcdef@"))
    }

    fn bodies(&self, path: &str) -> Vec<Bytes> {
        let came = self.came.lock().expect("what came");
        came.iter()
            .filter(|(to, ..)| to == path)
            .map(|(.., body)| body.clone())
            .collect()
    }

    /// All spans that came.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for body in self.bodies("/v1/traces") {
            let request = ExportTraceServiceRequest::decode(body).expect("OTLP");
            let scopes = request
                .resource_spans
                .into_iter()
                .flat_map(|resource| resource.scope_spans);
            for span in scopes.flat_map(|scope| scope.spans) {
                let request_id = span
                    .attributes
                    .iter()
                    .find(|attribute| attribute.key == "request_id");
                let text =
                    request_id.and_then(|attribute| match attribute.value.as_ref()?.value.as_ref()? {
                        Value::StringValue(text) => Some(text.clone()),
                        _ => None,
                    });
                spans.push(Span {
                    name: span.name,
                    trace: span.trace_id,
                    id: span.span_id,
                    parent: span.parent_span_id,
                    request_id: text,
                });
            }
        }
        spans
    }

    /// All events that came to the project.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let bodies = self.bodies("/api/42/envelope/");
        bodies
            .iter()
            .filter_map(|body| serde_json::from_slice(body.split(|byte| *byte == b'\n').nth(2)?).ok())
            .collect()
    }

    /// Whether each report named the project's key.
    pub fn authorised(&self) -> bool {
        let came = self.came.lock().expect("what came");
        came.iter()
            .all(|(_, credentials, _)| credentials.contains("sentry_key=0123456789abcdef"))
    }

    /// None of these words came to anybody.
    pub fn assert_none_of(&self, words: &[&str]) {
        let came = self.came.lock().expect("what came");
        for (path, _, body) in came.iter() {
            let text = String::from_utf8_lossy(body);
            for word in words {
                assert!(!text.contains(word), "{word} came to {path}: {text}");
            }
        }
    }
}

async fn take(State(came): State<Came>, uri: Uri, headers: HeaderMap, body: Bytes) -> &'static str {
    let credentials = headers
        .get("x-sentry-auth")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    came.lock()
        .expect("what came")
        .push((uri.path().to_owned(), credentials.to_owned(), body));
    "{}"
}
