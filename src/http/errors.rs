//! The one shape of an error: `{"error":code,"detail":…,"request_id":…}`, for every status, also
//! for those that the framework answers by itself.

use super::request_id::RequestId;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

/// An error's code and status: the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    BadRequest,
    BadSignature,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    Internal,
}

impl Code {
    /// The word and the status.
    pub fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::BadRequest => ("bad_request", StatusCode::BAD_REQUEST),
            Self::BadSignature => ("bad_signature", StatusCode::FORBIDDEN),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The code of a status that the framework chose.
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    detail: &'a str,
    request_id: &'a str,
}

/// The body of an error, as JSON.
pub fn body(code: Code, detail: &str, request_id: &str) -> String {
    let body = Body {
        error: code.parts().0,
        detail,
        request_id,
    };
    serde_json::to_string(&body).unwrap_or_else(|_| "{\"error\":\"internal\"}".into())
}

/// An error as a response.
pub fn respond(request: &HttpRequest, code: Code, detail: &str) -> HttpResponse {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map_or("", RequestId::as_str);
    HttpResponseBuilder::new(code.parts().1)
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body(code, detail, id))
}
