//! Web Push (RFC 8030): a message for a closed tab, encrypted for one browser (RFC 8291) and signed with our key (RFC 8292).
//! Called by `actors::pushing`; the outcome says what to do next. It never tries twice, never goes anywhere but to a
//! push service, and never quotes a message or an endpoint: whoever knows an endpoint can use it.

mod endpoints;
mod keys;

pub use endpoints::{EndpointRefusal, Endpoints, OriginRefusal, Subscriber};
pub use keys::{KeyError, VapidKeys};

use std::error::Error;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use reqwest::{Client, Response, StatusCode};
use url::Url;
use web_push::request_builder::build_request;
use web_push::{
    ContentEncoding, SubscriptionInfo, Urgency, WebPushError, WebPushMessage, WebPushMessageBuilder,
};

use super::outbound::guard::ResolvedToPrivate;
use super::outbound::{ClientError, body, configured_client, guarded_client};

/// What is sent to one browser.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    /// What the service worker reads; 3052 bytes at most.
    pub payload: &'a [u8],
    /// A later one of the same topic takes the place of one that was not delivered yet: at most 32 characters of base64url.
    pub topic: &'a str,
    /// How long the service keeps it for a browser that is away.
    pub ttl: Duration,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The push service has it.
    Delivered,
    /// The browser is not subscribed any more: forget it.
    Gone,
    /// Not now; after this long where the service says so, between a second and an hour.
    TryAgain(Option<Duration>),
    /// Larger than the service takes.
    TooLarge,
    /// It would be refused again: a status, or a word.
    Refused(String),
}

/// One push, from the connection to the answer's end.
pub const LIMIT: Duration = Duration::from_secs(10);
/// How much of an answer is read.
const ANSWER: usize = 4096;
/// What a service may ask us to wait.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(3600);

/// Sends to push services.
pub struct PushService {
    keys: VapidKeys,
    endpoints: Endpoints,
    guarded: Client,
    configured: Client,
    limit: Duration,
}

impl PushService {
    /// With these keys, to these places.
    ///
    /// # Errors
    /// When TLS has no provider.
    pub fn new(keys: VapidKeys, endpoints: Endpoints) -> Result<Self, ClientError> {
        Ok(Self {
            keys,
            endpoints,
            guarded: guarded_client()?,
            configured: configured_client()?,
            limit: LIMIT,
        })
    }

    /// The same with another limit for one push.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// What browsers subscribe with.
    pub fn public_key(&self) -> &str {
        self.keys.public()
    }

    /// Where it sends to.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Sends one message, once.
    pub async fn send(&self, to: &Subscriber, push: Push<'_>) -> Outcome {
        // The list may be shorter than when this browser subscribed.
        let allowed = match self.endpoints.check(&to.endpoint) {
            Ok(allowed) => allowed,
            Err(refusal) => return Outcome::Refused(refusal.to_string()),
        };
        let message = match self.message(to, push, &allowed.url) {
            Ok(message) => message,
            Err(WebPushError::PayloadTooLarge) => return Outcome::TooLarge,
            Err(error) => return Outcome::Refused(error.short_description().to_owned()),
        };
        let client = if allowed.listed {
            &self.configured
        } else {
            &self.guarded
        };
        let mut sending = client.post(allowed.url).timeout(self.limit);
        let (head, payload) = build_request::<Vec<u8>>(message).into_parts();
        for (name, value) in &head.headers {
            // The client counts the bytes itself.
            if name.as_str() != "content-length" {
                sending = sending.header(name.as_str(), value.as_bytes());
            }
        }
        match sending.body(payload).send().await {
            Ok(response) => judged(response).await,
            Err(error) if leads_inside(&error) => Outcome::Refused("the host is not public".into()),
            Err(_) => Outcome::TryAgain(None),
        }
    }

    fn message(&self, to: &Subscriber, push: Push<'_>, url: &Url) -> Result<WebPushMessage, WebPushError> {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let info = SubscriptionInfo::new(url.as_str().to_owned(), encoded(&to.p256dh), encoded(&to.auth));
        let mut signature = self.keys.signer().add_sub_info(&info);
        signature.add_claim("sub", self.keys.subject());
        // The crate's own audience leaves the port out.
        signature.add_claim("aud", url.origin().ascii_serialization());
        let mut message = WebPushMessageBuilder::new(&info);
        message.set_payload(ContentEncoding::Aes128Gcm, push.payload);
        message.set_vapid_signature(signature.build()?);
        message.set_ttl(u32::try_from(push.ttl.as_secs()).unwrap_or(u32::MAX));
        message.set_urgency(Urgency::High);
        message.set_topic(push.topic.to_owned());
        message.build()
    }
}

/// A name that was to be a push service's leads into a private network.
fn leads_inside(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<ResolvedToPrivate>() {
            return true;
        }
        cause = error.source();
    }
    false
}

async fn judged(response: Response) -> Outcome {
    let (status, headers) = (response.status(), response.headers().clone());
    // Read to its end so that the connection can be used again.
    let answer = body::capped(response, ANSWER).await.unwrap_or_default();
    match status {
        _ if status.is_success() => Outcome::Delivered,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::PAYLOAD_TOO_LARGE => Outcome::TooLarge,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::TryAgain(asked(&headers)),
        _ if status.is_server_error() => Outcome::TryAgain(asked(&headers)),
        _ => Outcome::Refused(match word(&answer) {
            Some(word) => format!("{} {word}", status.as_u16()),
            None => status.as_u16().to_string(),
        }),
    }
}

/// How long we are asked to wait: seconds or a date (RFC 9110, 10.2.3), within bounds.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => seconds,
        Ok(_) => return None,
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            date.duration_since(jiff::Timestamp::now()).as_secs_f64()
        }
    };
    let bounded = seconds.clamp(SHORTEST.as_secs_f64(), LONGEST.as_secs_f64());
    Some(Duration::from_secs_f64(bounded))
}

/// The `reason` or `errno` of a refusal that looks like an identifier.
fn word(answer: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
    let text = match &answer["reason"] {
        serde_json::Value::String(text) => text.clone(),
        _ => answer["errno"].as_u64()?.to_string(),
    };
    (text.len() <= 64
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)))
    .then_some(text)
}

#[cfg(test)]
mod tests;
