//! Signatures of the bridge's contract: HMAC-SHA256 over time, method, target and raw body, five minutes old at most. The webhook edge
//! checks with it, the client signs with it. It never compares early and never prints a secret.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::super::meta::signs;

/// How far the two clocks may be apart, seconds.
const FRESH: i64 = 300;

/// The secret of a bridge, and the next one while they are exchanged. Requests of ours are signed with the first.
#[derive(Clone, Default)]
pub struct BridgeSecrets(Vec<Hmac<Sha256>>);

impl std::fmt::Debug for BridgeSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BridgeSecrets({})", self.0.len())
    }
}

/// A request of a bridge as it came.
#[derive(Debug, Clone, Copy)]
pub struct SignedBridgeRequest<'a> {
    pub method: &'a str,
    /// Path and query as in the request line.
    pub raw_target: &'a str,
    /// [`super::TIMESTAMP_HEADER`].
    pub timestamp: Option<&'a str>,
    /// [`super::SIGNATURE_HEADER`].
    pub signature: Option<&'a str>,
    pub body: &'a [u8],
}

impl BridgeSecrets {
    /// Empty secrets are left out: with none left, nothing is the bridge's.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let keyed = secrets
            .into_iter()
            .filter(|secret| !secret.expose_secret().is_empty())
            .filter_map(|secret| Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok());
        Self(keyed.collect())
    }

    /// Whether one of the secrets signed this request, and lately.
    pub fn signed(&self, request: &SignedBridgeRequest<'_>, now: Timestamp) -> bool {
        let Some((timestamp, hex)) = request
            .timestamp
            .zip(request.signature.and_then(|text| text.strip_prefix("sha256=")))
        else {
            return false;
        };
        let seconds: Result<i64, _> = timestamp.parse();
        let fresh = seconds.is_ok_and(|at| at.abs_diff(now.as_second()) <= FRESH.unsigned_abs());
        let pieces = pieces(timestamp, request.method, request.raw_target, request.body);
        fresh && self.0.iter().any(|key| signs(key, &pieces, hex))
    }

    /// The value of [`super::SIGNATURE_HEADER`] for a request of ours; `None` without a secret.
    pub(super) fn sign(&self, timestamp: &str, method: &str, target: &str, body: &[u8]) -> Option<String> {
        let mut mac = self.0.first()?.clone();
        for piece in pieces(timestamp, method, target, body) {
            mac.update(piece);
        }
        let digits: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Some(format!("sha256={digits}"))
    }
}

/// None of the first three can hold a line end, so what was signed can be taken apart in one way only.
fn pieces<'a>(timestamp: &'a str, method: &'a str, target: &'a str, body: &'a [u8]) -> [&'a [u8]; 7] {
    let end: &[u8] = b"\n";
    let [timestamp, method, target] = [timestamp, method, target].map(str::as_bytes);
    [timestamp, end, method, end, target, end, body]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_proved_by_all_of_it_and_by_its_time() {
        let secret = SecretString::from("0123456789abcdef0123456789abcdef");
        let next = SecretString::from("fedcba9876543210fedcba9876543210");
        let ours = BridgeSecrets::new([&secret]);
        let now = Timestamp::from_second(1_764_000_000).expect("a time");
        let (timestamp, target, body) = ("1764000000", "/webhook/whatsapp/bridge/7", "{\"events\":[]} שלום");
        let signature = ours
            .sign(timestamp, "POST", target, body.as_bytes())
            .expect("a secret");
        let good = SignedBridgeRequest {
            method: "POST",
            raw_target: target,
            timestamp: Some(timestamp),
            signature: Some(&signature),
            body: body.as_bytes(),
        };
        assert!(ours.signed(&good, now));
        assert!(
            BridgeSecrets::new([&next, &secret]).signed(&good, now),
            "while secrets change"
        );
        let refused = |what: &str, request: SignedBridgeRequest<'_>, now: Timestamp| {
            assert!(!ours.signed(&request, now), "{what}");
        };
        let later = Timestamp::from_second(1_764_000_301).expect("a time");
        refused("old", good, later);
        refused("another body", SignedBridgeRequest { body: b"{}", ..good }, now);
        refused(
            "another channel",
            SignedBridgeRequest {
                raw_target: "/webhook/whatsapp/bridge/8",
                ..good
            },
            now,
        );
        refused(
            "another method",
            SignedBridgeRequest {
                method: "GET",
                ..good
            },
            now,
        );
        refused(
            "another time",
            SignedBridgeRequest {
                timestamp: Some("1764000001"),
                ..good
            },
            now,
        );
        refused(
            "no time",
            SignedBridgeRequest {
                timestamp: None,
                ..good
            },
            now,
        );
        refused(
            "no number",
            SignedBridgeRequest {
                timestamp: Some("now"),
                ..good
            },
            now,
        );
        refused(
            "no signature",
            SignedBridgeRequest {
                signature: None,
                ..good
            },
            now,
        );
        refused(
            "no hex",
            SignedBridgeRequest {
                signature: Some("sha256=é"),
                ..good
            },
            now,
        );
        assert!(
            !BridgeSecrets::new([&SecretString::from("")]).signed(&good, now),
            "no secret, no bridge"
        );
        assert!(!BridgeSecrets::new([&next]).signed(&good, now), "another secret");
    }
}
