//! Customers: where they stand, where they came from, and what they are known by. Whoever takes an identity in, a page, an
//! import or a call, makes it one of these: one person has one spelling.

use crate::email::Email;
use crate::entities::{Phone, PhoneError};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$vdoc:meta])* $variant:ident = $text:literal),+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All there are, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As it is stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads it back.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

pub(crate) use words;

words!(
    /// What the business has with a customer.
    Status: Lead = "lead", Active = "active", Inactive = "inactive", Blocked = "blocked"
);
words!(
    /// Where a customer stands on the way to a deal.
    Stage:
    New = "new",
    Contacted = "contacted",
    Qualified = "qualified",
    Viewing = "viewing",
    Negotiation = "negotiation",
    Won = "won",
    Lost = "lost"
);
words!(
    /// How the business came to know a customer.
    Source: Call = "call", Person = "person", Import = "import", Whatsapp = "whatsapp"
);
words!(
    /// What a customer is known by.
    IdentityKind: Phone = "phone", Email = "email", Whatsapp = "whatsapp"
);
words!(
    /// What a timeline tells of.
    Event:
    Call = "call",
    Task = "task",
    Note = "note",
    Status = "status",
    Created = "created",
    Merged = "merged",
    Document = "document",
    Whatsapp = "whatsapp"
);

impl Stage {
    /// Whether the way ends here: it is asked why.
    pub fn wants_reason(self) -> bool {
        matches!(self, Self::Won | Self::Lost)
    }
}

/// What a customer is known by, in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    kind: IdentityKind,
    value: String,
}

/// Why a text is no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("{0}")]
    Phone(#[from] PhoneError),
    #[error("{0}")]
    Email(#[from] crate::email::EmailError),
    #[error("a WhatsApp id has 1 to 128 letters, digits, dots, colons, hyphens")]
    Whatsapp,
}

impl Identity {
    /// Reads one as people and systems write it. A WhatsApp id that is a number is that number.
    pub fn parse(kind: IdentityKind, text: &str) -> Result<Self, IdentityError> {
        let value = match kind {
            IdentityKind::Phone => Phone::parse(text)?.as_e164().to_owned(),
            IdentityKind::Email => Email::parse(text)?.as_str().to_owned(),
            IdentityKind::Whatsapp => whatsapp(text)?,
        };
        Ok(Self { kind, value })
    }

    /// Its kind.
    pub fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// What is stored and compared.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// How an identity is shown: a number as it is dialled in the country, anything else as it is.
pub fn shown(kind: IdentityKind, value: &str) -> String {
    match kind {
        IdentityKind::Email => value.to_owned(),
        IdentityKind::Phone | IdentityKind::Whatsapp => {
            Phone::parse(value).map_or_else(|_| value.to_owned(), |phone| phone.local())
        }
    }
}

fn whatsapp(text: &str) -> Result<String, IdentityError> {
    let text = text.trim();
    let bare = text.strip_prefix("whatsapp:").unwrap_or(text);
    if let Ok(phone) = Phone::parse(bare) {
        return Ok(phone.as_e164().to_owned());
    }
    let fits = |b: u8| b.is_ascii_alphanumeric() || b".:_-".contains(&b);
    if (1..=128).contains(&bare.len()) && bare.bytes().all(fits) {
        return Ok(bare.to_owned());
    }
    Err(IdentityError::Whatsapp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_one_spelling() {
        let check = |kind, text: &str, value: Option<&str>| {
            let read = Identity::parse(kind, text).ok();
            assert_eq!(read.as_ref().map(Identity::value), value, "{text}");
        };
        check(IdentityKind::Phone, "050-123 4567", Some("+972501234567"));
        check(IdentityKind::Phone, "דנה", None);
        check(
            IdentityKind::Email,
            " Dana@Example.CO.IL",
            Some("dana@example.co.il"),
        );
        check(IdentityKind::Email, "dana", None);
        check(
            IdentityKind::Whatsapp,
            "whatsapp:+972501234567",
            Some("+972501234567"),
        );
        check(
            IdentityKind::Whatsapp,
            "IL.1234567890123456789",
            Some("IL.1234567890123456789"),
        );
        check(IdentityKind::Whatsapp, "ab cd", None);
        assert_eq!(shown(IdentityKind::Phone, "+97249876543"), "04-9876543");
        assert_eq!(shown(IdentityKind::Whatsapp, "IL.12"), "IL.12");
    }

    #[test]
    fn words_are_read_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.as_str()), Some(*stage));
        }
        assert!(Stage::Lost.wants_reason() && !Stage::Viewing.wants_reason());
        assert_eq!(Event::parse("dance"), None);
    }
}
