//! Israeli identity numbers (תעודת זהות), with their check digit.
//!
//! Called by slots and by the documents that the law wants an identity number on. It proves that a number can exist,
//! never that it belongs to someone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hebrew::numbers::digit_sequence;

/// Nine digits whose last one checks. Shorter ones are padded with zeros in front, as on old cards.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsraeliId(String);

/// Why a text is not an identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IsraeliIdError {
    /// Not five to nine digits: ask for the whole number.
    #[error("an identity number has nine digits, not {0}")]
    Length(usize),
    /// One digit was heard or typed wrong: ask again, slowly.
    #[error("the check digit of the identity number is wrong")]
    CheckDigit,
}

impl IsraeliId {
    /// Reads `123456782`, `12345678-2`, or nine digits with spaces.
    pub fn parse(text: &str) -> Result<IsraeliId, IsraeliIdError> {
        let digits: String = text
            .chars()
            .take(64)
            .filter_map(crate::hebrew::text::decimal_digit)
            .collect();
        if !(5..=9).contains(&digits.len()) || digits.bytes().all(|b| b == b'0') {
            return Err(IsraeliIdError::Length(digits.len()));
        }
        let padded = format!("{digits:0>9}");
        if check_sum(&padded).is_multiple_of(10) {
            Ok(IsraeliId(padded))
        } else {
            Err(IsraeliIdError::CheckDigit)
        }
    }

    /// Reads it out of speech, in digits or digit by digit in words.
    pub fn heard(text: &str) -> Result<IsraeliId, IsraeliIdError> {
        IsraeliId::parse(&digit_sequence(text).unwrap_or_default())
    }

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digits weigh 1 2 1 2 …; a product of two digits counts as their sum.
fn check_sum(nine: &str) -> u32 {
    let weigh = |(i, b): (usize, u8)| {
        let product = u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 2 };
        product / 10 + product % 10
    };
    nine.bytes().enumerate().map(weigh).sum()
}

impl fmt::Display for IsraeliId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's number never reaches a log: only its end is shown.
impl fmt::Debug for IsraeliId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IsraeliId(…{})", &self.0[6..])
    }
}

impl TryFrom<String> for IsraeliId {
    type Error = IsraeliIdError;
    fn try_from(text: String) -> Result<IsraeliId, IsraeliIdError> {
        IsraeliId::parse(&text)
    }
}

impl From<IsraeliId> for String {
    fn from(id: IsraeliId) -> String {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_decides() {
        let check = |text: &str, expected: Result<&str, IsraeliIdError>| {
            assert_eq!(
                IsraeliId::parse(text)
                    .as_ref()
                    .map(IsraeliId::as_str)
                    .map_err(|e| *e),
                expected,
                "{text}"
            );
        };
        check("123456782", Ok("123456782"));
        check("12345678-2", Ok("123456782"));
        check("000000018", Ok("000000018"));
        check("00018", Ok("000000018"));
        check("123456789", Err(IsraeliIdError::CheckDigit));
        check("123456728", Err(IsraeliIdError::CheckDigit));
        check("1234", Err(IsraeliIdError::Length(4)));
        check("1234567820", Err(IsraeliIdError::Length(10)));
        check("000000000", Err(IsraeliIdError::Length(9)));
        check("", Err(IsraeliIdError::Length(0)));
    }

    #[test]
    fn it_is_read_out_of_speech_and_hidden_in_logs() {
        let id = IsraeliId::heard("אחת שתיים שלוש ארבע חמש שש שבע שמונה שתיים").expect("id");
        assert_eq!(id.as_str(), "123456782");
        assert_eq!(format!("{id:?}"), "IsraeliId(…782)");
    }
}
