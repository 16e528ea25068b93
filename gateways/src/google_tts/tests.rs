//! Google's synthesiser and its token endpoint against stand-ins with the documented shapes.

use std::time::Duration;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;
use wiremock::matchers::{any, body_partial_json, body_string_contains, header, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::stub;

const CAUSE: Cause<'static> = Cause {
    request_id: "req-8",
    time_limit: Duration::from_secs(5),
};

/// A key made for these tests and used nowhere else: PKCS #8 of an RSA key without its PEM frame.
#[rustfmt::skip]
const KEY: &str = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCzsvEv+EPwCnD1mu1LHylrBUaUSSUpEdOoIW1siBQnGVSfZQW9 \
    ajc0c5dgo3B31jaOzX30wPPapCdGdnANhgedlnMolt9I5/vL0Pq34aVspXM6v8wTMzy39I4qfaeHmq2F8txL3nI5N1lXKVG/GNIA \
    W1jxpu1UFI1zPwSaV32II4ydzvdFPcZRAzRYF9/U36TI3T33OF8kiaMrFM8BX9pga23s6g8VJmChXQYuOKveezwtxNNhIfSlde+i \
    YAz+qoZNdfM3iGmTqNEAUUn62W7FTu/rzngxCxJtAcrHLIPeIXHEnk0l/Jmstlj/Thm/yU0CDMeZ5s0Gp9Qg0qWkufjlAgMBAAEC \
    ggEACnUxgB8spP2WkVSQ1rxbhrTp5JtVJEy7Sp+XZKeOtK/OsvAII3vY9p57gs5AL1kyF6Fx4RqRlnnTJ1ChOMhCDTPCQ+xz1iRa \
    DQR+ctEY9XezewnKcJucvv/mfiaN52BjFNaLZ4bsktPbySzIaxygrBCk3nteeHQxvzE9rVXGInQGBu9dS/gNsaPoYG0FRgR3yVa7 \
    KdV/nX/yjsRhSZN1oJcdDsLnZwEBkNyqbjEqL/pBdOk+eXY7agOeBtm2LPDT5ROyiOnv6daupElXPFIrGq//E8Sn2uqI2RC7Gt3w \
    NBLqy5RO7HVUl0aoYImB8em65pEAk6ff0x9ifwnktxjjgQKBgQDyJYLkYCm7x8E1o/BrUMgDH+C1QduR6m3Q4rHovDuc/FReOHh0 \
    zE+7fc5pGrgCSjXUaAVzaWT0HaIvsPxIIMSRiQnZ+I5NdOH86Ydtq0eDz+95i5QpkE6So2RXUp7SdK/9u1csKHAjJVau/tQ+Hxwh \
    euYaYqpoXUlWG4hMLgQPkQKBgQC9+tJM7qcxfKpvLSWYjrb9fqpYEydGpjP7Lb5Ql8jf0h534qAsewSEhuF9EaZ+RsiZGGTNdkgE \
    rPFqIXdMrRnaDzj6dqfl5sH2qJOopnb5Q9Sr9FCd3AuVbWs7ozMkUov5ku+0EYiiQEaVhE9FULCbEDgNJ6IvCDJ8g/0tO0SSFQKB \
    gQCK7aywnN+05kHbJckNuVZYPJTvSe7RRCBnhXkvn7fQNRGu0VWDJanlV6Pyt6q1XaCO0nO2KNUMHmhsVm4Yb/x3x5lIXww+Mn5q \
    Xg4ehPPOE6JBKS0Dv9Dk3yv10ehftSU4PaEhK75S29xlIL3jOnQoXVvh7ZP5tvQZnEhR9ODNkQKBgEY/+4frL/QCr1tRDHfvPgda \
    0U6kNn/PcaVN8vQGTIdHQXD/Yk9QZglDfxoqbrB/KCpEdPHs7RCdit+95El8MPULb/xd6BQBUnQNPhy9AX2G8ZtsSms1NStaPK7e \
    2Eh0JcJx7SVe3nFw5yjethlhjwyn4LIsl7Jgi5qzi+kv41lJAoGBAMEi7ksUttj6sik0oMAzbCl1laQfT3eGaR5sCrrBJrO9u9Vi \
    RmH2pq+vw7j6Zmd0X2drpu7l0xagqLdRRIosGysSTq+aIJtmNpmKVfKYDiuZuYYOzD/OnU517AkTwvxJYhy2SCS5ch76Pu/FQjMC \
    fMCP8BIzGyURNDkkIzcfjKOP";

fn account_json(token_uri: &str) -> String {
    // Put together here so that no file of ours looks like it holds a key that matters.
    let pem = format!("-----BEGIN {0}-----\n{KEY}\n-----END {0}-----\n", "PRIVATE KEY");
    json!({"type": "service_account", "client_email": "tts@example.iam", "private_key_id": "kid-1",
        "private_key": pem, "token_uri": token_uri})
    .to_string()
}

/// A RIFF file around these bytes, with a chunk before them as Google's files may have.
fn wav(data: &[u8], announced: u32) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x12\0\0\0".to_vec();
    file.extend([7, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0, 0, 0]);
    file.extend(b"fact\x03\0\0\0abc\0data");
    file.extend(announced.to_le_bytes());
    file.extend(data);
    file
}

fn audio(bytes: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"audioContent": STANDARD.encode(bytes)}))
}

async fn speak(url: Url, auth: GoogleAuth, encoding: GoogleEncoding) -> Result<Sound, ProviderError> {
    let speech = GoogleSpeech {
        text: "שלום",
        voice: "he-IL-Wavenet-A",
        encoding,
    };
    GoogleTts::new(url, auth)
        .expect("a client")
        .synthesise(speech, CAUSE)
        .await
}

fn key() -> GoogleAuth {
    GoogleAuth::ApiKey(SecretString::from("goog-secret"))
}

async fn answering(template: ResponseTemplate, encoding: GoogleEncoding) -> Result<Sound, ProviderError> {
    let (server, url) = stub::server().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    speak(url, key(), encoding).await
}

#[tokio::test]
async fn a_sentence_is_asked_for_as_documented_and_its_header_is_taken_off() {
    let (server, url) = stub::server().await;
    let expected = json!({"input": {"text": "שלום"}, "voice": {"languageCode": "he-IL", "name": "he-IL-Wavenet-A"},
        "audioConfig": {"audioEncoding": "MULAW", "sampleRateHertz": 8000}});
    Mock::given(path("/v1/text:synthesize"))
        .and(body_partial_json(expected))
        .and(header("X-Goog-Api-Key", "goog-secret"))
        .and(header("X-Request-ID", "req-8"))
        .respond_with(audio(&wav(b"\xff\x7f\x00", 3)))
        .expect(1)
        .mount(&server)
        .await;
    let sound = speak(url, key(), GoogleEncoding::MuLaw8k).await;
    assert_eq!(
        sound,
        Ok(Sound {
            bytes: Bytes::from_static(b"\xff\x7f\x00"),
            format: AudioFormat::MuLaw8k
        })
    );
}

#[tokio::test]
async fn sound_is_read_whatever_its_header_says_of_its_length() {
    for (file, expected) in [
        (wav(b"abcd", 4), &b"abcd"[..]),
        (wav(b"abcd", 2), b"ab"),
        (wav(b"abcd", 0xffff_ffff), b"abcd"),
        (b"bare".to_vec(), b"bare"),
    ] {
        let sound = answering(audio(&file), GoogleEncoding::MuLaw8k)
            .await
            .expect("sound");
        assert_eq!(sound.bytes, expected);
    }
    let file = wav(b"abcd", 4);
    let sound = answering(audio(&file), GoogleEncoding::Wav { sample_rate: 24_000 }).await;
    assert_eq!(
        sound,
        Ok(Sound {
            bytes: Bytes::from(file),
            format: AudioFormat::Wav
        })
    );
}

#[tokio::test]
async fn what_is_not_sound_is_garbage() {
    let templates = [
        audio(b""),
        audio(b"RIFF\0\0\0\0WAVE"),
        audio(b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\xff"),
        ResponseTemplate::new(200).set_body_json(json!({"audioContent": "***"})),
        ResponseTemplate::new(200).set_body_json(json!({})),
        ResponseTemplate::new(200).set_body_string("<html>"),
    ];
    for template in templates {
        let sound = answering(template, GoogleEncoding::MuLaw8k).await;
        assert!(matches!(sound, Err(ProviderError::Garbage(_))), "{sound:?}");
    }
    let bare = answering(audio(b"bare"), GoogleEncoding::Wav { sample_rate: 8000 }).await;
    assert_eq!(bare, Err(ProviderError::Garbage("not a WAV file")));
}

#[tokio::test]
async fn refusals_say_what_to_do_next() {
    let error = |code: u16, status: &str| {
        ResponseTemplate::new(code)
            .set_body_json(json!({"error": {"code": code, "message": "m", "status": status}}))
    };
    let check = async |template, expected| {
        assert_eq!(answering(template, GoogleEncoding::MuLaw8k).await, Err(expected));
    };
    check(
        error(400, "INVALID_ARGUMENT"),
        ProviderError::Refused("HTTP 400 INVALID_ARGUMENT".to_owned()),
    )
    .await;
    check(error(403, "PERMISSION_DENIED"), ProviderError::Credentials).await;
    check(error(429, "RESOURCE_EXHAUSTED"), ProviderError::RetryAfter(None)).await;
    check(error(503, "UNAVAILABLE"), ProviderError::RetryAfter(None)).await;
    let unreachable = speak(stub::nobody().await, key(), GoogleEncoding::MuLaw8k).await;
    assert_eq!(unreachable, Err(ProviderError::Unreachable));
}

async fn granting(server: &MockServer, template: ResponseTemplate, times: u64) {
    Mock::given(path("/token"))
        .and(body_string_contains(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=",
        ))
        .respond_with(template)
        .expect(times)
        .mount(server)
        .await;
}

#[tokio::test]
async fn a_service_account_signs_for_a_token_and_uses_it_until_it_ends() {
    let (server, url) = stub::server().await;
    let token = json!({"access_token": "ya29.secret", "expires_in": 3599, "token_type": "Bearer"});
    granting(&server, ResponseTemplate::new(200).set_body_json(token), 1).await;
    Mock::given(header("Authorization", "Bearer ya29.secret"))
        .respond_with(audio(b"abc"))
        .expect(2)
        .mount(&server)
        .await;
    let account =
        ServiceAccount::parse(&account_json(url.join("/token").expect("url").as_str())).expect("an account");
    let auth = GoogleAuth::ServiceAccount(account.clone());
    for _ in 0..2 {
        assert!(
            speak(url.clone(), auth.clone(), GoogleEncoding::MuLaw8k)
                .await
                .is_ok()
        );
    }
    let requests = server.received_requests().await.expect("recorded");
    let form = requests
        .iter()
        .find(|r| r.url.path() == "/token")
        .expect("asked")
        .body
        .clone();
    let (_, assertion) = form_urlencoded::parse(&form)
        .find(|(name, _)| name == "assertion")
        .expect("an assertion");
    let (signed, signature) = assertion.rsplit_once('.').expect("a signature");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, account.public_key());
    public.verify(signed.as_bytes(), &signature).expect("RS256");
    let part = |at: usize| -> Value {
        let part = signed.split('.').nth(at).expect("a part");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    assert_eq!(part(0), json!({"alg": "RS256", "typ": "JWT", "kid": "kid-1"}));
    let claims = part(1);
    assert_eq!(
        (claims["iss"].as_str(), claims["aud"].as_str()),
        (
            Some("tts@example.iam"),
            Some(url.join("/token").expect("url").as_str())
        )
    );
    assert_eq!(
        claims["exp"].as_u64().expect("exp") - claims["iat"].as_u64().expect("iat"),
        3600
    );
}

#[tokio::test]
async fn a_refused_token_is_forgotten_and_a_revoked_account_is_a_matter_of_credentials() {
    let (server, url) = stub::server().await;
    let token = json!({"access_token": "old", "expires_in": 3599});
    granting(&server, ResponseTemplate::new(200).set_body_json(token), 2).await;
    Mock::given(path("/v1/text:synthesize"))
        .respond_with(ResponseTemplate::new(401))
        .mount(&server)
        .await;
    let auth = |url: &Url| {
        let json = account_json(url.join("/token").expect("url").as_str());
        GoogleAuth::ServiceAccount(ServiceAccount::parse(&json).expect("an account"))
    };
    let account = auth(&url);
    for _ in 0..2 {
        let refused = speak(url.clone(), account.clone(), GoogleEncoding::MuLaw8k).await;
        assert_eq!(refused, Err(ProviderError::Credentials));
    }
    let (server, url) = stub::server().await;
    granting(
        &server,
        ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"})),
        1,
    )
    .await;
    let revoked = speak(url.clone(), auth(&url), GoogleEncoding::MuLaw8k).await;
    assert_eq!(revoked, Err(ProviderError::Credentials));
}

#[test]
fn a_file_that_is_no_account_is_refused_without_being_quoted() {
    let check = |json: &str, expected| assert_eq!(ServiceAccount::parse(json).err(), Some(expected));
    check("", BadServiceAccount::Shape);
    check("{\"private_key\": \"secret\"}", BadServiceAccount::Shape);
    check(&account_json("no address"), BadServiceAccount::TokenUri);
    check(
        &account_json("https://t/").replace("MII", "MIJ"),
        BadServiceAccount::PrivateKey,
    );
    check(
        &account_json("https://t/").replace("PRIVATE", "PUBLIC"),
        BadServiceAccount::PrivateKey,
    );
    let account = ServiceAccount::parse(&account_json("https://t/")).expect("an account");
    assert_eq!(format!("{account:?} {:?}", key()).matches("REDACTED").count(), 2);
}
