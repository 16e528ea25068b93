//! Signs requests as Twilio does (`X-Twilio-Signature`). The call runner and the load generator call it.
//! Written from Twilio's page and its official validators alone: it never shares a line with the engine's own check,
//! so that one mistake can't be made on both sides. It never verifies anything.
//!
//! Source: Twilio docs `usage/security`, "Validating requests"; the suites of the official libraries.

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The signature of a form POST: base64 of HMAC-SHA1 over [`string_to_sign`], 28 characters.
/// `params` are the decoded values of the body, in any order; they are signed untrimmed.
pub fn form(token: &str, url: &str, params: &[(String, String)]) -> String {
    Signer::new(token).sign(string_to_sign(url, params).as_bytes())
}

/// The signature of a GET: Twilio puts its parameters into the query and signs the address alone.
pub fn get(token: &str, url: &str) -> String {
    form(token, url, &[])
}

/// The address (with `bodySHA256` added to its query) and the signature of a JSON POST.
/// The hash is the lower-case hexadecimal SHA-256 of the raw body, given by the caller.
pub fn json(token: &str, url: &str, body_sha256_hex: &str) -> (String, String) {
    let bare = url.split('#').next().unwrap_or(url);
    let joint = if bare.contains('?') { '&' } else { '?' };
    let requested = format!("{bare}{joint}bodySHA256={body_sha256_hex}");
    let signature = get(token, &requested);
    (requested, signature)
}

/// What is signed: [`signed_url`], then each name and value, names in byte order; the values of a repeated name are
/// sorted and de-duplicated, each with the name again. An empty value still contributes its name.
pub fn string_to_sign(url: &str, params: &[(String, String)]) -> String {
    let mut pairs: Vec<(&str, &str)> = params.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut text = signed_url(url);
    for (name, value) in pairs {
        text.push_str(name);
        text.push_str(value);
    }
    text
}

/// The address as voice callbacks sign it: without fragment and user information, without the port when the scheme is
/// https (http keeps it), and otherwise exactly as it was given: nothing is decoded, sorted or re-encoded.
pub fn signed_url(url: &str) -> String {
    let bare = url.split('#').next().unwrap_or(url);
    let Some((scheme, rest)) = bare.split_once("://") else {
        return bare.to_owned();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = if scheme.eq_ignore_ascii_case("https") {
        without_port(host_port)
    } else {
        host_port
    };
    format!("{scheme}://{host}{tail}")
}

fn without_port(host_port: &str) -> &str {
    match host_port.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host_port,
    }
}

/// A token ready to sign with: the key is hashed once, as a load generator wants it.
#[derive(Clone)]
pub struct Signer(Option<Hmac<Sha1>>);

impl Signer {
    /// A signer with this auth token.
    pub fn new(token: &str) -> Self {
        // HMAC takes a key of any length, so this can't fail; an empty signature would be refused by any verifier.
        Self(Hmac::<Sha1>::new_from_slice(token.as_bytes()).ok())
    }

    /// The signature of a text made by [`string_to_sign`], or like it.
    pub fn sign(&self, text: &[u8]) -> String {
        let Some(mut mac) = self.0.clone() else {
            return String::new();
        };
        mac.update(text);
        base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect()
    }

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    #[test]
    fn worked_example_of_the_security_page() {
        let params = pairs(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ]);
        assert_eq!(
            form("12345", "https://example.com/myapp.php?foo=1&bar=2", &params),
            "L/OH5YylLD5NRKLltdqwSvS0BnU="
        );
    }

    #[test]
    fn vectors_of_the_official_libraries() {
        let simple = pairs(&[
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("Caller", "+14158675309"),
        ]);
        assert_eq!(form("12345", URL, &simple), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let repeated = pairs(&[
            ("Sid", "CA123"),
            ("SidAccount", "AC123"),
            ("Digits", "5678"),
            ("Digits", "1234"),
            ("Digits", "1234"),
        ]);
        assert_eq!(form("12345", URL, &repeated), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
        let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        let (url, signature) = json("12345", URL, hash);
        assert_eq!(url, format!("{URL}&bodySHA256={hash}"));
        assert_eq!(signature, "a9nBmqA0ju/hNViExpshrM61xv4=");
    }

    #[test]
    fn only_port_of_https_fragment_and_user_are_dropped() {
        for (given, signed) in [
            (
                "https://h.example:8443/p?q=%d7%90",
                "https://h.example/p?q=%d7%90",
            ),
            ("http://127.0.0.1:8080/p", "http://127.0.0.1:8080/p"),
            ("https://user:pa:ss@h.example:1/x", "https://h.example/x"),
            ("https://h.example/p?q=1#rc=2&rt=5000", "https://h.example/p?q=1"),
            ("https://H.example/Case/?", "https://H.example/Case/?"),
            ("https://h.example:443?a=b:9", "https://h.example?a=b:9"),
            ("https://[::1]:9/x", "https://[::1]/x"),
        ] {
            assert_eq!(signed_url(given), signed, "{given}");
        }
    }

    #[test]
    fn empty_values_and_hebrew_are_signed_as_they_are() {
        let params = pairs(&[("ToCity", ""), ("Name", " דנה "), ("FromZip", "M4W 3R8")]);
        assert_eq!(
            string_to_sign("https://h/x", &params),
            "https://h/xFromZipM4W 3R8Name דנה ToCity"
        );
    }
}
