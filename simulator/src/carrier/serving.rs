//! Serves the media of a recording, truly or with one of the faults that a test asks for. The REST side calls it.
//! It never decides who may fetch: that is checked before.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use bytes::Bytes;
use futures_util::stream;

use super::state::RecordingFault;

/// The answer to a fetch of the media, by the fault that is set.
pub(super) fn serve(wav: &Bytes, fault: &RecordingFault, path: &str) -> Response<Body> {
    match fault {
        RecordingFault::None | RecordingFault::Never => sound(wav.clone()),
        RecordingFault::RedirectTo(url) => redirect(url, path),
        RecordingFault::LyingLength => sound(lying(wav)),
        RecordingFault::Mp3 => sound(silent_mp3()),
        RecordingFault::Empty => sound(Bytes::new()),
        RecordingFault::Garbage => sound(Bytes::from_static(b"<html>this is no sound</html>\0\x01\x02\x03")),
        RecordingFault::Hang => hanging(wav.len()),
        RecordingFault::Slow(bytes_a_second) => slow(wav.clone(), (*bytes_a_second).max(1)),
        RecordingFault::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            super::rest::twilio_error(
                status,
                u32::from(status.as_u16()) + 20_000,
                "the carrier fails on purpose",
            )
        }
    }
}

fn sound(bytes: Bytes) -> Response<Body> {
    answer("audio/x-wav", Some(bytes.len()), Body::from(bytes))
}

fn answer(content_type: &str, length: Option<usize>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    if let Ok(value) = content_type.parse() {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

fn redirect(url: &str, path: &str) -> Response<Body> {
    let to = if url.ends_with('/') {
        format!("{url}{}", path.trim_start_matches('/'))
    } else {
        url.to_owned()
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    if let Ok(value) = to.parse() {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// The same samples behind a header that promises an hour of them.
fn lying(wav: &Bytes) -> Bytes {
    let mut bytes = wav.to_vec();
    let hour = 3_600u32 * 16_000;
    if let Some(at) = bytes.windows(4).position(|w| w == b"data")
        && let Some(length) = bytes.get_mut(at + 4..at + 8)
    {
        length.copy_from_slice(&hour.to_le_bytes());
    }
    if let Some(length) = bytes.get_mut(4..8) {
        length.copy_from_slice(&(hour + 36).to_le_bytes());
    }
    bytes.into()
}

/// Two seconds of MPEG-1 layer III at 32 kbit/s, 44.1 kHz, mono: empty side information decodes to silence.
pub(crate) fn silent_mp3() -> Bytes {
    let mut frame = [0u8; 144 * 32_000 / 44_100];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x10, 0xc4]);
    frame.repeat(77).into()
}

fn hanging(length: usize) -> Response<Body> {
    let never = stream::pending::<Result<Bytes, Infallible>>();
    answer("audio/x-wav", Some(length.max(1)), Body::from_stream(never))
}

fn slow(wav: Bytes, bytes_a_second: u32) -> Response<Body> {
    let part = (bytes_a_second as usize / 10).max(1);
    let length = wav.len();
    let parts = stream::unfold(wav, move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let next = left.split_to(part.min(left.len()));
        Some((Ok::<_, Infallible>(next), left))
    });
    answer("audio/x-wav", Some(length), Body::from_stream(parts))
}
