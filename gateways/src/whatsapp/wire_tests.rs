//! The clients against whoever plays the providers (`simulator`), at the wire: the two were written from the providers' pages apart from
//! each other.

use std::sync::Arc;

use bytes::Bytes;
use domain::entities::Phone;
use domain::ids::AccountSid;
use domain::whatsapp::{MediaKind, TemplateStatus};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use simulator::whatsapp::{self as played, Fault, Line};
use simulator::{Carrier, CarrierOptions};
use url::Url;

use super::bridge::{BridgeAccess, BridgeClient, BridgeSecrets};
use super::meta::{MetaAccess, MetaClient};
use super::twilio::{TwilioAccess, TwilioClient};
use super::*;
use crate::twilio::rest::BasicAuth;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const CUSTOMER: &str = "+972501234567";

fn phone(text: &str) -> Phone {
    Phone::parse(text).expect("a number")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

/// A carrier and a client of each kind.
async fn world() -> (Carrier, [Arc<dyn Provider>; 3]) {
    crate::stub::ring();
    let carrier = Carrier::start(CarrierOptions::new(ACCOUNT, "token"))
        .await
        .expect("loopback");
    let twilio = TwilioClient::new(TwilioAccess {
        api_base: url(carrier.base()),
        account: AccountSid::parse(ACCOUNT).expect("an account"),
        auth: BasicAuth {
            user: ACCOUNT.into(),
            secret: "token".into(),
        },
        number: phone("+97231234567"),
    });
    let meta = MetaClient::new(MetaAccess {
        graph: url(&carrier.whatsapp().graph()),
        phone_number_id: played::META_PHONE_NUMBER_ID.into(),
        account_id: played::META_ACCOUNT_ID.into(),
        token: played::META_TOKEN.into(),
        media_origins: vec![url(meta::MEDIA_ORIGIN)],
    });
    let bridge = BridgeClient::new(BridgeAccess {
        base: url(&carrier.whatsapp().bridge()),
        secrets: BridgeSecrets::new([&SecretString::from(played::BRIDGE_SECRET)]),
        number: phone(played::BRIDGE_NUMBER),
        listed_origins: vec![url(carrier.base())],
    });
    let clients: [Arc<dyn Provider>; 3] = [
        Arc::new(twilio.expect("a client")),
        Arc::new(meta.expect("a client")),
        Arc::new(bridge.expect("a client")),
    ];
    (carrier, clients)
}

fn outgoing(key: &str, content: OutgoingContent) -> Outgoing {
    Outgoing {
        to: Recipient::Phone(phone(CUSTOMER)),
        client_key: key.into(),
        content,
        reply_to: None,
        status_callback: Some("http://127.0.0.1:9/webhook/whatsapp/status".into()),
        request_id: "r-1".into(),
    }
}

fn text(words: &str) -> OutgoingContent {
    OutgoingContent::Text(words.into())
}

fn image(source: MediaSource) -> OutgoingContent {
    OutgoingContent::Media {
        kind: MediaKind::Image,
        source,
        mime: "image/jpeg".into(),
        caption: Some("ראו".into()),
        name: None,
    }
}

#[tokio::test]
async fn every_kind_of_message_reaches_each_provider_with_its_key() {
    let (carrier, clients) = world().await;
    for client in &clients {
        let able = client.abilities();
        let send = |key: &'static str, content: OutgoingContent| async move {
            client.send(&outgoing(key, content)).await
        };
        let taken = send("k-1", text("שלום 😀\nשורה שנייה")).await.expect("taken");
        let mut reply = outgoing("k-2", text("תשובה"));
        reply.reply_to = able.reply.then(|| "wamid.THEIRS".into());
        client.send(&reply).await.expect("taken");
        send("k-3", image(MediaSource::Link("https://h.example/a.jpg".into())))
            .await
            .expect("taken");
        let reaction = OutgoingContent::Reaction {
            to: "wamid.THEIRS".into(),
            emoji: Some("👍".into()),
        };
        assert_eq!(send("k-4", reaction).await.is_ok(), able.reaction, "{client:?}");
        let ours: Vec<_> = carrier
            .whatsapp()
            .sent()
            .into_iter()
            .filter(|one| format!("{:?}", one.line) == format!("{:?}", client.name()))
            .collect();
        assert_eq!(ours[0].id, taken.provider_id);
        assert_eq!(
            (ours[0].text.as_str(), ours[0].to.as_str()),
            ("שלום 😀\nשורה שנייה", CUSTOMER)
        );
        assert_eq!(ours[0].client_key.as_deref(), Some("k-1"));
        assert_eq!(ours[1].reply_to, reply.reply_to);
        assert_eq!(ours[2].media.as_deref(), Some("https://h.example/a.jpg"));
        assert_eq!(ours[2].text, "ראו");
        if able.reaction {
            assert_eq!((ours[3].kind.as_str(), ours[3].text.as_str()), ("reaction", "👍"));
        }
        let typing = Signal::Typing {
            provider_id: "SM00000000000000000000000000000001".into(),
        };
        client.signal(&typing, "r-1").await.expect("shown");
    }
}

#[tokio::test]
async fn templates_are_listed_and_sent_filled_in() {
    let (carrier, [twilio, meta, bridge]) = world().await;
    for client in [&twilio, &meta] {
        let all = client.templates("r-1").await.expect("a list");
        let viewing = all.iter().find(|one| one.name == "viewing_reminder").expect("it");
        assert_eq!(
            (viewing.status, viewing.language.as_str()),
            (TemplateStatus::Approved, "he")
        );
        assert_eq!(viewing.category, "utility");
        let keys: Vec<(&str, Option<&str>)> = viewing
            .parameters
            .iter()
            .map(|one| (one.key.as_str(), one.example.as_deref()))
            .collect();
        assert_eq!(keys, [("1", Some("דנה")), ("2", Some("הרצל 1"))]);
        let rejected = all.iter().find(|one| one.name == "discount").expect("it");
        assert_eq!(rejected.status, TemplateStatus::Rejected);
        assert!(rejected.rejected_reason.is_some());
        let used = OutgoingContent::Template(TemplateUse {
            provider_id: viewing.provider_id.clone(),
            name: viewing.name.clone(),
            language: viewing.language.clone(),
            parameters: vec![("1".into(), "דנה".into()), ("2".into(), "הרצל 1".into())],
        });
        client.send(&outgoing("t-1", used)).await.expect("taken");
        let last = carrier.whatsapp().sent().pop().expect("a message");
        assert_eq!(last.kind, "template");
        assert!(
            last.text.contains("דנה") && last.text.contains("הרצל 1"),
            "{}",
            last.text
        );
    }
    assert_eq!(bridge.templates("r-1").await, Err(ReadError::NotSupported));
}

#[tokio::test]
async fn what_may_have_been_taken_is_looked_up_and_found_once() {
    let (carrier, clients) = world().await;
    for client in &clients {
        let whatsapp = carrier.whatsapp();
        let key = format!("l-{:?}", client.name());
        let content = text("האם הגיע?");
        let message = outgoing(&key, content.clone());
        let from = Timestamp::now();
        let lookup = |known: &'static [String]| Lookup {
            to: &message.to,
            content: &message.content,
            client_key: &message.client_key,
            from,
            until: from + SignedDuration::from_secs(5),
            known,
            request_id: "r-1",
        };
        // A 500 without the deed, and one after it: from outside they are the same.
        whatsapp.fail([Fault::Server]);
        assert_eq!(client.send(&message).await, Err(SendError::Uncertain));
        let tells = client.find(&lookup(&[])).await.expect("an answer");
        let can_tell = tells != Found::CantTell;
        assert_eq!(can_tell, client.name() != domain::whatsapp::ProviderName::Meta);
        assert!(!can_tell || tells == Found::NotTaken, "{client:?} {tells:?}");
        whatsapp.fail([Fault::AnswerLost]);
        assert_eq!(client.send(&message).await, Err(SendError::Uncertain));
        let taken = whatsapp.sent().pop().expect("taken").id;
        if can_tell {
            let found = client.find(&lookup(&[])).await.expect("an answer");
            assert_eq!(
                found,
                Found::Taken(Accepted {
                    provider_id: taken.clone()
                })
            );
        }
        if client.name() == domain::whatsapp::ProviderName::Twilio {
            // An older message with the same words, which has its row: not this one.
            let known: &'static [String] = Box::leak(Box::new([taken]));
            assert_eq!(client.find(&lookup(known)).await, Ok(Found::NotTaken));
        }
    }
    // The bridge sends one message for each key, however often it is asked.
    let again = outgoing("l-Bridge", text("האם הגיע?"));
    let before = carrier.whatsapp().sent().len();
    clients[2].send(&again).await.expect("the same one");
    assert_eq!(carrier.whatsapp().sent().len(), before);
}

#[tokio::test]
async fn refusals_say_what_to_do_next() {
    let (carrier, clients) = world().await;
    for client in &clients {
        let meet = |fault: Fault| {
            carrier.whatsapp().fail([fault]);
            let message = outgoing("f-1", text("שלום"));
            async move { client.send(&message).await.expect_err("refused") }
        };
        let [window, number] = match client.name() {
            domain::whatsapp::ProviderName::Twilio => ["63016", "63007"],
            domain::whatsapp::ProviderName::Meta => ["131047", "133010"],
            domain::whatsapp::ProviderName::Bridge => ["window_closed", "number_not_connected"],
        };
        let throttled = meet(Fault::Throttle(Some(7))).await;
        assert!(
            matches!(throttled, SendError::Throttled { pair: false, .. }),
            "{throttled:?}"
        );
        match meet(Fault::Code(window.into())).await {
            SendError::Refused(error) => {
                let explained = error.explained(client.name());
                assert_eq!(explained.reason, domain::whatsapp::failure::Reason::WindowClosed);
            }
            other => panic!("{other:?}"),
        }
        let stopped = meet(Fault::Code(number.into())).await;
        assert!(matches!(stopped, SendError::Channel(_)), "{stopped:?}");
        assert_eq!(meet(Fault::ServerAfterTaking).await, SendError::Uncertain);
    }
    // Nobody listens any more, and no connection is left over: surely not taken.
    let (carrier, clients) = world().await;
    drop(carrier);
    for client in &clients {
        let refused = client.send(&outgoing("f-2", text("שלום"))).await;
        assert_eq!(refused, Err(SendError::Unreachable), "{client:?}");
    }
}

#[tokio::test]
async fn files_come_from_the_provider_and_from_nowhere_else() {
    let (carrier, clients) = world().await;
    let whatsapp = carrier.whatsapp();
    for (client, line) in clients.iter().zip([Line::Twilio, Line::Meta, Line::Bridge]) {
        let file = whatsapp.keep_file(Bytes::from_static(b"\xff\xd8\xff bytes"), "image/jpeg");
        let reference = |file: &str| match line {
            Line::Twilio => format!(
                "{}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/{file}",
                carrier.base()
            ),
            _ => file.to_owned(),
        };
        let fetch = |reference: String, kind| {
            let reference = MediaReference(reference);
            async move { client.media(&reference, kind, "r-1").await }
        };
        let fetched = fetch(reference(&file), MediaKind::Image).await.expect("a file");
        assert_eq!(
            fetched.bytes,
            Bytes::from_static(b"\xff\xd8\xff bytes"),
            "{line:?}"
        );
        assert_eq!(fetched.mime.as_deref(), Some("image/jpeg"));
        assert_eq!(
            fetch(reference("nothing"), MediaKind::Image).await,
            Err(MediaError::Gone)
        );
        let large = whatsapp.keep_file(Bytes::from(vec![0; 600 * 1024]), "image/webp");
        assert_eq!(
            fetch(reference(&large), MediaKind::Sticker).await,
            Err(MediaError::TooLarge)
        );
        if line == Line::Bridge {
            continue;
        }
        for elsewhere in [
            "https://169.254.169.254/latest/",
            "https://127.0.0.1/",
            "http://evil.example/",
            "https://u:p@evil.example/",
        ] {
            whatsapp.redirect_file(&file, elsewhere);
            let refused = fetch(reference(&file), MediaKind::Image).await;
            assert!(
                matches!(refused, Err(MediaError::Forbidden(_))),
                "{line:?} {elsewhere}: {refused:?}"
            );
        }
    }
    // Twilio's reference is an address: nobody's but our own account's is visited.
    for forged in [
        "https://evil.example/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/MM1/Media/ME1"
            .to_owned(),
        format!(
            "{}/2010-04-01/Accounts/AC00000000000000000000000000000002/Messages/MM1/Media/ME1",
            carrier.base()
        ),
        format!("{}/simulator/calls", carrier.base()),
        "not an address".to_owned(),
    ] {
        let refused = clients[0]
            .media(&MediaReference(forged), MediaKind::Image, "r-1")
            .await;
        assert!(matches!(refused, Err(MediaError::Forbidden(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn a_file_is_uploaded_and_sent_by_its_id() {
    let (carrier, [_, meta, _]) = world().await;
    let upload = Upload {
        kind: MediaKind::Image,
        mime: "image/jpeg",
        name: "a.jpg",
        bytes: Bytes::from_static(b"\xff\xd8\xff"),
        request_id: "r-1",
    };
    let id = meta.upload(&upload).await.expect("taken");
    let message = outgoing("u-1", image(MediaSource::Uploaded(id.clone())));
    meta.send(&message).await.expect("taken");
    assert_eq!(carrier.whatsapp().sent()[0].media, Some(id));
}

#[test]
fn a_bridge_is_public_or_listed() {
    crate::stub::ring();
    let client = |base: &str, listed: &[&str]| {
        BridgeClient::new(BridgeAccess {
            base: url(base),
            secrets: BridgeSecrets::default(),
            number: phone(CUSTOMER),
            listed_origins: listed.iter().map(|one| url(one)).collect(),
        })
        .is_ok()
    };
    assert!(client("https://bridge.example/whatsapp", &[]));
    assert!(!client("http://bridge.example/whatsapp", &[]));
    assert!(!client("https://10.0.0.7/", &[]));
    assert!(client("http://10.0.0.7:8099/", &["http://10.0.0.7:8099"]));
    assert!(!client("http://10.0.0.7:8100/", &["http://10.0.0.7:8099"]));
}

#[tokio::test]
async fn what_customers_write_is_read_as_they_wrote_it() {
    use simulator::whatsapp::{Person, Written, Wrote};
    let (carrier, _) = world().await;
    let whatsapp = carrier.whatsapp();
    whatsapp.connect(simulator::Engine::local("http://127.0.0.1:9"), Some("7"));
    let secrets = BridgeSecrets::new([&SecretString::from(played::BRIDGE_SECRET)]);
    let app = meta::AppSecrets::new([&SecretString::from(played::META_APP_SECRET)]);
    type Fits = fn(&Content) -> bool;
    let kinds: [(Wrote, Fits); 6] = [
        (
            Wrote::Text {
                text: "שלום 😀".into(),
            },
            |c| *c == Content::Text("שלום 😀".into()),
        ),
        (
            Wrote::Location {
                latitude: 32.0,
                longitude: 34.5,
            },
            |c| matches!(c, Content::Location { latitude, longitude, .. } if (*latitude, *longitude) == (32.0, 34.5)),
        ),
        (
            Wrote::Reaction {
                to: "SM1".into(),
                emoji: None,
            },
            |c| matches!(c, Content::Reaction { to, emoji: None } if to == "SM1"),
        ),
        (
            Wrote::Reaction {
                to: "SM1".into(),
                emoji: Some("❤️".into()),
            },
            |c| matches!(c, Content::Reaction { emoji: Some(emoji), .. } if emoji == "❤️"),
        ),
        (
            Wrote::Button {
                id: "yes".into(),
                title: "כן".into(),
            },
            |c| matches!(c, Content::Choice { id, title, .. } if id == "yes" && title == "כן"),
        ),
        (Wrote::Unknown, |c| matches!(c, Content::Unsupported { .. })),
    ];
    let hidden = Person {
        phone: None,
        user_id: Some("IL.1349".into()),
        name: "דנה".into(),
    };
    for line in [Line::Twilio, Line::Meta, Line::Bridge] {
        for (wrote, is_it) in &kinds {
            let written = Written::new(line, hidden.clone(), "+97231234567", wrote.clone());
            let request = whatsapp.request(&written).expect("a request");
            let header = |name: &str| {
                request
                    .headers
                    .iter()
                    .find(|one| one.0 == name)
                    .map(|one| one.1.as_str())
            };
            let batch = match line {
                Line::Twilio => twilio::inbound(&request.body),
                Line::Meta => {
                    assert!(app.signed(&request.body, header("X-Hub-Signature-256")));
                    meta::inbound(&request.body)
                }
                Line::Bridge => {
                    let signed = bridge::SignedBridgeRequest {
                        method: "POST",
                        raw_target: "/webhook/whatsapp/bridge/7",
                        timestamp: header(bridge::TIMESTAMP_HEADER),
                        signature: header(bridge::SIGNATURE_HEADER),
                        body: &request.body,
                    };
                    assert!(secrets.signed(&signed, Timestamp::now()));
                    bridge::inbound(&ChannelKey::Number(phone(CUSTOMER)), &request.body)
                }
            };
            let [Inbound::Message(message)] = batch.items.as_slice() else {
                panic!("{line:?} {wrote:?}: {batch:?}");
            };
            assert_eq!(message.provider_id, written.id);
            assert_eq!(message.from.user_id.as_deref(), Some("IL.1349"), "{line:?}");
            assert_eq!(message.from.phone, None);
            assert!(
                is_it(&message.content),
                "{line:?} {wrote:?}: {:?}",
                message.content
            );
        }
    }
}
