//! `agentlocator health`: whether the engine of this environment answers, for a container's health
//! check; so the image needs no other program for it.

use super::{say, say_error};
use crate::config::Config;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The whole question may take this long: shorter than what a container's runner allows.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks `/health` where this environment has the engine listen; 0 when it answers, 1 when not.
pub async fn run() -> anyhow::Result<i32> {
    let config = Config::from_env()?;
    let address = SocketAddr::new(reachable(config.bind), config.port);
    match tokio::time::timeout(LIMIT, ask(address)).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => {
            say("ok");
            return Ok(0);
        }
        Ok(Ok(_)) => say_error(&format!("{address} answers, but not that it is well")),
        Ok(Err(error)) => say_error(&format!("{address}: {error}")),
        Err(_) => say_error(&format!("{address} does not answer within {LIMIT:?}")),
    }
    Ok(1)
}

/// Who listens everywhere is reached here.
fn reachable(bind: IpAddr) -> IpAddr {
    match bind {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
