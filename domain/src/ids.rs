//! Identifiers that are checked once, at the door, and can't be wrong afterwards.
//! Everybody holds them; nobody here looks anything up.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not the identifier it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be {prefix} and 32 hexadecimal digits")]
pub struct SidError {
    kind: &'static str,
    prefix: &'static str,
}

/// Twilio's identifiers are two letters and 32 hexadecimal digits
/// (<https://www.twilio.com/docs/glossary/what-is-a-sid>).
fn checked(kind: &'static str, prefix: &'static str, text: &str) -> Result<Box<str>, SidError> {
    let rest = text.strip_prefix(prefix);
    match rest {
        Some(hex) if hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(text.into()),
        _ => Err(SidError { kind, prefix }),
    }
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text if it has the carrier's form, else says which form was expected.
            pub fn parse(text: &str) -> Result<Self, SidError> {
                checked(stringify!($name), $prefix, text).map(Self)
            }

            /// The 34 characters as the carrier wrote them.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = SidError;
            fn try_from(text: String) -> Result<Self, SidError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> String {
                sid.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

sid!(
    /// A call, `CA…`.
    CallSid,
    "CA"
);
sid!(
    /// A recording, `RE…`.
    RecordingSid,
    "RE"
);
sid!(
    /// A carrier account, `AC…`.
    AccountSid,
    "AC"
);

/// A business: the tenant. The number that Postgres gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BusinessId(pub i64);

impl fmt::Display for BusinessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The SHA-256 of some audio: its name in the store, in addresses and in caches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AudioHash(pub [u8; 32]);

impl AudioHash {
    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn parse(hex: &str) -> Option<Self> {
        let bytes = hex.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let digit = |b: u8| match b {
            b'0'..=b'9' => Some(b - b'0'),
            b'a'..=b'f' => Some(b - b'a' + 10),
            _ => None,
        };
        let mut out = [0; 32];
        for (byte, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(out))
    }
}

impl TryFrom<String> for AudioHash {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("expected 64 lower-case hexadecimal digits")
    }
}

impl From<AudioHash> for String {
    fn from(hash: AudioHash) -> String {
        hash.to_string()
    }
}

impl fmt::Display for AudioHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AudioHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_is_its_prefix_and_32_hexadecimal_digits() {
        let check = |text: &str, good: bool| assert_eq!(CallSid::parse(text).is_ok(), good, "{text}");
        check("CA0123456789abcdefABCDEF0123456789", true);
        check("RE0123456789abcdefABCDEF0123456789", false);
        check("CA0123456789abcdefABCDEF012345678", false);
        check("CA0123456789abcdefABCDEF012345678g", false);
        check("CA0123456789abcdefABCDEF0123456789 ", false);
        check("", false);
        check("קA0123456789abcdefABCDEF012345678", false);
    }

    #[test]
    fn an_audio_hash_reads_back_what_it_writes() {
        let hash = AudioHash([0xa7; 32]);
        assert_eq!(AudioHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(AudioHash::parse(&hash.to_string().to_uppercase()), None);
        assert_eq!(AudioHash::parse("../../etc/passwd"), None);
    }
}
