//! One message as Meta posts it (Meta, "messages webhook reference"): its kind and what that holds. Kinds that are not known here are
//! messages all the same: the customer wrote something, and a person should see that.

use domain::whatsapp::MediaKind;
use serde_json::Value;

use super::super::inbound::{
    ChannelKey, ChoiceKind, Contact, Content, InboundMessage, MediaMessage, MediaReference,
};
use super::super::reading::{self, ascii_id, cut, id, name, seconds, text};
use super::events::{self, People};

/// Contacts of one message that are kept, and of each its numbers and addresses.
const MOST_CONTACTS: usize = 50;
const MOST_NUMBERS: usize = 20;

/// The message, or nothing where it has no id or comes from nobody.
pub(super) fn read(channel: &ChannelKey, people: &People, item: &Value) -> Option<InboundMessage> {
    let number = item["from"].as_str();
    let user = item["from_user_id"].as_str().or_else(|| item["user_id"].as_str());
    let mut from = people.who(number, user)?;
    let context = &item["context"];
    let content = content(item);
    if from.phone.is_none() && asked_for_number(item) {
        // The customer pressed "share my number": the card is his own.
        from.phone = item["contacts"][0]["phones"][0]["phone"]
            .as_str()
            .map(|text| text.replace([' ', '-'], ""))
            .and_then(|text| reading::phone(&text));
    }
    Some(InboundMessage {
        channel: channel.clone(),
        provider_id: id(&item["id"])?,
        from,
        at: seconds(&item["timestamp"]),
        content,
        reply_to: context["id"].as_str().and_then(ascii_id),
        forwarded: context["forwarded"] == true || context["frequently_forwarded"] == true,
    })
}

fn asked_for_number(item: &Value) -> bool {
    item["origin"]
        .as_str()
        .is_some_and(|origin| origin.starts_with("contact_request"))
}

fn content(item: &Value) -> Content {
    let kind = item["type"].as_str().unwrap_or("");
    let inner = &item[kind];
    let known = match kind {
        "text" => text(&inner["body"]).map(Content::Text),
        "location" => location(inner),
        "contacts" => Some(Content::Contacts(contacts(inner))),
        "reaction" => reaction(inner),
        "button" => choice(ChoiceKind::Template, &inner["payload"], &inner["text"]),
        "interactive" => interactive(inner),
        _ => MediaKind::parse(kind).and_then(|media_kind| media(media_kind, inner)),
    };
    known.unwrap_or_else(|| unsupported(kind, item))
}

fn media(kind: MediaKind, inner: &Value) -> Option<Content> {
    Some(Content::Media(MediaMessage {
        kind,
        mime: reading::name(&inner["mime_type"]).unwrap_or_else(|| "application/octet-stream".to_owned()),
        reference: MediaReference(id(&inner["id"])?),
        caption: text(&inner["caption"]),
        name: name(&inner["filename"]),
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

fn contacts(inner: &Value) -> Vec<Contact> {
    let listed = |list: &Value, field: &str| -> Vec<String> {
        let all = list.as_array().into_iter().flatten();
        all.filter_map(|entry| name(&entry[field]))
            .take(MOST_NUMBERS)
            .collect()
    };
    let all = inner.as_array().into_iter().flatten().take(MOST_CONTACTS);
    all.map(|contact| Contact {
        name: name(&contact["name"]["formatted_name"])
            .or_else(|| name(&contact["name"]["first_name"]))
            .unwrap_or_default(),
        phones: listed(&contact["phones"], "phone"),
        emails: listed(&contact["emails"], "email"),
    })
    .collect()
}

/// A reaction that is taken back comes without `emoji`, or with an empty one.
fn reaction(inner: &Value) -> Option<Content> {
    Some(Content::Reaction {
        to: id(&inner["message_id"])?,
        emoji: inner["emoji"].as_str().and_then(|emoji| cut(emoji, 32)),
    })
}

fn interactive(inner: &Value) -> Option<Content> {
    match inner["type"].as_str()? {
        "button_reply" => choice(
            ChoiceKind::Button,
            &inner["button_reply"]["id"],
            &inner["button_reply"]["title"],
        ),
        "list_reply" => choice(
            ChoiceKind::List,
            &inner["list_reply"]["id"],
            &inner["list_reply"]["title"],
        ),
        "nfm_reply" => choice(
            ChoiceKind::Form,
            &inner["nfm_reply"]["name"],
            &inner["nfm_reply"]["body"],
        ),
        _ => None,
    }
}

fn choice(kind: ChoiceKind, chosen: &Value, title: &Value) -> Option<Content> {
    let title = name(title);
    let id = name(chosen).or_else(|| title.clone())?;
    Some(Content::Choice {
        kind,
        title: title.unwrap_or_else(|| id.clone()),
        id,
    })
}

fn unsupported(kind: &str, item: &Value) -> Content {
    let inner = &item[kind];
    // What an order, a system note or something new says in words, wherever those usually are.
    let words = [&inner["body"], &inner["text"], &inner["caption"], &inner["title"]];
    Content::Unsupported {
        kind: cut(kind, 40).unwrap_or_else(|| "nothing".to_owned()),
        text: words.into_iter().find_map(text),
        error: item["errors"].get(0).map(events::error),
    }
}
