//! Every request has an id: the one it brings, if it is fit for a log, or a new one. It is in the
//! answer, in every log line about the request and in every request that it causes.

use super::errors::{self, ApiError, Code};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use std::sync::Arc;
use std::time::Instant;
use tracing::{Instrument, field};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_REVISION: HeaderName = HeaderName::from_static("x-revision");

/// A request's id.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes what came if it is short and plain: what others send is data, also in a log.
    fn from_header(value: Option<&HeaderValue>) -> Self {
        let given = value.and_then(|value| value.to_str().ok()).filter(|text| {
            (8..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        });
        match given {
            Some(text) => Self(text.into()),
            None => Self(uuid::Uuid::now_v7().to_string().into()),
        }
    }
}

/// The revision that is running, as every answer tells it.
#[derive(Clone)]
pub struct Revision(pub HeaderValue);

/// Gives the request its id, logs it going in and out, and gives errors their one shape.
pub async fn request_id(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let id = RequestId::from_header(request.headers().get(X_REQUEST_ID));
    request.extensions_mut().insert(id.clone());
    let revision = request
        .app_data::<web::Data<Revision>>()
        .map(|revision| revision.0.clone());
    let path = request.path().to_owned();
    tracing::info!(request_id = id.as_str(), method = %request.method(), path, "in");
    let method = request.method().clone();
    let span = tracing::info_span!(
        target: "otel",
        "request",
        otel.kind = "server",
        otel.name = field::Empty,
        request_id = id.as_str(),
        method = method.as_str(),
        status = field::Empty,
        error = field::Empty,
    );
    // Handlers and extractors answer with responses; an error here would be the framework's own.
    let mut response = next
        .call(request)
        .instrument(span.clone())
        .await?
        .map_into_boxed_body();
    if response.status().is_client_error() || response.status().is_server_error() {
        response = in_one_shape(response, &id);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(X_REQUEST_ID, value);
    }
    if let Some(revision) = revision {
        headers.insert(X_REVISION, revision);
    }
    super::metrics::count(&path, method.as_str(), response.status(), begun.elapsed());
    if !span.is_disabled() {
        name_span(&span, &response);
    }
    let status = response.status().as_u16();
    tracing::info!(
        request_id = id.as_str(),
        path,
        status,
        ms = begun.elapsed().as_millis() as u64,
        "out"
    );
    Ok(response)
}

/// By its route, not its path: ids are not names.
fn name_span(span: &tracing::Span, response: &ServiceResponse<BoxBody>) {
    let request = response.request();
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "no such address".into());
    span.record("otel.name", format!("{} {route}", request.method()));
    span.record("status", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("error", true);
    }
}

/// What the framework says in its own words is said in ours.
fn in_one_shape(response: ServiceResponse<BoxBody>, id: &RequestId) -> ServiceResponse<BoxBody> {
    let json = HeaderValue::from_static("application/json");
    if response.headers().get(CONTENT_TYPE) == Some(&json) {
        return response;
    }
    let status = response.status();
    let ours = response
        .response()
        .error()
        .and_then(|error| error.as_error::<ApiError>());
    let body = match ours {
        Some(error) => error.body(id.as_str()),
        None => errors::body(
            Code::of(status),
            status.canonical_reason().unwrap_or(""),
            id.as_str(),
        ),
    };
    // Headers stay: `Allow`, `Retry-After` and cookies that an error takes away.
    let mut response = response.map_body(|_, _| BoxBody::new(body));
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
