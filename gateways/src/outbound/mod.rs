//! Going out over HTTP: one way to build a client, one way to read an answer, and the guard against being sent to a private address.
//! Called by every client of this crate; later by media and push. It never uses a proxy of the environment, never follows a redirect
//! by itself, and never logs an address with its query.

pub mod body;
pub mod guard;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use url::Url;

/// A client could not be built: TLS has no provider or no certificates. Only at start.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client: {0}")]
pub struct ClientError(String);

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for addresses that the operator has configured (carrier, providers). May go to loopback and to private hosts.
pub fn configured_client() -> Result<reqwest::Client, ClientError> {
    built(reqwest::Client::builder())
}

/// A client for addresses that came from outside: every resolved address passes [`guard::check`], https only.
/// Literal addresses don't go through the resolver: call [`check_url`] first.
pub fn guarded_client() -> Result<reqwest::Client, ClientError> {
    built(
        reqwest::Client::builder()
            .https_only(true)
            .dns_resolver(Arc::new(guard::PublicResolver)),
    )
}

fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, ClientError> {
    builder
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(Duration::from_secs(60))
        .user_agent(concat!("AgentLocator/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ClientError(error.to_string()))
}

/// Why an address from outside is not visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlRefusal {
    #[error("it is not https")]
    NotHttps,
    #[error("it carries a user or a password")]
    Credentials,
    #[error("it names a port")]
    Port,
    #[error("it has no host")]
    NoHost,
    #[error("its host is not public: {0}")]
    NotPublic(guard::NotPublic),
}

/// The checks that need no resolution: https on the usual port, no user, no literal address that isn't public.
pub fn check_url(url: &Url) -> Result<(), UrlRefusal> {
    if url.scheme() != "https" {
        return Err(UrlRefusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlRefusal::Credentials);
    }
    if url.port().is_some() {
        return Err(UrlRefusal::Port);
    }
    let literal = match url.host() {
        None => return Err(UrlRefusal::NoHost),
        // The WHATWG parser has already turned 0x7f.1, 2130706433 and the like into an address.
        Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(url::Host::Domain("")) => return Err(UrlRefusal::NoHost),
        Some(url::Host::Domain(_)) => None,
    };
    literal
        .map_or(Ok(()), guard::check)
        .map_err(UrlRefusal::NotPublic)
}

/// The `X-Request-ID` of what caused a request, so that the other side's log can be joined with ours.
pub fn request_id_header(request_id: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("X-Request-ID", value);
    }
    headers
}

/// `Retry-After` in seconds, at most ten minutes. A date, which no provider sends, counts as absent.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(600.0)))
}
