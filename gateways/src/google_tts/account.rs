//! A Google service account: signs a claim (RS256) and changes it for an access token (Google Identity docs, "Using OAuth 2.0 for
//! server to server applications"; RFC 7523). Called by the synthesiser before a request. It never shows the key or a token.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::provider::{self, Cause, ProviderError};

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// A token is renewed this long before it ends, so that none ends on its way.
const MARGIN: Duration = Duration::from_secs(60);

/// The file isn't a service account's key. Says which part, never what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadServiceAccount {
    #[error("not a JSON file of a service account with client_email, private_key and token_uri")]
    Shape,
    #[error("token_uri is not an address")]
    TokenUri,
    #[error("private_key is not an RSA key in PKCS #8")]
    PrivateKey,
}

/// A service account with the token it has just now. Clones share the token.
#[derive(Clone)]
pub struct ServiceAccount(Arc<Inner>);

struct Inner {
    email: String,
    key_id: Option<String>,
    token_uri: Url,
    key: RsaKeyPair,
    token: Mutex<Option<Token>>,
}

struct Token {
    secret: SecretString,
    renew_at: Instant,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceAccount").field(&"[REDACTED]").finish()
    }
}

#[derive(Deserialize)]
struct File {
    client_email: String,
    private_key: String,
    token_uri: String,
    #[serde(default)]
    private_key_id: Option<String>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

impl ServiceAccount {
    /// Reads the text of the file that `GOOGLE_APPLICATION_CREDENTIALS` names.
    pub fn parse(json: &str) -> Result<ServiceAccount, BadServiceAccount> {
        let file: File = serde_json::from_str(json).map_err(|_| BadServiceAccount::Shape)?;
        let token_uri = Url::parse(&file.token_uri).map_err(|_| BadServiceAccount::TokenUri)?;
        let der = pem_body(&file.private_key).ok_or(BadServiceAccount::PrivateKey)?;
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|_| BadServiceAccount::PrivateKey)?;
        let (email, key_id) = (file.client_email, file.private_key_id);
        Ok(ServiceAccount(Arc::new(Inner {
            email,
            key_id,
            token_uri,
            key,
            token: Mutex::new(None),
        })))
    }

    /// A token that is good for at least a minute. Those who ask together wait for one and the same.
    pub(super) async fn token(
        &self,
        client: &reqwest::Client,
        cause: Cause<'_>,
    ) -> Result<SecretString, ProviderError> {
        let mut token = self.0.token.lock().await;
        if let Some(token) = token.as_ref().filter(|token| Instant::now() < token.renew_at) {
            return Ok(token.secret.clone());
        }
        let assertion = self
            .assertion(SystemTime::now())
            .ok_or(ProviderError::Credentials)?;
        let request = client
            .post(self.0.token_uri.clone())
            .form(&[("grant_type", GRANT), ("assertion", &assertion)]);
        let granted: Granted =
            provider::json(request, cause, 64 * 1024)
                .await
                .map_err(|error| match error {
                    // `invalid_grant` comes as a 400: the key was revoked, or the clock is wrong.
                    ProviderError::Refused(_) => ProviderError::Credentials,
                    other => other,
                })?;
        let lives = Duration::from_secs(granted.expires_in.min(3600)).saturating_sub(MARGIN);
        let secret = SecretString::from(granted.access_token);
        *token = Some(Token {
            secret: secret.clone(),
            renew_at: Instant::now() + lives,
        });
        Ok(secret)
    }

    /// Drops the token that it has.
    pub(super) async fn forget(&self) {
        *self.0.token.lock().await = None;
    }

    /// The signed claim, good for an hour from `now`.
    fn assertion(&self, now: SystemTime) -> Option<String> {
        let issued = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.0.key_id});
        let claims = json!({
            "iss": self.0.email, "scope": SCOPE, "aud": self.0.token_uri.as_str(), "iat": issued, "exp": issued + 3600,
        });
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.0.key.public().modulus_len()];
        self.0
            .key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    #[cfg(test)]
    pub(super) fn public_key(&self) -> Vec<u8> {
        self.0.key.public().as_ref().to_vec()
    }
}

/// The bytes of a PEM text (RFC 7468) that holds one private key.
fn pem_body(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
