//! Proof that a request is Meta's: the verification of an address, and `X-Hub-Signature-256` over the raw body (Meta, "Webhooks,
//! Getting started"). The webhook edge calls it before anything else looks at the body. It never compares early or prints a secret.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The app's secret, and the next one while they are exchanged.
#[derive(Clone, Default)]
pub struct AppSecrets(Vec<Hmac<Sha256>>);

impl std::fmt::Debug for AppSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AppSecrets({})", self.0.len())
    }
}

impl AppSecrets {
    /// Empty secrets are left out: with none left, nothing is Meta's.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let keyed = secrets
            .into_iter()
            .filter(|secret| !secret.expose_secret().is_empty())
            .filter_map(|secret| Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok());
        Self(keyed.collect())
    }

    /// Whether there is none, so that every request would be refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the secrets signed these bytes. `header` is `X-Hub-Signature-256`, whole.
    pub fn signed(&self, body: &[u8], header: Option<&str>) -> bool {
        let given = header.and_then(|value| value.strip_prefix("sha256="));
        given.is_some_and(|hex| self.0.iter().any(|key| signs(key, &[body], hex)))
    }
}

/// Whether `hex` (64 digits of either case) is this key's MAC of the pieces, compared in constant time.
pub(in super::super) fn signs(key: &Hmac<Sha256>, pieces: &[&[u8]], hex: &str) -> bool {
    let Some(given) = unhex(hex) else {
        return false;
    };
    let mut mac = key.clone();
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().as_slice().ct_eq(&given).into()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16);
        *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
    }
    Some(bytes)
}

/// What a verification (`GET` with `hub.mode`, `hub.verify_token`, `hub.challenge`) is answered with as plain text; `None`: 403.
/// `query` is the raw query of the request.
pub fn challenge(query: &str, verify_token: &SecretString) -> Option<String> {
    let mut mode = None;
    let mut token = None;
    let mut challenge = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "hub.mode" => mode = Some(value),
            "hub.verify_token" => token = Some(value),
            "hub.challenge" => challenge = Some(value),
            _ => {}
        }
    }
    let expected = verify_token.expose_secret().as_bytes();
    let known = !expected.is_empty() && bool::from(token?.as_bytes().ct_eq(expected));
    // It is a number; whatever else it may be is not said back from our origin.
    let echo = challenge.filter(|text| {
        (1..=128).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
    })?;
    (mode? == "subscribe" && known).then(|| echo.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(all: &[&str]) -> AppSecrets {
        let all: Vec<SecretString> = all.iter().map(|text| SecretString::from(*text)).collect();
        AppSecrets::new(&all)
    }

    #[test]
    fn a_body_is_signed_by_one_of_two_secrets_as_it_came() {
        let body = "{\"a\":\"שלום 😀\"}".as_bytes();
        // printf '{"a":"שלום 😀"}' | openssl dgst -sha256 -hmac secret
        let hex = "fd49e18ac5f637389e600df15e10e764f4994d14702feaf5a9f3b1ebc68ef287";
        let header = format!("sha256={hex}");
        let check = |all: &[&str], body: &[u8], header: Option<&str>, expected| {
            assert_eq!(secrets(all).signed(body, header), expected, "{all:?} {header:?}");
        };
        check(&["secret"], body, Some(&header), true);
        check(&["next", "secret"], body, Some(&header), true);
        check(
            &["secret"],
            body,
            Some(&header.to_uppercase().replace("SHA256", "sha256")),
            true,
        );
        check(&["other"], body, Some(&header), false);
        check(&[], body, Some(&header), false);
        check(&[""], body, Some(&header), false);
        check(&["secret"], b"{\"a\":\"\\u05e9\"}", Some(&header), false);
        check(&["secret"], body, Some(hex), false);
        check(&["secret"], body, Some("sha256="), false);
        check(&["secret"], body, Some("sha256=zz"), false);
        check(&["secret"], body, None, false);
    }

    #[test]
    fn an_address_is_verified_by_its_token() {
        let token = SecretString::from("tok en");
        let check = |query: &str, expected: Option<&str>| {
            assert_eq!(challenge(query, &token).as_deref(), expected, "{query}");
        };
        check(
            "hub.mode=subscribe&hub.verify_token=tok+en&hub.challenge=1158201444",
            Some("1158201444"),
        );
        check(
            "hub.challenge=7&hub.verify_token=tok%20en&hub.mode=subscribe",
            Some("7"),
        );
        check("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=7", None);
        check(
            "hub.mode=unsubscribe&hub.verify_token=tok+en&hub.challenge=7",
            None,
        );
        check(
            "hub.mode=subscribe&hub.verify_token=tok+en&hub.challenge=<script>",
            None,
        );
        check("hub.mode=subscribe&hub.verify_token=tok+en", None);
        check("", None);
        let none = SecretString::from("");
        assert_eq!(
            challenge("hub.mode=subscribe&hub.verify_token=&hub.challenge=7", &none),
            None
        );
    }
}
