//! Secrets and algorithms of a signature: HMAC-SHA1 with the auth token, HMAC-SHA256 with a SharedKey.
//! Called by the verifier and by `check_line`. It never shows a secret and compares in constant time.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::body::Parameters;

/// The hash of a signature. Sources: Twilio docs "Security"; the settings header as in Twilio's Python library 9.13.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    HmacSha1,
    HmacSha256,
    /// Anything that we don't know: refused, never guessed.
    Unknown,
}

impl Algorithm {
    pub fn named(name: &str) -> Algorithm {
        match name.trim() {
            n if n.eq_ignore_ascii_case("HMAC_SHA1") => Algorithm::HmacSha1,
            n if n.eq_ignore_ascii_case("HMAC_SHA256") => Algorithm::HmacSha256,
            _ => Algorithm::Unknown,
        }
    }

    /// The bytes of a signature header, when it is canonical base64 of this algorithm's length (28 or 44 characters).
    pub fn decode(self, signature: &str) -> Option<Vec<u8>> {
        let length = match self {
            Algorithm::HmacSha1 => 20,
            Algorithm::HmacSha256 => 32,
            Algorithm::Unknown => return None,
        };
        STANDARD
            .decode(signature)
            .ok()
            .filter(|bytes| bytes.len() == length)
    }
}

/// `X-Twilio-Webhooks-Signature-Settings: key=<id>,algorithm=<name>`; absent means HMAC_SHA1 with the auth token.
pub(super) struct Settings<'a> {
    pub key: Option<&'a str>,
    pub algorithm: Algorithm,
}

impl<'a> Settings<'a> {
    pub fn parse(header: Option<&'a str>) -> Settings<'a> {
        let mut settings = Settings {
            key: None,
            algorithm: Algorithm::HmacSha1,
        };
        for (name, value) in header
            .unwrap_or("")
            .split(',')
            .filter_map(|part| part.split_once('='))
        {
            match (name.trim(), value.trim()) {
                (_, "") => {}
                ("key", id) => settings.key = Some(id),
                ("algorithm", name) => settings.algorithm = Algorithm::named(name),
                _ => {}
            }
        }
        settings
    }
}

/// A secret with its key schedule done once, so that a request costs only the hashing of what it says.
pub(super) enum Key {
    Sha1(Box<Hmac<Sha1>>),
    Sha256(Box<Hmac<Sha256>>),
}

impl Key {
    /// `None` for an empty secret, which would let anybody sign, and for an unknown algorithm.
    pub fn new(secret: &SecretString, algorithm: Algorithm) -> Option<Key> {
        let bytes = secret.expose_secret().as_bytes();
        if bytes.is_empty() {
            return None;
        }
        match algorithm {
            Algorithm::HmacSha1 => Hmac::new_from_slice(bytes)
                .ok()
                .map(|mac| Key::Sha1(Box::new(mac))),
            Algorithm::HmacSha256 => Hmac::new_from_slice(bytes)
                .ok()
                .map(|mac| Key::Sha256(Box::new(mac))),
            Algorithm::Unknown => None,
        }
    }

    /// Whether `given` is this key's signature of the address and the parameters.
    pub fn signs(&self, url: &[&str], parameters: &Parameters<'_>, given: &[u8]) -> bool {
        match self {
            Key::Sha1(mac) => tag((**mac).clone(), url, parameters).ct_eq(given).into(),
            Key::Sha256(mac) => tag((**mac).clone(), url, parameters).ct_eq(given).into(),
        }
    }
}

fn tag<M: Mac>(mut mac: M, url: &[&str], parameters: &Parameters<'_>) -> Vec<u8> {
    for piece in url {
        mac.update(piece.as_bytes());
    }
    for (name, value) in parameters {
        mac.update(name);
        mac.update(value);
    }
    mac.finalize().into_bytes().to_vec()
}
