//! Sends one webhook as Twilio does: parameters, signature, headers, time limit, one retry of a failed connection, and
//! the faults that a plan asks for. The runner and the callbacks use it. It never follows a redirect of a webhook.
//!
//! Source: Twilio docs `usage/webhooks/webhooks-connection-overrides`, `usage/security`, `voice/api/call-resource`.

use std::time::{Duration, Instant};

use super::plan::{Faults, SignatureFault};
use super::report::{Answer, WebhookKind};
use crate::carrier::millis;
use crate::grammar::{LARGEST_BYTES, Method};
use crate::route::Engine;
use crate::signature;
use crate::wire::{self, Reply, WireError};

/// Twilio's limit for every request of a call.
pub(crate) const WEBHOOK_LIMIT: Duration = Duration::from_secs(15);
/// The body is read somewhat beyond Twilio's limit, so that the report can say how large it was.
const LARGEST_READ: usize = LARGEST_BYTES * 16;
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

/// A request to be made.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub kind: WebhookKind,
    pub method: Method,
    /// Absolute, public.
    pub url: String,
    pub params: Vec<(String, String)>,
    /// The same for retries and copies of one event.
    pub idempotency_token: String,
}

/// What came of it: the answer for the report, and the reply if there was one.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub answer: Answer,
    pub reply: Result<Reply, String>,
}

/// Sends a request to one engine.
pub(crate) async fn send(engine: &Engine, token: &str, faults: &Faults, outgoing: &Outgoing) -> Exchange {
    let begun = Instant::now();
    let (url, reply) = match bytes_of(engine, token, faults, outgoing) {
        Ok((address, url, bytes)) => (url, with_retry(address, &bytes).await.map_err(|e| e.to_string())),
        Err(why) => (outgoing.url.clone(), Err(why)),
    };
    let twiml = reply
        .as_ref()
        .map_or(String::new(), |r| String::from_utf8_lossy(&r.body).into_owned());
    let answer = Answer {
        kind: outgoing.kind,
        url,
        status: reply.as_ref().ok().map(|r| r.head.status),
        latency_ms: millis(begun.elapsed()),
        twiml,
        verbs: Vec::new(),
    };
    Exchange { answer, reply }
}

/// Twilio tries again once when it got no connection, and never after it sent anything.
async fn with_retry(address: std::net::SocketAddr, bytes: &[u8]) -> Result<Reply, WireError> {
    match wire::exchange(address, bytes, WEBHOOK_LIMIT, LARGEST_READ).await {
        Err(WireError::Connect(_)) => wire::exchange(address, bytes, WEBHOOK_LIMIT, LARGEST_READ).await,
        other => other,
    }
}

type Prepared = (std::net::SocketAddr, String, Vec<u8>);

/// Where to connect, the URL as requested, and the bytes of the request.
fn bytes_of(engine: &Engine, token: &str, faults: &Faults, outgoing: &Outgoing) -> Result<Prepared, String> {
    let faulty = faults.only_on.is_none_or(|kind| kind == outgoing.kind);
    let none = Faults::default();
    let faults = if faulty { faults } else { &none };
    let params: Vec<_> = outgoing
        .params
        .iter()
        .filter(|(name, _)| !faults.without.contains(name))
        .cloned()
        .collect();
    let bare = outgoing.url.split('#').next().unwrap_or(&outgoing.url).to_owned();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&params)
        .finish();
    let (url, body) = match outgoing.method {
        Method::Post => (bare, form),
        Method::Get => {
            let joint = if bare.contains('?') { '&' } else { '?' };
            (format!("{bare}{joint}{form}"), String::new())
        }
    };
    let reach = engine.reach(&url)?;
    let signed: &[(String, String)] = if outgoing.method == Method::Post {
        &params
    } else {
        &[]
    };
    let signature = match &faults.signature {
        SignatureFault::None => Some(signature::form(token, &url, signed)),
        SignatureFault::Token(other) => Some(signature::form(other, &url, signed)),
        SignatureFault::Forged => Some(signature::form("not the token", &url, signed)),
        SignatureFault::Missing => None,
    };
    let verb = if outgoing.method == Method::Get {
        "GET"
    } else {
        "POST"
    };
    let mut head = format!(
        "{verb} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\nConnection: close\r\n\
         I-Twilio-Idempotency-Token: {}\r\n",
        reach.path, reach.host, outgoing.idempotency_token
    );
    if let Some(signature) = signature {
        head.push_str(&format!("X-Twilio-Signature: {signature}\r\n"));
    }
    if let Some(user) = &reach.user {
        head.push_str(&format!("Authorization: Basic {}\r\n", base64(user)));
    }
    if outgoing.method == Method::Post {
        let content_type = faults.content_type.as_deref().unwrap_or(FORM);
        head.push_str(&format!(
            "Content-Type: {content_type}\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    head.push_str("\r\n");
    head.push_str(&body);
    Ok((reach.address, url, head.into_bytes()))
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// The parameters that every voice request carries. Places are empty, as they are for most of the world.
pub(crate) fn common(account: &str, call: &str, ends: (&str, &str), status: &str) -> Vec<(String, String)> {
    let (from, to) = ends;
    let mut params: Vec<(String, String)> = [
        ("AccountSid", account),
        ("ApiVersion", "2010-04-01"),
        ("CallSid", call),
        ("CallStatus", status),
        ("Called", to),
        ("Caller", from),
        ("Direction", "inbound"),
        ("From", from),
        ("To", to),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for end in ["Called", "Caller", "From", "To"] {
        for place in ["City", "State", "Zip"] {
            params.push((format!("{end}{place}"), String::new()));
        }
        params.push((format!("{end}Country"), "IL".into()));
    }
    params
}
