//! Fetching against a stand-in of Twilio's media host: what is normal, what is refused, what is never sent where.

use domain::ids::{AccountSid, RecordingSid};
use secrecy::SecretString;
use wiremock::matchers::{basic_auth, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::stub::{self, Without};

const MEDIA: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Recordings/RE0000000000000000000000000000000b.wav";

fn source(base: &Url) -> RecordingSource {
    let account = AccountSid::parse("AC00000000000000000000000000000001").expect("sid");
    let auth = BasicAuth {
        user: account.to_string(),
        secret: SecretString::from("s3cret"),
    };
    RecordingSource::new(base, account, auth).expect("a client")
}

async fn fetch(base: &Url) -> Result<Bytes, FetchError> {
    let recording = RecordingSid::parse("RE0000000000000000000000000000000b").expect("sid");
    source(base).fetch(&recording, "req-1").await
}

async fn answering(template: ResponseTemplate) -> Result<Bytes, FetchError> {
    let (server, url) = stub::server().await;
    Mock::given(method("GET"))
        .and(path(MEDIA))
        .respond_with(template)
        .mount(&server)
        .await;
    fetch(&url).await
}

async fn redirecting(server: &MockServer, location: &str) {
    let template = ResponseTemplate::new(307).insert_header("Location", location);
    Mock::given(path(MEDIA))
        .respond_with(template)
        .mount(server)
        .await;
}

#[tokio::test]
async fn the_sound_is_fetched_with_credentials_from_an_address_made_of_ids() {
    let (server, url) = stub::server().await;
    Mock::given(method("GET"))
        .and(path(MEDIA))
        .and(basic_auth("AC00000000000000000000000000000001", "s3cret"))
        .and(header("X-Request-ID", "req-1"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(&b"RIFFsound"[..], "audio/x-wav"))
        .expect(1)
        .mount(&server)
        .await;
    let base = url.join("/some/path?and=query").expect("url");
    assert_eq!(
        fetch(&base).await,
        Ok(Bytes::from_static(b"RIFFsound")),
        "path and query of the base are dropped"
    );
}

#[tokio::test]
async fn every_status_says_what_to_do_next() {
    let check = async |status: u16, expected: FetchError| {
        assert_eq!(
            answering(ResponseTemplate::new(status)).await,
            Err(expected),
            "{status}"
        );
    };
    check(404, FetchError::NotYet).await;
    check(401, FetchError::Credentials).await;
    check(403, FetchError::Credentials).await;
    check(410, FetchError::Gone).await;
    check(500, FetchError::Retry { after: None }).await;
    check(503, FetchError::Retry { after: None }).await;
    check(
        400,
        FetchError::Refused("a status that is neither sound nor an error we know"),
    )
    .await;
    let limited = ResponseTemplate::new(429).insert_header("Retry-After", "7");
    assert_eq!(
        answering(limited).await,
        Err(FetchError::Retry {
            after: Some(Duration::from_secs(7))
        })
    );
}

#[tokio::test]
async fn more_than_ten_mebibytes_is_not_read() {
    let announced = ResponseTemplate::new(200).set_body_bytes(vec![0u8; LIMIT_BYTES + 1]);
    assert_eq!(answering(announced).await, Err(FetchError::TooLarge));
    let exactly = ResponseTemplate::new(200).set_body_bytes(vec![0u8; LIMIT_BYTES]);
    assert_eq!(answering(exactly).await.map(|b| b.len()), Ok(LIMIT_BYTES));
}

#[tokio::test]
async fn a_stream_that_never_says_how_long_it_is_is_cut_at_the_limit() {
    use axum::{Router, body::Body, routing::get};
    stub::ring();
    let endless =
        futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![0u8; 65536])));
    let router = Router::new().route(MEDIA, get(|| async move { Body::from_stream(endless) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let url = Url::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("loopback");
    tokio::spawn(async move { axum::serve(listener, router).await });
    assert_eq!(fetch(&url).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn half_an_answer_and_none_are_tried_again() {
    let half = stub::raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nRIFF").await;
    assert_eq!(fetch(&half).await, Err(FetchError::Retry { after: None }));
    assert_eq!(
        fetch(&stub::nobody().await).await,
        Err(FetchError::Retry { after: None })
    );
    let nonsense = stub::raw(b"SSH-2.0-OpenSSH\r\n").await;
    assert_eq!(fetch(&nonsense).await, Err(FetchError::Retry { after: None }));
}

#[tokio::test]
async fn a_redirect_on_the_own_origin_is_followed_once_without_credentials() {
    let (server, url) = stub::server().await;
    redirecting(&server, "/signed/link?x=1").await;
    Mock::given(path("/signed/link"))
        .and(Without("authorization"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(&b"RIFF"[..]))
        .expect(1)
        .mount(&server)
        .await;
    assert_eq!(fetch(&url).await, Ok(Bytes::from_static(b"RIFF")));
}

#[tokio::test]
async fn a_second_redirect_is_refused() {
    let (server, url) = stub::server().await;
    redirecting(&server, "/again").await;
    let again = ResponseTemplate::new(302).insert_header("Location", "/and-again");
    Mock::given(path("/again"))
        .respond_with(again)
        .mount(&server)
        .await;
    assert_eq!(fetch(&url).await, Err(FetchError::Refused("a second redirect")));
}

#[tokio::test]
async fn a_redirect_never_leads_to_a_private_or_plain_or_credentialed_address() {
    let (other, other_url) = stub::server().await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&other)
        .await;
    let port = other_url.port().expect("a port");
    let targets = [
        other_url.to_string(),
        "https://127.0.0.1/".to_owned(),
        "https://2130706433/".to_owned(),
        "https://[::ffff:127.0.0.1]/".to_owned(),
        format!("https://127.0.0.1:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "https://100.64.0.1/".to_owned(),
        "https://user:pass@media.example.com/".to_owned(),
        "http://media.example.com/".to_owned(),
        "ftp://media.example.com/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    for target in targets {
        let (server, url) = stub::server().await;
        redirecting(&server, &target).await;
        assert!(
            matches!(fetch(&url).await, Err(FetchError::Refused(_))),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_redirect_to_a_name_of_this_machine_is_refused_after_resolution() {
    let (server, url) = stub::server().await;
    redirecting(&server, "https://localhost/x").await;
    assert_eq!(
        fetch(&url).await,
        Err(FetchError::Refused("a redirect to a name that is not public"))
    );
}

#[tokio::test]
async fn a_redirect_without_a_place_is_refused() {
    assert!(matches!(
        answering(ResponseTemplate::new(302)).await,
        Err(FetchError::Refused(_))
    ));
}

#[test]
fn the_secret_is_in_no_debug_output() {
    stub::ring();
    let base = Url::parse("http://127.0.0.1:1").expect("url");
    let shown = format!("{:?}", source(&base));
    assert!(!shown.contains("s3cret"), "{shown}");
}
