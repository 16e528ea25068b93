//! A message as the Cloud API takes it (Meta, "Messages API"): JSON, one shape for each kind. The client sends it.

use serde_json::{Map, Value, json};

use super::super::outgoing::{MediaSource, Outgoing, OutgoingContent, Recipient, Signal, TemplateUse};

/// The body of a message.
pub(super) fn message(message: &Outgoing) -> Value {
    let (kind, content) = content(&message.content);
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": kind,
        kind: content,
        // Comes back with every status: how a message is known whose acceptance we never heard.
        "biz_opaque_callback_data": message.client_key,
    });
    match &message.to {
        Recipient::Phone(phone) => body["to"] = phone.as_e164().into(),
        Recipient::UserId(id) => body["recipient"] = id.as_str().into(),
    }
    if let Some(quoted) = &message.reply_to {
        body["context"] = json!({"message_id": quoted});
    }
    body
}

/// The body of a sign.
pub(super) fn signal(signal: &Signal) -> Value {
    let read = |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    match signal {
        Signal::Read { provider_id } => read(provider_id),
        Signal::Typing { provider_id } => {
            let mut body = read(provider_id);
            body["typing_indicator"] = json!({"type": "text"});
            body
        }
    }
}

fn content(content: &OutgoingContent) -> (&'static str, Value) {
    match content {
        OutgoingContent::Text(text) => ("text", json!({"body": text, "preview_url": false})),
        OutgoingContent::Template(template) => ("template", filled(template)),
        // An empty emoji takes the reaction back.
        OutgoingContent::Reaction { to, emoji } => (
            "reaction",
            json!({"message_id": to, "emoji": emoji.as_deref().unwrap_or("")}),
        ),
        OutgoingContent::Media {
            kind,
            source,
            caption,
            name,
            ..
        } => {
            let mut file = Map::new();
            match source {
                MediaSource::Link(link) => file.insert("link".into(), link.as_str().into()),
                MediaSource::Uploaded(id) => file.insert("id".into(), id.as_str().into()),
            };
            use domain::whatsapp::MediaKind as K;
            if let (K::Image | K::Video | K::Document, Some(caption)) = (kind, caption) {
                file.insert("caption".into(), caption.as_str().into());
            }
            if let (K::Document, Some(name)) = (kind, name) {
                file.insert("filename".into(), name.as_str().into());
            }
            (kind.as_str(), file.into())
        }
    }
}

/// A template's components out of its flat parameters: `header.1`, `1`, `button.0.1`.
fn filled(template: &TemplateUse) -> Value {
    let mut header = Vec::new();
    let mut body = Vec::new();
    let mut buttons = Vec::new();
    for (key, value) in &template.parameters {
        if let Some(place) = key.strip_prefix("header.") {
            header.push(parameter(place, value));
        } else if let Some(place) = key.strip_prefix("button.") {
            let index = place.split('.').next().unwrap_or("0");
            let text = json!({"type": "text", "text": value});
            buttons.push(json!({"type": "button", "sub_type": "url", "index": index, "parameters": [text]}));
        } else {
            body.push(parameter(key, value));
        }
    }
    let mut components = Vec::new();
    if !header.is_empty() {
        components.push(json!({"type": "header", "parameters": header}));
    }
    if !body.is_empty() {
        components.push(json!({"type": "body", "parameters": body}));
    }
    components.append(&mut buttons);
    json!({"name": template.name, "language": {"code": template.language}, "components": components})
}

fn parameter(key: &str, value: &str) -> Value {
    match key {
        "image" | "video" | "document" => json!({"type": key, key: {"link": value}}),
        _ if key.bytes().all(|b| b.is_ascii_digit()) => json!({"type": "text", "text": value}),
        _ => json!({"type": "text", "parameter_name": key, "text": value}),
    }
}
