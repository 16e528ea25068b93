//! News of calls reach the pages of the business whose call it is, and nobody else's; a socket is
//! opened by a ticket once, or by a cookie on a page of ours.

use crate::call::Call;
use crate::office::{Office, Person, THEIR_NUMBER};
use crate::page::Page;
use crate::parties::ACCOUNT;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Asks for a socket: the status line, and the connection if it was opened.
async fn open(office: &Office, query: &str, headers: &str) -> (String, TcpStream) {
    let address = office.engine.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /ws{query} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("asked");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = stream.read_u8().await.expect("an answer");
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    (head.lines().next().unwrap_or_default().to_owned(), stream)
}

#[tokio::test]
async fn a_page_hears_of_its_own_businesss_calls_only() {
    let office = Office::open().await;
    let mut page = Page::open(&office, Person::Agent).await;
    // Theirs rings first: if it were told, it would be heard before ours.
    let theirs = format!("CA{:032x}", 77);
    let form = [
        ("AccountSid", ACCOUNT),
        ("CallSid", theirs.as_str()),
        ("CallStatus", "ringing"),
        ("From", "+972500000001"),
        ("To", THEIR_NUMBER),
    ];
    let answer = office.engine.post("/webhook/incoming_call", &form).await;
    assert_eq!(answer.status, 200);
    let ours = Call::new(1);
    ours.ring(&office.engine).await;
    page.frame(|frame| frame["what"] == "calls" && frame["id"] == ours.sid.as_str())
        .await;
    let heard = format!("{:?}", page.frames);
    assert!(!heard.contains(&theirs), "{heard}");
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await;
    let (status, made) = office.ask("POST", "/auth/ticket", token.as_deref(), None).await;
    assert_eq!(status, 200, "{made}");
    let query = format!("?ticket={}", made["ticket"].as_str().expect("a ticket"));
    let (opened, _socket) = open(&office, &query, "").await;
    assert!(opened.contains("101"), "{opened}");
    let (again, _) = open(&office, &query, "").await;
    assert!(again.contains("401"), "a ticket opened twice: {again}");
}

#[tokio::test]
async fn a_socket_needs_a_proof_and_a_page_of_ours() {
    let office = Office::open().await;
    let token = office.token(Person::Agent).await.expect("a token");
    let cookie = format!("Cookie: al_access={token}\r\n");
    let check = async |query: &str, headers: &str, expected: &str| {
        let (answer, _) = open(&office, query, headers).await;
        assert!(answer.contains(expected), "{query} {headers}: {answer}");
    };
    check("", "", "401").await;
    check("?ticket=made-up", "", "401").await;
    check("", &cookie, "403").await;
    check(
        "",
        &format!("{cookie}Origin: https://elsewhere.example\r\n"),
        "403",
    )
    .await;
    let own = format!("{cookie}Origin: {}\r\n", crate::world::PUBLIC_HOST);
    check("", &own, "101").await;
}
