//! `agentlocator check-signature`: one JSON line in, true or false out, and with `--explain` every reading tried.
//! Called by the command alone, offline. It accepts what Twilio's official validators accept and never prints the token.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::body::{Content, Parameters, Reading};
use super::keys::{Algorithm, Key};
use super::urls::Origin;
use super::{BodyVariant, Refusal, UrlVariant, Variant};

/// The answer to one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Whether the signature is right.
    pub valid: bool,
    /// The reading that matched, in words.
    pub matched: Option<String>,
    /// Every reading tried, in order, the matching one last.
    pub tried: Vec<Tried>,
    /// Why nothing could be tried or matched.
    pub refusal: Option<Refusal>,
}

/// One reading of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its description.
    pub variant: String,
    /// What was hashed. Holds what the request held, so it may be personal; never the token.
    pub string_to_sign: String,
    /// Whether this reading gives the signature.
    pub matches: bool,
}

#[derive(Deserialize)]
struct Line {
    url: String,
    #[serde(default)]
    raw_body: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(deserialize_with = "secret")]
    auth_token: SecretString,
    #[serde(default)]
    signature: Option<String>,
    #[serde(default)]
    algorithm: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Checks one line: `{"url","raw_body","content_type","auth_token","signature","algorithm"?}`, `url` in full as requested.
/// `algorithm` is `HMAC_SHA1` (default) or `HMAC_SHA256`. The error says what is wrong with the line itself, without quoting it.
pub fn check_line(json: &str) -> Result<Explained, String> {
    let line: Line = serde_json::from_str(json).map_err(|error| {
        // serde's own words quote values of the wrong type, and one of them may be the token.
        format!(
            "not a JSON object of the expected fields (line {}, column {})",
            error.line(),
            error.column()
        )
    })?;
    let mut explained = Explained {
        valid: false,
        matched: None,
        tried: Vec::new(),
        refusal: None,
    };
    match attempt(&line, &mut explained.tried) {
        Ok(variant) => {
            explained.valid = true;
            explained.matched = Some(variant);
        }
        Err(refusal) => explained.refusal = Some(refusal),
    }
    Ok(explained)
}

fn attempt(line: &Line, tried: &mut Vec<Tried>) -> Result<String, Refusal> {
    let algorithm = match line.algorithm.as_deref().map(str::trim) {
        None | Some("") => Algorithm::HmacSha1,
        Some(name) => Algorithm::named(name),
    };
    if algorithm == Algorithm::Unknown {
        return Err(Refusal::UnknownAlgorithm);
    }
    let key = Key::new(&line.auth_token, algorithm).ok_or(Refusal::NoSecret)?;
    let given = algorithm
        .decode(line.signature.as_deref().unwrap_or(""))
        .ok_or(Refusal::MalformedSignature)?;
    let body = line.raw_body.as_deref().unwrap_or("").as_bytes();
    for address in addresses(&line.url)? {
        let content = Content {
            target: address.target,
            content_type: line.content_type.as_deref(),
            body,
        };
        let readings = content.readings()?;
        let websocket = ["ws", "wss"]
            .iter()
            .any(|s| address.origin.scheme().eq_ignore_ascii_case(s));
        for url in address.origin.urls(address.target, websocket) {
            for reading in &readings {
                let matches = key.signs(&url.pieces, &reading.parameters, &given);
                let variant = describe(&address, url.variant, reading);
                let string_to_sign = masked(shown(&url.pieces, &reading.parameters), &line.auth_token);
                tried.push(Tried {
                    variant: variant.clone(),
                    string_to_sign,
                    matches,
                });
                if matches {
                    return Ok(variant);
                }
            }
        }
    }
    Err(Refusal::Mismatch)
}

/// An address as one of the official validators would take it.
struct Address<'a> {
    origin: Origin,
    target: &'a str,
    note: &'static str,
}

/// Twilio drops user, password and fragment before it signs; the libraries sign what they are given. Both are tried.
fn addresses(url: &str) -> Result<Vec<Address<'_>>, Refusal> {
    let (scheme, rest) = url.split_once("://").ok_or(Refusal::MalformedTarget)?;
    let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let without_fragment = target.split('#').next().unwrap_or("");
    let mut addresses = vec![Address {
        origin: Origin::of(scheme, host),
        target: without_fragment,
        note: "",
    }];
    if host != authority || without_fragment != target {
        let note = ", user, password and fragment kept";
        addresses.push(Address {
            origin: Origin::of(scheme, authority),
            target,
            note,
        });
    }
    let lower = scheme.to_ascii_lowercase();
    if lower != scheme {
        // Python, Node and Ruby lower the scheme when they parse the address.
        let origin = Origin::of(&lower, host);
        addresses.push(Address {
            origin,
            target: without_fragment,
            note: ", scheme in lower case",
        });
    }
    Ok(addresses)
}

fn describe(address: &Address<'_>, url: UrlVariant, reading: &Reading<'_>) -> String {
    let variant = Variant {
        url,
        body: reading.variant,
        secret: 0,
    };
    let late = match reading.variant {
        BodyVariant::FormWithoutLateParameters => " (these two are then not authenticated)",
        _ => "",
    };
    format!("{variant}{}{late}", address.note)
}

fn shown(url: &[&str], parameters: &Parameters<'_>) -> String {
    let mut text = url.concat();
    for (name, value) in parameters {
        text.push_str(&String::from_utf8_lossy(name));
        text.push_str(&String::from_utf8_lossy(value));
    }
    text
}

fn masked(text: String, token: &SecretString) -> String {
    text.replace(token.expose_secret(), "[auth_token]")
}
