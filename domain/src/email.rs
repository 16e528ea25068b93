//! E-mail addresses as people log in with them: checked once, at the door, and compared in lower case.

use std::fmt;

/// An address that a message could be sent to, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(Box<str>);

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an e-mail address such as dana@example.co.il")]
pub struct EmailError;

impl Email {
    /// Takes `local@host`: lengths as in RFC 5321, no quoting, a host of at least two labels.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_ascii_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(EmailError)?;
        let good_local = (1..=64).contains(&local.len())
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let good_host = host.len() <= 189 && host.contains('.') && host.split('.').all(label);
        if good_local && good_host {
            Ok(Self(text.into()))
        } else {
            Err(EmailError)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("dana@example.co.il", Some("dana@example.co.il")),
            (" Dana.Levi+x@Example.COM ", Some("dana.levi+x@example.com")),
            ("dana@localhost", None),
            ("dana", None),
            ("@example.com", None),
            ("dana@", None),
            ("da na@example.com", None),
            ("dana@@example.com", None),
            ("dana@-example.com", None),
            ("dana..levi@example.com", None),
            ("דנה@example.com", None),
            ("dana@example.com\r\nBcc: x@y.z", None),
        ] {
            assert_eq!(
                Email::parse(text).ok().as_ref().map(Email::as_str),
                expected,
                "{text}"
            );
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
    }
}
