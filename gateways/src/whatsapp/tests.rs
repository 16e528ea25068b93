//! What holds for the parsers of all providers: whatever comes, they end, within bounds, and what they give can be stored.

use domain::entities::Phone;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::inbound::{LARGEST_BATCH, LONGEST_ID, LONGEST_NAME, LONGEST_TEXT};
use super::*;

fn number() -> ChannelKey {
    ChannelKey::Number(Phone::parse("+97231234567").expect("a number"))
}

fn all(body: &[u8]) -> [Batch; 4] {
    [
        meta::inbound(body),
        bridge::inbound(&number(), body),
        twilio::inbound(body),
        twilio::status("key=a&key=b", body),
    ]
}

/// What a row can hold.
fn assert_storable(batch: &Batch) {
    assert!(batch.items.len() <= LARGEST_BATCH);
    let text = |text: &str, longest: usize| {
        assert!(
            !text.contains('\0') && text.chars().count() <= longest,
            "{text:?}"
        );
    };
    for item in &batch.items {
        match item {
            Inbound::Message(message) => {
                text(&message.provider_id, LONGEST_ID + 3);
                assert!(message.from.phone.is_some() || message.from.user_id.is_some());
                text(message.from.name.as_deref().unwrap_or(""), LONGEST_NAME);
                match &message.content {
                    Content::Text(body) => text(body, LONGEST_TEXT),
                    Content::Unsupported {
                        kind, text: words, ..
                    } => {
                        text(kind, 40);
                        text(words.as_deref().unwrap_or(""), LONGEST_TEXT);
                    }
                    Content::Media(media) => text(&media.mime, LONGEST_NAME),
                    Content::Location { latitude, .. } => assert!(latitude.is_finite()),
                    Content::Contacts(contacts) => assert!(contacts.len() <= 50),
                    Content::Reaction { to, .. } => text(to, LONGEST_ID),
                    Content::Choice { id, title, .. } => {
                        text(id, LONGEST_NAME);
                        text(title, LONGEST_NAME);
                    }
                }
            }
            Inbound::Status(status) => {
                text(&status.provider_id, LONGEST_ID);
                let error = status.error.as_ref();
                text(error.map_or("", |error| &error.detail), 300);
            }
            Inbound::Template(update) => text(&update.name, LONGEST_NAME),
            Inbound::Trouble { error, .. } => text(&error.code, 40),
            Inbound::Unknown { what } => text(what, LONGEST_NAME),
        }
    }
}

/// Values that look like what providers send, wrong in every place.
fn anything() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "text",
        "image",
        "reaction",
        "contacts",
        "location",
        "interactive",
        "button",
        "read",
        "failed",
        "messages",
        "wamid.A",
        "972501234567",
        "+972501234567",
        "IL.123",
        "1764000000",
        "\u{0}",
        "שלום",
        "",
        "button_reply",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "entry",
        "changes",
        "value",
        "field",
        "metadata",
        "phone_number_id",
        "messages",
        "statuses",
        "contacts",
        "errors",
        "id",
        "from",
        "type",
        "text",
        "body",
        "image",
        "status",
        "timestamp",
        "events",
        "content",
        "context",
        "interactive",
        "reaction",
        "message_id",
        "emoji",
        "location",
        "latitude",
        "phones",
        "name",
        "code",
        "profile",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..8).prop_map(|fields| {
                Value::Object(
                    fields
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

fn enveloped(messages: &Value, statuses: &Value, contacts: &Value) -> Vec<u8> {
    let value = json!({"metadata": {"phone_number_id": "1"}, "messages": messages, "statuses": statuses, "contacts": contacts});
    json!({"entry": [{"id": "2", "changes": [{"field": "messages", "value": value}]}]})
        .to_string()
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_without_harm(body in prop::collection::vec(any::<u8>(), 0..2000)) {
        all(&body).iter().for_each(assert_storable);
    }

    #[test]
    fn any_json_is_read_without_harm(value in anything()) {
        all(value.to_string().as_bytes()).iter().for_each(assert_storable);
    }

    #[test]
    fn any_message_in_a_good_envelope_is_read_without_harm(messages in anything(), statuses in anything(), contacts in anything()) {
        let batch = meta::inbound(&enveloped(&messages, &statuses, &contacts));
        assert_storable(&batch);
        let events = json!({"events": [messages, statuses]}).to_string();
        assert_storable(&bridge::inbound(&number(), events.as_bytes()));
    }

    #[test]
    fn any_form_is_read_without_harm(fields in prop::collection::vec((prop::sample::select(vec![
        "MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "MessageType", "Latitude",
        "Longitude", "ButtonText", "ListId", "MessageStatus", "ErrorCode", "ExternalUserId", "ProfileName",
    ]), prop_oneof![Just("whatsapp:+972501234567".to_owned()), Just("3".to_owned()), ".{0,30}"]), 0..12)) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        all(body.as_bytes()).iter().for_each(assert_storable);
    }
}

#[test]
fn a_body_of_three_megabytes_costs_little_whatever_fills_it() {
    let status = json!({"id": "wamid.A", "status": "read", "timestamp": "1764000000"});
    let many = |item: &Value, count: usize| Value::from(vec![item.clone(); count]);
    let batch = meta::inbound(&enveloped(
        &many(&status, 12_000),
        &many(&status, 12_000),
        &Value::Null,
    ));
    assert_eq!((batch.items.len(), batch.dropped), (LARGEST_BATCH, 14_000));
    for filling in ["[", "{},"] {
        let inside = filling.repeat(3 * 1024 * 1024 / filling.len());
        for body in [
            inside.clone(),
            format!("{{\"entry\":[{inside}]}}"),
            format!("{{\"events\":[{}0]}}", inside),
            String::from_utf8(enveloped(
                &Value::from(inside.as_str()),
                &Value::Null,
                &Value::Null,
            ))
            .expect("text"),
        ] {
            all(body.as_bytes()).iter().for_each(assert_storable);
        }
    }
    // One huge thing among others costs only itself.
    let huge = json!({"id": "wamid.B", "from": "972501234567", "type": "text", "text": {"body": "א".repeat(1_000_000)}});
    let small = json!({"id": "wamid.C", "from": "972501234567", "type": "text", "text": {"body": "שלום"}});
    let batch = meta::inbound(&enveloped(&json!([huge, small]), &Value::Null, &Value::Null));
    assert_eq!(batch.items.len(), 2);
    assert!(matches!(&batch.items[0], Inbound::Unknown { what } if what == "message"));
    assert!(matches!(&batch.items[1], Inbound::Message(message) if message.provider_id == "wamid.C"));
}
