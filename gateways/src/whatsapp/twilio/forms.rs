//! What Twilio posts for WhatsApp (Twilio docs, "Twilio's request to your incoming message webhook" and "Outbound message status in
//! status callbacks"). The form was signed; nothing in it makes reading fail.

use domain::whatsapp::{MediaKind, Receipt};
use serde_json::Value;
use url::Url;

use super::super::inbound::{
    Batch, ChannelKey, ChoiceKind, Content, Inbound, InboundMessage, LONGEST_TEXT, MediaMessage,
    MediaReference, Sender, StatusUpdate,
};
use super::super::reading::{self, ascii_id, cut, one_line, phone, user_id};
use crate::twilio::form::Parameters;

/// Files of one message that are read; WhatsApp has one.
const MOST_FILES: usize = 10;

/// The name under which a client key travels in the address of a status callback.
const KEY: &str = "key";

/// The address for status callbacks of one message: what it was, and which message it is.
pub fn callback(address: &str, client_key: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.query_pairs_mut().append_pair(KEY, client_key);
    Some(url.into())
}

/// What an incoming message holds. A form that is no message of WhatsApp is unknown, never an error.
pub fn inbound(body: &[u8]) -> Batch {
    let items = match Parameters::parse(body) {
        Ok(form) => messages(&form).unwrap_or_else(|| vec![unknown(&form)]),
        Err(_) => Vec::new(),
    };
    batch(items)
}

/// What a status callback tells. `query` is the raw query of the request, as it was signed.
pub fn status(query: &str, body: &[u8]) -> Batch {
    let Ok(form) = Parameters::parse(body) else {
        return batch(Vec::new());
    };
    let update = update(query, &form).map(|update| Inbound::Status(Box::new(update)));
    batch(vec![update.unwrap_or_else(|| unknown(&form))])
}

fn batch(items: Vec<Inbound>) -> Batch {
    Batch {
        dropped: usize::from(items.is_empty()),
        items,
    }
}

fn unknown(form: &Parameters) -> Inbound {
    let words = ["MessageStatus", "SmsStatus", "EventType", "MessageType"];
    let what = words.into_iter().find_map(|field| one_line(form.get(field)?));
    Inbound::Unknown {
        what: what.unwrap_or_else(|| "form".to_owned()),
    }
}

fn messages(form: &Parameters) -> Option<Vec<Inbound>> {
    let ids = ["MessageSid", "SmsMessageSid", "SmsSid"];
    let provider_id = ids.into_iter().find_map(|field| ascii_id(form.get(field)?))?;
    let to = form.get("To")?.strip_prefix("whatsapp:")?;
    let first = InboundMessage {
        channel: ChannelKey::Number(phone(to)?),
        provider_id,
        from: sender(form)?,
        at: None,
        content: Content::Text(String::new()),
        reply_to: form.get("OriginalRepliedMessageSid").and_then(ascii_id),
        forwarded: ["Forwarded", "FrequentlyForwarded"]
            .iter()
            .any(|field| form.get(field) == Some("true")),
    };
    let all = contents(form).into_iter().enumerate().map(|(index, content)| {
        let mut message = InboundMessage {
            content,
            ..first.clone()
        };
        if index > 0 {
            message.provider_id = format!("{}#{index}", first.provider_id);
        }
        Inbound::Message(Box::new(message))
    });
    Some(all.collect())
}

/// A sender has a number, a business-scoped id, or both, in whichever field Twilio has them.
fn sender(form: &Parameters) -> Option<Sender> {
    let from = form.get("From").unwrap_or("");
    let bare = from.strip_prefix("whatsapp:").unwrap_or(from);
    let sender = Sender {
        phone: phone(bare).or_else(|| form.get("WaId").and_then(phone)),
        user_id: form
            .get("ExternalUserId")
            .and_then(user_id)
            .or_else(|| user_id(bare)),
        name: form.get("ProfileName").and_then(one_line),
    };
    (sender.phone.is_some() || sender.user_id.is_some()).then_some(sender)
}

fn contents(form: &Parameters) -> Vec<Content> {
    let text = form.get("Body").and_then(|body| cut(body, LONGEST_TEXT));
    let files = files(form, text.as_deref());
    if !files.is_empty() {
        return files;
    }
    let kind = form.get("MessageType").unwrap_or("");
    let single = choice(form)
        .or_else(|| location(form))
        .or_else(|| reaction(form, kind))
        .or_else(|| text.map(Content::Text));
    vec![single.unwrap_or_else(|| unsupported(form, kind))]
}

fn unsupported(form: &Parameters, kind: &str) -> Content {
    let error = form.get("ErrorCode").map(|code| {
        let detail = form.get("ErrorMessage").unwrap_or("");
        reading::error(&Value::from(code), detail)
    });
    Content::Unsupported {
        kind: cut(kind, 40).unwrap_or_else(|| "nothing".to_owned()),
        text: None,
        error,
    }
}

fn files(form: &Parameters, text: Option<&str>) -> Vec<Content> {
    let count = form.get("NumMedia").and_then(|n| n.parse().ok()).unwrap_or(0);
    let file = |index: usize| {
        let url = form.get(&format!("MediaUrl{index}"))?;
        let mime = form.get(&format!("MediaContentType{index}")).and_then(one_line);
        let mime = mime.unwrap_or_else(|| "application/octet-stream".to_owned());
        let kind = kind_of(&mime, form.get("MessageType").unwrap_or(""));
        // The text of a document is its name, of anything else its caption.
        let (caption, name) = match kind {
            MediaKind::Document => (None, text.and_then(one_line)),
            _ => (text.map(str::to_owned), None),
        };
        Some(Content::Media(MediaMessage {
            kind,
            voice: mime.starts_with("audio/ogg"),
            mime,
            reference: MediaReference(cut(url, 2000)?),
            caption: caption.filter(|_| index == 0),
            name: name.filter(|_| index == 0),
        }))
    };
    (0..usize::min(count, MOST_FILES)).filter_map(file).collect()
}

fn kind_of(mime: &str, message_type: &str) -> MediaKind {
    if message_type == "sticker" {
        return MediaKind::Sticker;
    }
    match mime.split('/').next().unwrap_or("") {
        "image" => MediaKind::Image,
        "audio" => MediaKind::Audio,
        "video" => MediaKind::Video,
        _ => MediaKind::Document,
    }
}

fn choice(form: &Parameters) -> Option<Content> {
    let line = |field: &str| form.get(field).and_then(one_line);
    if let Some(id) = line("ListId") {
        let title = line("ListTitle").or_else(|| line("Body"));
        return Some(Content::Choice {
            kind: ChoiceKind::List,
            title: title.unwrap_or_else(|| id.clone()),
            id,
        });
    }
    let id = line("ButtonPayload").or_else(|| line("ButtonText"))?;
    let title = line("ButtonText").or_else(|| line("Body"));
    Some(Content::Choice {
        kind: ChoiceKind::Button,
        title: title.unwrap_or_else(|| id.clone()),
        id,
    })
}

fn location(form: &Parameters) -> Option<Content> {
    let degrees = |field: &str, most: f64| {
        let number: f64 = form.get(field)?.trim().parse().ok()?;
        (number.abs() <= most).then_some(number)
    };
    Some(Content::Location {
        latitude: degrees("Latitude", 90.0)?,
        longitude: degrees("Longitude", 180.0)?,
        name: form.get("Label").and_then(one_line),
        address: form.get("Address").and_then(one_line),
    })
}

/// A reaction names the message that it is to; without an emoji it was taken back.
fn reaction(form: &Parameters, kind: &str) -> Option<Content> {
    (kind == "reaction").then_some(())?;
    Some(Content::Reaction {
        to: form.get("OriginalRepliedMessageSid").and_then(ascii_id)?,
        emoji: form.get("Body").and_then(|emoji| cut(emoji, 32)),
    })
}

fn update(query: &str, form: &Parameters) -> Option<StatusUpdate> {
    let mut ids = ["MessageSid", "SmsSid"].into_iter();
    let provider_id = ids.find_map(|field| ascii_id(form.get(field)?))?;
    let word = form.get("MessageStatus").or_else(|| form.get("SmsStatus"))?;
    let receipt = match word {
        "undelivered" | "canceled" => Receipt::Failed,
        _ => Receipt::parse(word)?,
    };
    let code = form.get("ErrorCode").filter(|code| *code != "0");
    let code = code.or((word == "canceled").then_some("canceled"));
    let error = code.map(|code| {
        let detail = form
            .get("ErrorMessage")
            .or_else(|| form.get("ChannelStatusMessage"));
        reading::error(&Value::from(code), detail.unwrap_or(""))
    });
    let key = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == KEY);
    let number = |field: &str| form.get(field).and_then(phone);
    let to = form.get("To").unwrap_or("");
    let recipient = Sender {
        phone: number("To").or_else(|| number("ChannelToAddress")),
        user_id: user_id(to.strip_prefix("whatsapp:").unwrap_or(to)),
        name: None,
    };
    Some(StatusUpdate {
        channel: number("From").map(ChannelKey::Number),
        provider_id,
        receipt,
        at: None,
        error,
        client_key: key.and_then(|(_, value)| ascii_id(&value)),
        recipient: (recipient.phone.is_some() || recipient.user_id.is_some()).then_some(recipient),
    })
}

#[cfg(test)]
#[path = "forms_tests.rs"]
mod tests;
