//! A detail of a call: what was heard, what it means, and whether it may be believed.
//!
//! Called by the responder and by the summary; stored as it is. What isn't validated is kept as heard and marked so
//! (SPEC 2.13): it never replaces a customer's record by itself.

use jiff::Zoned;
use serde::{Deserialize, Serialize};

use super::{City, IsraeliId, Moment, Money, PersonName, Phone, Rooms};
use crate::hebrew::text::clean;

/// The most characters that are kept of what was heard for one detail.
pub const HEARD_CHARS: usize = 200;

/// The meaning of a detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Value {
    Name(PersonName),
    Phone(Phone),
    Id(IsraeliId),
    City(City),
    Rooms(Rooms),
    Money(Money),
    Time(Moment),
    /// Free text, cleaned and cut.
    Text(String),
}

/// One detail found in a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The slot's id in the script: `name`, `budget`.
    pub name: String,
    /// The caller's words, cleaned and cut to [`HEARD_CHARS`].
    pub heard: String,
    /// What they mean, when they could be read.
    pub value: Option<Value>,
    /// Parsed, and confirmed by the caller where the script asks for it.
    pub validated: bool,
}

impl Detail {
    /// A detail; `heard` is cleaned and cut here.
    pub fn new(name: &str, heard: &str, value: Option<Value>, validated: bool) -> Detail {
        Detail {
            name: name.to_owned(),
            heard: kept(heard),
            validated: validated && value.is_some(),
            value,
        }
    }

    /// How the detail is shown and said: its value, or the words as heard.
    pub fn said(&self, now: &Zoned) -> String {
        self.value
            .as_ref()
            .map_or_else(|| self.heard.clone(), |value| value.said(now))
    }

    /// The sentence that asks whether we heard right. `label` is the slot's name with its article: `מספר הטלפון`.
    pub fn read_back(&self, label: &str, now: &Zoned) -> String {
        format!("רשמתי: {label} {}. נכון?", self.said(now))
    }
}

impl Value {
    /// How the value is said: digits allowed, `hebrew::spoken` turns them into words.
    pub fn said(&self, now: &Zoned) -> String {
        match self {
            Value::Name(name) => name.to_string(),
            Value::Phone(phone) => phone.local(),
            Value::Id(id) => id.to_string(),
            Value::City(city) => city.to_string(),
            Value::Rooms(rooms) => rooms.to_string(),
            Value::Money(money) => money.to_string(),
            Value::Time(moment) => moment.said(now),
            Value::Text(text) => text.clone(),
        }
    }
}

/// Caller's words as they may be stored: no control or direction characters, one line, bounded.
pub fn kept(heard: &str) -> String {
    let line = clean(heard).split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(HEARD_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        "2026-11-18T11:00:00[Asia/Jerusalem]".parse().expect("a time")
    }

    #[test]
    fn a_detail_is_read_back_in_a_sentence() {
        let phone = Value::Phone(Phone::parse("0521234567").expect("phone"));
        let detail = Detail::new("phone", "אפס חמש שתיים", Some(phone), false);
        assert_eq!(
            detail.read_back("מספר הטלפון", &now()),
            "רשמתי: מספר הטלפון 052-1234567. נכון?"
        );
        let unread = Detail::new("phone", "לא יודע", None, true);
        assert!(!unread.validated, "what has no value is not validated");
        assert_eq!(unread.said(&now()), "לא יודע");
    }

    #[test]
    fn a_detail_survives_json() {
        let time = Value::Time(Moment::parse("מחר בעשר", &now()).expect("time"));
        let detail = Detail::new("time", "מחר\nבעשר\u{202e}", Some(time), true);
        let json = serde_json::to_string(&detail).expect("json");
        assert_eq!(serde_json::from_str::<Detail>(&json).expect("detail"), detail);
        assert_eq!(detail.heard, "מחר בעשר");
    }
}
