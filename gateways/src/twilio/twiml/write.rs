//! The buffer behind TwiML: elements, escaped attributes and text in one `String`, and the checks of values.
//! Called by the verbs alone. Element and attribute names are literals of ours; it never takes one from outside.

use std::ops::RangeInclusive;

use quick_xml::escape::{escape, partial_escape};

use super::TwimlError;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>";

/// One document in one buffer.
pub(super) struct Xml {
    buffer: String,
}

impl Xml {
    pub fn document() -> Xml {
        // An answer with greeting, record and redirect is about 700 bytes: one allocation for nearly every call.
        let mut buffer = String::with_capacity(1024);
        buffer.push_str(HEAD);
        Xml { buffer }
    }

    /// Opens an element; the tag is closed by `text`, `children` or `empty`.
    pub fn element(&mut self, name: &'static str) -> Tag<'_> {
        self.buffer.push('<');
        self.buffer.push_str(name);
        Tag {
            buffer: &mut self.buffer,
        }
    }

    pub fn close(&mut self, name: &'static str) {
        self.buffer.push_str("</");
        self.buffer.push_str(name);
        self.buffer.push('>');
    }

    pub fn finish(mut self) -> String {
        self.buffer.push_str("</Response>");
        self.buffer
    }
}

/// An open tag that takes attributes.
#[must_use]
pub(super) struct Tag<'a> {
    buffer: &'a mut String,
}

impl Tag<'_> {
    pub fn attribute(self, name: &'static str, value: &str) -> Self {
        self.buffer.push(' ');
        self.buffer.push_str(name);
        self.buffer.push_str("=\"");
        push(self.buffer, value, |text, out| out.push_str(&escape(text)));
        self.buffer.push('"');
        self
    }

    pub fn number(self, name: &'static str, value: u32) -> Self {
        self.buffer.push(' ');
        self.buffer.push_str(name);
        self.buffer.push_str("=\"");
        let mut digits = [0u8; 10];
        let mut at = digits.len();
        let mut rest = value;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.buffer.extend(digits[at..].iter().map(|b| char::from(*b)));
        self.buffer.push('"');
        self
    }

    pub fn flag(self, name: &'static str, value: bool) -> Self {
        self.attribute(name, if value { "true" } else { "false" })
    }

    pub fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Ends the tag as an element without content.
    pub fn empty(self) {
        self.buffer.push_str("/>");
    }

    /// Ends the tag; elements follow.
    pub fn children(self) {
        self.buffer.push('>');
    }

    /// Ends the tag; this text follows.
    pub fn text(self, text: &str) {
        self.buffer.push('>');
        push(self.buffer, text, |text, out| out.push_str(&partial_escape(text)));
    }
}

/// Appends escaped text, without the characters that XML 1.0 can't hold at all (section 2.2, `Char`).
fn push(buffer: &mut String, text: &str, escaped: impl Fn(&str, &mut String)) {
    let outlaw =
        |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    if text.bytes().any(|b| b < b' ' || b == 0xEF) && text.contains(outlaw) {
        let clean: String = text.chars().filter(|c| !outlaw(*c)).collect();
        escaped(&clean, buffer);
    } else {
        escaped(text, buffer);
    }
}

/// What an address is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// http(s), or a path that Twilio resolves against the current document.
    Callback,
    /// `wss://` without a query: Twilio strips it, parameters go into `<Parameter>`.
    Socket,
}

/// Refuses an address that Twilio would not call.
pub(super) fn check(url: &str, kind: Address, verb: &'static str) -> Result<(), TwimlError> {
    let refuse = |why| Err(TwimlError::Address { verb, why });
    let allowed = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    if !url.bytes().all(allowed) {
        return refuse("an address must be ASCII without spaces, quotes and brackets: percent-encode it");
    }
    let rest = match kind {
        Address::Callback if url.starts_with('/') && !url.starts_with("//") => return Ok(()),
        Address::Callback => url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://")),
        Address::Socket if url.contains('?') => return refuse("a stream's address can't have a query"),
        Address::Socket => url.strip_prefix("wss://"),
    };
    let Some(rest) = rest else {
        return refuse("the address must be absolute, or a path where one is allowed");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() || authority.starts_with(':') {
        return refuse("the address has no host");
    }
    // Twilio refuses host names with an underscore, and a user in an address would be spoken to every log.
    if authority.contains(['_', '@']) {
        return refuse("the host has an underscore or a user");
    }
    Ok(())
}

/// Refuses a number outside what Twilio documents.
pub(super) fn within(
    value: u32,
    range: RangeInclusive<u32>,
    (verb, attribute): (&'static str, &'static str),
) -> Result<(), TwimlError> {
    if range.contains(&value) {
        Ok(())
    } else {
        Err(TwimlError::Value {
            verb,
            attribute,
            why: "outside Twilio's range",
        })
    }
}

/// Refuses a `finishOnKey` that is not made of keys; empty means that no key ends it.
pub(super) fn keys(value: &str, verb: &'static str) -> Result<(), TwimlError> {
    if value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'*' | b'#'))
    {
        Ok(())
    } else {
        Err(TwimlError::Value {
            verb,
            attribute: "finishOnKey",
            why: "only 0-9, * and # are keys",
        })
    }
}
