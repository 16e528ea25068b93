//! Reading an answer with an upper limit: what is larger is dropped while it streams, not after.
//! Called by every client of this crate. It never holds more than the limit.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the body is larger than allowed")]
    TooLarge,
    #[error("the body was cut short")]
    CutShort,
}

/// The whole body, at most `limit` bytes.
pub async fn capped(mut response: Response, limit: usize) -> Result<Bytes, BodyError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut body = BytesMut::with_capacity(announced as usize);
    while let Some(chunk) = response.chunk().await.map_err(|_| BodyError::CutShort)? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
