//! Twilio's REST interface (docs `voice/api/call-resource`, `voice/api/recording`): look calls and recordings up, change a live call.
//! Called by reconciliation and by whoever ends or moves a call. It never retries by itself, never leaves the configured origin,
//! and never follows a redirect.

use std::time::Duration;

use domain::call::CarrierStatus;
use domain::entities::Phone;
use domain::ids::{AccountSid, CallSid, RecordingSid};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::outbound::{self, ClientError, body, request_id_header, retry_after};

/// How long one REST request may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// A page of 1,000 calls is about 2 MB.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// HTTP Basic: the account's id and auth token, or an API key's id and secret.
#[derive(Clone)]
pub struct BasicAuth {
    pub user: String,
    pub secret: SecretString,
}

/// What became of a REST request, by what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// 401, 403: fix the credentials; a retry changes nothing until then.
    #[error("Twilio refuses the credentials")]
    Credentials,
    /// 429 (error 20429: not processed) and 5xx: wait, then again.
    #[error("Twilio asks to wait")]
    RetryAfter(Option<Duration>),
    /// No answer, or half of one. Whether a change was made is unknown: look before doing it again.
    #[error("Twilio was not reached, or its answer was lost")]
    Unreachable,
    /// There is no such thing (any more).
    #[error("Twilio does not know it")]
    NotFound,
    /// The call has ended, so it can't be changed: take it as over.
    #[error("the call is over")]
    CallOver,
    /// Any other 4xx with Twilio's error code: a fault of ours, give up.
    #[error("Twilio refuses the request: HTTP {status}, error {code}")]
    Refused { status: u16, code: u32 },
    /// The answer isn't what the documentation says.
    #[error("Twilio's answer can't be read: {0}")]
    Garbage(&'static str),
}

/// A call as the REST interface shows it. Eventually consistent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallRow {
    pub sid: CallSid,
    /// Twilio's word; `carrier_status` reads it.
    pub status: String,
    #[serde(default)]
    pub direction: Option<String>,
    /// Seconds, as text.
    #[serde(default)]
    pub duration: Option<String>,
    /// RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
    #[serde(default)]
    pub start_time: Option<String>,
    #[serde(default)]
    pub end_time: Option<String>,
}

impl CallRow {
    /// The status, when it is one that we know.
    pub fn carrier_status(&self) -> Option<CarrierStatus> {
        CarrierStatus::parse(&self.status)
    }
}

/// A recording as the REST interface shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordingRow {
    pub sid: RecordingSid,
    pub call_sid: CallSid,
    /// `in-progress`, `paused`, `stopped`, `processing`, `completed`, `absent`, `deleted`.
    pub status: String,
    /// Seconds, as text.
    #[serde(default)]
    pub duration: Option<String>,
    /// RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Where the next page is; give it to the same list again.
    pub next: Option<NextPage>,
}

/// The address of a next page, inside our own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPage(String);

/// A call to be placed.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// Who is rung.
    pub to: &'a Phone,
    /// A number of the account.
    pub from: &'a Phone,
    /// Absolute: what is done when somebody answers.
    pub url: &'a str,
    /// Absolute: where it is told how the call goes on.
    pub status_callback: &'a str,
    /// 5 to 600.
    pub ring_seconds: u32,
}

/// What to do with a live call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallUpdate<'a> {
    /// Go on with the TwiML at this absolute address.
    Redirect { url: &'a str },
    /// Go on with this TwiML; addresses of actions in it must be absolute.
    Twiml(&'a str),
    /// Hang up.
    Complete,
    /// Give up a call that isn't answered yet.
    Cancel,
}

/// The REST interface of one account.
#[derive(Clone)]
pub struct TwilioRest {
    base: Url,
    account: AccountSid,
    auth: BasicAuth,
    client: reqwest::Client,
}

impl std::fmt::Debug for TwilioRest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TwilioRest")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl TwilioRest {
    /// `api_base` is the origin of Twilio's REST interface (`https://api.twilio.com`); its path, if any, is dropped.
    pub fn new(api_base: &Url, account: AccountSid, auth: BasicAuth) -> Result<TwilioRest, ClientError> {
        let mut base = api_base.clone();
        base.set_path("/");
        base.set_query(None);
        base.set_fragment(None);
        Ok(TwilioRest {
            base,
            account,
            auth,
            client: outbound::configured_client()?,
        })
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    pub(crate) fn auth(&self) -> &BasicAuth {
        &self.auth
    }

    /// The address of something of the account: `…/2010-04-01/Accounts/{AC}/{rest}`.
    pub(crate) fn address(&self, rest: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("/2010-04-01/Accounts/{}/{rest}", self.account));
        url
    }

    /// One call.
    pub async fn call(&self, call: &CallSid, request_id: &str) -> Result<CallRow, RestError> {
        self.json(self.request(
            Method::GET,
            self.address(&format!("Calls/{call}.json")),
            request_id,
        ))
        .await
    }

    /// The account's calls, newest first, 1,000 a page. `started_after` is a date, `YYYY-MM-DD` (UTC).
    pub async fn calls(
        &self,
        started_after: &str,
        next: Option<&NextPage>,
        id: &str,
    ) -> Result<Page<CallRow>, RestError> {
        #[derive(Deserialize)]
        struct Calls {
            calls: Vec<CallRow>,
            next_page_uri: Option<String>,
        }
        let url = self.list_address("Calls.json", ("StartTime>", started_after), next)?;
        let page: Calls = self.json(self.request(Method::GET, url, id)).await?;
        Ok(Page {
            rows: page.calls,
            next: self.next_page(page.next_page_uri)?,
        })
    }

    /// The account's recordings, newest first, 1,000 a page. `created_after` is a date, `YYYY-MM-DD` (UTC).
    pub async fn recordings(
        &self,
        created_after: &str,
        next: Option<&NextPage>,
        id: &str,
    ) -> Result<Page<RecordingRow>, RestError> {
        #[derive(Deserialize)]
        struct Recordings {
            recordings: Vec<RecordingRow>,
            next_page_uri: Option<String>,
        }
        let url = self.list_address("Recordings.json", ("DateCreated>", created_after), next)?;
        let page: Recordings = self.json(self.request(Method::GET, url, id)).await?;
        Ok(Page {
            rows: page.recordings,
            next: self.next_page(page.next_page_uri)?,
        })
    }

    /// Changes a live call. A refusal is looked into: if the call has ended it is [`RestError::CallOver`].
    pub async fn update_call(
        &self,
        call: &CallSid,
        update: CallUpdate<'_>,
        request_id: &str,
    ) -> Result<(), RestError> {
        let form: &[(&str, &str)] = match update {
            CallUpdate::Redirect { url } => &[("Url", url), ("Method", "POST")],
            CallUpdate::Twiml(twiml) => &[("Twiml", twiml)],
            CallUpdate::Complete => &[("Status", "completed")],
            CallUpdate::Cancel => &[("Status", "canceled")],
        };
        let url = self.address(&format!("Calls/{call}.json"));
        let answer: Result<CallRow, RestError> = self
            .json(self.request(Method::POST, url, request_id).form(form))
            .await;
        match answer {
            Ok(_) => Ok(()),
            // The wording of "not in progress" (21220) isn't documented, so the call itself is asked.
            Err(error @ RestError::Refused { .. }) => match self.call(call, request_id).await {
                Ok(row) if row.carrier_status().is_some_and(CarrierStatus::is_final) => {
                    Err(RestError::CallOver)
                }
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// Places a call. It never tries again by itself: there is no key by which the carrier would know the same call, so after
    /// anything but a refusal somebody looks with [`TwilioRest::find_call`] first.
    ///
    /// # Errors
    /// What became of the request, by what to do next.
    pub async fn create_call(&self, new: &NewCall<'_>, request_id: &str) -> Result<CallRow, RestError> {
        let ring = new.ring_seconds.to_string();
        let form = [
            ("To", new.to.as_e164()),
            ("From", new.from.as_e164()),
            ("Url", new.url),
            ("Method", "POST"),
            ("StatusCallback", new.status_callback),
            ("StatusCallbackMethod", "POST"),
            ("StatusCallbackEvent", "ringing"),
            ("StatusCallbackEvent", "answered"),
            ("StatusCallbackEvent", "completed"),
            ("Timeout", &ring),
        ];
        let request = self.request(Method::POST, self.address("Calls.json"), request_id);
        self.json(request.form(&form)).await
    }

    /// The newest call from one number to another that was made at or after a moment; `None` when the carrier has none (yet:
    /// its lists are eventually consistent).
    ///
    /// # Errors
    /// What became of the request, by what to do next.
    pub async fn find_call(
        &self,
        (from, to): (&str, &str),
        since: jiff::Timestamp,
        request_id: &str,
    ) -> Result<Option<CallRow>, RestError> {
        #[derive(Deserialize)]
        struct Calls {
            calls: Vec<CallRow>,
        }
        let mut url = self.address("Calls.json");
        // A day at its beginning: the list is asked by dates, and the moment is compared here.
        let day = since.strftime("%Y-%m-%d").to_string();
        url.query_pairs_mut()
            .append_pair("From", from)
            .append_pair("To", to)
            .append_pair("StartTime>", &day)
            .append_pair("PageSize", "50");
        let page: Calls = self.json(self.request(Method::GET, url, request_id)).await?;
        // The carrier tells whole seconds.
        let made = |call: &CallRow| {
            let told = call.date_created.as_deref().or(call.start_time.as_deref())?;
            Some(jiff::fmt::rfc2822::parse(told).ok()?.timestamp().as_second())
        };
        let ours = page
            .calls
            .into_iter()
            .filter_map(|call| Some((made(&call)?, call)));
        let newest = ours
            .filter(|(at, _)| *at >= since.as_second())
            .max_by_key(|(at, _)| *at);
        Ok(newest.map(|(_, call)| call))
    }

    /// Deletes a recording for good, in every format (docs `voice/api/recording#delete-a-recording-resource`).
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none any more; the others as for every request.
    pub async fn delete_recording(
        &self,
        recording: &RecordingSid,
        request_id: &str,
    ) -> Result<(), RestError> {
        let url = self.address(&format!("Recordings/{recording}.json"));
        self.bytes(self.request(Method::DELETE, url, request_id))
            .await
            .map(drop)
    }

    fn list_address(
        &self,
        list: &str,
        since: (&str, &str),
        next: Option<&NextPage>,
    ) -> Result<Url, RestError> {
        match next {
            Some(NextPage(path)) => self
                .base
                .join(path)
                .map_err(|_| RestError::Garbage("next_page_uri")),
            None => {
                let mut url = self.address(list);
                url.query_pairs_mut()
                    .append_pair("PageSize", "1000")
                    .append_pair(since.0, since.1);
                Ok(url)
            }
        }
    }

    /// A next page is believed only inside our own account on the configured origin: the request carries our credentials.
    fn next_page(&self, uri: Option<String>) -> Result<Option<NextPage>, RestError> {
        let Some(uri) = uri.filter(|uri| !uri.is_empty()) else {
            return Ok(None);
        };
        let inside = format!("/2010-04-01/Accounts/{}/", self.account);
        let url = self
            .base
            .join(&uri)
            .map_err(|_| RestError::Garbage("next_page_uri"))?;
        if url.origin() != self.base.origin() || !url.path().starts_with(&inside) {
            return Err(RestError::Garbage("next_page_uri leaves the account"));
        }
        Ok(Some(NextPage(uri)))
    }

    pub(crate) fn request(&self, method: Method, url: Url, request_id: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, url)
            .timeout(TIME_LIMIT)
            .headers(request_id_header(request_id))
            .basic_auth(&self.auth.user, Some(self.auth.secret.expose_secret()))
    }

    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<T, RestError> {
        let body = self.bytes(request).await?;
        serde_json::from_slice(&body).map_err(|_| RestError::Garbage("not the documented JSON"))
    }

    /// What is answered to a request that is granted; a 204 has nothing.
    async fn bytes(&self, request: reqwest::RequestBuilder) -> Result<bytes::Bytes, RestError> {
        let response = request.send().await.map_err(|_| RestError::Unreachable)?;
        let status = response.status();
        let wait = retry_after(response.headers());
        let body = body::capped(response, BODY_LIMIT)
            .await
            .map_err(|error| match error {
                body::BodyError::TooLarge => RestError::Garbage("larger than 8 MiB"),
                body::BodyError::CutShort => RestError::Unreachable,
            })?;
        match status {
            s if s.is_success() => Ok(body),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(RestError::Credentials),
            StatusCode::NOT_FOUND => Err(RestError::NotFound),
            StatusCode::TOO_MANY_REQUESTS => Err(RestError::RetryAfter(wait)),
            s if s.is_server_error() => Err(RestError::RetryAfter(wait)),
            s => Err(RestError::Refused {
                status: s.as_u16(),
                code: error_code(&body),
            }),
        }
    }
}

/// Twilio's own error code of a refusal, 0 when there is none.
fn error_code(body: &[u8]) -> u32 {
    #[derive(Deserialize)]
    struct Refusal {
        code: u32,
    }
    serde_json::from_slice::<Refusal>(body).map_or(0, |refusal| refusal.code)
}

#[cfg(test)]
#[path = "rest_tests.rs"]
mod tests;
