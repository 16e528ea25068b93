//! The forms of Twilio's voice webhooks as types that can't be wrong (Twilio docs, "TwiML request parameters", `record`,
//! `call-resource`). Called by the webhook edge after the signature. It decides nothing, and its errors and its `Debug` hold no value.

mod call;
mod recording;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use domain::ids::AccountSid;

pub use call::{AnsweredBy, CallStatus, Direction, IncomingCall};
pub use recording::{EndedBy, RecordingDone, RecordingState, RecordingStatus};

/// The largest form that is read. Twilio's are about 1 kB; a WhatsApp message is at most a few.
pub const LIMIT_BYTES: usize = 64 * 1024;

/// Why a form is not what its address is for. Names the field, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A field that is needed is absent or empty.
    #[error("{field} is missing")]
    Missing { field: &'static str },
    /// A field that decides something has a value that can't be right.
    #[error("{field} is malformed: {why}")]
    Malformed { field: &'static str, why: &'static str },
    /// More than [`LIMIT_BYTES`].
    #[error("the form is larger than 64 kB")]
    TooLarge,
}

/// Every parameter of a request, known or not, by name. Twilio adds new ones without notice, so nothing is dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    /// Names that came more than once with different values.
    ambiguous: Vec<String>,
    /// The `I-Twilio-Idempotency-Token` header: equal in all attempts of one request.
    idempotency_token: Option<String>,
}

impl fmt::Debug for Parameters {
    /// Names only: the values are phone numbers and people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

impl Parameters {
    /// Reads a form body, or the query of a GET webhook.
    pub fn parse(encoded: &[u8]) -> Result<Parameters, FormError> {
        if encoded.len() > LIMIT_BYTES {
            return Err(FormError::TooLarge);
        }
        let mut parameters = Parameters::default();
        for (name, value) in form_urlencoded::parse(encoded) {
            match parameters.values.get(name.as_ref()) {
                None => {
                    parameters.values.insert(name.into_owned(), value.into_owned());
                }
                Some(first) if *first != value => parameters.ambiguous.push(name.into_owned()),
                Some(_) => {}
            }
        }
        Ok(parameters)
    }

    /// With the `I-Twilio-Idempotency-Token` header of the request, if it had one.
    pub fn with_idempotency_token(mut self, header: Option<&str>) -> Parameters {
        self.idempotency_token = header.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        self
    }

    /// The token that tells a repeated attempt from a new request.
    pub fn idempotency_token(&self) -> Option<&str> {
        self.idempotency_token.as_deref()
    }

    /// A parameter that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter that decides something: two different values are refused, for the signature doesn't say which is meant.
    fn deciding(&self, field: &'static str) -> Result<Option<&str>, FormError> {
        if self.ambiguous.iter().any(|name| name == field) {
            return Err(FormError::Malformed {
                field,
                why: "given twice with different values",
            });
        }
        Ok(self.get(field))
    }

    fn needed(&self, field: &'static str) -> Result<&str, FormError> {
        self.deciding(field)?.ok_or(FormError::Missing { field })
    }

    /// The first of two names of one thing, such as `To` and `Called`.
    fn either(&self, field: &'static str, other: &'static str) -> Result<Option<&str>, FormError> {
        match self.deciding(field)? {
            Some(value) => Ok(Some(value)),
            None => self.deciding(other),
        }
    }

    fn sid<T, E>(&self, field: &'static str, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, FormError> {
        parse(self.needed(field)?).map_err(|_| malformed_sid(field))
    }

    fn maybe_sid<T, E>(
        &self,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, FormError> {
        self.deciding(field)?
            .map(|text| parse(text).map_err(|_| malformed_sid(field)))
            .transpose()
    }

    fn account(&self) -> Result<AccountSid, FormError> {
        self.sid("AccountSid", AccountSid::parse)
    }

    /// A number that decides something.
    fn number(&self, field: &'static str) -> Result<Option<u32>, FormError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| FormError::Malformed {
                field,
                why: "not a whole number",
            })
        };
        self.deciding(field)?.map(parse).transpose()
    }

    /// A text that only informs.
    fn text(&self, field: &str) -> Option<String> {
        self.get(field).map(str::to_owned)
    }
}

fn malformed_sid(field: &'static str) -> FormError {
    FormError::Malformed {
        field,
        why: "two letters and 32 hexadecimal digits are expected",
    }
}
