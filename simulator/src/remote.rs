//! Asks a carrier in another process to place a call, and watches it. The command line calls it against a running demo.
//! It speaks only to loopback and only to `/simulator/calls`.

use tokio::sync::mpsc;

use crate::call::{CallReport, Step};
use crate::carrier::{CallRequest, Line};
use crate::route::loopback;
use crate::wire::{Body, Connection, WireError};

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
