//! Every kind of what Meta posts, as its documentation shows it, and what is left of it where fields are missing.

use domain::entities::Phone;
use domain::whatsapp::{MediaKind, Receipt, TemplateStatus};
use serde_json::{Value, json};

use super::super::super::inbound::{
    ChannelKey, ChoiceKind, Contact, Content, InboundMessage, MediaMessage, MediaReference,
};
use super::*;

fn envelope(value: Value) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398",
        "changes": [{"field": "messages", "value": value}]}]})
    .to_string()
    .into_bytes()
}

fn value(field: &str, items: Value) -> Value {
    json!({"messaging_product": "whatsapp", field: items,
        "metadata": {"display_phone_number": "97231234567", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "דנה כהן"}, "wa_id": "972501234567", "user_id": "IL.1349120865530274"}]})
}

fn with_kind(kind: &str, inner: Value) -> Value {
    json!({"from": "972501234567", "id": "wamid.A", "timestamp": "1764000000", "type": kind, kind: inner})
}

fn one(message: Value) -> InboundMessage {
    let batch = inbound(&envelope(value("messages", json!([message]))));
    match batch.items.as_slice() {
        [Inbound::Message(message)] => (**message).clone(),
        other => panic!("one message, not {other:?}"),
    }
}

#[test]
fn a_message_says_who_wrote_when_to_which_number_and_in_answer_to_what() {
    let mut text = with_kind("text", json!({"body": "שלום 😀\u{0}"}));
    text["context"] = json!({"from": "97231234567", "id": "wamid.OURS", "forwarded": true});
    let message = one(text);
    assert_eq!(
        message.channel,
        ChannelKey::PhoneNumberId("106540352242922".into())
    );
    assert_eq!(message.provider_id, "wamid.A");
    assert_eq!(message.at.map(|at| at.as_second()), Some(1_764_000_000));
    assert_eq!(message.from.phone, Phone::parse("+972501234567").ok());
    assert_eq!(message.from.user_id.as_deref(), Some("IL.1349120865530274"));
    assert_eq!(message.from.name.as_deref(), Some("דנה כהן"));
    assert_eq!(message.content, Content::Text("שלום 😀".into()));
    assert_eq!(message.reply_to.as_deref(), Some("wamid.OURS"));
    assert!(message.forwarded);
}

#[test]
fn every_kind_is_read() {
    let check = |kind: &str, inner: Value, expected: Content| {
        assert_eq!(one(with_kind(kind, inner)).content, expected, "{kind}");
    };
    let media = |kind, mime: &str, caption: Option<&str>, name: Option<&str>, voice| {
        Content::Media(MediaMessage {
            kind,
            mime: mime.into(),
            reference: MediaReference("2754859441498128".into()),
            caption: caption.map(str::to_owned),
            name: name.map(str::to_owned),
            voice,
        })
    };
    let file = |mime: &str| json!({"id": "2754859441498128", "mime_type": mime, "sha256": "x", "caption": "ראו", "filename": "חוזה.pdf", "voice": true});
    check(
        "image",
        json!({"id": "2754859441498128", "mime_type": "image/jpeg", "caption": "ראו"}),
        media(MediaKind::Image, "image/jpeg", Some("ראו"), None, false),
    );
    check(
        "audio",
        json!({"id": 2_754_859_441_498_128_u64, "mime_type": "audio/ogg; codecs=opus", "voice": true}),
        media(MediaKind::Audio, "audio/ogg; codecs=opus", None, None, true),
    );
    check(
        "video",
        json!({"id": "2754859441498128"}),
        media(MediaKind::Video, "application/octet-stream", None, None, false),
    );
    check(
        "document",
        file("application/pdf"),
        media(
            MediaKind::Document,
            "application/pdf",
            Some("ראו"),
            Some("חוזה.pdf"),
            true,
        ),
    );
    check(
        "sticker",
        json!({"id": "2754859441498128", "mime_type": "image/webp", "animated": true}),
        media(MediaKind::Sticker, "image/webp", None, None, false),
    );
    check(
        "location",
        json!({"latitude": 32.08, "longitude": 34.78, "name": "משרד", "address": "הרצל 1"}),
        Content::Location {
            latitude: 32.08,
            longitude: 34.78,
            name: Some("משרד".into()),
            address: Some("הרצל 1".into()),
        },
    );
    check(
        "contacts",
        json!([{"name": {"formatted_name": "יוסי"}, "phones": [{"phone": "050-1", "wa_id": "9725"}], "emails": [{"email": "a@b.il"}]}]),
        Content::Contacts(vec![Contact {
            name: "יוסי".into(),
            phones: vec!["050-1".into()],
            emails: vec!["a@b.il".into()],
        }]),
    );
    check(
        "reaction",
        json!({"message_id": "wamid.OURS", "emoji": "👍"}),
        Content::Reaction {
            to: "wamid.OURS".into(),
            emoji: Some("👍".into()),
        },
    );
    check(
        "reaction",
        json!({"message_id": "wamid.OURS"}),
        Content::Reaction {
            to: "wamid.OURS".into(),
            emoji: None,
        },
    );
    check(
        "reaction",
        json!({"message_id": "wamid.OURS", "emoji": ""}),
        Content::Reaction {
            to: "wamid.OURS".into(),
            emoji: None,
        },
    );
    let choice = |kind, id: &str, title: &str| Content::Choice {
        kind,
        id: id.into(),
        title: title.into(),
    };
    check(
        "button",
        json!({"payload": "yes", "text": "כן"}),
        choice(ChoiceKind::Template, "yes", "כן"),
    );
    check(
        "interactive",
        json!({"type": "button_reply", "button_reply": {"id": "b1", "title": "מחר"}}),
        choice(ChoiceKind::Button, "b1", "מחר"),
    );
    check(
        "interactive",
        json!({"type": "list_reply", "list_reply": {"id": "l1", "title": "תל אביב"}}),
        choice(ChoiceKind::List, "l1", "תל אביב"),
    );
    check(
        "interactive",
        json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}),
        choice(ChoiceKind::Form, "flow", "Sent"),
    );
}

#[test]
fn what_cannot_be_shown_is_a_message_all_the_same() {
    let check = |message: Value, kind: &str, text: Option<&str>, code: Option<&str>| {
        let Content::Unsupported {
            kind: found,
            text: words,
            error,
        } = one(message.clone()).content
        else {
            panic!("{message} was understood");
        };
        assert_eq!(found, kind);
        assert_eq!(words.as_deref(), text);
        assert_eq!(error.map(|error| error.code).as_deref(), code);
    };
    let mut unsupported = with_kind("unsupported", json!({"type": "unknown"}));
    unsupported["errors"] = json!([{"code": 131_051, "title": "Message type unknown", "error_data": {"details": "not supported"}}]);
    check(unsupported, "unsupported", None, Some("131051"));
    check(
        with_kind("order", json!({"catalog_id": "1", "text": "שתיים"})),
        "order",
        Some("שתיים"),
        None,
    );
    check(
        with_kind(
            "system",
            json!({"body": "דנה החליפה מספר", "type": "user_changed_number"}),
        ),
        "system",
        Some("דנה החליפה מספר"),
        None,
    );
    check(with_kind("hologram", json!({"x": 1})), "hologram", None, None);
    check(
        with_kind("image", json!({"mime_type": "image/jpeg"})),
        "image",
        None,
        None,
    );
    check(
        with_kind("interactive", json!({"type": "dance"})),
        "interactive",
        None,
        None,
    );
    check(
        json!({"from": "972501234567", "id": "wamid.A"}),
        "nothing",
        None,
        None,
    );
}

#[test]
fn a_sender_without_a_number_is_somebody() {
    let someone = |message: Value, contacts: Value| {
        let mut value = value("messages", json!([message]));
        value["contacts"] = contacts;
        match inbound(&envelope(value)).items.pop() {
            Some(Inbound::Message(message)) => message.from,
            other => panic!("a message, not {other:?}"),
        }
    };
    let text = json!({"from_user_id": "IL.7", "id": "wamid.A", "type": "text", "text": {"body": "x"}});
    let hidden = someone(
        text.clone(),
        json!([{"profile": {"username": "dana"}, "user_id": "IL.7"}]),
    );
    assert_eq!(
        (hidden.phone, hidden.user_id.as_deref(), hidden.name.as_deref()),
        (None, Some("IL.7"), Some("dana"))
    );
    let bare = json!({"from": "US.ENT.11815799212886844830", "id": "wamid.A", "type": "text", "text": {"body": "x"}});
    assert_eq!(
        someone(bare, json!([])).user_id.as_deref(),
        Some("US.ENT.11815799212886844830")
    );
    let known = someone(text, json!([{"wa_id": "972501234567", "user_id": "IL.7"}]));
    assert_eq!(known.phone, Phone::parse("+972501234567").ok());
    // The customer pressed the button by which he shares his number.
    let shared = json!({"from_user_id": "IL.7", "id": "wamid.A", "type": "contacts", "origin": "contact_request/other",
        "contacts": [{"phones": [{"phone": "+972 50-123-4567"}]}]});
    assert_eq!(
        someone(shared, json!([])).phone,
        Phone::parse("+972501234567").ok()
    );
    // A foreign number is not read as an Israeli one.
    let foreign = json!({"from": "16505551234", "id": "wamid.A", "type": "text", "text": {"body": "x"}});
    assert_eq!(
        someone(foreign, json!([])).phone.map(String::from).as_deref(),
        Some("+16505551234")
    );
}

#[test]
fn statuses_carry_time_key_recipient_and_error() {
    let statuses = json!([
        {"id": "wamid.A", "status": "sent", "timestamp": "1764000001", "recipient_id": "972501234567", "biz_opaque_callback_data": "key-1"},
        {"id": "wamid.A", "status": "played", "timestamp": 1_764_000_002, "recipient_user_id": "IL.1349120865530274"},
        {"id": "wamid.B", "status": "failed", "timestamp": "1764000003", "errors": [{"code": 131_047, "title": "Re-engagement message",
            "error_data": {"details": "more than 24 hours"}}]},
        {"id": "wamid.C", "status": "dreamt"},
        {"status": "read"},
    ]);
    let batch = inbound(&envelope(value("statuses", statuses)));
    let [
        Inbound::Status(sent),
        Inbound::Status(played),
        Inbound::Status(failed),
        unknown @ ..,
    ] = batch.items.as_slice()
    else {
        panic!("{batch:?}");
    };
    assert_eq!(
        (sent.receipt, sent.client_key.as_deref()),
        (Receipt::Sent, Some("key-1"))
    );
    assert_eq!(sent.at.map(|at| at.as_second()), Some(1_764_000_001));
    let known = played.recipient.as_ref().expect("a recipient");
    assert_eq!(
        (played.receipt, &known.phone),
        (Receipt::Played, &Phone::parse("+972501234567").ok())
    );
    let error = failed.error.as_ref().expect("an error");
    assert_eq!(
        (error.code.as_str(), error.detail.as_str()),
        ("131047", "more than 24 hours")
    );
    assert!(matches!(
        unknown,
        [Inbound::Unknown { .. }, Inbound::Unknown { .. }]
    ));
}

#[test]
fn batches_of_several_numbers_and_fields_are_read_whole() {
    let text = |id: &str| json!({"from": "972501234567", "id": id, "type": "text", "text": {"body": "x"}});
    let change = |phone: &str, id: &str| json!({"field": "messages", "value": {"metadata": {"phone_number_id": phone}, "messages": [text(id)]}});
    let template = json!({"field": "message_template_status_update", "value": {"event": "REJECTED", "message_template_id": 594,
        "message_template_name": "viewing", "message_template_language": "he", "reason": "INVALID_FORMAT"}});
    let trouble = json!({"field": "messages", "value": {"metadata": {"phone_number_id": "2"}, "errors": [{"code": 131_031, "message": "locked"}]}});
    let nobody = json!({"field": "messages", "value": {"messages": [text("wamid.LOST")]}});
    let body = json!({"object": "whatsapp_business_account", "entry": [
        {"id": "9", "changes": [change("1", "wamid.1"), template, {"field": "account_update", "value": {}}, 7]},
        "noise",
        {"id": "9", "changes": [change("2", "wamid.2"), trouble, nobody], "time": 1},
        {"id": "9", "changes": {}},
    ]});
    let batch = inbound(body.to_string().as_bytes());
    let channel = |item: &Inbound| match item {
        Inbound::Message(message) => format!("{} {}", message.channel.as_str(), message.provider_id),
        Inbound::Template(update) => format!("{} {} {:?}", update.name, update.account, update.status),
        Inbound::Trouble { channel, error } => format!("{} {}", channel.as_str(), error.code),
        Inbound::Unknown { what } => what.clone(),
        Inbound::Status(_) => "status".into(),
    };
    let read: Vec<String> = batch.items.iter().map(channel).collect();
    assert_eq!(
        read,
        [
            "1 wamid.1",
            "viewing 9 Rejected",
            "account_update",
            "2 wamid.2",
            "2 131031"
        ]
    );
    assert_eq!(
        batch.dropped, 3,
        "a change, an entry and a message that are nobody's"
    );
    assert_eq!(inbound(b"not json").dropped, 1);
    assert_eq!(template_status("REINSTATED"), TemplateStatus::Approved);
}
