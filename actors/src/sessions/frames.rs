//! The socket's protocol: what a page says and is sent, as JSON. Written down in `client/protocol.schema.json`, which the
//! tests of both sides hold against it.

use super::actor::Frame;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use store::streams::{Missed, Person, Place, Told};

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Where it stands; nowhere, the first time. And whether somebody can see it.
    Hello {
        from: Option<Place>,
        visible: bool,
    },
    /// It came into sight, or went out of it.
    Visible {
        visible: bool,
    },
    /// It has shown these.
    Shown {
        reminders: Vec<i64>,
    },
    Ping,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Written {
    Hello {
        epoch: Option<i64>,
        seq: Option<i64>,
        /// Who says nothing of it has no other tabs to be behind.
        #[serde(default = "in_sight")]
        visible: bool,
    },
    Visible {
        visible: bool,
    },
    Shown {
        reminders: Vec<i64>,
    },
    Ping {},
}

fn in_sight() -> bool {
    true
}

/// Reminders that one frame may name.
const MOST: usize = 100;

impl Said {
    /// Reads a frame; `None` for what nobody knows, which is passed over.
    pub fn read(text: &str) -> Option<Self> {
        match serde_json::from_str(text).ok()? {
            Written::Hello { epoch, seq, visible } => Some(Self::Hello {
                from: epoch.zip(seq).map(|(epoch, seq)| Place { epoch, seq }),
                visible,
            }),
            Written::Visible { visible } => Some(Self::Visible { visible }),
            Written::Shown { mut reminders } => {
                reminders.truncate(MOST);
                Some(Self::Shown { reminders })
            }
            Written::Ping {} => Some(Self::Ping),
        }
    }
}

fn plain(kind: &str, value: serde_json::Value) -> Frame {
    let text: Arc<str> = value.to_string().into();
    Frame {
        event: kind.into(),
        data: 0..text.len(),
        text,
    }
}

/// Something that its person was told.
pub fn event(told: &Told) -> Frame {
    #[derive(serde::Serialize)]
    struct Event<'a> {
        r#type: &'static str,
        seq: i64,
        epoch: i64,
        at: jiff::Timestamp,
        event: &'a str,
        data: &'a RawValue,
    }
    let data = RawValue::from_string(told.data.clone()).unwrap_or_else(|_| RawValue::NULL.to_owned());
    let written = Event {
        r#type: "event",
        seq: told.seq,
        epoch: told.epoch,
        at: told.at,
        event: &told.kind,
        data: &data,
    };
    let text: Arc<str> = serde_json::to_string(&written).unwrap_or_default().into();
    // The last thing in it, before the brace that closes it.
    let end = text.len().saturating_sub(1);
    Frame {
        event: told.kind.as_str().into(),
        data: end.saturating_sub(data.get().len())..end,
        text,
    }
}

/// The answer to hello.
pub fn welcome(person: Person, missed: &Missed, heartbeat: Duration) -> Frame {
    plain(
        "welcome",
        json!({ "type": "welcome", "epoch": missed.newest.epoch, "seq": missed.newest.seq, "resumed": missed.whole,
                "heartbeat_s": heartbeat.as_secs(), "user": person.user.0, "business": person.business.0 }),
    )
}

/// More was missed than is kept: look at everything anew.
pub fn resync(newest: Place) -> Frame {
    plain(
        "resync",
        json!({ "type": "resync", "epoch": newest.epoch, "seq": newest.seq }),
    )
}

/// Something to look at again: `calls` with a call's id, `customers` with a customer's, `tasks`, …; not part of the stream.
pub fn hint(what: &str, id: Option<&str>) -> Frame {
    plain("hint", json!({ "type": "hint", "what": what, "id": id }))
}

/// The answer to ping.
pub fn pong() -> Frame {
    plain("pong", json!({ "type": "pong" }))
}

/// The engine stops: come back after this.
pub fn reconnect(back_in: Duration) -> Frame {
    plain(
        "reconnect",
        json!({ "type": "reconnect", "in_ms": u64::try_from(back_in.as_millis()).unwrap_or(u64::MAX) }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::UserId;
    use domain::ids::BusinessId;

    #[test]
    fn the_data_of_an_event_stands_in_its_text() {
        let check = |data: &str, expected: &str| {
            let told = Told {
                to: Person {
                    business: BusinessId(1),
                    user: UserId(2),
                },
                epoch: 3,
                seq: 4,
                at: jiff::Timestamp::UNIX_EPOCH,
                kind: "task:due".into(),
                data: data.into(),
            };
            let frame = event(&told);
            assert_eq!(frame.data(), expected);
            assert!(
                serde_json::from_str::<serde_json::Value>(&frame.text).is_ok(),
                "{}",
                frame.text
            );
        };
        check(r#"{"title":"לחזור {לדנה}"}"#, r#"{"title":"לחזור {לדנה}"}"#);
        check(" [1, 2] ", "[1, 2]");
        check("no JSON", "null");
    }

    #[test]
    fn what_a_page_says_is_read_and_what_nobody_knows_is_passed_over() {
        let place = Place { epoch: 5, seq: 7 };
        let hello = |from, visible| Some(Said::Hello { from, visible });
        for (text, said) in [
            (r#"{"type":"hello"}"#, hello(None, true)),
            (
                r#"{"type":"hello","epoch":5,"seq":7,"visible":false}"#,
                hello(Some(place), false),
            ),
            (r#"{"type":"hello","epoch":5,"seq":null}"#, hello(None, true)),
            (
                r#"{"type":"visible","visible":false}"#,
                Some(Said::Visible { visible: false }),
            ),
            (r#"{"type":"visible"}"#, None),
            (
                r#"{"type":"shown","reminders":[1,2]}"#,
                Some(Said::Shown {
                    reminders: vec![1, 2],
                }),
            ),
            (r#"{"type":"ping"}"#, Some(Said::Ping)),
            (r#"{"type":"dance"}"#, None),
            ("hello", None),
            ("", None),
        ] {
            assert_eq!(Said::read(text), said, "{text}");
        }
        let many: Vec<i64> = (0..5000).collect();
        let text = serde_json::json!({ "type": "shown", "reminders": many }).to_string();
        assert_eq!(
            Said::read(&text),
            Some(Said::Shown {
                reminders: (0..100).collect()
            })
        );
    }
}
