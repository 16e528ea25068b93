//! Sound for a browser's player: whole, or the bytes it asks for, so that it can seek.
//! One range, as RFC 9110 section 14 has it; more than one is answered whole.

use super::super::errors::{ApiError, Code};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;

/// Answers with the sound or the part of it that `Range` names.
///
/// # Errors
/// 416 for a range that begins after the end.
pub fn serve(request: &HttpRequest, sound: Bytes, cache: &'static str) -> Result<HttpResponse, ApiError> {
    let mime = media::mime::sniff(&sound).unwrap_or("application/octet-stream");
    let asked = request.headers().get(RANGE).and_then(|range| range.to_str().ok());
    let part = match asked.map_or(Asked::Whole, |range| asked_for(range, sound.len())) {
        Asked::Whole => None,
        Asked::Part(first, last) => Some((first, last)),
        Asked::Beyond => {
            return Err(ApiError::new(
                Code::RangeNotSatisfiable,
                format!("it has {} bytes", sound.len()),
            ));
        }
    };
    let mut response = match part {
        None => HttpResponse::Ok(),
        Some((first, last)) => {
            let mut response = HttpResponse::build(StatusCode::PARTIAL_CONTENT);
            response.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{}", sound.len())));
            response
        }
    };
    response
        .insert_header((CONTENT_TYPE, mime))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CACHE_CONTROL, cache))
        .insert_header((CONTENT_DISPOSITION, "inline"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    Ok(response.body(match part {
        None => sound,
        Some((first, last)) => sound.slice(first..=last),
    }))
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(usize, usize),
    Beyond,
}

fn asked_for(range: &str, length: usize) -> Asked {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let number = |text: &str| text.trim().parse::<usize>();
    match (number(first), number(last)) {
        (Ok(first), _) if first >= length => Asked::Beyond,
        (Ok(first), Ok(last)) if last < first => Asked::Whole,
        (Ok(first), Ok(last)) => Asked::Part(first, last.min(length - 1)),
        (Ok(first), Err(_)) if last.trim().is_empty() => Asked::Part(first, length - 1),
        (Err(_), Ok(0)) => Asked::Beyond,
        (Err(_), Ok(last)) if first.trim().is_empty() && length > 0 => {
            Asked::Part(length.saturating_sub(last), length - 1)
        }
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-", Asked::Part(0, 99)),
            ("bytes=10-19", Asked::Part(10, 19)),
            ("bytes=10-1000", Asked::Part(10, 99)),
            ("bytes=-10", Asked::Part(90, 99)),
            ("bytes=-1000", Asked::Part(0, 99)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
        ] {
            assert_eq!(asked_for(range, 100), expected, "{range}");
        }
    }
}
