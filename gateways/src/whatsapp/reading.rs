//! Reading what may hold anything: bounded lists out of JSON, texts cut to length and without NUL, numbers in any spelling.
//! Used by the parsers of all providers. Nothing here fails; what can't be read is absent.

use std::fmt;

use domain::entities::Phone;
use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::inbound::{LARGEST_BATCH, LONGEST_ID, LONGEST_NAME, LONGEST_TEXT};
use super::provider::ProviderError;

/// The largest single thing of a batch that is looked into, bytes: a text of 65,536 characters in escapes has 393,216. Together
/// with [`LARGEST_BATCH`] it bounds what a hostile body costs: one thing at a time is unfolded.
pub(super) const LARGEST_ITEM: usize = 400 * 1024;
/// Characters of a provider's own error text that are kept.
const LONGEST_DETAIL: usize = 300;

/// A list, of which at most [`LARGEST_BATCH`] are kept, each as the text that it came as; anything that is no list is empty.
#[derive(Debug, Default)]
pub(super) struct Items<'a> {
    pub kept: Vec<&'a RawValue>,
    pub dropped: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Raw first: what is no list must not make the rest of the body unreadable.
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('[') {
            return Ok(Self::default());
        }
        let mut list = serde_json::Deserializer::from_str(raw.get());
        Ok(list.deserialize_seq(Bounded).unwrap_or_default())
    }
}

struct Bounded;

impl<'de> Visitor<'de> for Bounded {
    type Value = Items<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items<'de>, A::Error> {
        let mut items = Items::default();
        while items.kept.len() < LARGEST_BATCH {
            match list.next_element::<&RawValue>()? {
                Some(item) => items.kept.push(item),
                None => return Ok(items),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            items.dropped += 1;
        }
        Ok(items)
    }
}

/// One thing of a batch, unfolded. `None`: too large, or nested deeper than 128.
pub(super) fn item(raw: &RawValue) -> Option<Value> {
    (raw.get().len() <= LARGEST_ITEM)
        .then(|| serde_json::from_str(raw.get()).ok())
        .flatten()
}

/// At most so many characters, without NUL. Empty is absent.
pub(super) fn cut(text: &str, longest: usize) -> Option<String> {
    let kept: String = text.chars().filter(|c| *c != '\0').take(longest).collect();
    (!kept.is_empty()).then_some(kept)
}

/// A message's text. What is only spaces is kept: the customer wrote it.
pub(super) fn text(value: &Value) -> Option<String> {
    cut(value.as_str()?, LONGEST_TEXT)
}

/// A name, a title, an address: one line.
pub(super) fn name(value: &Value) -> Option<String> {
    one_line(value.as_str()?)
}

/// A provider's word, in lower case; empty where there is none.
pub(super) fn word(value: &Value) -> String {
    name(value).unwrap_or_default().to_ascii_lowercase()
}

/// A name without control characters and outer spaces.
pub(super) fn one_line(text: &str) -> Option<String> {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_NAME)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// An identifier: text or number, visible ASCII, at most [`LONGEST_ID`] bytes.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => ascii_id(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// As [`id`], of a text.
pub(super) fn ascii_id(text: &str) -> Option<String> {
    let fits = (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

/// A phone as WhatsApp writes it: international digits, with or without `+` and `whatsapp:`.
pub(super) fn phone(text: &str) -> Option<Phone> {
    let digits = text
        .trim()
        .trim_start_matches("whatsapp:")
        .trim_start_matches('+');
    let plain = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    // Without the plus the digits of other countries would be read as Israeli ones.
    plain.then(|| Phone::parse(&format!("+{digits}")).ok()).flatten()
}

/// A business-scoped id: two letters, a dot, letters, digits and dots (`US.ENT.1181…`).
pub(super) fn user_id(text: &str) -> Option<String> {
    let (country, rest) = text.split_once('.')?;
    let fits = country.len() == 2
        && country.bytes().all(|b| b.is_ascii_alphabetic())
        && (1..=140).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    fits.then(|| text.to_owned())
}

/// Seconds since 1970, as text or as a number, between 2009 and a year that no message of ours sees.
pub(super) fn seconds(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::String(text) => text.trim().parse().ok()?,
        Value::Number(number) => number.as_i64()?,
        _ => return None,
    };
    (1_230_768_000..4_102_444_800)
        .contains(&seconds)
        .then(|| Timestamp::from_second(seconds).ok())
        .flatten()
}

/// A code, which is a number, or a word of a bridge; and the provider's words.
pub(super) fn error(code: &Value, detail: &str) -> ProviderError {
    let code = id(code).unwrap_or_else(|| "unknown".to_owned());
    ProviderError {
        code: code.chars().take(40).collect(),
        detail: detail_text(detail),
    }
}

/// A provider's own error text, one short line.
pub(super) fn detail_text(text: &str) -> String {
    let line = one_line(text).unwrap_or_default();
    line.chars().take(LONGEST_DETAIL).collect()
}

/// `{{1}}` and `{{name}}` of a text, each once, in their order.
pub(super) fn placeholders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("{{") {
        let Some((inside, tail)) = tail.split_once("}}") else {
            break;
        };
        let key = inside.trim();
        let fits =
            (1..=60).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if fits && !found.iter().any(|one| one == key) {
            found.push(key.to_owned());
        }
        rest = tail;
    }
    found
}
