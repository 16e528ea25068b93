//! Fetching the sound of a recording (Twilio docs `voice/api/recording`): the file may not be there yet, and that is normal.
//! Called by the recording pipeline's download step. It never visits an address that a request named, and shows the credentials
//! to nobody but the configured origin.

use std::time::Duration;

use bytes::Bytes;
use domain::ids::{AccountSid, RecordingSid};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use secrecy::ExposeSecret;
use url::Url;

use super::rest::{BasicAuth, TwilioRest};
use crate::outbound::{self, ClientError, body, check_url, request_id_header, retry_after};

/// 14 minutes of 8 kHz 16-bit sound, many times the longest turn.
pub const LIMIT_BYTES: usize = 10 * 1024 * 1024;
/// For everything: connection, redirect and body.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Why there is no sound, by what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// 404: the action callback is sent before the file exists. Again after 0.5, 1, 2, 4 s.
    #[error("the recording is not there yet")]
    NotYet,
    /// 401, 403: alert; again with backoff, for the token may just be rotating.
    #[error("Twilio refuses the credentials")]
    Credentials,
    /// 429, 5xx, no answer, half an answer: wait, then again.
    #[error("Twilio can't give the recording just now")]
    Retry { after: Option<Duration> },
    /// Over 10 MiB: give up, the recording is rejected.
    #[error("the recording is larger than 10 MiB")]
    TooLarge,
    /// Somewhere we don't go, or a request that Twilio finds wrong: give up.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// 410: deleted. Give up.
    #[error("the recording was deleted")]
    Gone,
}

/// Where one account's recordings are fetched from.
#[derive(Debug, Clone)]
pub struct RecordingSource {
    rest: TwilioRest,
    outside: reqwest::Client,
}

impl RecordingSource {
    /// `api_base`: the only origin that sees the credentials. May be http on loopback, for development and tests.
    pub fn new(api_base: &Url, account: AccountSid, auth: BasicAuth) -> Result<RecordingSource, ClientError> {
        let rest = TwilioRest::new(api_base, account, auth)?;
        Ok(RecordingSource {
            rest,
            outside: outbound::guarded_client()?,
        })
    }

    /// The REST interface of the same account.
    pub fn rest(&self) -> &TwilioRest {
        &self.rest
    }

    /// The recording as a WAV file. One attempt; the pipeline retries.
    pub async fn fetch(&self, recording: &RecordingSid, request_id: &str) -> Result<Bytes, FetchError> {
        match tokio::time::timeout(TIME_LIMIT, self.attempt(recording, request_id)).await {
            Ok(result) => result,
            Err(_) => Err(FetchError::Retry { after: None }),
        }
    }

    async fn attempt(&self, recording: &RecordingSid, request_id: &str) -> Result<Bytes, FetchError> {
        let url = self.rest.address(&format!("Recordings/{recording}.wav"));
        let auth = self.rest.auth();
        let request = self
            .rest
            .client()
            .get(url.clone())
            .headers(request_id_header(request_id));
        let request = request.basic_auth(&auth.user, Some(auth.secret.expose_secret()));
        let response = request.send().await.map_err(not_answered)?;
        if !response.status().is_redirection() {
            return sound(response).await;
        }
        let target = redirect_target(&response, &url)?;
        let response = self.outside_request(target)?.send().await.map_err(not_answered)?;
        if response.status().is_redirection() {
            return Err(FetchError::Refused("a second redirect"));
        }
        sound(response).await
    }

    /// A request to where a redirect points: never with credentials, and guarded unless it is the configured origin itself.
    fn outside_request(&self, target: Url) -> Result<reqwest::RequestBuilder, FetchError> {
        if target.origin() == self.rest.base().origin()
            && target.username().is_empty()
            && target.password().is_none()
        {
            return Ok(self.rest.client().get(target));
        }
        check_url(&target).map_err(|why| {
            tracing::warn!(%why, "a recording redirects to where we don't go");
            FetchError::Refused("a redirect to an address that is not public https")
        })?;
        Ok(self.outside.get(target))
    }
}

fn redirect_target(response: &Response, from: &Url) -> Result<Url, FetchError> {
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    location
        .and_then(|text| from.join(text).ok())
        .ok_or(FetchError::Refused("a redirect to nowhere"))
}

async fn sound(response: Response) -> Result<Bytes, FetchError> {
    let after = retry_after(response.headers());
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(FetchError::NotYet),
        StatusCode::GONE => return Err(FetchError::Gone),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(FetchError::Credentials),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            return Err(FetchError::Retry { after });
        }
        status if status.is_server_error() => return Err(FetchError::Retry { after }),
        _ => {
            return Err(FetchError::Refused(
                "a status that is neither sound nor an error we know",
            ));
        }
    }
    match body::capped(response, LIMIT_BYTES).await {
        Ok(bytes) => Ok(bytes),
        Err(body::BodyError::TooLarge) => Err(FetchError::TooLarge),
        Err(body::BodyError::CutShort) => Err(FetchError::Retry { after: None }),
    }
}

/// A refused name comes back as a connection error; its cause tells it from a network that is down.
fn not_answered(error: reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<outbound::guard::ResolvedToPrivate>() {
            return FetchError::Refused("a redirect to a name that is not public");
        }
        cause = inner.source();
    }
    FetchError::Retry { after: None }
}

#[cfg(test)]
#[path = "recordings_tests.rs"]
mod tests;
