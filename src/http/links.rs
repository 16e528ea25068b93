//! Signed links: an address that works for a while and for one thing, without a log-in. Whoever has
//! it may use it until it expires; nobody can make one, or make one last longer.

use super::hex::hex;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Signs and checks. The key is derived from the engine's secret, the same on every replica.
pub struct Links {
    key: SecretBox<[u8; 32]>,
}

impl Links {
    /// From the engine's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            key: SecretBox::new(Box::new(keyed(secret, &[b"links/1"]))),
        }
    }

    /// `e=…&s=…` for this path, until this second.
    pub fn sign(&self, path: &str, until: i64) -> String {
        let expires = until.to_string();
        let signature = keyed(self.key.expose_secret(), &[path.as_bytes(), expires.as_bytes()]);
        format!("e={expires}&s={}", hex(&signature[..16]))
    }

    /// Whether the path was signed and has not expired.
    pub fn verify(&self, path: &str, expires: i64, signature: &str, now: i64) -> bool {
        let expected = keyed(
            self.key.expose_secret(),
            &[path.as_bytes(), expires.to_string().as_bytes()],
        );
        let same: bool = hex(&expected[..16]).as_bytes().ct_eq(signature.as_bytes()).into();
        same && now < expires
    }
}

/// HMAC-SHA256 over the parts, each after its length: no two lists of parts look the same.
fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(query: &str) -> (i64, String) {
        let (expires, signature) = query.split_once("&s=").unwrap();
        (
            expires.strip_prefix("e=").unwrap().parse().unwrap(),
            signature.into(),
        )
    }

    #[test]
    fn a_link_is_for_one_path_and_a_while() {
        let links = Links::new(b"secret");
        let (expires, signature) = parts(&links.sign("/files/1/ab", 1_000));
        assert!(links.verify("/files/1/ab", expires, &signature, 999));
        assert!(!links.verify("/files/1/ab", expires, &signature, 1_000));
        assert!(!links.verify("/files/2/ab", expires, &signature, 999));
        assert!(!links.verify("/files/1/ab", expires + 1, &signature, 999));
        assert!(!Links::new(b"other").verify("/files/1/ab", expires, &signature, 999));
        assert!(!links.verify("/files/1/ab", expires, "", 999));
    }
}
