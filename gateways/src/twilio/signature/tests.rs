//! Signatures as sentences: the vectors, the verifier over the wire's details, and properties of tampering.

use proptest::prelude::*;
use secrecy::SecretString;

use super::vectors::VECTORS;
use super::*;

fn verifier(tokens: &[&str], host: &str) -> Verifier {
    Verifier::new(tokens.iter().map(|t| SecretString::from(*t)).collect(), host).expect("a public host")
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The documented example as it would come over the wire.
fn documented() -> SignedRequest<'static> {
    SignedRequest {
        raw_target: "/myapp.php?foo=1&bar=2",
        method: "POST",
        content_type: Some(FORM),
        body: b"CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212",
        signature: Some("L/OH5YylLD5NRKLltdqwSvS0BnU="),
        settings: None,
        is_websocket: false,
    }
}

#[test]
fn every_vector_is_judged_as_the_official_validators_judge_it() {
    for (name, line, expected) in VECTORS {
        let explained = check_line(line).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(explained.valid, *expected, "{name}: {explained:#?}");
        assert_eq!(explained.matched.is_some(), *expected, "{name}");
        assert_eq!(explained.refusal.is_none(), *expected, "{name}");
    }
}

#[test]
fn the_verifier_agrees_with_the_documented_example() {
    let request = documented();
    let verdict = verifier(&["12345"], "https://example.com").verify(&request);
    let url = UrlVariant {
        other_scheme: false,
        port: PortVariant::AsIs,
        trailing_slash: false,
    };
    assert_eq!(
        verdict,
        Verdict::Valid {
            variant: Variant {
                url,
                body: BodyVariant::Form,
                secret: 0
            }
        }
    );
}

#[test]
fn a_configured_port_may_or_may_not_be_signed() {
    for host in [
        "https://example.com:8443",
        "https://example.com:443/",
        "https://me:secret@example.com:8443",
    ] {
        assert!(
            verifier(&["12345"], host).verify(&documented()).is_valid(),
            "{host}"
        );
    }
    assert!(
        !verifier(&["12345"], "http://example.com")
            .verify(&documented())
            .is_valid()
    );
    assert!(
        !verifier(&["12345"], "https://example.co")
            .verify(&documented())
            .is_valid()
    );
}

#[test]
fn while_tokens_rotate_both_are_believed_and_the_answer_says_which() {
    for (tokens, secret) in [(["12345", "new"], 0), (["old", "12345"], 1), (["", "12345"], 0)] {
        match verifier(&tokens, "https://example.com").verify(&documented()) {
            Verdict::Valid { variant } => assert_eq!(variant.secret, secret),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        verifier(&["old", "new"], "https://example.com").verify(&documented()),
        Verdict::Invalid(Refusal::Mismatch)
    );
}

#[test]
fn without_a_token_nothing_is_believed() {
    for tokens in [&[][..], &[""][..]] {
        let verdict = verifier(tokens, "https://example.com").verify(&documented());
        assert_eq!(verdict, Verdict::Invalid(Refusal::NoSecret));
    }
}

#[test]
fn an_absent_signature_is_missing_and_a_malformed_one_invalid() {
    let verifier = verifier(&["12345"], "https://example.com");
    let check = |signature, expected| {
        assert_eq!(
            verifier.verify(&SignedRequest {
                signature,
                ..documented()
            }),
            expected,
            "{signature:?}"
        );
    };
    check(None, Verdict::Missing);
    check(Some(""), Verdict::Missing);
    check(Some("no"), Verdict::Invalid(Refusal::MalformedSignature));
    check(
        Some("L/OH5YylLD5NRKLltdqwSvS0BnV="),
        Verdict::Invalid(Refusal::MalformedSignature),
    );
    check(
        Some("L/OH5YylLD5NRKLltdqwSvS0BnE="),
        Verdict::Invalid(Refusal::Mismatch),
    );
}

#[test]
fn a_body_that_nothing_signs_is_refused() {
    let verifier = verifier(&["12345"], "https://example.com");
    let check = |request: SignedRequest<'_>, refusal| {
        assert_eq!(verifier.verify(&request), Verdict::Invalid(refusal))
    };
    check(
        SignedRequest {
            method: "GET",
            ..documented()
        },
        Refusal::UncoveredBody,
    );
    check(
        SignedRequest {
            is_websocket: true,
            ..documented()
        },
        Refusal::UncoveredBody,
    );
    check(
        SignedRequest {
            content_type: Some("application/json"),
            ..documented()
        },
        Refusal::UncoveredBody,
    );
    check(
        SignedRequest {
            raw_target: "https://example.com/myapp.php",
            ..documented()
        },
        Refusal::MalformedTarget,
    );
    check(
        SignedRequest {
            raw_target: "/myapp.php?foo=1&bar=2#x",
            ..documented()
        },
        Refusal::MalformedTarget,
    );
}

#[test]
fn shared_keys_are_a_setting_and_unknown_algorithms_are_refused() {
    // HMAC-SHA256 over the documented example with the secret 12345, by Twilio's Python library 9.13.0.
    let signature = Some(SHARED_KEY_SIGNATURE);
    let plain = verifier(&["12345"], "https://example.com");
    let sharing =
        verifier(&["12345"], "https://example.com").with_shared_key("k1", &SecretString::from("12345"));
    let check = |verifier: &Verifier, settings, expected: Result<(), Refusal>| {
        let verdict = verifier.verify(&SignedRequest {
            signature,
            settings: Some(settings),
            ..documented()
        });
        match expected {
            Ok(()) => assert!(verdict.is_valid(), "{settings}: {verdict:?}"),
            Err(refusal) => assert_eq!(verdict, Verdict::Invalid(refusal), "{settings}"),
        }
    };
    check(
        &plain,
        "key=k1,algorithm=HMAC_SHA256",
        Err(Refusal::NoSuchSharedKey),
    );
    check(&sharing, "key=k1,algorithm=HMAC_SHA256", Ok(()));
    check(&sharing, " key = k1 , algorithm = hmac_sha256 ", Ok(()));
    check(&sharing, "algorithm=HMAC_SHA256", Ok(()));
    check(
        &sharing,
        "key=k2,algorithm=HMAC_SHA256",
        Err(Refusal::NoSuchSharedKey),
    );
    check(
        &sharing,
        "key=k1,algorithm=HMAC_SHA512",
        Err(Refusal::UnknownAlgorithm),
    );
    check(&sharing, "", Err(Refusal::MalformedSignature));
}

const SHARED_KEY_SIGNATURE: &str = "qMztBq0IANMH/q0K9sCfKQJLylezvRdRzRS647SAVow=";

#[test]
fn a_websocket_is_signed_under_wss_with_or_without_a_slash() {
    let verifier = verifier(&["12345"], "https://h.example");
    for (_, line, expected) in VECTORS
        .iter()
        .filter(|(name, ..)| name.starts_with("socket wss://h.example/media signed"))
    {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let request = SignedRequest {
            raw_target: "/media",
            method: "GET",
            content_type: None,
            body: b"",
            signature: line["signature"].as_str(),
            settings: None,
            is_websocket: true,
        };
        assert_eq!(verifier.verify(&request).is_valid(), *expected, "{line}");
        let plain = verifier.verify(&SignedRequest {
            is_websocket: false,
            ..request
        });
        let https_as_is = line["signature"].as_str() == Some("62wLy2HnpvHbhm+LARirDdbSStI=");
        assert_eq!(plain.is_valid(), https_as_is, "{line}");
    }
}

#[test]
fn call_token_added_after_signing_is_reported_as_unauthenticated() {
    let (_, line, _) = VECTORS
        .iter()
        .find(|(name, ..)| *name == "CallToken added after signing")
        .expect("vector");
    let explained = check_line(line).expect("line");
    assert_eq!(
        explained.matched.as_deref(),
        Some(
            "address as it is; form parameters without CallToken and StirVerstat; secret 0 (these two are then not authenticated)"
        )
    );
    assert_eq!(explained.tried.len(), 2);
}

#[test]
fn an_explanation_shows_what_was_hashed_and_never_the_token() {
    let line = r#"{"url":"https://h/x?t=topsecret","raw_body":"A=topsecret","content_type":"","auth_token":"topsecret","signature":"AAAAAAAAAAAAAAAAAAAAAAAAAAA="}"#;
    let explained = check_line(line).expect("line");
    assert_eq!(explained.tried.len(), 2);
    assert_eq!(
        explained.tried[0].string_to_sign,
        "https://h/x?t=[auth_token]A[auth_token]"
    );
    assert!(!format!("{explained:?}").contains("topsecret"));
    let error = check_line(r#"{"url":"https://h/","auth_token":["topsecret"]}"#).expect_err("not a token");
    assert!(!error.contains("topsecret"), "{error}");
    assert!(!format!("{:?}", verifier(&["topsecret"], "https://u:pw1@h")).contains("topsecret"));
}

#[test]
fn a_public_host_is_a_scheme_a_host_and_nothing_else() {
    for bad in [
        "",
        "example.com",
        "ftp://h",
        "https://",
        "https://h/path",
        "https://h?x",
        "wss://h",
    ] {
        assert!(
            Verifier::new(vec![SecretString::from("t")], bad).is_err(),
            "{bad}"
        );
    }
}

/// What Twilio would send for this request, made with the independent crate's pieces used by `Key`.
fn signed(token: &str, target: &str, body: &str) -> String {
    use base64::Engine;
    use hmac::{Hmac, KeyInit, Mac};
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs.dedup();
    let mut mac: Hmac<sha1::Sha1> = Hmac::new_from_slice(token.as_bytes()).expect("any length");
    mac.update(format!("https://h.example{target}").as_bytes());
    for (name, value) in &pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

fn posted<'a>(target: &'a str, body: &'a str, signature: &'a str) -> SignedRequest<'a> {
    SignedRequest {
        raw_target: target,
        method: "POST",
        content_type: Some(FORM),
        body: body.as_bytes(),
        signature: Some(signature),
        settings: None,
        is_websocket: false,
    }
}

proptest! {
    #[test]
    fn what_twilio_signs_verifies(target in "/[a-z%0-9/]{0,20}(\\?[a-zA-Z0-9=&%+א-ת]{0,20})?",
                                  pairs in proptest::collection::vec((".{1,8}", ".{0,12}"), 1..8)) {
        prop_assume!(!target.contains("SHA256"));
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let signature = signed("12345", &target, &body);
        prop_assert!(verifier(&["12345"], "https://h.example").verify(&posted(&target, &body, &signature)).is_valid());
    }

    #[test]
    fn one_changed_byte_of_the_address_never_verifies(target in "/[a-z0-9/]{1,20}(\\?[a-z0-9=&]{1,20})?",
                                                      at in any::<prop::sample::Index>(), byte in b'!'..=b'~') {
        let signature = signed("12345", &target, "CallSid=CA1");
        let mut changed = target.clone().into_bytes();
        let at = 1 + at.index(changed.len() - 1);
        prop_assume!(changed[at] != byte);
        changed[at] = byte;
        let changed = String::from_utf8(changed).expect("ASCII");
        let verdict = verifier(&["12345", "67890"], "https://h.example").verify(&posted(&changed, "CallSid=CA1", &signature));
        prop_assert!(!verdict.is_valid(), "{target} {changed}");
    }

    #[test]
    fn one_changed_byte_of_a_value_never_verifies(value in "[ -~א-ת]{1,20}", at in any::<prop::sample::Index>(), other in "[ -~א-ת]") {
        let characters: Vec<char> = value.chars().collect();
        let at = at.index(characters.len());
        let other = other.chars().next().expect("one");
        prop_assume!(characters[at] != other);
        let changed: String = characters.iter().enumerate().map(|(i, c)| if i == at { other } else { *c }).collect();
        let body = |v: &str| form_urlencoded::Serializer::new(String::new()).append_pair("To", v).append_pair("Z", "1").finish();
        let signature = signed("12345", "/w", &body(&value));
        let verifier = verifier(&["12345", "67890"], "https://h.example");
        prop_assert!(verifier.verify(&posted("/w", &body(&value), &signature)).is_valid());
        prop_assert!(!verifier.verify(&posted("/w", &body(&changed), &signature)).is_valid());
    }

    #[test]
    fn any_line_and_any_body_are_judged_without_a_panic(body in ".{0,60}", url in ".{0,40}", line in ".{0,60}") {
        let _ = check_line(&line);
        let json = serde_json::json!({"url": format!("https://{url}"), "raw_body": body, "content_type": FORM,
            "auth_token": "t", "signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="});
        prop_assert!(!check_line(&json.to_string()).expect("a line").valid);
    }
}
