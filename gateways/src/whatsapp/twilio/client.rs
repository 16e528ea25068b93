//! Twilio's Messages resource for one WhatsApp number (Twilio docs, `messaging/api/message-resource`, `whatsapp/api`). The sending actor
//! and the fetcher of media call it through [`Provider`]. Credentials go to the configured origin and its sisters only.

use async_trait::async_trait;
use domain::entities::Phone;
use domain::ids::AccountSid;
use domain::whatsapp::{MediaKind, ProviderName};
use reqwest::Method;
use serde_json::{Map, Value};
use url::Url;

use super::super::exchange::{self, Answer, FILE_TIME_LIMIT, TIME_LIMIT};
use super::super::inbound::MediaReference;
use super::super::outgoing::{MediaSource, Outgoing, OutgoingContent, Recipient, Signal};
use super::super::provider::{
    Abilities, Accepted, Fetched, Found, Lookup, MediaError, Provider, ProviderError, ReadError, SendError,
    Template, Upload,
};
use super::super::reading;
use super::{forms, lookup, media, templates};
use crate::outbound::{ClientError, guarded_client};
use crate::twilio::rest::{BasicAuth, TwilioRest};

/// What is needed to speak for one number.
#[derive(Clone)]
pub struct TwilioAccess {
    /// `https://api.twilio.com`; the origins of the Content API and of signs follow from it, or are it.
    pub api_base: Url,
    pub account: AccountSid,
    pub auth: BasicAuth,
    /// The WhatsApp sender.
    pub number: Phone,
}

impl std::fmt::Debug for TwilioAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TwilioAccess({})", self.account)
    }
}

/// The client of one number.
#[derive(Debug, Clone)]
pub struct TwilioClient {
    pub(super) rest: TwilioRest,
    pub(super) guarded: reqwest::Client,
    pub(super) account: AccountSid,
    pub(super) number: Phone,
}

impl TwilioClient {
    /// A client for this number.
    ///
    /// # Errors
    /// When TLS has no provider.
    pub fn new(access: TwilioAccess) -> Result<Self, ClientError> {
        Ok(Self {
            rest: TwilioRest::new(&access.api_base, access.account.clone(), access.auth)?,
            guarded: guarded_client()?,
            account: access.account,
            number: access.number,
        })
    }

    /// `https://content.twilio.com` beside `https://api.twilio.com`; whatever plays Twilio plays all of it at one origin.
    pub(super) fn sister(&self, name: &str, path: &str) -> Url {
        let mut url = self.rest.base().clone();
        let host = url.host_str().unwrap_or("");
        let rest = host.strip_prefix("api.");
        if let Some(rest) = rest.filter(|rest| rest.ends_with("twilio.com")) {
            let host = format!("{name}.{rest}");
            // A name of the same letters in the same scheme can always be set.
            let _ = url.set_host(Some(&host));
        }
        url.set_path(path);
        url
    }

    fn form(&self, message: &Outgoing) -> Result<Vec<(&'static str, String)>, SendError> {
        let mut form = vec![
            ("From", address(self.number.as_e164())),
            ("To", recipient(&message.to)),
        ];
        match &message.content {
            OutgoingContent::Text(text) => form.push(("Body", text.clone())),
            OutgoingContent::Template(template) => {
                // With a ContentSid neither Body nor MediaUrl may be there.
                form.push(("ContentSid", template.provider_id.clone()));
                let filled = template.parameters.iter();
                let variables: Map<String, Value> = filled
                    .map(|(key, value)| (key.clone(), value.as_str().into()))
                    .collect();
                if !variables.is_empty() {
                    form.push(("ContentVariables", Value::from(variables).to_string()));
                }
            }
            OutgoingContent::Media {
                kind,
                source: MediaSource::Link(link),
                caption,
                name,
                ..
            } => {
                // Twilio shows the text of a document as its name.
                let words = match kind {
                    MediaKind::Document => name.as_ref().or(caption.as_ref()),
                    _ => caption.as_ref(),
                };
                form.extend(words.map(|words| ("Body", words.clone())));
                form.push(("MediaUrl", link.clone()));
            }
            OutgoingContent::Media { .. } | OutgoingContent::Reaction { .. } => return Err(unsupported()),
        }
        let callback = message.status_callback.as_deref();
        let callback = callback.and_then(|url| forms::callback(url, &message.client_key));
        form.extend(callback.map(|url| ("StatusCallback", url)));
        Ok(form)
    }
}

/// `whatsapp:+972…`.
pub(super) fn address(number: &str) -> String {
    format!("whatsapp:{number}")
}

pub(super) fn recipient(to: &Recipient) -> String {
    match to {
        Recipient::Phone(phone) => address(phone.as_e164()),
        Recipient::UserId(id) => address(id),
    }
}

fn unsupported() -> SendError {
    SendError::Refused(ProviderError {
        code: "63030".to_owned(),
        detail: "Twilio has no such message".to_owned(),
    })
}

/// Twilio's own error of a refusal.
pub(super) fn told(body: &[u8]) -> Option<ProviderError> {
    let json: Value = serde_json::from_slice(body).ok()?;
    json.get("code").filter(|code| code.is_number())?;
    let detail = json["message"].as_str().unwrap_or("");
    Some(reading::error(&json["code"], detail))
}

fn judged(answer: &Answer) -> Result<Value, SendError> {
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body).map_err(|_| SendError::Uncertain);
    }
    // Only of a 4xx it is known that nothing was done (429: "not processed"); a 5xx may have come after the deed.
    let Some(error) = told(&answer.body).filter(|_| answer.status.is_client_error()) else {
        return Err(answer.unexplained());
    };
    match (
        answer.status.as_u16(),
        answer.refused(ProviderName::Twilio, error),
    ) {
        // The status knows better than a code that nobody here has seen.
        (429 | 401 | 403, SendError::Refused(_)) => Err(answer.unexplained()),
        (_, refusal) => Err(refusal),
    }
}

#[async_trait]
impl Provider for TwilioClient {
    fn name(&self) -> ProviderName {
        ProviderName::Twilio
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            reply: false,
            reaction: false,
            typing: true,
            read_receipts: false,
            upload: false,
            user_ids: true,
            window: true,
            longest_text: 1600,
        }
    }

    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let form = self.form(message)?;
        let url = self.rest.address("Messages.json");
        let request = self.rest.request(Method::POST, url, &message.request_id);
        let answer = exchange::send(request.timeout(TIME_LIMIT).form(&form)).await?;
        let json = judged(&answer)?;
        // Taken and failed in one answer: the statuses would say the same.
        if matches!(json["status"].as_str(), Some("failed" | "undelivered")) && json["error_code"].is_number()
        {
            let detail = json["error_message"].as_str().unwrap_or("");
            let error = reading::error(&json["error_code"], detail);
            return Err(answer.refused(ProviderName::Twilio, error));
        }
        let provider_id = reading::id(&json["sid"]).ok_or(SendError::Uncertain)?;
        Ok(Accepted { provider_id })
    }

    async fn find(&self, wanted: &Lookup<'_>) -> Result<Found, ReadError> {
        lookup::find(self, wanted).await
    }

    /// Twilio's sign of writing marks the message as read, too; for reading alone it has none.
    async fn signal(&self, signal: &Signal, request_id: &str) -> Result<(), SendError> {
        let Signal::Typing { provider_id } = signal else {
            return Err(unsupported());
        };
        let form = [("messageId", provider_id.as_str()), ("channel", "whatsapp")];
        let url = self.sister("messaging", "/v2/Indicators/Typing.json");
        let request = self.rest.request(Method::POST, url, request_id);
        judged(&exchange::send(request.form(&form)).await?).map(drop)
    }

    async fn templates(&self, request_id: &str) -> Result<Vec<Template>, ReadError> {
        templates::all(self, request_id).await
    }

    async fn upload(&self, _: &Upload<'_>) -> Result<String, SendError> {
        Err(unsupported())
    }

    async fn media(
        &self,
        reference: &MediaReference,
        kind: MediaKind,
        request_id: &str,
    ) -> Result<Fetched, MediaError> {
        let fetching = media::fetch(self, reference, kind.limit_bytes(), request_id);
        tokio::time::timeout(FILE_TIME_LIMIT, fetching)
            .await
            .unwrap_or(Err(MediaError::Retry(None)))
    }
}
