//! What a webhook told, as the store takes it in: one row's worth each, whatever the provider. It decides nothing but which
//! words stand for a message that has none.

use domain::whatsapp::Receipt;
use domain::whatsapp::rules::{Consent, consent, of_client_key};
use gateways::whatsapp::{
    Batch, ChannelKey, ChoiceKind, Content, Inbound, InboundMessage, ProviderError, StatusUpdate,
    TemplateUpdate,
};
use serde_json::json;
use store::whatsapp::{Arrived, ArrivedMedia, ArrivedMessage, ArrivedStatus};

/// What a body holds, by what becomes of it.
#[derive(Default)]
pub struct Sorted {
    pub arrived: Vec<Arrived>,
    /// Numbers in trouble, as the provider names them.
    pub troubles: Vec<(String, ProviderError)>,
    pub templates: Vec<TemplateUpdate>,
}

/// Sorts it; `channel` is the only number that it may speak of, when it is a bridge's.
pub fn sorted(batch: Batch, channel: Option<i64>, request_id: &str) -> Sorted {
    let mut sorted = Sorted::default();
    for item in batch.items {
        match item {
            Inbound::Message(one) => {
                let one = message(*one, channel, request_id);
                sorted.arrived.push(Arrived::Message(Box::new(one)));
            }
            Inbound::Status(one) => sorted.arrived.push(Arrived::Status(status(*one, channel))),
            Inbound::Template(one) => sorted.templates.push(one),
            Inbound::Trouble { channel, error } => {
                sorted.troubles.push((channel.as_str().to_owned(), error));
            }
            Inbound::Unknown { what } => {
                tracing::debug!(what, "a webhook told something that nobody needs");
                metrics::counter!("whatsapp_unknown_total").increment(1);
            }
        }
    }
    sorted
}

fn message(one: InboundMessage, channel: Option<i64>, request_id: &str) -> ArrivedMessage {
    let mut arrived = ArrivedMessage {
        channel: address(&one.channel),
        channel_id: channel,
        provider_id: one.provider_id,
        at: one.at,
        phone: one.from.phone.map(|phone| phone.as_e164().to_owned()),
        user_id: one.from.user_id,
        name: one.from.name.unwrap_or_default(),
        reply_to: one.reply_to,
        request_id: request_id.to_owned(),
        ..ArrivedMessage::default()
    };
    fill(&mut arrived, one.content);
    if arrived.kind == "text" {
        arrived.consent = consent(&arrived.body).map(|word| match word {
            Consent::OptOut => "opt_out".to_owned(),
            Consent::OptIn => "opt_in".to_owned(),
        });
    }
    arrived
}

fn fill(arrived: &mut ArrivedMessage, content: Content) {
    let (kind, body) = match content {
        Content::Text(text) => ("text", text),
        Content::Media(file) => {
            arrived.media = Some(ArrivedMedia {
                mime: file.mime,
                name: file.name.unwrap_or_default(),
                reference: json!(file.reference),
            });
            (file.kind.as_str(), file.caption.unwrap_or_default())
        }
        Content::Location {
            latitude,
            longitude,
            name,
            address,
        } => {
            let place =
                json!({ "latitude": latitude, "longitude": longitude, "name": name, "address": address });
            arrived.content = Some(place);
            let words = [name, address].into_iter().flatten().collect::<Vec<_>>();
            ("location", words.join(", "))
        }
        Content::Contacts(people) => {
            let names: Vec<&str> = people.iter().map(|one| one.name.as_str()).collect();
            let names = names.join(", ");
            arrived.content = Some(json!(people));
            ("contacts", names)
        }
        Content::Reaction { to, emoji } => {
            arrived.reply_to = Some(to);
            ("reaction", emoji.unwrap_or_default())
        }
        Content::Choice { kind, id, title } => {
            arrived.content = Some(json!({ "id": id, "title": title }));
            let kind = match kind {
                ChoiceKind::Button | ChoiceKind::Template => "button",
                ChoiceKind::List | ChoiceKind::Form => "interactive",
            };
            (kind, title)
        }
        Content::Unsupported { kind, text, error } => {
            arrived.content = Some(json!({ "kind": kind, "error": error }));
            ("unsupported", text.unwrap_or_default())
        }
    };
    arrived.kind = kind.to_owned();
    arrived.body = body;
}

fn status(one: StatusUpdate, channel: Option<i64>) -> ArrivedStatus {
    let status = match one.receipt {
        // A voice note that was played was read.
        Receipt::Played => Receipt::Read,
        other => other,
    };
    let (code, detail) = one.error.map(|error| (error.code, error.detail)).unzip();
    ArrivedStatus {
        channel_id: channel,
        provider_id: one.provider_id,
        status: status.as_str().to_owned(),
        at: one.at,
        code,
        detail,
        reference: one
            .client_key
            .as_deref()
            .and_then(of_client_key)
            .map(|id| id.to_string()),
    }
}

fn address(channel: &ChannelKey) -> String {
    channel.as_str().to_owned()
}
