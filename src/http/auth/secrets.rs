//! The secrets that are given out: access tokens (JWT, a quarter of an hour), refresh tokens (whose
//! successor can be computed again, so none is kept), and the secrets of links and API clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::UserId;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::people::SecretHash;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Seconds that an access token lasts.
pub const ACCESS_LASTS: i64 = 900;
const ISSUER: &str = "agentlocator";
/// Clocks of replicas may differ by so many seconds.
const LEEWAY: u64 = 30;
/// How an API client's token begins: seen in a log or a repository it is known for what it is.
pub const API_TOKEN: &str = "al_";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    typ: String,
    sub: String,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Signs and reads access tokens.
pub struct AccessTokens {
    signing: EncodingKey,
    reading: DecodingKey,
}

impl AccessTokens {
    /// From the engine's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            signing: EncodingKey::from_secret(secret),
            reading: DecodingKey::from_secret(secret),
        }
    }

    /// A token of this session, from this second on.
    pub fn issue(&self, user: UserId, session: Uuid, now: i64) -> String {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: "api".into(),
            typ: "at".into(),
            sub: user.to_string(),
            sid: session,
            iat: now,
            exp: now + ACCESS_LASTS,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing).unwrap_or_default()
    }

    /// The session of a token that is ours and has not expired.
    pub fn read(&self, token: &str) -> Option<Uuid> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&["api"]);
        rules.leeway = LEEWAY;
        let read = jsonwebtoken::decode::<Claims>(token, &self.reading, &rules).ok()?;
        (read.claims.typ == "at").then_some(read.claims.sid)
    }
}

/// A refresh token: session, counter, and a proof under the session's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub session: Uuid,
    pub counter: i32,
    proof: [u8; 16],
}

impl RefreshToken {
    /// The token with this counter.
    pub fn of(session: Uuid, counter: i32, key: &[u8]) -> Self {
        Self {
            session,
            counter,
            proof: proof(session, counter, key),
        }
    }

    /// Reads one; whether it is ours only the key can tell.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 36] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (session, rest) = bytes.split_at(16);
        let (counter, proof) = rest.split_at(4);
        Some(Self {
            session: Uuid::from_slice(session).ok()?,
            counter: i32::from_be_bytes(counter.try_into().ok()?),
            proof: proof.try_into().ok()?,
        })
    }

    /// Whether this key made it.
    pub fn is_of(&self, key: &[u8]) -> bool {
        proof(self.session, self.counter, key).ct_eq(&self.proof).into()
    }

    /// As it is sent.
    pub fn as_text(&self) -> String {
        let mut bytes = Vec::with_capacity(36);
        bytes.extend_from_slice(self.session.as_bytes());
        bytes.extend_from_slice(&self.counter.to_be_bytes());
        bytes.extend_from_slice(&self.proof);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn proof(session: Uuid, counter: i32, key: &[u8]) -> [u8; 16] {
    let mut out = [0; 16];
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(session.as_bytes());
        mac.update(&counter.to_be_bytes());
        out.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    }
    out
}

/// A new secret of 256 bits as text, and what is kept of it.
pub fn new_secret(prefix: &str) -> (String, SecretHash) {
    let random: [u8; 32] = rand::random();
    let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random));
    let hash = hash_of(&secret);
    (secret, hash)
}

/// What is kept of a secret.
pub fn hash_of(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_reads_back_and_only_its_key_proves_it() {
        let session = Uuid::now_v7();
        let token = RefreshToken::of(session, 7, &[1; 32]);
        let read = RefreshToken::parse(&token.as_text()).unwrap();
        assert_eq!(read, token);
        assert!(read.is_of(&[1; 32]) && !read.is_of(&[2; 32]));
        let forged = RefreshToken { counter: 8, ..token };
        assert!(!forged.is_of(&[1; 32]));
        for odd in ["", "x", "AAAA", "שלום", &"A".repeat(1000)] {
            assert_eq!(RefreshToken::parse(odd), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_as_a_refresh_token_is_read_or_refused(text in ".{0,80}") {
            if let Some(token) = RefreshToken::parse(&text) {
                proptest::prop_assert_eq!(token.as_text(), text);
            }
        }

        #[test]
        fn a_refresh_token_with_one_bit_changed_proves_nothing(id in 0_u128.., counter in 0_i32.., bit in 0_usize..288) {
            let token = RefreshToken::of(Uuid::from_u128(id), counter, b"the session's key");
            let mut bytes = URL_SAFE_NO_PAD.decode(token.as_text()).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = RefreshToken::parse(&URL_SAFE_NO_PAD.encode(bytes)).unwrap();
            proptest::prop_assert!(token.is_of(b"the session's key"));
            proptest::prop_assert!(!changed.is_of(b"the session's key"));
        }

        #[test]
        fn whatever_is_sent_as_an_access_token_is_refused(text in "[A-Za-z0-9_.-]{0,300}") {
            proptest::prop_assert_eq!(AccessTokens::new(b"0123456789abcdef0123456789abcdef").read(&text), None);
        }
    }

    #[test]
    fn an_access_token_is_of_its_secret_and_its_time() {
        let now = jiff::Timestamp::now().as_second();
        let tokens = AccessTokens::new(b"0123456789abcdef0123456789abcdef");
        let session = Uuid::now_v7();
        assert_eq!(tokens.read(&tokens.issue(UserId(1), session, now)), Some(session));
        assert_eq!(
            tokens.read(&tokens.issue(UserId(1), session, now - ACCESS_LASTS - 60)),
            None
        );
        let other = AccessTokens::new(b"another secret of thirty-two byte");
        assert_eq!(other.read(&tokens.issue(UserId(1), session, now)), None);
        // `alg: none` with our claims.
        let token = tokens.issue(UserId(1), session, now);
        let claims = token.split('.').nth(1).unwrap();
        let none = format!(
            "{}.{claims}.",
            URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#)
        );
        assert_eq!(tokens.read(&none), None);
    }

    #[test]
    fn secrets_are_never_the_same() {
        let (a, kept) = new_secret(API_TOKEN);
        assert_ne!(a, new_secret(API_TOKEN).0);
        assert_eq!(kept, hash_of(&a));
        assert!(a.starts_with("al_") && a.len() == 46, "{a}");
    }
}
