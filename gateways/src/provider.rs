//! What every provider of speech and language has in common: errors by what to do next, time limits, and sound with its format.
//! Called by the clients in `openai` and `google_tts`, and by `chain`. It never quotes an answer: answers may repeat what a person said.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::outbound::{body, request_id_header, retry_after};

/// Why a provider gave nothing, by what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// 408, 409, 429 and 5xx: this provider later, another one now.
    #[error("the provider asks to wait")]
    RetryAfter(Option<Duration>),
    /// No whole answer within the caller's limit.
    #[error("the provider did not answer in time")]
    Timeout,
    /// An answer that isn't what its interface promises, or half of one.
    #[error("the provider's answer can't be used: {0}")]
    Garbage(&'static str),
    /// 401, 403, or the account has no money left: alert; a retry changes nothing.
    #[error("the provider refuses the credentials or the account")]
    Credentials,
    /// Any other refusal (unknown model, too long a text): a fault of configuration or ours. Names status and code only.
    #[error("the provider refuses the request: {0}")]
    Refused(String),
    /// No connection.
    #[error("the provider can't be reached")]
    Unreachable,
}

/// What caused a request, and how long it may take.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// Sent as `X-Request-ID`.
    pub request_id: &'a str,
    /// For everything: connection, request, answer to its last byte.
    pub time_limit: Duration,
}

/// The form that sound comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioFormat {
    /// A whole WAV file with PCM in it.
    Wav,
    /// Signed 16-bit little-endian mono without a header.
    Pcm16 { sample_rate: u32 },
    /// G.711 μ-law mono, 8,000 bytes a second, without a header.
    MuLaw8k,
}

/// Sound with its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    pub bytes: Bytes,
    pub format: AudioFormat,
}

/// Sends a request and gives the answer of a 2xx with its body unread; everything else is already an error.
/// Keeps no time of its own: callers wrap it in [`within`], so that a timeout is never mistaken for a torn body.
pub(crate) async fn answered(request: RequestBuilder, cause: Cause<'_>) -> Result<Response, ProviderError> {
    let request = request.headers(request_id_header(cause.request_id));
    let response = request.send().await.map_err(|error| transport(&error))?;
    if response.status().is_success() {
        Ok(response)
    } else {
        Err(refusal(response).await)
    }
}

/// The whole body of an answer.
pub(crate) async fn whole(response: Response, limit: usize) -> Result<Bytes, ProviderError> {
    body::capped(response, limit).await.map_err(|error| match error {
        body::BodyError::TooLarge => ProviderError::Garbage("larger than allowed"),
        body::BodyError::CutShort => ProviderError::Garbage("the body was cut short"),
    })
}

/// Everything of [`answered`] and [`whole`] within the cause's limit, which a stalled body must not outlast.
pub(crate) async fn bytes(
    request: RequestBuilder,
    cause: Cause<'_>,
    limit: usize,
) -> Result<(Option<String>, Bytes), ProviderError> {
    let exchange = async {
        let response = answered(request, cause).await?;
        let kind = content_type(&response);
        Ok((kind, whole(response, limit).await?))
    };
    within(cause.time_limit, exchange).await
}

/// As [`bytes`], read as JSON.
pub(crate) async fn json<T: DeserializeOwned>(
    request: RequestBuilder,
    cause: Cause<'_>,
    limit: usize,
) -> Result<T, ProviderError> {
    let (_, body) = bytes(request, cause, limit).await?;
    serde_json::from_slice(&body).map_err(|_| ProviderError::Garbage("not the expected JSON"))
}

pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ProviderError>>,
) -> Result<T, ProviderError> {
    tokio::time::timeout(limit, work)
        .await
        .unwrap_or(Err(ProviderError::Timeout))
}

/// The media type of an answer in lower case, without its parameters.
pub(crate) fn content_type(response: &Response) -> Option<String> {
    let value = response
        .headers()
        .get(reqwest::header::CONTENT_TYPE)?
        .to_str()
        .ok()?;
    Some(value.split(';').next().unwrap_or("").trim().to_ascii_lowercase())
}

pub(crate) fn transport(error: &reqwest::Error) -> ProviderError {
    if error.is_timeout() {
        ProviderError::Timeout
    } else if error.is_connect() || error.is_request() {
        ProviderError::Unreachable
    } else {
        ProviderError::Garbage("the body was cut short")
    }
}

async fn refusal(response: Response) -> ProviderError {
    let status = response.status();
    let wait = retry_after(response.headers());
    let code = body::capped(response, 64 * 1024)
        .await
        .ok()
        .and_then(|body| error_code(&body))
        .unwrap_or_default();
    match status {
        // A 429 of an empty account never passes by waiting.
        StatusCode::TOO_MANY_REQUESTS if code.contains("insufficient_quota") => ProviderError::Credentials,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => {
            ProviderError::RetryAfter(wait)
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PAYMENT_REQUIRED => {
            ProviderError::Credentials
        }
        status if status.is_server_error() => ProviderError::RetryAfter(wait),
        status => ProviderError::Refused(format!(
            "HTTP {}{}{code}",
            status.as_u16(),
            if code.is_empty() { "" } else { " " }
        )),
    }
}

/// `error.code` or `error.type` of an answer, if it looks like an identifier: a message could quote a person.
fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: Reason,
    }
    #[derive(Deserialize)]
    struct Reason {
        #[serde(default)]
        code: serde_json::Value,
        #[serde(default, rename = "type")]
        kind: serde_json::Value,
        #[serde(default)]
        status: serde_json::Value,
    }
    let reason = serde_json::from_slice::<Refusal>(body).ok()?.error;
    let identifier = |text: &&str| {
        text.len() <= 64
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    };
    [&reason.code, &reason.kind, &reason.status]
        .into_iter()
        .filter_map(|v| v.as_str())
        .find(identifier)
        .map(str::to_owned)
}
