//! The door: what log-in needs, made once at start and shared by all workers. It holds no person's
//! secret; those are in the store, as hashes.

use super::cookies::Cookies;
use super::origin::Origins;
use super::secrets::AccessTokens;
use super::throttling::Pace;
use crate::config::{AppEnv, Config};
use crate::passwords::Passwords;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What the handlers of `/auth` share.
pub struct Door {
    pub access: AccessTokens,
    pub passwords: Passwords,
    pub cookies: Cookies,
    pub origins: Origins,
    pub pace: Pace,
    first_run: String,
}

impl Door {
    /// From the configuration and the engine's secret.
    ///
    /// # Errors
    /// When argon2 can't be set up: a mistake of ours.
    pub fn new(config: &Config, secret: &[u8]) -> anyhow::Result<Self> {
        Ok(Self {
            access: AccessTokens::new(secret),
            passwords: Passwords::new()?,
            cookies: Cookies {
                secure: config.env == AppEnv::Production,
            },
            origins: Origins::of(config),
            pace: Pace::of(config),
            first_run: derived(secret, "first-run/1"),
        })
    }

    /// The code of the first-run page: the same on every replica, as it follows from their secret.
    pub fn first_run_code(&self) -> &str {
        &self.first_run
    }

    /// Whether this is the code; case and dashes are the reader's.
    pub fn is_first_run_code(&self, given: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect()
        };
        plain(given)
            .as_bytes()
            .ct_eq(plain(&self.first_run).as_bytes())
            .into()
    }
}

/// 80 bits that follow from the secret and the purpose, in letters that can't be taken for digits:
/// `abcd-efgh-ijkm-npqr`.
pub fn derived(secret: &[u8], purpose: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(b"agentlocator/");
    mac.update(purpose.as_bytes());
    let bytes = mac.finalize().into_bytes();
    let letters: Vec<char> = bytes[..16]
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    letters
        .chunks(4)
        .map(|chunk| chunk.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_follows_from_its_secret_and_purpose() {
        let code = derived(b"secret", "first-run/1");
        assert_eq!(code.len(), 19, "{code}");
        assert_eq!(code, derived(b"secret", "first-run/1"));
        assert_ne!(code, derived(b"secret", "demo/1"));
        assert_ne!(code, derived(b"other", "first-run/1"));
    }
}
