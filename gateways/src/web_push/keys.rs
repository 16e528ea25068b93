//! The engine's own keys for push services (VAPID, RFC 8292): read, checked and made. Called at start. A browser's
//! subscription belongs to the key that it was made with: another key, and every subscription is dead.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use web_push::{PartialVapidSignatureBuilder, VapidSignatureBuilder};

/// Why keys can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the private key is not 32 bytes in base64url, or no key of P-256")]
    Private,
    #[error("the public key is not the one of the private key")]
    Pair,
    #[error("the subject is neither mailto: nor https:")]
    Subject,
    #[error("the system has no random numbers")]
    Random,
}

/// A pair of keys with whom a push service turns to.
#[derive(Clone)]
pub struct VapidKeys {
    signer: PartialVapidSignatureBuilder,
    public: String,
    subject: String,
}

impl fmt::Debug for VapidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VapidKeys")
            .field("public", &self.public)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

impl VapidKeys {
    /// Keys in base64url without padding: 32 bytes, and its public point of 65 bytes where it is known.
    ///
    /// # Errors
    /// When they are no keys, don't belong together, or the subject is no address.
    pub fn new(private: &SecretString, public: Option<&str>, subject: &str) -> Result<Self, KeyError> {
        let text = private.expose_secret().trim().trim_end_matches('=');
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Private)?;
        // The crate takes a key of another length for a mistake of its caller's.
        if bytes.len() != 32 {
            return Err(KeyError::Private);
        }
        let signer = VapidSignatureBuilder::from_base64_no_sub(text).map_err(|_| KeyError::Private)?;
        let own = URL_SAFE_NO_PAD.encode(signer.get_public_key());
        if public.is_some_and(|public| public.trim().trim_end_matches('=') != own) {
            return Err(KeyError::Pair);
        }
        let named = |scheme: &str| subject.strip_prefix(scheme).is_some_and(|rest| rest.len() > 3);
        if !named("mailto:") && !named("https://") {
            return Err(KeyError::Subject);
        }
        Ok(Self {
            signer,
            public: own,
            subject: subject.to_owned(),
        })
    }

    /// A new private key.
    ///
    /// # Errors
    /// `Random` when the system has none to give.
    pub fn make() -> Result<SecretString, KeyError> {
        let random = SystemRandom::new();
        // One of some four thousand million numbers is no key.
        for _ in 0..4 {
            let mut bytes = [0; 32];
            random.fill(&mut bytes).map_err(|_| KeyError::Random)?;
            let text = URL_SAFE_NO_PAD.encode(bytes);
            if VapidSignatureBuilder::from_base64_no_sub(&text).is_ok() {
                return Ok(text.into());
            }
        }
        Err(KeyError::Random)
    }

    /// What browsers subscribe with, in base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    pub(super) fn signer(&self) -> PartialVapidSignatureBuilder {
        self.signer.clone()
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }
}
