//! One request and its answer, for all providers: what a lost connection means for a message, and how a file is read.
//! Used by `twilio`, `meta` and `bridge`. It never tries twice and never follows a redirect by itself.

use std::time::Duration;

use bytes::Bytes;
use domain::whatsapp::ProviderName;
use domain::whatsapp::failure::Course;
use reqwest::header::LOCATION;
use reqwest::{RequestBuilder, Response, StatusCode};
use url::Url;

use super::provider::{Fetched, MediaError, ProviderError, ReadError, SendError};
use crate::outbound::guard::ResolvedToPrivate;
use crate::outbound::{body, retry_after};
use crate::provider::content_type;

/// One request of any kind but a file, from the connection to the answer's end.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(15);
/// One file, either way.
pub(super) const FILE_TIME_LIMIT: Duration = Duration::from_secs(120);
/// How much of an answer is read: a page of templates has some hundred kB.
const ANSWER: usize = 4 * 1024 * 1024;

/// An answer, whole.
pub(super) struct Answer {
    pub status: StatusCode,
    pub wait: Option<Duration>,
    pub body: Bytes,
}

/// Sends something that must not happen twice.
pub(super) async fn send(request: RequestBuilder) -> Result<Answer, SendError> {
    let response = request.send().await.map_err(|error| not_sent(&error))?;
    // The answer's head has come, so the request was seen: what is lost now is only our knowledge of it.
    whole(response).await.ok_or(SendError::Uncertain)
}

/// Asks for something that may be asked for again.
pub(super) async fn read(request: RequestBuilder) -> Result<Answer, ReadError> {
    let response = request.send().await.map_err(|error| match is_forbidden(&error) {
        true => ReadError::Garbage("the host is not public"),
        false => ReadError::RetryAfter(None),
    })?;
    whole(response).await.ok_or(ReadError::RetryAfter(None))
}

async fn whole(response: Response) -> Option<Answer> {
    let (status, wait) = (response.status(), retry_after(response.headers()));
    let body = body::capped(response, ANSWER).await.ok()?;
    Some(Answer { status, wait, body })
}

fn not_sent(error: &reqwest::Error) -> SendError {
    if is_forbidden(error) {
        return SendError::Channel(ProviderError {
            code: "forbidden_address".to_owned(),
            detail: "the host is not public".to_owned(),
        });
    }
    match error.is_connect() {
        true => SendError::Unreachable,
        false => SendError::Uncertain,
    }
}

/// Whether the guard refused the name: its error is the cause of a connection error.
fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<ResolvedToPrivate>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

impl Answer {
    /// The error of an answer that names a code, by what the code means.
    pub fn refused(&self, provider: ProviderName, error: ProviderError) -> SendError {
        match error.explained(provider).course {
            Course::GiveUp => SendError::Refused(error),
            Course::StopChannel => SendError::Channel(error),
            course => SendError::Throttled {
                retry_after: self.wait,
                pair: course == Course::SlowPair,
                error: Some(error),
            },
        }
    }

    /// The error of an answer without a code: only its status speaks.
    pub fn unexplained(&self) -> SendError {
        let error = ProviderError {
            code: format!("http_{}", self.status.as_u16()),
            detail: String::new(),
        };
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => SendError::Throttled {
                retry_after: self.wait,
                pair: false,
                error: None,
            },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SendError::Channel(error),
            StatusCode::REQUEST_TIMEOUT => SendError::Uncertain,
            status if status.is_client_error() => SendError::Refused(error),
            // A gateway's 502 or 504 says nothing of the server behind it, and a success that can't be read was a success.
            _ => SendError::Uncertain,
        }
    }

    /// The same for what was only read.
    pub fn unread(&self, error: Option<ProviderError>) -> ReadError {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ReadError::Credentials,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => ReadError::RetryAfter(self.wait),
            status if status.is_server_error() => ReadError::RetryAfter(self.wait),
            status if status.is_success() => ReadError::Garbage("not the documented JSON"),
            status => ReadError::Refused(error.unwrap_or_else(|| ProviderError {
                code: format!("http_{}", status.as_u16()),
                detail: String::new(),
            })),
        }
    }
}

/// Where a redirect points; `None`: it was none.
pub(super) fn redirect(response: &Response, from: &Url) -> Option<Result<Url, MediaError>> {
    response.status().is_redirection().then(|| {
        let location = response
            .headers()
            .get(LOCATION)
            .and_then(|value| value.to_str().ok());
        location
            .and_then(|text| from.join(text).ok())
            .ok_or(MediaError::Forbidden("a redirect to nowhere"))
    })
}

/// Why a file's request came to nothing.
pub(super) fn no_file(error: &reqwest::Error) -> MediaError {
    match is_forbidden(error) {
        true => MediaError::Forbidden("a name that is not public"),
        false => MediaError::Retry(None),
    }
}

/// A file, at most `limit` bytes.
pub(super) async fn file(response: Response, limit: usize) -> Result<Fetched, MediaError> {
    let wait = retry_after(response.headers());
    match response.status() {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(MediaError::Credentials),
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(MediaError::Gone),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => return Err(MediaError::Retry(wait)),
        status if status.is_server_error() => return Err(MediaError::Retry(wait)),
        status if status.is_redirection() => return Err(MediaError::Forbidden("a second redirect")),
        status => return Err(MediaError::Refused(status.as_u16())),
    }
    let mime = content_type(&response).filter(|kind| kind.len() <= 100);
    match body::capped(response, limit).await {
        Ok(bytes) => Ok(Fetched { bytes, mime }),
        Err(body::BodyError::TooLarge) => Err(MediaError::TooLarge),
        Err(body::BodyError::CutShort) => Err(MediaError::Retry(None)),
    }
}
