//! The envelope of Meta's webhooks: entries, changes, and what they hold, messages and statuses apart from all else. A body that is
//! read here was signed; nothing in it makes reading fail, and what is unknown is said as [`Inbound::Unknown`].

use std::collections::HashMap;

use domain::whatsapp::{Receipt, TemplateStatus};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::inbound::{
    Batch, ChannelKey, Inbound, LARGEST_BATCH, Sender, StatusUpdate, TemplateUpdate,
};
use super::super::provider::ProviderError;
use super::super::reading::{self, Items, ascii_id, one_line, phone, seconds, user_id};
use super::message;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    entry: Items<'a>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    changes: Items<'a>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    field: Option<&'a RawValue>,
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Messages<'a> {
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    contacts: Items<'a>,
    #[serde(borrow, default)]
    messages: Items<'a>,
    #[serde(borrow, default)]
    statuses: Items<'a>,
    #[serde(borrow, default)]
    errors: Items<'a>,
}

/// Everything that a signed body holds.
pub fn inbound(body: &[u8]) -> Batch {
    let mut batch = Batch::default();
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(body) else {
        batch.dropped = 1;
        return batch;
    };
    batch.dropped += envelope.entry.dropped;
    for raw in envelope.entry.kept {
        match serde_json::from_str::<Entry<'_>>(raw.get()) {
            Ok(entry) => read_entry(&mut batch, &entry),
            Err(_) => batch.dropped += 1,
        }
    }
    batch
}

fn read_entry(batch: &mut Batch, entry: &Entry<'_>) {
    let account = entry.id.and_then(reading::item).and_then(|id| reading::id(&id));
    batch.dropped += entry.changes.dropped;
    for raw in &entry.changes.kept {
        let Ok(change) = serde_json::from_str::<Change<'_>>(raw.get()) else {
            batch.dropped += 1;
            continue;
        };
        let field = change.field.and_then(reading::item);
        let field = field.as_ref().and_then(Value::as_str).unwrap_or("");
        match (field, change.value) {
            ("messages", Some(value)) => match serde_json::from_str(value.get()) {
                Ok(messages) => read_messages(batch, &messages),
                Err(_) => batch.dropped += 1,
            },
            ("message_template_status_update", Some(value)) => {
                let update = reading::item(value).and_then(|value| template(account.as_deref()?, &value));
                take(batch, update.map(Inbound::Template), field);
            }
            _ => take(batch, None, field),
        }
    }
}

fn read_messages(batch: &mut Batch, value: &Messages<'_>) {
    let lists = [&value.contacts, &value.messages, &value.statuses, &value.errors];
    batch.dropped += lists[1..].iter().map(|list| list.dropped).sum::<usize>();
    let metadata = value.metadata.and_then(reading::item).unwrap_or_default();
    let channel = reading::id(&metadata["phone_number_id"]).map(ChannelKey::PhoneNumberId);
    let Some(channel) = channel else {
        // Whose number it was can't be known: nobody's inbox may have it.
        batch.dropped += lists[1..].iter().map(|list| list.kept.len()).sum::<usize>();
        return;
    };
    let people = People::read(&value.contacts);
    for raw in &value.messages.kept {
        let read = reading::item(raw).and_then(|item| message::read(&channel, &people, &item));
        take(
            batch,
            read.map(|read| Inbound::Message(Box::new(read))),
            "message",
        );
    }
    for raw in &value.statuses.kept {
        let read = reading::item(raw).and_then(|item| status(&channel, &people, &item));
        take(batch, read.map(|read| Inbound::Status(Box::new(read))), "status");
    }
    for raw in &value.errors.kept {
        let trouble = reading::item(raw).map(|item| Inbound::Trouble {
            channel: channel.clone(),
            error: error(&item),
        });
        take(batch, trouble, "error");
    }
}

/// Takes a thing, or says what it was that could not be read; past the limit it is only counted.
fn take(batch: &mut Batch, item: Option<Inbound>, what: &str) {
    if batch.items.len() >= LARGEST_BATCH {
        batch.dropped += 1;
        return;
    }
    let unknown = || Inbound::Unknown {
        what: one_line(what).unwrap_or_else(|| "nothing".to_owned()),
    };
    batch.items.push(item.unwrap_or_else(unknown));
}

/// The people of a change, by whichever of their ids a message names.
#[derive(Default)]
pub(super) struct People(HashMap<String, Sender>);

impl People {
    fn read(contacts: &Items<'_>) -> Self {
        let mut people = HashMap::with_capacity(contacts.kept.len() * 2);
        for contact in contacts.kept.iter().filter_map(|raw| reading::item(raw)) {
            let number = contact["wa_id"].as_str();
            let id = contact["user_id"].as_str();
            let profile = &contact["profile"];
            let sender = Sender {
                phone: number.and_then(phone),
                user_id: id.and_then(user_id),
                name: reading::name(&profile["name"]).or_else(|| reading::name(&profile["username"])),
            };
            for key in [number, id].into_iter().flatten() {
                people.insert(key.to_owned(), sender.clone());
            }
        }
        Self(people)
    }

    /// Who has this number or this id; either may be absent, and what only one place knows is put together.
    pub(super) fn who(&self, number: Option<&str>, id: Option<&str>) -> Option<Sender> {
        let keys = [number, id];
        let listed = keys.iter().flatten().find_map(|key| self.0.get(*key));
        // `from` itself may be a business-scoped id.
        let sender = Sender {
            phone: number
                .and_then(phone)
                .or_else(|| listed.and_then(|one| one.phone.clone())),
            user_id: keys
                .iter()
                .rev()
                .flatten()
                .find_map(|key| user_id(key))
                .or_else(|| listed.and_then(|one| one.user_id.clone())),
            name: listed.and_then(|one| one.name.clone()),
        };
        (sender.phone.is_some() || sender.user_id.is_some()).then_some(sender)
    }
}

fn status(channel: &ChannelKey, people: &People, item: &Value) -> Option<StatusUpdate> {
    let receipt = Receipt::parse(item["status"].as_str()?)?;
    let failed = item["errors"].get(0).map(error);
    Some(StatusUpdate {
        channel: Some(channel.clone()),
        provider_id: reading::id(&item["id"])?,
        receipt,
        at: seconds(&item["timestamp"]),
        error: failed,
        client_key: item["biz_opaque_callback_data"].as_str().and_then(ascii_id),
        recipient: people.who(item["recipient_id"].as_str(), item["recipient_user_id"].as_str()),
    })
}

/// An error of `value.errors`, `messages[].errors` or `statuses[].errors`: they have one shape.
pub(super) fn error(item: &Value) -> ProviderError {
    let words = [&item["error_data"]["details"], &item["message"], &item["title"]];
    let detail = words.into_iter().find_map(Value::as_str).unwrap_or("");
    reading::error(&item["code"], detail)
}

fn template(account: &str, value: &Value) -> Option<TemplateUpdate> {
    let name = reading::name(&value["message_template_name"])?;
    Some(TemplateUpdate {
        account: account.to_owned(),
        name,
        language: reading::name(&value["message_template_language"])?,
        status: template_status(value["event"].as_str().unwrap_or("")),
        reason: reading::name(&value["reason"]).filter(|reason| reason != "NONE"),
    })
}

/// Meta's word for a template's state.
pub(super) fn template_status(word: &str) -> TemplateStatus {
    match word.to_ascii_uppercase().as_str() {
        "APPROVED" | "REINSTATED" | "FLAGGED" => TemplateStatus::Approved,
        "PENDING" | "IN_APPEAL" | "PENDING_REVIEW" => TemplateStatus::Pending,
        "REJECTED" => TemplateStatus::Rejected,
        "PAUSED" => TemplateStatus::Paused,
        "DISABLED" | "LOCKED" => TemplateStatus::Disabled,
        _ => TemplateStatus::Unavailable,
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
