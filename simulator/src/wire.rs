//! A small HTTP/1.1 client over plain TCP, for loopback only: it sends request targets byte for byte as they were
//! signed, which a client that normalises addresses would not. The call runner, the remote control and the load
//! generator use it. It never speaks TLS, never follows a redirect and never leaves this machine.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Largest head of an answer that is read, bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The address is not on this machine, or can't be read.
    #[error("{0} is not a loopback address")]
    NotLoopback(String),
    /// No connection.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// The connection broke, or closed in the middle.
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
    /// The answer is not HTTP/1.1.
    #[error("not HTTP: {0}")]
    Protocol(String),
    /// The answer is larger than the limit.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// No whole answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
}

/// Status and headers of an answer.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    fn has_no_body(&self) -> bool {
        self.status < 200 || self.status == 204 || self.status == 304
    }
}

/// A whole answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// Status and headers.
    pub head: Head,
    /// The body, chunks joined.
    pub body: Vec<u8>,
}

/// One connection, used for one request after another.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// False once the server said `Connection: close`.
    pub reusable: bool,
}

impl Connection {
    /// Connects within 5 seconds, Twilio's default.
    pub async fn open(address: SocketAddr) -> Result<Self, WireError> {
        if !address.ip().is_loopback() {
            return Err(WireError::NotLoopback(address.to_string()));
        }
        let limit = Duration::from_secs(5);
        let connecting = tokio::time::timeout(limit, TcpStream::connect(address));
        let stream = connecting
            .await
            .map_err(|_| WireError::Late(limit))?
            .map_err(WireError::Connect)?;
        // A webhook is one small write that waits for its answer: Nagle would only delay it.
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(8 * 1024),
            reusable: true,
        })
    }

    /// Sends a whole request, head and body.
    pub async fn send(&mut self, request: &[u8]) -> Result<(), WireError> {
        Ok(self.stream.write_all(request).await?)
    }

    /// Reads a whole answer, its body at most `limit` bytes.
    pub async fn reply(&mut self, limit: usize) -> Result<Reply, WireError> {
        let head = self.head().await?;
        let mut body = Body::of(&head)?;
        let mut whole = Vec::new();
        while let Some(part) = self.part(&mut body).await? {
            if whole.len() + part.len() > limit {
                return Err(WireError::TooLarge(limit));
            }
            whole.extend_from_slice(&part);
        }
        Ok(Reply { head, body: whole })
    }

    /// Reads status and headers; interim answers (1xx) are skipped.
    pub async fn head(&mut self) -> Result<Head, WireError> {
        loop {
            let end = loop {
                if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                    break end;
                }
                if self.buffer.len() > LARGEST_HEAD {
                    return Err(WireError::TooLarge(LARGEST_HEAD));
                }
                self.fill().await?;
            };
            let head = parse_head(&self.buffer[..end])?;
            self.buffer.drain(..end + 4);
            if head.status >= 200 {
                self.reusable = !head
                    .header("connection")
                    .is_some_and(|v| v.eq_ignore_ascii_case("close"));
                return Ok(head);
            }
        }
    }

    /// The next part of a body, `None` at its end.
    pub async fn part(&mut self, body: &mut Body) -> Result<Option<Vec<u8>>, WireError> {
        match body {
            Body::Sized(0) => Ok(None),
            Body::Sized(left) => {
                if self.buffer.is_empty() {
                    self.fill().await?;
                }
                let take = self.buffer.len().min(*left);
                *left -= take;
                Ok(Some(self.buffer.drain(..take).collect()))
            }
            Body::Chunked => {
                let part = self.chunk().await?;
                if part.is_none() {
                    *body = Body::Sized(0);
                }
                Ok(part)
            }
            Body::UntilClose => {
                self.reusable = false;
                match self.fill().await {
                    Ok(()) => Ok(Some(std::mem::take(&mut self.buffer))),
                    Err(WireError::Broken(e)) if e.kind() == io::ErrorKind::UnexpectedEof => {
                        *body = Body::Sized(0);
                        Ok((!self.buffer.is_empty()).then(|| std::mem::take(&mut self.buffer)))
                    }
                    Err(error) => Err(error),
                }
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, WireError> {
        let line = self.line().await?;
        let size = line.split(';').next().unwrap_or("").trim();
        let size =
            usize::from_str_radix(size, 16).map_err(|_| WireError::Protocol(format!("chunk {line:?}")))?;
        if size == 0 {
            while !self.line().await?.is_empty() {}
            return Ok(None);
        }
        let whole = size.checked_add(2).ok_or(WireError::TooLarge(size))?;
        while self.buffer.len() < whole {
            self.fill().await?;
        }
        let part = self.buffer[..size].to_vec();
        self.buffer.drain(..whole);
        Ok(Some(part))
    }

    async fn line(&mut self) -> Result<String, WireError> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                self.buffer.drain(..end + 2);
                return Ok(line);
            }
            if self.buffer.len() > LARGEST_HEAD {
                return Err(WireError::TooLarge(LARGEST_HEAD));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), WireError> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(WireError::Broken(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }
}

/// How much of a body is still to come.
#[derive(Debug)]
pub enum Body {
    /// Bytes left.
    Sized(usize),
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// Ends when the server closes.
    UntilClose,
}

impl Body {
    /// As the head says.
    pub fn of(head: &Head) -> Result<Self, WireError> {
        if head.has_no_body() {
            return Ok(Self::Sized(0));
        }
        if head
            .header("transfer-encoding")
            .is_some_and(|v| v.to_ascii_lowercase().contains("chunked"))
        {
            return Ok(Self::Chunked);
        }
        match head.header("content-length") {
            Some(length) => length
                .parse()
                .map(Self::Sized)
                .map_err(|_| WireError::Protocol(format!("content-length {length:?}"))),
            None => Ok(Self::UntilClose),
        }
    }
}

/// One request on a connection of its own, whole within `limit`.
pub async fn exchange(
    address: SocketAddr,
    request: &[u8],
    limit: Duration,
    largest: usize,
) -> Result<Reply, WireError> {
    let all = async {
        let mut connection = Connection::open(address).await?;
        connection.send(request).await?;
        connection.reply(largest).await
    };
    tokio::time::timeout(limit, all)
        .await
        .map_err(|_| WireError::Late(limit))?
}

fn parse_head(bytes: &[u8]) -> Result<Head, WireError> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or("");
    let status = first
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|s| s.parse().ok());
    let status = status.ok_or_else(|| WireError::Protocol(format!("status line {first:?}")))?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Head { status, headers })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
