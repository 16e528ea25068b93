//! The one shape of an error: `{"error":code,"detail":…,"request_id":…}`, for every status, also
//! for those that the framework answers by itself; and the one list of codes.

use super::request_id::RequestId;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;
use store::StoreError;

/// An error's code and status: the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    BadRequest,
    Invalid,
    Unauthenticated,
    Forbidden,
    FeatureDisabled,
    NoBusinessContext,
    BadOrigin,
    BadSignature,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Conflict,
    Taken,
    Duplicate,
    Issued,
    WindowClosed,
    NoChannel,
    CallInProgress,
    RegistrationNeeded,
    MissingFields,
    WrongCode,
    PolicyRefused,
    NoPhone,
    Gone,
    TooLarge,
    UnsupportedMedia,
    RangeNotSatisfiable,
    RateLimited,
    Internal,
    Unavailable,
}

impl Code {
    /// Every code there is.
    pub const ALL: &[Self] = &[
        Self::BadRequest,
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::FeatureDisabled,
        Self::NoBusinessContext,
        Self::BadOrigin,
        Self::BadSignature,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::Conflict,
        Self::Taken,
        Self::Duplicate,
        Self::Issued,
        Self::WindowClosed,
        Self::NoChannel,
        Self::CallInProgress,
        Self::RegistrationNeeded,
        Self::MissingFields,
        Self::WrongCode,
        Self::PolicyRefused,
        Self::NoPhone,
        Self::Gone,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::RangeNotSatisfiable,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The word and the status.
    pub fn parts(self) -> (&'static str, StatusCode) {
        match self {
            Self::BadRequest => ("bad_request", StatusCode::BAD_REQUEST),
            Self::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN),
            Self::FeatureDisabled => ("feature_disabled", StatusCode::FORBIDDEN),
            Self::NoBusinessContext => ("no_business_context", StatusCode::FORBIDDEN),
            Self::BadOrigin => ("bad_origin", StatusCode::FORBIDDEN),
            Self::BadSignature => ("bad_signature", StatusCode::FORBIDDEN),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::NotAcceptable => ("not_acceptable", StatusCode::NOT_ACCEPTABLE),
            Self::Conflict => ("conflict", StatusCode::CONFLICT),
            Self::Taken => ("taken", StatusCode::CONFLICT),
            Self::Duplicate => ("duplicate", StatusCode::CONFLICT),
            Self::Issued => ("issued", StatusCode::CONFLICT),
            Self::WindowClosed => ("window_closed", StatusCode::CONFLICT),
            Self::NoChannel => ("no_channel", StatusCode::CONFLICT),
            Self::CallInProgress => ("call_in_progress", StatusCode::CONFLICT),
            Self::RegistrationNeeded => ("registration_needed", StatusCode::CONFLICT),
            Self::MissingFields => ("missing_fields", StatusCode::UNPROCESSABLE_ENTITY),
            Self::WrongCode => ("wrong_code", StatusCode::UNPROCESSABLE_ENTITY),
            Self::NoPhone => ("no_phone", StatusCode::CONFLICT),
            Self::PolicyRefused => ("policy_refused", StatusCode::CONFLICT),
            Self::Gone => ("gone", StatusCode::GONE),
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::UnsupportedMedia => ("unsupported_media", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::RangeNotSatisfiable => ("range_not_satisfiable", StatusCode::RANGE_NOT_SATISFIABLE),
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
            Self::Unavailable => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// The code of a status that the framework chose.
    pub fn of(status: StatusCode) -> Self {
        let refused = [
            Self::Unauthenticated,
            Self::Forbidden,
            Self::NotFound,
            Self::MethodNotAllowed,
        ];
        let content = [
            Self::NotAcceptable,
            Self::TooLarge,
            Self::UnsupportedMedia,
            Self::RangeNotSatisfiable,
        ];
        let known = refused.into_iter().chain(content);
        let fallback = if status.is_client_error() {
            Self::BadRequest
        } else {
            Self::Internal
        };
        known
            .chain([Self::Unavailable])
            .find(|code| code.parts().1 == status)
            .unwrap_or(fallback)
    }
}

/// An error that a handler of `/api` or `/auth` answers with.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: String,
    /// Further fields of the body, such as `fields` or `current`.
    more: Map<String, Value>,
    retry_after: Option<Duration>,
}

impl ApiError {
    /// An error with a sentence for whoever reads it.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            more: Map::new(),
            retry_after: None,
        }
    }

    /// 404: it does not exist, or belongs to somebody else, which is the same to who asks.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing here")
    }

    /// 422 that names one field.
    pub fn field(name: &str, reason: impl Into<String>) -> Self {
        let fields = Map::from_iter([(name.to_owned(), Value::from(reason.into()))]);
        Self::new(Code::Invalid, format!("{name} can't be accepted as it is")).with("fields", fields)
    }

    /// 409: somebody else changed it meanwhile; the body carries it as it is now.
    pub fn conflict(current: impl serde::Serialize) -> Self {
        let current = serde_json::to_value(current).unwrap_or(Value::Null);
        Self::new(Code::Conflict, "it was changed meanwhile: look at `current`").with("current", current)
    }

    /// 409: the policy gate is against it; `reason` has words in both catalogues, `until` may be null.
    pub fn policy(refusal: &domain::policy::Refusal) -> Self {
        Self::new(Code::PolicyRefused, "it may not go out now: look at `reason`")
            .with("reason", refusal.code)
            .with("until", refusal.until.map(|until| until.to_string()))
    }

    /// 429, and when to come back.
    pub fn rate_limited(after: Duration) -> Self {
        let mut error = Self::new(Code::RateLimited, "too many requests: wait a little");
        error.retry_after = Some(after);
        error
    }

    /// The same with one more field in the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The body, as JSON.
    pub fn body(&self, request_id: &str) -> String {
        let mut fields = Map::new();
        fields.insert("error".into(), self.code.parts().0.into());
        fields.insert("detail".into(), self.detail.as_str().into());
        fields.insert("request_id".into(), request_id.into());
        fields.extend(self.more.clone());
        Value::Object(fields).to_string()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.parts().0, self.detail)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.parts().1
    }

    /// The body gets its request id from the `request_id` middleware, which knows it.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        if let Some(after) = self.retry_after {
            response.insert_header((RETRY_AFTER, after.as_secs().max(1)));
        }
        response.finish()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_passing() {
            tracing::warn!(%error, "a request could not be served");
            let mut busy = Self::new(Code::Unavailable, "the database is away: try again in a moment");
            busy.retry_after = Some(Duration::from_secs(2));
            return busy;
        }
        if let StoreError::Taken(_) = error {
            return Self::new(Code::Taken, "it is taken already");
        }
        // What Postgres says can quote a row: it is for the log of who runs the engine.
        tracing::error!(%error, "a request failed");
        Self::new(Code::Internal, "something went wrong here: it is in the log")
    }
}

/// The body of an error, as JSON.
pub fn body(code: Code, detail: &str, request_id: &str) -> String {
    ApiError::new(code, detail).body(request_id)
}

/// An error as a response, outside handlers that can return it.
pub fn refuse(request: &HttpRequest, error: &ApiError) -> HttpResponse {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map_or("", RequestId::as_str);
    let mut response = error.error_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.set_body(BoxBody::new(error.body(id)))
}

/// An error as a response.
pub fn respond(request: &HttpRequest, code: Code, detail: &str) -> HttpResponse {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map_or("", RequestId::as_str);
    HttpResponseBuilder::new(code.parts().1)
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body(code, detail, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.parts().0).collect();
        assert_eq!(words.len(), Code::ALL.len());
    }

    #[test]
    fn a_status_of_the_framework_has_a_code_with_that_status() {
        for status in [401, 403, 404, 405, 406, 413, 415, 416, 500, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Code::of(status).parts().1, status);
        }
        assert_eq!(Code::of(StatusCode::IM_A_TEAPOT), Code::BadRequest);
    }

    #[test]
    fn a_conflict_carries_what_is_there_now() {
        let body = ApiError::conflict(serde_json::json!({"version": 3})).body("r-1");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["current"]["version"], 3);
        assert_eq!(body["error"], "conflict");
        assert_eq!(body["request_id"], "r-1");
    }
}
