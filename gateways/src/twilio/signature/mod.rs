//! Proof that a request comes from Twilio: the `X-Twilio-Signature` header (Twilio docs, "Security" and "Webhooks security").
//! Called by the webhook edge before anything else looks at a request, and by `agentlocator check-signature`.
//! It never trusts a header for the address that was signed, never compares early, never prints a token.

mod body;
mod check_line;
mod keys;
mod urls;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use std::fmt;

use secrecy::SecretString;

use body::Content;
pub use check_line::{Explained, Tried, check_line};
use keys::{Algorithm, Key, Settings};
use urls::Origin;
pub use urls::{PortVariant, UrlVariant};

/// One request as it came over the wire, before anything decoded it.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// Path and query exactly as in the request line; never decoded, sorted or normalised.
    pub raw_target: &'a str,
    /// `GET` or `POST`, as received.
    pub method: &'a str,
    /// The `Content-Type` header, whole.
    pub content_type: Option<&'a str>,
    /// The raw body.
    pub body: &'a [u8],
    /// The `X-Twilio-Signature` header.
    pub signature: Option<&'a str>,
    /// The `X-Twilio-Webhooks-Signature-Settings` header (`key=…,algorithm=…`).
    pub settings: Option<&'a str>,
    /// Whether this is a WebSocket upgrade, which Twilio signs under `wss://`.
    pub is_websocket: bool,
}

/// How the body took part in what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyVariant {
    /// The address alone: no parameters were posted.
    UrlAlone,
    /// The form's parameters, sorted and without duplicates, behind the address.
    Form,
    /// As `Form`, without `CallToken` and `StirVerstat`: these two are then **not** authenticated.
    FormWithoutLateParameters,
    /// The address alone, which carries the hash of the raw body as `bodySHA256`.
    BodyHash,
}

/// Which of the accepted readings of the request matched the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// The spelling of the address.
    pub url: UrlVariant,
    /// What was appended to it.
    pub body: BodyVariant,
    /// Which secret: 0 is the current one, 1 the next one, in the order given to [`Verifier::new`].
    pub secret: usize,
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = match self.body {
            BodyVariant::UrlAlone => "address alone",
            BodyVariant::Form => "form parameters appended",
            BodyVariant::FormWithoutLateParameters => "form parameters without CallToken and StirVerstat",
            BodyVariant::BodyHash => "address alone, bodySHA256 checked",
        };
        write!(f, "{}; {body}; secret {}", self.url, self.secret)
    }
}

/// Why a signature that is present was refused. For the log and the metric, never for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No reading of the request gives this signature under any secret.
    Mismatch,
    /// The header is not base64 of the algorithm's length.
    MalformedSignature,
    /// The settings header names an algorithm that we don't know.
    UnknownAlgorithm,
    /// A SharedKey signature arrived and none is configured for its key id.
    NoSuchSharedKey,
    /// There is a body that the signature can't cover (not a form, and no `bodySHA256`).
    UncoveredBody,
    /// `bodySHA256` is not the hash of the body.
    BodyHashMismatch,
    /// The request target is not a path.
    MalformedTarget,
    /// There is no secret configured: refusing is the only safe answer.
    NoSecret,
}

/// What became of a request's signature. Anything but `Valid` is answered 403.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The sender holds one of the secrets.
    Valid { variant: Variant },
    /// The header is absent or empty.
    Missing,
    /// The header is there and proves nothing.
    Invalid(Refusal),
}

impl Verdict {
    /// Whether the request may be believed.
    pub fn is_valid(&self) -> bool {
        matches!(self, Verdict::Valid { .. })
    }
}

/// Checks signatures against the configured secrets and the one public address.
pub struct Verifier {
    origin: Origin,
    tokens: Vec<Key>,
    shared: Vec<(String, Key)>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("origin", &self.origin)
            .field("tokens", &self.tokens.len())
            .field("shared", &self.shared.len())
            .finish()
    }
}

/// `PUBLIC_HOST` isn't `scheme://host[:port]`.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("the public host must be http(s)://host[:port] without a path")]
pub struct BadPublicHost;

impl Verifier {
    /// `tokens`: the account's auth token and, during rotation, the next one (an empty one is left out).
    /// `public_host`: `scheme://host[:port]` as configured at Twilio; user, password and a final `/` are dropped.
    pub fn new(tokens: Vec<SecretString>, public_host: &str) -> Result<Verifier, BadPublicHost> {
        let (origin, rest) = Origin::parse(public_host.trim()).ok_or(BadPublicHost)?;
        if !matches!(rest, "" | "/")
            || !matches!(origin.scheme(), "http" | "https")
            || origin.host().is_empty()
        {
            return Err(BadPublicHost);
        }
        let tokens = tokens
            .iter()
            .filter_map(|t| Key::new(t, Algorithm::HmacSha1))
            .collect();
        Ok(Verifier {
            origin,
            tokens,
            shared: Vec::new(),
        })
    }

    /// Accept Twilio's newer SharedKey signatures (`algorithm=HMAC_SHA256`) made with this key as well.
    pub fn with_shared_key(mut self, key_id: &str, secret: &SecretString) -> Verifier {
        self.shared
            .extend(Key::new(secret, Algorithm::HmacSha256).map(|key| (key_id.to_owned(), key)));
        self
    }

    /// The verdict on one request. Costs one HMAC when the first reading matches, a few when none does.
    pub fn verify(&self, request: &SignedRequest<'_>) -> Verdict {
        let Some(signature) = request.signature.filter(|s| !s.is_empty()) else {
            return Verdict::Missing;
        };
        match self.matching_variant(request, signature) {
            Ok(variant) => {
                if variant.body == BodyVariant::FormWithoutLateParameters {
                    tracing::warn!("a signature matched only without CallToken and StirVerstat");
                }
                Verdict::Valid { variant }
            }
            Err(refusal) => Verdict::Invalid(refusal),
        }
    }

    fn matching_variant(&self, request: &SignedRequest<'_>, signature: &str) -> Result<Variant, Refusal> {
        let target = request.raw_target;
        if !target.starts_with('/') || target.contains('#') {
            return Err(Refusal::MalformedTarget);
        }
        let settings = Settings::parse(request.settings);
        let keys = self.keys(&settings)?;
        let given = settings
            .algorithm
            .decode(signature)
            .ok_or(Refusal::MalformedSignature)?;
        // A GET carries everything in its query (Twilio docs), and an upgrade has no body: one here is nobody's.
        let bodiless = request.is_websocket || request.method.eq_ignore_ascii_case("GET");
        if bodiless && !request.body.is_empty() {
            return Err(Refusal::UncoveredBody);
        }
        let readings = Content {
            target,
            content_type: request.content_type,
            body: request.body,
        }
        .readings()?;
        for url in self.origin.urls(target, request.is_websocket) {
            for reading in &readings {
                for (secret, key) in keys.iter().enumerate() {
                    if key.signs(&url.pieces, &reading.parameters, &given) {
                        return Ok(Variant {
                            url: url.variant,
                            body: reading.variant,
                            secret,
                        });
                    }
                }
            }
        }
        Err(Refusal::Mismatch)
    }

    fn keys(&self, settings: &Settings<'_>) -> Result<Vec<&Key>, Refusal> {
        match settings.algorithm {
            Algorithm::Unknown => Err(Refusal::UnknownAlgorithm),
            Algorithm::HmacSha1 if self.tokens.is_empty() => Err(Refusal::NoSecret),
            Algorithm::HmacSha1 => Ok(self.tokens.iter().collect()),
            Algorithm::HmacSha256 => {
                let named = |id: &str| settings.key.is_none_or(|key| key == id);
                let keys: Vec<&Key> = self
                    .shared
                    .iter()
                    .filter(|(id, _)| named(id))
                    .map(|(_, k)| k)
                    .collect();
                if keys.is_empty() {
                    Err(Refusal::NoSuchSharedKey)
                } else {
                    Ok(keys)
                }
            }
        }
    }
}
