//! Stand-ins of the outside parties for the tests of this crate, on loopback only.
//! Called by tests alone. It never outlives the test that made it.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;
use wiremock::{Match, MockServer, Request};

/// A wiremock server and its address, with the TLS provider that every client of ours needs.
pub async fn server() -> (MockServer, Url) {
    ring();
    let server = MockServer::start().await;
    let url = Url::parse(&server.uri()).expect("loopback");
    (server, url)
}

/// Installs rustls' ring provider for this test binary, once.
pub fn ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A party that answers every connection with these bytes and closes: for answers that no HTTP library would write.
pub async fn raw(answer: &'static [u8]) -> Url {
    ring();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0u8; 65536];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(answer).await;
            let _ = socket.flush().await;
            let _ = socket.shutdown().await;
        }
    });
    Url::parse(&format!("http://127.0.0.1:{port}")).expect("loopback")
}

/// A party that begins an answer with these bytes and then keeps the connection open for ten seconds without another word.
pub async fn stalling(beginning: String) -> Url {
    ring();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut request = [0u8; 65536];
        let _ = socket.read(&mut request).await;
        let _ = socket.write_all(beginning.as_bytes()).await;
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    });
    Url::parse(&format!("http://127.0.0.1:{port}")).expect("loopback")
}

/// An address where nobody listens.
pub async fn nobody() -> Url {
    ring();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let port = listener.local_addr().expect("bound").port();
    Url::parse(&format!("http://127.0.0.1:{port}")).expect("loopback")
}

/// Matches a request that lacks a header.
pub struct Without(pub &'static str);

impl Match for Without {
    fn matches(&self, request: &Request) -> bool {
        !request.headers.contains_key(self.0)
    }
}
