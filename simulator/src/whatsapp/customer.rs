//! What customers write, in words that all providers have in common, and how each provider posts it (Twilio docs, "incoming message
//! webhook"; Meta, "messages webhook reference"). Written from their pages alone, without a line of the engine's readers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::carrier::new_sid;

/// Through whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Twilio,
    Meta,
    Bridge,
}

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// E.164; `None` for who hides it.
    #[serde(default)]
    pub phone: Option<String>,
    /// `IL.1349…`.
    #[serde(default)]
    pub user_id: Option<String>,
    #[serde(default)]
    pub name: String,
}

impl Line {
    /// By its word: `twilio`, `meta`, `bridge`.
    pub fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(word.into()).ok()
    }
}

impl Person {
    /// Somebody with a number.
    pub fn new(phone: &str, name: &str) -> Self {
        Self {
            phone: Some(phone.to_owned()),
            user_id: None,
            name: name.to_owned(),
        }
    }

    fn digits(&self) -> Option<&str> {
        self.phone.as_deref().map(|phone| phone.trim_start_matches('+'))
    }
}

/// What.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Wrote {
    Text {
        text: String,
    },
    Media {
        /// `image`, `audio`, `video`, `document`, `sticker`.
        kind: String,
        /// What `keep_file` gave.
        file: String,
        mime: String,
        #[serde(default)]
        caption: Option<String>,
        #[serde(default)]
        name: Option<String>,
    },
    Location {
        latitude: f64,
        longitude: f64,
    },
    Contact {
        name: String,
        phone: String,
    },
    /// `None`: taken back.
    Reaction {
        to: String,
        #[serde(default)]
        emoji: Option<String>,
    },
    Button {
        id: String,
        title: String,
    },
    List {
        id: String,
        title: String,
    },
    /// A kind that nobody knows yet.
    Unknown,
}

/// A message of a customer. Delivered twice it is one message twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub line: Line,
    pub id: String,
    pub from: Person,
    /// The business's number, E.164.
    pub to: String,
    pub wrote: Wrote,
    #[serde(default)]
    pub reply_to: Option<String>,
    pub at: Timestamp,
}

impl Written {
    /// A new message.
    pub fn new(line: Line, from: Person, to: &str, wrote: Wrote) -> Self {
        let id = match line {
            Line::Twilio => new_sid("SM"),
            Line::Meta => new_sid("wamid.HBgM"),
            Line::Bridge => new_sid("3EB0"),
        };
        Self {
            line,
            id,
            from,
            to: to.to_owned(),
            wrote,
            reply_to: None,
            at: Timestamp::now(),
        }
    }

    /// A new text.
    pub fn text(line: Line, from: Person, to: &str, text: &str) -> Self {
        Self::new(
            line,
            from,
            to,
            Wrote::Text {
                text: text.to_owned(),
            },
        )
    }
}

/// The parameters of Twilio's form; `media` makes a file's address.
pub(super) fn as_form(
    written: &Written,
    account: &str,
    media: impl Fn(&str, &str) -> String,
) -> Vec<(String, String)> {
    let person = &written.from;
    let from = person
        .phone
        .as_deref()
        .or(person.user_id.as_deref())
        .unwrap_or("");
    let mut form: Vec<(&str, String)> = vec![
        ("AccountSid", account.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("MessageSid", written.id.clone()),
        ("SmsSid", written.id.clone()),
        ("SmsMessageSid", written.id.clone()),
        ("SmsStatus", "received".to_owned()),
        ("From", format!("whatsapp:{from}")),
        ("To", format!("whatsapp:{}", written.to)),
        ("ProfileName", person.name.clone()),
        ("NumSegments", "1".to_owned()),
    ];
    form.extend(person.digits().map(|digits| ("WaId", digits.to_owned())));
    form.extend(person.user_id.clone().map(|id| ("ExternalUserId", id)));
    form.extend(
        written
            .reply_to
            .clone()
            .map(|id| ("OriginalRepliedMessageSid", id)),
    );
    let mut add = |fields: &[(&'static str, &str)]| {
        form.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
    };
    match &written.wrote {
        Wrote::Text { text } => add(&[("MessageType", "text"), ("Body", text), ("NumMedia", "0")]),
        Wrote::Media {
            kind,
            file,
            mime,
            caption,
            name,
        } => {
            let words = caption.as_deref().or(name.as_deref()).unwrap_or("");
            let url = media(&written.id, file);
            add(&[("MessageType", kind), ("Body", words), ("NumMedia", "1")]);
            add(&[("MediaUrl0", &url), ("MediaContentType0", mime)]);
        }
        Wrote::Location { latitude, longitude } => {
            let (latitude, longitude) = (latitude.to_string(), longitude.to_string());
            add(&[
                ("MessageType", "location"),
                ("Latitude", &latitude),
                ("Longitude", &longitude),
            ]);
        }
        Wrote::Contact { .. } => add(&[("MessageType", "contacts"), ("NumMedia", "0")]),
        Wrote::Reaction { to, emoji } => {
            add(&[("MessageType", "reaction"), ("OriginalRepliedMessageSid", to)]);
            add(&[("Body", emoji.as_deref().unwrap_or(""))]);
        }
        Wrote::Button { id, title } => {
            add(&[
                ("MessageType", "button"),
                ("Body", title),
                ("ButtonText", title),
                ("ButtonPayload", id),
            ]);
        }
        Wrote::List { id, title } => {
            add(&[
                ("MessageType", "interactive"),
                ("Body", title),
                ("ListId", id),
                ("ListTitle", title),
            ]);
        }
        Wrote::Unknown => add(&[("MessageType", "hologram"), ("NumMedia", "0")]),
    }
    form.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// One entry of Meta's `messages`, and of its `contacts`.
pub(super) fn as_meta(written: &Written) -> (Value, Value) {
    let person = &written.from;
    let mut message = json!({"id": written.id, "timestamp": written.at.as_second().to_string()});
    let mut contact = json!({"profile": {"name": person.name}});
    if let Some(digits) = person.digits() {
        message["from"] = digits.into();
        contact["wa_id"] = digits.into();
    }
    if let Some(id) = &person.user_id {
        message["from_user_id"] = id.as_str().into();
        contact["user_id"] = id.as_str().into();
    }
    if let Some(quoted) = &written.reply_to {
        message["context"] = json!({"id": quoted});
    }
    let (kind, inner) = match &written.wrote {
        Wrote::Text { text } => ("text", json!({"body": text})),
        Wrote::Media {
            kind,
            file,
            mime,
            caption,
            name,
        } => {
            let mut media = json!({"id": file, "mime_type": mime, "sha256": "", "voice": kind == "audio"});
            if let Some(caption) = caption {
                media["caption"] = caption.as_str().into();
            }
            if let Some(name) = name {
                media["filename"] = name.as_str().into();
            }
            (kind.as_str(), media)
        }
        Wrote::Location { latitude, longitude } => {
            ("location", json!({"latitude": latitude, "longitude": longitude}))
        }
        Wrote::Contact { name, phone } => (
            "contacts",
            json!([{"name": {"formatted_name": name, "first_name": name}, "phones": [{"phone": phone, "type": "CELL"}]}]),
        ),
        Wrote::Reaction {
            to,
            emoji: Some(emoji),
        } => ("reaction", json!({"message_id": to, "emoji": emoji})),
        Wrote::Reaction { to, emoji: None } => ("reaction", json!({"message_id": to})),
        Wrote::Button { id, title } => (
            "interactive",
            json!({"type": "button_reply", "button_reply": {"id": id, "title": title}}),
        ),
        Wrote::List { id, title } => (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"id": id, "title": title}}),
        ),
        Wrote::Unknown => ("unsupported", json!({"type": "unknown"})),
    };
    message["type"] = kind.into();
    message[kind] = inner;
    if kind == "unsupported" {
        message["errors"] = json!([{"code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
            "error_data": {"details": "Message type is currently not supported."}}]);
    }
    (message, contact)
}

/// One event of the bridge's contract.
pub(super) fn as_event(written: &Written) -> Value {
    let content = match &written.wrote {
        Wrote::Text { text } => json!({"type": "text", "text": text}),
        Wrote::Media {
            kind,
            file,
            mime,
            caption,
            name,
        } => {
            json!({"type": "media", "kind": kind, "media_id": file, "mime": mime, "caption": caption, "name": name,
            "voice": kind == "audio"})
        }
        Wrote::Location { latitude, longitude } => {
            json!({"type": "location", "latitude": latitude, "longitude": longitude})
        }
        Wrote::Contact { name, phone } => {
            json!({"type": "contacts", "contacts": [{"name": name, "phones": [phone], "emails": []}]})
        }
        Wrote::Reaction { to, emoji } => json!({"type": "reaction", "message_id": to, "emoji": emoji}),
        Wrote::Button { id, title } | Wrote::List { id, title } => {
            json!({"type": "choice", "id": id, "title": title})
        }
        Wrote::Unknown => json!({"type": "hologram"}),
    };
    json!({"type": "message", "id": written.id, "timestamp": written.at.as_second(), "from": written.from,
        "reply_to": written.reply_to, "content": content})
}
