//! Asks a carrier in another process to place a call and watches it, or to have a customer write. The command line calls it
//! against a running demo. It speaks only to loopback and only to `/simulator/…`.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::call::{CallReport, Step};
use crate::carrier::{CallRequest, Line};
use crate::route::loopback;
use crate::whatsapp::{Sent, WriteRequest};
use crate::wire::{self, Body, Connection, WireError};

/// Why no report came back.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The address of the carrier is wrong.
    #[error("{0}")]
    Address(String),
    /// No carrier there, or it went away.
    #[error("the carrier can't be reached: {0}")]
    Unreachable(#[from] WireError),
    /// The carrier refused the request.
    #[error("the carrier refused: HTTP status {status}: {why}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its words.
        why: String,
    },
    /// The stream ended without a report, or holds what is no step.
    #[error("the carrier's answer can't be read: {0}")]
    Answer(String),
}

/// Places a call through the carrier at `carrier_base` (`http://127.0.0.1:PORT`). Steps go to `observer` as they happen;
/// an observer that is gone is ignored.
pub async fn place_call(
    carrier_base: &str,
    request: &CallRequest,
    observer: Option<mpsc::Sender<Step>>,
) -> Result<CallReport, RemoteError> {
    let address = loopback(carrier_base).map_err(RemoteError::Address)?;
    let json = serde_json::to_string(request).map_err(|error| RemoteError::Answer(error.to_string()))?;
    let bytes = format!(
        "POST /simulator/calls HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{json}",
        json.len()
    );
    let mut connection = Connection::open(address).await?;
    connection.send(bytes.as_bytes()).await?;
    let head = connection.head().await?;
    let mut body = Body::of(&head)?;
    let mut text = Vec::new();
    let refused = head.status != 200;
    while let Some(part) = connection.part(&mut body).await? {
        text.extend_from_slice(&part);
        while !refused && let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            if let Some(report) = read_line(&line, observer.as_ref()).await? {
                return Ok(report);
            }
        }
    }
    let why = String::from_utf8_lossy(&text).into_owned();
    match refused {
        true => Err(RemoteError::Refused {
            status: head.status,
            why,
        }),
        false => Err(RemoteError::Answer("it ended without a report".into())),
    }
}

async fn read_line(
    line: &[u8],
    observer: Option<&mpsc::Sender<Step>>,
) -> Result<Option<CallReport>, RemoteError> {
    match serde_json::from_slice(line) {
        Ok(Line::Report { report }) => Ok(Some(*report)),
        Ok(Line::Step(step)) => {
            if let Some(observer) = observer {
                let _ = observer.send(step).await;
            }
            Ok(None)
        }
        Err(error) => Err(RemoteError::Answer(error.to_string())),
    }
}

/// What a carrier says is at most so large: a phone's messages.
const LARGEST: usize = 4 * 1024 * 1024;

/// Has a customer write on WhatsApp through the carrier at `carrier_base`. Gives the message's id and what the engine answered.
///
/// # Errors
/// When there is no carrier, or it can't reach the engine.
pub async fn write(carrier_base: &str, request: &WriteRequest) -> Result<(String, u16), RemoteError> {
    let json = serde_json::to_string(request).map_err(|error| RemoteError::Answer(error.to_string()))?;
    let answer = ask(carrier_base, "POST", "/simulator/whatsapp/messages", &json).await?;
    let id = answer["id"].as_str().unwrap_or("").to_owned();
    let status = answer["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    Ok((id, status.unwrap_or(0)))
}

/// What came to a phone on WhatsApp, the oldest first.
///
/// # Errors
/// When there is no carrier.
pub async fn received(carrier_base: &str, phone: &str) -> Result<Vec<Sent>, RemoteError> {
    let digits = phone.trim_start_matches('+');
    let path = format!("/simulator/whatsapp/messages?to={digits}");
    let mut answer = ask(carrier_base, "GET", &path, "").await?;
    serde_json::from_value(answer["messages"].take()).map_err(|error| RemoteError::Answer(error.to_string()))
}

async fn ask(
    carrier_base: &str,
    method: &str,
    path: &str,
    json: &str,
) -> Result<serde_json::Value, RemoteError> {
    let address = loopback(carrier_base).map_err(RemoteError::Address)?;
    let bytes = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{json}",
        json.len()
    );
    let reply = wire::exchange(address, bytes.as_bytes(), Duration::from_secs(30), LARGEST).await?;
    if reply.head.status != 200 {
        return Err(RemoteError::Refused {
            status: reply.head.status,
            why: String::from_utf8_lossy(&reply.body).into_owned(),
        });
    }
    serde_json::from_slice(&reply.body).map_err(|error| RemoteError::Answer(error.to_string()))
}
