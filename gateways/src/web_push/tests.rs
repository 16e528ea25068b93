//! The push service played at its wire: what it is sent, and what we make of its answers.

use super::*;
use crate::outbound::UrlRefusal;
use crate::stub;
use secrecy::SecretString;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The pair of the crate's own documentation.
const PRIVATE: &str = "IQ9Ur0ykXoHS9gzfYX0aBjy9lvdrjx_PFUXmie9YRcY";
const PUBLIC: &str =
    "BMjQIp55pdbU8pfCBKyXcZjlmER_mXt5LqNrN1hrXbdBS5EnhIbMu3Au-RV53iIpztzNXkGI56BFB1udQ8Bq_H4";
const SUBJECT: &str = "mailto:ops@example.co.il";

fn keys() -> VapidKeys {
    VapidKeys::new(&SecretString::from(PRIVATE), Some(PUBLIC), SUBJECT).expect("keys")
}

/// A browser: what it tells us, and what it reads messages with.
fn browser(endpoint: String) -> (Subscriber, ece::EcKeyComponents) {
    let (pair, auth) = ece::generate_keypair_and_auth_secret().expect("keys");
    let components = pair.raw_components().expect("a pair");
    let subscriber = Subscriber {
        endpoint,
        p256dh: components.public_key().to_vec(),
        auth: auth.to_vec(),
    };
    (subscriber, components)
}

async fn service() -> (MockServer, PushService) {
    let (server, url) = stub::server().await;
    let origins = [url.origin().ascii_serialization()];
    let endpoints = Endpoints::with(&origins).expect("an origin");
    let service = PushService::new(keys(), endpoints).expect("a client");
    (server, service)
}

const PUSH: Push<'static> = Push {
    payload: "{\"title\":\"להתקשר לדנה ₪\"}".as_bytes(),
    topic: "task-7",
    ttl: Duration::from_secs(86_400),
};

async fn answered(answer: ResponseTemplate) -> Outcome {
    let (server, service) = service().await;
    Mock::given(method("POST"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let (subscriber, _) = browser(format!("{}/push/1", server.uri()));
    service.send(&subscriber, PUSH).await
}

#[tokio::test]
async fn a_push_is_encrypted_for_its_browser_and_signed_by_us() {
    let (server, service) = service().await;
    let created = Mock::given(method("POST"))
        .and(path("/push/1"))
        .respond_with(ResponseTemplate::new(201));
    created.mount(&server).await;
    let (subscriber, pair) = browser(format!("{}/push/1", server.uri()));
    assert_eq!(service.send(&subscriber, PUSH).await, Outcome::Delivered);
    let requests = server.received_requests().await.expect("recorded");
    let request = &requests[0];
    let header = |name: &str| request.headers[name].to_str().expect("text");
    assert_eq!(header("ttl"), "86400");
    assert_eq!(header("urgency"), "high");
    assert_eq!(header("topic"), "task-7");
    assert_eq!(header("content-encoding"), "aes128gcm");
    assert_eq!(
        request.headers["content-length"].to_str().expect("text"),
        request.body.len().to_string()
    );
    let read = ece::decrypt(&pair, &subscriber.auth, &request.body).expect("for this browser");
    assert_eq!(read, PUSH.payload);
    let proof = header("authorization")
        .strip_prefix("vapid t=")
        .expect("a signature");
    let (token, key) = proof.split_once(", k=").expect("a key");
    assert_eq!(key, PUBLIC);
    let claims = verified(token, PUBLIC);
    assert_eq!(claims["aud"], server.uri(), "with its port");
    assert_eq!(claims["sub"], SUBJECT);
    let left = claims["exp"].as_i64().expect("an end") - jiff::Timestamp::now().as_second();
    assert!((3600..=86_400).contains(&left), "{left}");
}

/// The claims of a token that this key has signed.
fn verified(token: &str, public: &str) -> serde_json::Value {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let algorithm = &ring::signature::ECDSA_P256_SHA256_FIXED;
    ring::signature::UnparsedPublicKey::new(algorithm, decode(public))
        .verify(signed.as_bytes(), &decode(signature))
        .expect("our signature");
    serde_json::from_slice(&decode(signed.split_once('.').expect("a header").1)).expect("claims")
}

#[tokio::test]
async fn each_answer_says_what_to_do_next() {
    let status = ResponseTemplate::new;
    let again = |seconds| Outcome::TryAgain(Some(Duration::from_secs(seconds)));
    let refused = |why: &str| Outcome::Refused(why.into());
    for (answer, expected) in [
        (status(200), Outcome::Delivered),
        (status(201), Outcome::Delivered),
        (status(404), Outcome::Gone),
        (status(410), Outcome::Gone),
        (status(413), Outcome::TooLarge),
        (status(429), Outcome::TryAgain(None)),
        (status(429).insert_header("retry-after", "7"), again(7)),
        (status(429).insert_header("retry-after", "0"), again(1)),
        (status(429).insert_header("retry-after", "-3"), again(1)),
        (
            status(429).insert_header("retry-after", "inf"),
            Outcome::TryAgain(None),
        ),
        (
            status(429).insert_header("retry-after", "soon"),
            Outcome::TryAgain(None),
        ),
        (status(503).insert_header("retry-after", "999999999"), again(3600)),
        // A date that has passed.
        (
            status(503).insert_header("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"),
            again(1),
        ),
        (
            status(503).insert_header("retry-after", "Thu, 01 Jan 2099 00:00:00 GMT"),
            again(3600),
        ),
        (status(500), Outcome::TryAgain(None)),
        (status(502), Outcome::TryAgain(None)),
        (status(400), refused("400")),
        (
            status(403).set_body_string(r#"{"reason":"BadJwtToken"}"#),
            refused("403 BadJwtToken"),
        ),
        (
            status(401).set_body_string(r#"{"errno":109}"#),
            refused("401 109"),
        ),
        (
            status(403).set_body_string(r#"{"reason":"to whom it may concern"}"#),
            refused("403"),
        ),
        (
            status(307).insert_header("location", "http://127.0.0.1:1/elsewhere"),
            refused("307"),
        ),
    ] {
        let shown = format!("{answer:?}");
        assert_eq!(answered(answer).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn a_date_in_the_near_future_is_waited_for() {
    let date =
        (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(120)).to_zoned(jiff::tz::TimeZone::UTC);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    match answered(ResponseTemplate::new(429).insert_header("retry-after", date.as_str())).await {
        Outcome::TryAgain(Some(wait)) => assert!((60..=120).contains(&wait.as_secs()), "{wait:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_service_that_hangs_or_is_away_is_tried_again() {
    let (server, patient) = service().await;
    let long = ResponseTemplate::new(201).set_delay(Duration::from_secs(30));
    Mock::given(method("POST"))
        .respond_with(long)
        .mount(&server)
        .await;
    let (subscriber, _) = browser(format!("{}/push/1", server.uri()));
    let hurried = patient.within(Duration::from_millis(300));
    assert_eq!(hurried.send(&subscriber, PUSH).await, Outcome::TryAgain(None));
    let away = stub::nobody().await;
    let endpoints = Endpoints::with(&[away.origin().ascii_serialization()]).expect("an origin");
    let service = PushService::new(keys(), endpoints).expect("a client");
    let (subscriber, _) = browser(format!("{away}push/1"));
    assert_eq!(service.send(&subscriber, PUSH).await, Outcome::TryAgain(None));
}

#[tokio::test]
async fn what_is_too_large_or_goes_elsewhere_is_not_sent() {
    let (server, service) = service().await;
    let (subscriber, _) = browser(format!("{}/push/1", server.uri()));
    let large = Push {
        payload: &[b'x'; 3053],
        ..PUSH
    };
    assert_eq!(service.send(&subscriber, large).await, Outcome::TooLarge);
    let (elsewhere, _) = browser("https://169.254.169.254/latest/meta-data/".into());
    assert!(matches!(
        service.send(&elsewhere, PUSH).await,
        Outcome::Refused(_)
    ));
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[test]
fn endpoints_are_push_services_or_listed() {
    let listed = [
        "https://push.example.co.il:8443".into(),
        "http://127.0.0.1:9000".into(),
    ];
    let endpoints = Endpoints::with(&listed).expect("origins");
    let check = |endpoint: &str| endpoints.check(endpoint).err();
    for good in [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://FCM.googleapis.com/wp/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://api.push.apple.com/abc",
        "https://db5p.notify.windows.com/w/?token=abc",
        "https://push.example.co.il:8443/p/1",
        "http://127.0.0.1:9000/p/1",
    ] {
        assert_eq!(check(good), None, "{good}");
    }
    let unknown = Some(EndpointRefusal::UnknownService);
    for (bad, why) in [
        ("https://fcm.googleapis.com.evil.example/x", unknown),
        ("https://evilfcm.googleapis.com/x", unknown),
        ("https://notify.windows.com/x", unknown),
        ("https://evilnotify.windows.com/x", unknown),
        ("https://.notify.windows.com/x", unknown),
        ("https://push.example.co.il/p/1", unknown),
        ("https://8.8.8.8/x", unknown),
        ("https://fcm.googleapis.com:8443/x", Some(UrlRefusal::Port.into())),
        (
            "https://me@fcm.googleapis.com/x",
            Some(UrlRefusal::Credentials.into()),
        ),
        (
            "https://me@push.example.co.il:8443/x",
            Some(UrlRefusal::Credentials.into()),
        ),
        ("http://fcm.googleapis.com/x", Some(UrlRefusal::NotHttps.into())),
        ("http://127.0.0.1:9001/p/1", Some(UrlRefusal::NotHttps.into())),
        ("http://localhost:9000/p/1", Some(UrlRefusal::NotHttps.into())),
        ("file:///etc/passwd", Some(UrlRefusal::NotHttps.into())),
        ("not an address", Some(EndpointRefusal::Malformed)),
    ] {
        assert_eq!(check(bad), why, "{bad}");
    }
    for inside in [
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://0x7f.1/x",
        "https://10.0.0.1/x",
    ] {
        assert!(
            matches!(
                check(inside),
                Some(EndpointRefusal::Url(UrlRefusal::NotPublic(_)))
            ),
            "{inside}"
        );
    }
    let long = format!("https://fcm.googleapis.com/{}", "x".repeat(2000));
    assert_eq!(check(&long), Some(EndpointRefusal::TooLong));
}

#[test]
fn only_origins_can_be_listed() {
    let with = |origin: &str| Endpoints::with(&[origin.to_owned()]).err();
    for good in [
        "https://push.example.co.il",
        "http://localhost:1",
        "http://[::1]:1",
    ] {
        assert_eq!(with(good), None, "{good}");
    }
    assert_eq!(with("http://push.example.co.il"), Some(OriginRefusal::Scheme));
    assert_eq!(
        with("https://push.example.co.il/p"),
        Some(OriginRefusal::NoOrigin)
    );
    assert_eq!(
        with("https://a@push.example.co.il"),
        Some(OriginRefusal::NoOrigin)
    );
    assert_eq!(with("push"), Some(OriginRefusal::NoOrigin));
}

#[test]
fn keys_of_a_subscription_are_a_point_and_sixteen_bytes() {
    let endpoints = Endpoints::default();
    let endpoint = "https://fcm.googleapis.com/fcm/send/1";
    let (real, _) = browser(endpoint.into());
    let (p256dh, auth) = (
        URL_SAFE_NO_PAD.encode(&real.p256dh),
        URL_SAFE_NO_PAD.encode(&real.auth),
    );
    assert_eq!(endpoints.subscriber(endpoint, &p256dh, &auth).as_ref(), Ok(&real));
    let standard = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let padded = endpoints.subscriber(endpoint, &standard(&real.p256dh), &standard(&real.auth));
    assert_eq!(padded.as_ref(), Ok(&real));
    let mut off = real.p256dh.clone();
    off[64] ^= 1;
    for bad in ["", "x", "!", &auth, &URL_SAFE_NO_PAD.encode(off), &"A".repeat(87)] {
        let refusal = endpoints.subscriber(endpoint, bad, &auth);
        assert_eq!(refusal, Err(EndpointRefusal::Key), "{bad}");
    }
    let short = URL_SAFE_NO_PAD.encode([1; 15]);
    for bad in ["", "!", &short, &p256dh] {
        let refusal = endpoints.subscriber(endpoint, &p256dh, bad);
        assert_eq!(refusal, Err(EndpointRefusal::Auth), "{bad}");
    }
}

#[test]
fn keys_belong_together_and_are_not_shown() {
    let new = |private: &str, public, subject| VapidKeys::new(&SecretString::from(private), public, subject);
    assert_eq!(keys().public(), PUBLIC);
    let err = |result: Result<VapidKeys, KeyError>| result.err();
    let other = VapidKeys::new(&VapidKeys::make().expect("made"), None, SUBJECT).expect("keys");
    assert_eq!(
        err(new(PRIVATE, Some(other.public()), SUBJECT)),
        Some(KeyError::Pair)
    );
    assert_eq!(err(new("short", None, SUBJECT)), Some(KeyError::Private));
    assert_eq!(err(new(PUBLIC, None, SUBJECT)), Some(KeyError::Private));
    assert_eq!(
        err(new(&"A".repeat(43), None, SUBJECT)),
        Some(KeyError::Private),
        "zero"
    );
    for subject in ["", "mailto:", "http://example.co.il", "ops@example.co.il"] {
        assert_eq!(
            err(new(PRIVATE, None, subject)),
            Some(KeyError::Subject),
            "{subject}"
        );
    }
    assert!(!format!("{:?}", keys()).contains(&PRIVATE[..8]));
}
