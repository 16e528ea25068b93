//! Secrets of outside parties as they are kept in rows: sealed under a key derived from the engine's secret, each for one
//! owner. A copy of the database alone tells none of them; with another engine's secret they can't be opened.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

/// Seals and opens. The same on every replica.
pub struct Seal {
    key: LessSafeKey,
    random: SystemRandom,
}

/// What was kept can't be opened: the engine's secret is another one, or the row is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a kept secret can't be opened with this engine's own secret")]
pub struct Unopened;

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// From the engine's secret.
    ///
    /// # Errors
    /// Never for a secret of any length.
    pub fn new(secret: &[u8]) -> Result<Self, Unopened> {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"sealed secrets/1");
        let key = UnboundKey::new(&AES_256_GCM, derived.as_ref()).map_err(|_| Unopened)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            random: SystemRandom::new(),
        })
    }

    /// The secret as it is kept: a nonce, then what was sealed. `owner` must be the same when it is opened.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, owner: &str, secret: &SecretString) -> Result<Vec<u8>, Unopened> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Unopened)?;
        let mut text = secret.expose_secret().as_bytes().to_vec();
        let aad = Aad::from(owner.as_bytes());
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
            .map_err(|_| Unopened)?;
        Ok([&nonce[..], &text].concat())
    }

    /// The secret again.
    ///
    /// # Errors
    /// When it was sealed by another engine's secret or for another owner.
    pub fn open(&self, owner: &str, kept: &[u8]) -> Result<SecretString, Unopened> {
        let (nonce, sealed) = kept.split_at_checked(NONCE_LEN).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut text = sealed.to_vec();
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut text)
            .map_err(|_| Unopened)?;
        let opened = std::str::from_utf8(opened).map_err(|_| Unopened)?;
        Ok(SecretString::from(opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_opened_by_the_same_engine_for_the_same_owner_and_by_nobody_else() {
        let seal = Seal::new(b"an engine's own").unwrap();
        let kept = seal.seal("channel", &"hunter2".into()).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("hunter2"));
        assert_ne!(kept, seal.seal("channel", &"hunter2".into()).unwrap());
        assert_eq!(seal.open("channel", &kept).unwrap().expose_secret(), "hunter2");
        assert!(seal.open("another", &kept).is_err());
        assert!(Seal::new(b"another").unwrap().open("channel", &kept).is_err());
        assert!(seal.open("channel", &kept[..8]).is_err());
    }
}
