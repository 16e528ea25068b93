//! Phone numbers and who is calling.
//!
//! Called by every room that takes a number in (webhooks, import, a caller's own words). Every Israeli spelling
//! becomes one E.164 value, so that one customer is found by it. It never dials, and never guesses a missing digit.

use std::{fmt, str::FromStr};

use phonenumber::country::Id;
use serde::{Deserialize, Serialize};

/// A telephone number in E.164 (`+972501234567`), whatever it was written like.
///
/// The lengths of Israeli numbers are held exactly; a number that has the right shape but lies in a range that the
/// public metadata does not know (`050-1xx`) is accepted and [`Phone::is_doubtful`] says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is not a phone number, by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing in it looks like a number: ask for one.
    #[error("no digits in the phone number")]
    Empty,
    /// `*6050`, `1201`, `144`: real, dialled inside the country only. Keep it as text.
    #[error("{0} is a star code or a short code, not a phone number")]
    ServiceCode(String),
    /// Digits are missing: ask for the whole number again.
    #[error("{0} digits are too few for a phone number")]
    TooShort(usize),
    /// Too many digits: ask again, slowly.
    #[error("{0} digits are too many for a phone number")]
    TooLong(usize),
    /// The digits can't be a number anywhere: ask again.
    #[error("not a phone number: {0}")]
    Impossible(String),
}

impl Phone {
    /// Reads a number as people and systems write it: `050-1234567`, `+972 (0)50 123 4567`, `00972…`, `972…`,
    /// `tel:…`, with any dashes, dots, brackets, spaces and direction marks. Numbers without a country are Israeli.
    pub fn parse(text: &str) -> Result<Phone, PhoneError> {
        let written = Written::read(text)?;
        match written.country {
            Country::Israel => israeli(&written.digits),
            Country::Other => foreign(&written.digits),
        }
    }

    /// `+972501234567`: what is stored, compared and dialled.
    pub fn as_e164(&self) -> &str {
        &self.0
    }

    /// How an Israeli writes and says it: `050-1234567`, `04-9876543`, `1-700-123456`. Foreign numbers stay E.164.
    pub fn local(&self) -> String {
        let Some(national) = self.0.strip_prefix("+972") else {
            return self.0.clone();
        };
        let area = match national.as_bytes().first() {
            Some(b'1') => return format!("1-{}-{}", &national[1..4], &national[4..]),
            Some(b'5' | b'7') => 2,
            _ => 1,
        };
        format!("0{}-{}", &national[..area], &national[area..])
    }

    /// Whether the number is an Israeli mobile (05x), so that a WhatsApp or SMS may reach it.
    pub fn is_israeli_mobile(&self) -> bool {
        self.0.starts_with("+9725")
    }

    /// True when the public metadata calls this range unassigned. It is a warning for a person, never a refusal:
    /// the metadata lags behind the operators.
    pub fn is_doubtful(&self) -> bool {
        phonenumber::parse(None, &self.0).map_or(true, |number| !phonenumber::is_valid(&number))
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Phone {
    type Err = PhoneError;
    fn from_str(text: &str) -> Result<Phone, PhoneError> {
        Phone::parse(text)
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;
    fn try_from(text: String) -> Result<Phone, PhoneError> {
        Phone::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> String {
        phone.0
    }
}

enum Country {
    Israel,
    Other,
}

/// The digits as written, with the country already taken off when it is Israel.
struct Written {
    country: Country,
    digits: String,
}

impl Written {
    fn read(text: &str) -> Result<Written, PhoneError> {
        let text = text.trim().trim_start_matches("tel:");
        let mut plus = false;
        let mut digits = String::new();
        let mut other_letters = false;
        for c in text.chars().take(64) {
            match c {
                // Arabic-Indic and full-width digits arrive from phones set to other languages.
                '0'..='9' | '\u{660}'..='\u{669}' | '\u{FF10}'..='\u{FF19}' => digits.push(ascii_digit(c)),
                '+' | '\u{FF0B}' if digits.is_empty() => plus = true,
                '*' | '#' => return Err(PhoneError::ServiceCode(text.chars().take(16).collect())),
                c if c.is_alphabetic() => other_letters = true,
                _ => {}
            }
        }
        if digits.is_empty() {
            return Err(PhoneError::Empty);
        }
        if other_letters {
            return Err(PhoneError::Impossible(text.chars().take(32).collect()));
        }
        Ok(Written::with_country(plus, digits))
    }

    fn with_country(plus: bool, digits: String) -> Written {
        let international = match digits.strip_prefix("00") {
            Some(rest) => Some(rest.to_owned()),
            None if plus => Some(digits.clone()),
            // 972 and at least eight digits more: someone left the plus out.
            None if digits.starts_with("972") && digits.len() >= 11 => Some(digits.clone()),
            None => None,
        };
        match international {
            Some(full) => match full.strip_prefix("972") {
                // "+972 (0)50…": the bracketed zero is never dialled.
                Some(rest) => Written {
                    country: Country::Israel,
                    digits: rest.trim_start_matches('0').to_owned(),
                },
                None => Written {
                    country: Country::Other,
                    digits: full,
                },
            },
            None => Written {
                country: Country::Israel,
                digits,
            },
        }
    }
}

fn ascii_digit(c: char) -> char {
    let base = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{FF10}'..='\u{FF19}' => 0xFF10,
        _ => return c,
    };
    char::from(b'0' + (c as u32 - base) as u8)
}

/// National lengths by first digit: landline 8, mobile and VoIP 9, service numbers 1-700 and kin 10.
fn israeli(written: &str) -> Result<Phone, PhoneError> {
    let national = written.strip_prefix('0').unwrap_or(written);
    let length = national.len();
    if written.len() <= 5 && !written.starts_with('0') {
        return Err(PhoneError::ServiceCode(written.to_owned()));
    }
    let wanted = match national.as_bytes().first() {
        Some(b'2' | b'3' | b'4' | b'8' | b'9') => 8,
        Some(b'5' | b'7') => 9,
        Some(b'1') => 10,
        _ => return Err(PhoneError::Impossible(written.chars().take(32).collect())),
    };
    match length {
        n if n < wanted => Err(PhoneError::TooShort(written.len())),
        n if n > wanted => Err(PhoneError::TooLong(written.len())),
        _ => Ok(Phone(format!("+972{national}"))),
    }
}

fn foreign(digits: &str) -> Result<Phone, PhoneError> {
    match digits.len() {
        0..=6 => return Err(PhoneError::TooShort(digits.len())),
        7..=15 => {}
        n => return Err(PhoneError::TooLong(n)),
    }
    let impossible = || PhoneError::Impossible(digits.to_owned());
    let normal = |text: &str| {
        let number = phonenumber::parse(Some(Id::IL), text).ok()?;
        Some(number.format().mode(phonenumber::Mode::E164).to_string())
    };
    let e164 = normal(&format!("+{digits}")).ok_or_else(impossible)?;
    // A value that would read back as another one (zeros that are dropped one by one) is no number.
    if normal(&e164).as_ref() == Some(&e164) {
        Ok(Phone(e164))
    } else {
        Err(impossible())
    }
}

/// Who is on the line, as the carrier says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum CallerId {
    /// An ordinary number: a customer may be found by it.
    Phone(Phone),
    /// The caller hides the number, or the network lost it.
    Withheld,
    /// A short code or star code of an operator (`*6050`).
    Service(String),
    /// A browser or application client (`client:dana` gives `dana`).
    Client(String),
    /// A SIP address, without the scheme.
    Sip(String),
    /// Anything else, kept as it came (at most 64 characters).
    Other(String),
}

/// Numbers that carriers send in place of a withheld one: the words ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
/// UNAVAILABLE on a keypad.
const KEYPAD_WORDS: [&str; 5] = ["266696687", "7378742833", "2562533", "8656696", "86282452253"];

impl CallerId {
    /// Reads the carrier's `From`. It can't fail: what is no number is kept as what it is.
    pub fn parse(from: &str) -> CallerId {
        let from = from.trim();
        let bare = from.trim_start_matches('+');
        let word = from.to_lowercase();
        if KEYPAD_WORDS.contains(&bare)
            || matches!(
                word.as_str(),
                "" | "+" | "anonymous" | "unknown" | "restricted" | "unavailable" | "blocked" | "private"
            )
        {
            return CallerId::Withheld;
        }
        let short = |text: &str| {
            text.chars()
                .filter(|c| !c.is_control())
                .take(64)
                .collect::<String>()
        };
        if let Some(client) = strip_scheme(from, "client:") {
            return CallerId::Client(short(client));
        }
        if let Some(address) = strip_scheme(from, "sips:").or_else(|| strip_scheme(from, "sip:")) {
            if address.to_lowercase().starts_with("anonymous@") {
                return CallerId::Withheld;
            }
            return CallerId::Sip(short(address));
        }
        match Phone::parse(from) {
            Ok(phone) => CallerId::Phone(phone),
            Err(PhoneError::ServiceCode(code)) => CallerId::Service(code),
            Err(_) => CallerId::Other(short(from)),
        }
    }

    /// The number to call back, when there is one.
    pub fn phone(&self) -> Option<&Phone> {
        match self {
            CallerId::Phone(phone) => Some(phone),
            _ => None,
        }
    }
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
}

#[cfg(test)]
#[path = "phone_tests.rs"]
mod tests;
