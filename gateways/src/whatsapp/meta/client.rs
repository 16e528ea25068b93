//! The Cloud API for one phone number id. The sending actor and the fetcher of media call it through [`Provider`].
//! Its token is shown to the Graph API and to the hosts of its media only.

use async_trait::async_trait;
use domain::whatsapp::{MediaKind, ProviderName};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::super::exchange::{self, Answer, FILE_TIME_LIMIT, TIME_LIMIT};
use super::super::inbound::MediaReference;
use super::super::outgoing::{Outgoing, Signal};
use super::super::provider::{
    Abilities, Accepted, Fetched, Found, Lookup, MediaError, Provider, ProviderError, ReadError, SendError,
    Template, Upload,
};
use super::super::reading;
use super::{body, events, templates};
use crate::outbound::{ClientError, configured_client, guarded_client, request_id_header};

/// Where Meta keeps files, beside the Graph API itself.
pub const MEDIA_ORIGIN: &str = "https://lookaside.fbsbx.com";

/// What is needed to speak for one number.
#[derive(Debug, Clone)]
pub struct MetaAccess {
    /// `https://graph.facebook.com`, with the version as its path: `https://graph.facebook.com/v25.0`.
    pub graph: Url,
    pub phone_number_id: String,
    /// The id of the WhatsApp business account: templates are its.
    pub account_id: String,
    pub token: SecretString,
    /// Where files may be fetched from with the token, beside the origin of `graph`: [`MEDIA_ORIGIN`].
    pub media_origins: Vec<Url>,
}

/// The client of one number.
#[derive(Debug, Clone)]
pub struct MetaClient {
    pub(super) access: MetaAccess,
    pub(super) configured: reqwest::Client,
    pub(super) guarded: reqwest::Client,
}

impl MetaClient {
    /// A client for this number.
    ///
    /// # Errors
    /// When TLS has no provider.
    pub fn new(access: MetaAccess) -> Result<Self, ClientError> {
        Ok(Self {
            access,
            configured: configured_client()?,
            guarded: guarded_client()?,
        })
    }

    /// The address of something: version, then these segments, whatever is in them.
    pub(super) fn address(&self, segments: &[&str]) -> Url {
        let mut url = self.access.graph.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    pub(super) fn request(&self, method: Method, url: Url, request_id: &str) -> RequestBuilder {
        self.configured
            .request(method, url)
            .timeout(TIME_LIMIT)
            .headers(request_id_header(request_id))
            .headers(self.bearer())
    }

    pub(super) fn bearer(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let text = format!("Bearer {}", self.access.token.expose_secret());
        if let Ok(mut value) = HeaderValue::from_str(&text) {
            value.set_sensitive(true);
            headers.insert("authorization", value);
        }
        headers
    }

    async fn post(&self, json: &Value, request_id: &str) -> Result<Value, SendError> {
        let url = self.address(&[&self.access.phone_number_id, "messages"]);
        let answer = exchange::send(self.request(Method::POST, url, request_id).json(json)).await?;
        judged(&answer)
    }
}

/// The JSON of a success, or the error of anything else.
fn judged(answer: &Answer) -> Result<Value, SendError> {
    let json = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    if answer.status.is_success() {
        return match json.is_object() {
            true => Ok(json),
            false => Err(SendError::Uncertain),
        };
    }
    let Some(error) = told(&json) else {
        return Err(answer.unexplained());
    };
    let speaks_of_messages = matches!(error.code.parse(), Ok(130_000..=139_999));
    if answer.status.is_server_error() && !speaks_of_messages {
        // Codes 1 and 2 are "something went wrong": with what, and how far it had come, is not said.
        return Err(SendError::Uncertain);
    }
    match (answer.status, answer.refused(ProviderName::Meta, error.clone())) {
        // A status may know better than a code that we have never seen.
        (StatusCode::TOO_MANY_REQUESTS, SendError::Refused(_)) => Err(answer.unexplained()),
        (StatusCode::UNAUTHORIZED, _) => Err(SendError::Channel(error)),
        (_, refusal) => Err(refusal),
    }
}

/// `{"error": {…}}`, as all of Graph's refusals have it.
pub(super) fn told(json: &Value) -> Option<ProviderError> {
    let error = json.get("error")?;
    error.get("code")?;
    Some(events::error(error))
}

#[async_trait]
impl Provider for MetaClient {
    fn name(&self) -> ProviderName {
        ProviderName::Meta
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            reply: true,
            reaction: true,
            typing: true,
            read_receipts: true,
            upload: true,
            user_ids: true,
            window: true,
            longest_text: 4096,
        }
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let json = self.post(&body::message(message), &message.request_id).await?;
        let id = reading::id(&json["messages"][0]["id"]);
        let provider_id = id.ok_or(SendError::Uncertain)?;
        Ok(Accepted { provider_id })
    }

    /// The Cloud API has no list of messages: only a status that carries the client key tells.
    async fn find(&self, _: &Lookup<'_>) -> Result<Found, ReadError> {
        Ok(Found::CantTell)
    }

    async fn signal(&self, signal: &Signal, request_id: &str) -> Result<(), SendError> {
        self.post(&body::signal(signal), request_id).await.map(drop)
    }

    async fn templates(&self, request_id: &str) -> Result<Vec<Template>, ReadError> {
        templates::all(self, request_id).await
    }

    async fn upload(&self, file: &Upload<'_>) -> Result<String, SendError> {
        let part = Part::stream(file.bytes.clone())
            .file_name(file.name.to_owned())
            .mime_str(file.mime);
        let part = part.map_err(|_| {
            SendError::Refused(ProviderError {
                code: "131053".to_owned(),
                detail: "not a media type".to_owned(),
            })
        })?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", file.mime.to_owned())
            .part("file", part);
        let url = self.address(&[&self.access.phone_number_id, "media"]);
        let request = self.request(Method::POST, url, file.request_id);
        let answer = exchange::send(request.timeout(FILE_TIME_LIMIT).multipart(form)).await?;
        reading::id(&judged(&answer)?["id"]).ok_or(SendError::Uncertain)
    }

    async fn media(
        &self,
        reference: &MediaReference,
        kind: MediaKind,
        request_id: &str,
    ) -> Result<Fetched, MediaError> {
        let fetching = self.fetch(reference, kind.limit_bytes(), request_id);
        tokio::time::timeout(FILE_TIME_LIMIT, fetching)
            .await
            .unwrap_or(Err(MediaError::Retry(None)))
    }
}
