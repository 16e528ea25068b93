//! A webhook request, read and proven to come from the carrier. It reads no more than a form of
//! the carrier's can have, and lets nothing pass that isn't signed when signatures are checked.

use super::super::Edge;
use super::super::client_address::client_address;
use super::super::errors::{self, ApiError, Code};
use super::super::rate_limits::RateLimits;
use super::super::request_id::RequestId;
use super::render::{self, Clips};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use domain::business::Business;
use gateways::twilio::form::{FormError, Parameters};
use gateways::twilio::signature::{SignedRequest, Verdict};

/// The largest body that is read. Twilio's forms have 1 to 3 kB.
const LIMIT: usize = 64 * 1024;

/// A request of the carrier's.
pub struct Received {
    pub form: Parameters,
    /// The body as it came, for the inbox.
    pub raw: String,
    pub request_id: String,
    /// `turn`, `wait` and the like of our own addresses.
    query: Parameters,
}

impl Received {
    /// A number of the query; absent or malformed counts as `default`.
    pub fn number(&self, name: &str, default: u16) -> u16 {
        self.flag(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// A value of the query.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }
}

/// Reads the request and checks its signature over the raw body.
///
/// # Errors
/// The response to give: 413 or 403.
pub async fn proven(
    request: &HttpRequest,
    payload: web::Payload,
    edge: &Edge,
) -> Result<web::Bytes, HttpResponse> {
    let body = match payload.to_bytes_limited(LIMIT).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => {
            tracing::warn!(%error, "a webhook's body could not be read");
            return Err(errors::respond(
                request,
                Code::BadRequest,
                "the body could not be read",
            ));
        }
        Err(_) => {
            tracing::warn!(
                path = request.path(),
                "a webhook's body is larger than the carrier's can be"
            );
            return Err(errors::respond(
                request,
                Code::TooLarge,
                "a webhook's body has at most 64 kB",
            ));
        }
    };
    if let Some(refused) = refuse_signature(request, &body, edge) {
        return Err(refused);
    }
    Ok(body)
}

/// The same, and that it is of our account.
///
/// # Errors
/// The response to give: 413 or 403.
pub async fn proven_ours(
    request: &HttpRequest,
    payload: web::Payload,
    edge: &Edge,
) -> Result<web::Bytes, HttpResponse> {
    let body = proven(request, payload, edge).await?;
    let form = Parameters::parse(&body).ok();
    match form.and_then(|form| refuse_account(request, &form, edge)) {
        Some(refused) => Err(refused),
        None => Ok(body),
    }
}

/// Reads the request, checks its signature, and takes its form apart.
///
/// # Errors
/// The response to give: 413, 403, or (signed, but not a form) an apology as TwiML.
pub async fn receive(
    request: &HttpRequest,
    payload: web::Payload,
    edge: &Edge,
) -> Result<Received, HttpResponse> {
    let body = proven(request, payload, edge).await?;
    let is_form = request
        .content_type()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let query = request.uri().query().unwrap_or("");
    let parsed = match (request.method().as_str(), is_form) {
        ("GET", _) => Parameters::parse(query.as_bytes()),
        (_, true) => Parameters::parse(&body),
        _ => {
            let kind = request.content_type();
            tracing::warn!(
                path = request.path(),
                content_type = kind,
                "a webhook that is not a form"
            );
            return Err(malformed(edge));
        }
    };
    let form = parsed.map_err(|error| bad_field(edge, request.path(), &error))?;
    if let Some(refused) = refuse_account(request, &form, edge) {
        return Err(refused);
    }
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.as_str().to_owned());
    Ok(Received {
        form,
        raw: String::from_utf8_lossy(&body).replace('\0', ""),
        request_id: id.unwrap_or_default(),
        query: Parameters::parse(query.as_bytes()).unwrap_or_default(),
    })
}

/// A token signs for its account and its subaccounts; only ours has numbers here.
fn refuse_account(request: &HttpRequest, form: &Parameters, edge: &Edge) -> Option<HttpResponse> {
    let (Some(ours), Some(theirs)) = (&edge.account, form.get("AccountSid")) else {
        return None;
    };
    if ours.as_str() == theirs {
        return None;
    }
    tracing::warn!(path = request.path(), "a webhook of another account was refused");
    Some(errors::respond(request, Code::BadSignature, "another account"))
}

fn refuse_signature(request: &HttpRequest, body: &[u8], edge: &Edge) -> Option<HttpResponse> {
    let Some(verifier) = &edge.verifier else {
        return None;
    };
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let verdict = verifier.verify(&SignedRequest {
        raw_target: request
            .uri()
            .path_and_query()
            .map_or("/", |target| target.as_str()),
        method: request.method().as_str(),
        content_type: header(CONTENT_TYPE.as_str()),
        body,
        signature: header("x-twilio-signature"),
        settings: header("x-twilio-webhooks-signature-settings"),
        is_websocket: false,
    });
    if verdict.is_valid() {
        return None;
    }
    let why = match verdict {
        Verdict::Missing => "the signature is missing",
        _ => "the signature is wrong",
    };
    metrics::counter!("webhooks_refused_total").increment(1);
    if let Some(refused) = too_many_unsigned(request) {
        return Some(refused);
    }
    tracing::warn!(
        path = request.path(),
        why,
        "a webhook was refused: see `agentlocator check-signature`"
    );
    Some(errors::respond(request, Code::BadSignature, why))
}

/// 429 for an address that sends one forged request after the other.
pub fn too_many_unsigned(request: &HttpRequest) -> Option<HttpResponse> {
    let address = client_address(request);
    let limits = request.app_data::<web::Data<RateLimits>>();
    let wait = limits.and_then(|limits| limits.one_unsigned_too_many(address))?;
    Some(errors::refuse(request, &ApiError::rate_limited(wait)))
}

/// The answer to a signed request that can't be understood: an apology, and the call ends.
pub fn malformed(edge: &Edge) -> HttpResponse {
    render::respond(render::apology(&edge.clips(None)))
}

/// The same, saying in the log which field it was.
pub fn bad_field(edge: &Edge, kind: &str, error: &FormError) -> HttpResponse {
    tracing::warn!(kind, %error, "a webhook without what it must have");
    metrics::counter!("webhooks_malformed_total", "kind" => kind.to_owned()).increment(1);
    malformed(edge)
}

impl Edge {
    /// How answers for this business are written.
    pub fn clips<'a>(&'a self, business: Option<&'a Business>) -> Clips<'a> {
        Clips {
            public_host: &self.public_host,
            business,
            prompts: &self.prompts,
        }
    }
}
