//! A bridge of one number. The sending actor and the fetcher of media call it through [`Provider`]. Its address was typed by a manager
//! of a business, so it must be public https unless the operator has listed its origin.

use async_trait::async_trait;
use domain::entities::Phone;
use domain::whatsapp::{MediaKind, ProviderName};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::super::exchange::{self, Answer, FILE_TIME_LIMIT, TIME_LIMIT};
use super::super::inbound::MediaReference;
use super::super::outgoing::{MediaSource, Outgoing, OutgoingContent, Recipient, Signal};
use super::super::provider::{
    Abilities, Accepted, Fetched, Found, Lookup, MediaError, Provider, ProviderError, ReadError, SendError,
    Template, Upload,
};
use super::super::reading;
use super::{BridgeSecrets, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use crate::outbound::{
    ClientError, UrlRefusal, check_url, configured_client, guarded_client, request_id_header,
};

/// What is needed to speak for one number.
#[derive(Debug, Clone)]
pub struct BridgeAccess {
    /// Where the bridge is: `https://bridge.example/whatsapp`.
    pub base: Url,
    pub secrets: BridgeSecrets,
    pub number: Phone,
    /// Origins that the operator has listed: they may be http and private.
    pub listed_origins: Vec<Url>,
}

/// Why there is no bridge at an address.
#[derive(Debug, thiserror::Error)]
pub enum AddressRefusal {
    #[error("{0}")]
    Url(#[from] UrlRefusal),
    #[error("{0}")]
    Client(#[from] ClientError),
}

/// The client of one number.
#[derive(Debug, Clone)]
pub struct BridgeClient {
    base: Url,
    secrets: BridgeSecrets,
    client: reqwest::Client,
}

impl BridgeClient {
    /// A client for this bridge.
    ///
    /// # Errors
    /// For an address that is neither public https nor listed.
    pub fn new(access: BridgeAccess) -> Result<Self, AddressRefusal> {
        let origin = access.base.origin();
        let listed = access.listed_origins.iter().any(|one| one.origin() == origin);
        let client = match listed {
            true => configured_client()?,
            false => {
                check_url(&access.base)?;
                guarded_client()?
            }
        };
        Ok(Self {
            base: access.base,
            secrets: access.secrets,
            client,
        })
    }

    fn request(&self, method: Method, segments: &[&str], sent: (Vec<u8>, &str)) -> RequestBuilder {
        let (body, request_id) = sent;
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        let timestamp = Timestamp::now().as_second().to_string();
        let signature = self.secrets.sign(&timestamp, method.as_str(), url.path(), &body);
        self.client
            .request(method, url)
            .timeout(TIME_LIMIT)
            .headers(request_id_header(request_id))
            .header("content-type", "application/json")
            .header(TIMESTAMP_HEADER, timestamp)
            .header(SIGNATURE_HEADER, signature.unwrap_or_default())
            .body(body)
    }

    async fn post(&self, path: &str, json: &Value, request_id: &str) -> Result<Value, SendError> {
        let body = json.to_string().into_bytes();
        let request = self.request(Method::POST, &[path], (body, request_id));
        judged(&exchange::send(request).await?)
    }
}

fn told(body: &[u8]) -> Option<ProviderError> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let error = json.get("error").filter(|error| error.is_object())?;
    let detail = error["detail"].as_str().unwrap_or("");
    Some(reading::error(&error["code"], detail))
}

fn judged(answer: &Answer) -> Result<Value, SendError> {
    if answer.status.is_success() {
        return Ok(serde_json::from_slice(&answer.body).unwrap_or_default());
    }
    let told = told(&answer.body).filter(|_| answer.status.is_client_error());
    match told {
        Some(error) if answer.status != StatusCode::TOO_MANY_REQUESTS => {
            Err(answer.refused(ProviderName::Bridge, error))
        }
        _ => Err(answer.unexplained()),
    }
}

fn body(message: &Outgoing) -> Result<Value, SendError> {
    let refused = |what: &str| {
        SendError::Refused(ProviderError {
            code: "not_supported".to_owned(),
            detail: what.to_owned(),
        })
    };
    let mut body = json!({"client_key": message.client_key});
    body["to"] = match &message.to {
        Recipient::Phone(phone) => json!({"phone": phone.as_e164()}),
        Recipient::UserId(id) => json!({"user_id": id}),
    };
    if let Some(quoted) = &message.reply_to {
        body["reply_to"] = quoted.as_str().into();
    }
    let (kind, content) = match &message.content {
        OutgoingContent::Text(text) => ("text", json!(text)),
        OutgoingContent::Reaction { to, emoji } => ("reaction", json!({"message_id": to, "emoji": emoji})),
        OutgoingContent::Media {
            kind,
            source: MediaSource::Link(link),
            mime,
            caption,
            name,
        } => {
            let media = json!({"kind": kind, "link": link, "mime": mime, "caption": caption, "name": name});
            ("media", media)
        }
        OutgoingContent::Media { .. } => return Err(refused("a bridge takes links only")),
        OutgoingContent::Template(_) => return Err(refused("a bridge has no templates")),
    };
    body["type"] = kind.into();
    body[kind] = content;
    Ok(body)
}

#[async_trait]
impl Provider for BridgeClient {
    fn name(&self) -> ProviderName {
        ProviderName::Bridge
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            reply: true,
            reaction: true,
            typing: true,
            read_receipts: true,
            upload: false,
            user_ids: true,
            window: false,
            longest_text: 4096,
        }
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let json = self
            .post("messages", &body(message)?, &message.request_id)
            .await?;
        let provider_id = reading::id(&json["id"]).ok_or(SendError::Uncertain)?;
        Ok(Accepted { provider_id })
    }

    async fn find(&self, wanted: &Lookup<'_>) -> Result<Found, ReadError> {
        let path = ["messages", wanted.client_key];
        let request = self.request(Method::GET, &path, (Vec::new(), wanted.request_id));
        let answer = exchange::read(request).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(Found::NotTaken);
        }
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match reading::id(&json["id"]).filter(|_| answer.status.is_success()) {
            Some(provider_id) => Ok(Found::Taken(Accepted { provider_id })),
            None => Err(answer.unread(told(&answer.body))),
        }
    }

    async fn signal(&self, signal: &Signal, request_id: &str) -> Result<(), SendError> {
        let (kind, id) = match signal {
            Signal::Read { provider_id } => ("read", provider_id),
            Signal::Typing { provider_id } => ("typing", provider_id),
        };
        let json = json!({"type": kind, "message_id": id});
        self.post("signals", &json, request_id).await.map(drop)
    }

    async fn templates(&self, _: &str) -> Result<Vec<Template>, ReadError> {
        Err(ReadError::NotSupported)
    }

    async fn upload(&self, _: &Upload<'_>) -> Result<String, SendError> {
        Err(SendError::Refused(ProviderError {
            code: "not_supported".to_owned(),
            detail: "a bridge takes links only".to_owned(),
        }))
    }

    async fn media(
        &self,
        reference: &MediaReference,
        kind: MediaKind,
        request_id: &str,
    ) -> Result<Fetched, MediaError> {
        let path = ["media", reference.0.as_str()];
        let request = self.request(Method::GET, &path, (Vec::new(), request_id));
        let response = request.timeout(FILE_TIME_LIMIT).send().await;
        let response = response.map_err(|error| exchange::no_file(&error))?;
        if response.status().is_redirection() {
            return Err(MediaError::Forbidden("a bridge does not redirect"));
        }
        exchange::file(response, kind.limit_bytes()).await
    }
}
