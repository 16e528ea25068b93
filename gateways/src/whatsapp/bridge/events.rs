//! What a bridge tells (`bridge.md`). The body was signed; nothing in it makes reading fail.

use domain::whatsapp::{MediaKind, Receipt};
use serde::Deserialize;
use serde_json::Value;

use super::super::inbound::{
    Batch, ChannelKey, ChoiceKind, Contact, Content, Inbound, InboundMessage, LARGEST_BATCH, MediaMessage,
    MediaReference, Sender, StatusUpdate,
};
use super::super::reading::{self, Items, ascii_id, cut, name, seconds, text};

/// Contacts of one message that are kept, and of each its numbers and addresses.
const MOST_CONTACTS: usize = 50;
const MOST_NUMBERS: usize = 20;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    events: Items<'a>,
}

/// Everything that a signed body holds; `channel` is the number that its address belongs to.
pub fn inbound(channel: &ChannelKey, body: &[u8]) -> Batch {
    let Ok(Envelope { events }) = serde_json::from_slice(body) else {
        return Batch {
            dropped: 1,
            ..Batch::default()
        };
    };
    let items: Vec<Inbound> = events.kept.iter().map(|raw| one(channel, raw)).collect();
    debug_assert!(items.len() <= LARGEST_BATCH);
    Batch {
        items,
        dropped: events.dropped,
    }
}

fn one(channel: &ChannelKey, raw: &serde_json::value::RawValue) -> Inbound {
    let item = reading::item(raw).unwrap_or_default();
    let what = item["type"].as_str().unwrap_or("");
    let read = match what {
        "message" => message(channel, &item).map(|read| Inbound::Message(Box::new(read))),
        "status" => status(channel, &item).map(|read| Inbound::Status(Box::new(read))),
        _ => None,
    };
    read.unwrap_or_else(|| Inbound::Unknown {
        what: reading::one_line(what).unwrap_or_else(|| "event".to_owned()),
    })
}

fn sender(from: &Value) -> Option<Sender> {
    let sender = Sender {
        phone: from["phone"].as_str().and_then(reading::phone),
        user_id: reading::id(&from["user_id"]).map(|id| id.chars().take(128).collect()),
        name: name(&from["name"]),
    };
    (sender.phone.is_some() || sender.user_id.is_some()).then_some(sender)
}

fn message(channel: &ChannelKey, item: &Value) -> Option<InboundMessage> {
    Some(InboundMessage {
        channel: channel.clone(),
        provider_id: reading::id(&item["id"])?,
        from: sender(&item["from"])?,
        at: seconds(&item["timestamp"]),
        content: content(&item["content"]),
        reply_to: item["reply_to"].as_str().and_then(ascii_id),
        forwarded: item["forwarded"] == true,
    })
}

fn content(inner: &Value) -> Content {
    let kind = inner["type"].as_str().unwrap_or("");
    let known = match kind {
        "text" => text(&inner["text"]).map(Content::Text),
        "media" => media(inner),
        "location" => location(inner),
        "contacts" => Some(Content::Contacts(contacts(&inner["contacts"]))),
        "reaction" => reading::id(&inner["message_id"]).map(|to| Content::Reaction {
            to,
            emoji: inner["emoji"].as_str().and_then(|emoji| cut(emoji, 32)),
        }),
        "choice" => name(&inner["title"]).map(|title| Content::Choice {
            kind: ChoiceKind::Button,
            id: name(&inner["id"]).unwrap_or_else(|| title.clone()),
            title,
        }),
        _ => None,
    };
    known.unwrap_or_else(|| Content::Unsupported {
        kind: cut(kind, 40).unwrap_or_else(|| "nothing".to_owned()),
        text: text(&inner["text"]),
        error: None,
    })
}

fn media(inner: &Value) -> Option<Content> {
    let mime = name(&inner["mime"]);
    Some(Content::Media(MediaMessage {
        kind: MediaKind::parse(inner["kind"].as_str()?)?,
        mime: mime.unwrap_or_else(|| "application/octet-stream".to_owned()),
        reference: MediaReference(reading::id(&inner["media_id"])?),
        caption: text(&inner["caption"]),
        name: name(&inner["name"]),
        voice: inner["voice"] == true,
    }))
}

fn location(inner: &Value) -> Option<Content> {
    let degrees = |value: &Value, most: f64| value.as_f64().filter(|number| number.abs() <= most);
    Some(Content::Location {
        latitude: degrees(&inner["latitude"], 90.0)?,
        longitude: degrees(&inner["longitude"], 180.0)?,
        name: name(&inner["name"]),
        address: name(&inner["address"]),
    })
}

fn contacts(list: &Value) -> Vec<Contact> {
    let lines = |list: &Value| -> Vec<String> {
        let all = list.as_array().into_iter().flatten();
        all.filter_map(name).take(MOST_NUMBERS).collect()
    };
    let all = list.as_array().into_iter().flatten().take(MOST_CONTACTS);
    all.map(|contact| Contact {
        name: name(&contact["name"]).unwrap_or_default(),
        phones: lines(&contact["phones"]),
        emails: lines(&contact["emails"]),
    })
    .collect()
}

fn status(channel: &ChannelKey, item: &Value) -> Option<StatusUpdate> {
    let error = &item["error"];
    Some(StatusUpdate {
        channel: Some(channel.clone()),
        provider_id: reading::id(&item["id"])?,
        receipt: Receipt::parse(item["status"].as_str()?)?,
        at: seconds(&item["timestamp"]),
        error: error
            .is_object()
            .then(|| reading::error(&error["code"], error["detail"].as_str().unwrap_or(""))),
        client_key: item["client_key"].as_str().and_then(ascii_id),
        recipient: sender(&item["to"]),
    })
}
