//! What a body adds to the string to sign: the decoded form parameters, or nothing but a hash in the query.
//! Called by the verifier and by `check_line`. It never trims, never re-encodes, never reads JSON.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{BodyVariant, Refusal};

/// Names and values, decoded to bytes, sorted by name then value, without repeated pairs.
pub(super) type Parameters<'a> = Vec<(Cow<'a, [u8]>, Cow<'a, [u8]>)>;

/// One way to read the body.
pub(super) struct Reading<'a> {
    pub variant: BodyVariant,
    pub parameters: Parameters<'a>,
}

/// The parts of a request that decide how its body was signed.
pub(super) struct Content<'a> {
    pub target: &'a str,
    pub content_type: Option<&'a str>,
    pub body: &'a [u8],
}

impl<'a> Content<'a> {
    /// The readings to try, likeliest first. A body that no signature can cover is refused here.
    pub fn readings(&self) -> Result<Vec<Reading<'a>>, Refusal> {
        let hash = body_hash(self.target);
        let mut readings = Vec::with_capacity(2);
        if self.is_form(hash.is_some()) {
            let parameters = form_parameters(self.body);
            let late = |name: &[u8]| matches!(name, b"CallToken" | b"StirVerstat");
            let timely: Parameters<'a> = parameters
                .iter()
                .filter(|(name, _)| !late(name))
                .cloned()
                .collect();
            let has_late = timely.len() < parameters.len();
            let lossy = lossy(&parameters);
            if !parameters.is_empty() {
                readings.push(Reading {
                    variant: BodyVariant::Form,
                    parameters,
                });
            }
            if has_late && !timely.is_empty() {
                readings.push(Reading {
                    variant: BodyVariant::FormWithoutLateParameters,
                    parameters: timely,
                });
            }
            // Validators that decode to text sign U+FFFD for bytes that aren't UTF-8, the others sign the bytes. What we
            // then read from the form has U+FFFD too, so this reading signs exactly what is read.
            readings.extend(lossy.map(|parameters| Reading {
                variant: BodyVariant::Form,
                parameters,
            }));
        }
        match hash {
            // A request whose address names a hash is signed by its address alone, so an emptied body must not pass either.
            Some(hash) if self.hash_is(&hash) => readings.push(url_alone(BodyVariant::BodyHash)),
            Some(_) if readings.is_empty() => return Err(Refusal::BodyHashMismatch),
            Some(_) => {}
            None if readings.is_empty() && (self.body.is_empty() || self.is_form(false)) => {
                readings.push(url_alone(BodyVariant::UrlAlone));
            }
            None if readings.is_empty() => return Err(Refusal::UncoveredBody),
            None => {}
        }
        Ok(readings)
    }

    /// A body without a type is a form, unless its address promises a hash.
    fn is_form(&self, hashed: bool) -> bool {
        match self
            .content_type
            .map(|t| t.split(';').next().unwrap_or("").trim())
        {
            None | Some("") => !hashed,
            Some(kind) => kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
        }
    }

    /// Lower-case hex, case-sensitive, as the official libraries compare it.
    fn hash_is(&self, expected: &str) -> bool {
        let actual: String = Sha256::digest(self.body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        actual.as_bytes().ct_eq(expected.as_bytes()).into()
    }
}

fn url_alone<'a>(variant: BodyVariant) -> Reading<'a> {
    Reading {
        variant,
        parameters: Vec::new(),
    }
}

/// The first `bodySHA256` of a query.
fn body_hash(target: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    // Decoding every query of every call would cost more than the search that almost always finds nothing.
    if !query.contains("SHA256") && !query.contains('%') {
        return None;
    }
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "bodySHA256")
        .map(|(_, value)| value.into_owned())
}

fn form_parameters(body: &[u8]) -> Parameters<'_> {
    let mut parameters: Parameters<'_> = body
        .split(|&b| b == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.iter().position(|&b| b == b'=') {
            Some(at) => (decoded(&pair[..at]), decoded(&pair[at + 1..])),
            None => (decoded(pair), Cow::Borrowed(&[][..])),
        })
        .collect();
    // By bytes, which for UTF-8 is by code point: what Python, PHP, Go and Ruby do.
    parameters.sort_unstable();
    parameters.dedup();
    parameters
}

/// The parameters as text, if some of them aren't UTF-8.
fn lossy<'a>(parameters: &Parameters<'a>) -> Option<Parameters<'a>> {
    let whole = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
    if parameters.iter().all(|(name, value)| whole(name) && whole(value)) {
        return None;
    }
    let text = |bytes: &[u8]| Cow::Owned(String::from_utf8_lossy(bytes).into_owned().into_bytes());
    let mut parameters: Parameters<'a> = parameters.iter().map(|(n, v)| (text(n), text(v))).collect();
    parameters.sort_unstable();
    parameters.dedup();
    Some(parameters)
}

/// `+` is a space and `%XX` a byte; a `%` without two hex digits stands for itself.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.iter().any(|b| matches!(b, b'+' | b'%')) {
        return Cow::Borrowed(raw);
    }
    let hex = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&first, tail)) = rest.split_first() {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match (first, escape) {
            (_, Some((high, low))) => {
                out.push(high << 4 | low);
                rest = &tail[2..];
                continue;
            }
            (b'+', None) => out.push(b' '),
            (other, None) => out.push(other),
        }
        rest = tail;
    }
    Cow::Owned(out)
}
