//! Every kind of what Twilio posts for WhatsApp, and what is left of it where fields are missing.

use domain::entities::Phone;

use super::super::super::provider::ProviderError;
use super::*;

const COMMON: &[(&str, &str)] = &[
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("MessageSid", "SM00000000000000000000000000000001"),
    ("From", "whatsapp:+972501234567"),
    ("To", "whatsapp:+97231234567"),
    ("WaId", "972501234567"),
    ("ProfileName", " דנה  כהן "),
    ("NumMedia", "0"),
];

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut all: Vec<(&str, &str)> = COMMON.to_vec();
    all.retain(|(name, _)| fields.iter().all(|(other, _)| other != name));
    all.extend_from_slice(fields);
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(all)
        .finish()
        .into_bytes()
}

fn read(fields: &[(&str, &str)]) -> Vec<InboundMessage> {
    let batch = inbound(&form(fields));
    let message = |item| match item {
        Inbound::Message(message) => *message,
        other => panic!("a message, not {other:?}"),
    };
    batch.items.into_iter().map(message).collect()
}

#[test]
fn a_message_says_who_wrote_to_which_number_and_in_answer_to_what() {
    let [message] = &read(&[
        ("Body", "שלום 😀"),
        ("OriginalRepliedMessageSid", "SM2"),
        ("Forwarded", "true"),
    ])[..] else {
        panic!("one message");
    };
    assert_eq!(message.channel.as_str(), "+97231234567");
    assert_eq!(message.provider_id, "SM00000000000000000000000000000001");
    assert_eq!(message.from.phone, Phone::parse("+972501234567").ok());
    assert_eq!(message.from.name.as_deref(), Some("דנה  כהן"));
    assert_eq!(message.content, Content::Text("שלום 😀".into()));
    assert_eq!(message.reply_to.as_deref(), Some("SM2"));
    assert!(message.forwarded);
}

#[test]
fn every_kind_is_read() {
    let check = |fields: &[(&str, &str)], expected: Content| {
        let all = read(fields);
        assert_eq!(
            all.iter().map(|m| m.content.clone()).collect::<Vec<_>>(),
            [expected],
            "{fields:?}"
        );
    };
    let media = |kind, mime: &str, caption: Option<&str>, name: Option<&str>, voice| {
        Content::Media(MediaMessage {
            kind,
            mime: mime.into(),
            reference: MediaReference("https://api.twilio.com/x".into()),
            caption: caption.map(str::to_owned),
            name: name.map(str::to_owned),
            voice,
        })
    };
    let file = |mime: &'static str| {
        [
            ("NumMedia", "1"),
            ("MediaUrl0", "https://api.twilio.com/x"),
            ("MediaContentType0", mime),
            ("Body", "ראו"),
        ]
    };
    check(
        &file("image/jpeg"),
        media(MediaKind::Image, "image/jpeg", Some("ראו"), None, false),
    );
    check(
        &file("audio/ogg"),
        media(MediaKind::Audio, "audio/ogg", Some("ראו"), None, true),
    );
    check(
        &file("video/mp4"),
        media(MediaKind::Video, "video/mp4", Some("ראו"), None, false),
    );
    check(
        &file("application/pdf"),
        media(MediaKind::Document, "application/pdf", None, Some("ראו"), false),
    );
    check(
        &file("text/vcard"),
        media(MediaKind::Document, "text/vcard", None, Some("ראו"), false),
    );
    let sticker = [
        ("NumMedia", "1"),
        ("MediaUrl0", "https://api.twilio.com/x"),
        ("MediaContentType0", "image/webp"),
        ("MessageType", "sticker"),
    ];
    check(
        &sticker,
        media(MediaKind::Sticker, "image/webp", None, None, false),
    );
    check(
        &[
            ("Latitude", "32.08"),
            ("Longitude", "34.78"),
            ("Label", "משרד"),
            ("Address", "הרצל 1"),
        ],
        Content::Location {
            latitude: 32.08,
            longitude: 34.78,
            name: Some("משרד".into()),
            address: Some("הרצל 1".into()),
        },
    );
    let choice = |kind, id: &str, title: &str| Content::Choice {
        kind,
        id: id.into(),
        title: title.into(),
    };
    check(
        &[("ButtonText", "כן"), ("ButtonPayload", "yes"), ("Body", "כן")],
        choice(ChoiceKind::Button, "yes", "כן"),
    );
    check(
        &[("ListId", "l1"), ("ListTitle", "תל אביב"), ("Body", "x")],
        choice(ChoiceKind::List, "l1", "תל אביב"),
    );
    let to = ("OriginalRepliedMessageSid", "SM2");
    check(
        &[("MessageType", "reaction"), ("Body", "👍"), to],
        Content::Reaction {
            to: "SM2".into(),
            emoji: Some("👍".into()),
        },
    );
    check(
        &[("MessageType", "reaction"), to],
        Content::Reaction {
            to: "SM2".into(),
            emoji: None,
        },
    );
    check(
        &[("MessageType", "unsupported"), ("ErrorCode", "63005")],
        Content::Unsupported {
            kind: "unsupported".into(),
            text: None,
            error: Some(ProviderError {
                code: "63005".into(),
                detail: String::new(),
            }),
        },
    );
    check(
        &[],
        Content::Unsupported {
            kind: "nothing".into(),
            text: None,
            error: None,
        },
    );
    check(
        &[("Latitude", "932"), ("Longitude", "nan"), ("Body", "x")],
        Content::Text("x".into()),
    );
}

#[test]
fn several_files_are_several_messages() {
    let all = read(&[
        ("NumMedia", "2"),
        ("Body", "שתי תמונות"),
        ("MediaUrl0", "https://api.twilio.com/a"),
        ("MediaContentType0", "image/png"),
        ("MediaUrl1", "https://api.twilio.com/b"),
        ("MediaContentType1", "image/png"),
    ]);
    let ids: Vec<&str> = all.iter().map(|message| message.provider_id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "SM00000000000000000000000000000001",
            "SM00000000000000000000000000000001#1"
        ]
    );
}

#[test]
fn a_sender_without_a_number_is_somebody() {
    let from = |fields: &[(&str, &str)]| read(fields).remove(0).from;
    let hidden = from(&[("From", "whatsapp:IL.1349"), ("WaId", ""), ("Body", "x")]);
    assert_eq!((hidden.phone, hidden.user_id.as_deref()), (None, Some("IL.1349")));
    let both = from(&[("ExternalUserId", "IL.1349"), ("Body", "x")]);
    assert_eq!(
        (both.phone.is_some(), both.user_id.as_deref()),
        (true, Some("IL.1349"))
    );
    // An SMS to the same address, and a form without a sender, are no messages of WhatsApp.
    for fields in [&[("To", "+97231234567")][..], &[("From", ""), ("WaId", "")]] {
        assert!(
            matches!(inbound(&form(fields)).items[..], [Inbound::Unknown { .. }]),
            "{fields:?}"
        );
    }
}

#[test]
fn statuses_carry_the_key_of_their_address() {
    let check = |word: &str, receipt: Option<Receipt>| {
        let fields = [
            ("MessageStatus", word),
            ("From", "whatsapp:+97231234567"),
            ("To", "whatsapp:+972501234567"),
        ];
        let found = match status("key=c-1", &form(&fields)).items.pop() {
            Some(Inbound::Status(update)) => {
                assert_eq!(update.client_key.as_deref(), Some("c-1"));
                assert_eq!(
                    update.channel.as_ref().map(ChannelKey::as_str),
                    Some("+97231234567")
                );
                Some(update.receipt)
            }
            _ => None,
        };
        assert_eq!(found, receipt, "{word}");
    };
    check("sent", Some(Receipt::Sent));
    check("delivered", Some(Receipt::Delivered));
    check("read", Some(Receipt::Read));
    check("failed", Some(Receipt::Failed));
    check("undelivered", Some(Receipt::Failed));
    check("canceled", Some(Receipt::Failed));
    check("queued", None);
    check("sending", None);
    check("new word", None);
    let failed = form(&[
        ("MessageStatus", "undelivered"),
        ("ErrorCode", "63016"),
        ("ErrorMessage", "outside the window"),
    ]);
    let Some(Inbound::Status(update)) = status("", &failed).items.pop() else {
        panic!("a status");
    };
    let error = update.error.expect("an error");
    assert_eq!(
        (error.code.as_str(), error.detail.as_str()),
        ("63016", "outside the window")
    );
    assert_eq!(
        callback("https://h.example/webhook/whatsapp/status", "c-1").as_deref(),
        Some("https://h.example/webhook/whatsapp/status?key=c-1")
    );
}
