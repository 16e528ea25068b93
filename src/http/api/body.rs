//! A JSON body, read and checked at the door: the right type, a bound, no NUL (Postgres keeps none),
//! no field that nobody knows, and the rules that the type itself declares.

use super::super::errors::{ApiError, Code};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::pin::Pin;

/// The largest JSON body.
const LIMIT: usize = 256 * 1024;

/// A checked body.
pub struct Body<T>(pub T);

impl<T> FromRequest for Body<T>
where
    T: DeserializeOwned + Validate<Context = ()> + 'static,
{
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(ApiError::new(
                    Code::UnsupportedMedia,
                    "the body is application/json",
                ));
            }
            let payload = payload
                .await
                .map_err(|_| ApiError::new(Code::BadRequest, "the body could not be read"))?;
            let bytes = read(payload, LIMIT).await?;
            checked(&bytes).map(Self)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("");
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// Reads a body up to this many bytes.
///
/// # Errors
/// 413 beyond it, 400 when it breaks off.
pub async fn read(payload: web::Payload, limit: usize) -> Result<web::Bytes, ApiError> {
    match payload.to_bytes_limited(limit).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(ApiError::new(Code::BadRequest, "the body could not be read")),
        Err(_) => Err(ApiError::new(
            Code::TooLarge,
            format!("the body has at most {} kB", limit / 1024),
        )),
    }
}

fn checked<T>(bytes: &[u8]) -> Result<T, ApiError>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| ApiError::new(Code::BadRequest, format!("the body is not JSON: {error}")))?;
    if has_nul(&value) {
        return Err(ApiError::new(Code::Invalid, "a text has a NUL character in it"));
    }
    let body: T =
        serde_json::from_value(value).map_err(|error| ApiError::new(Code::Invalid, error.to_string()))?;
    body.validate().map_err(|report| {
        let fields: Map<String, Value> = report
            .iter()
            .map(|(path, error)| (path.to_string(), error.message().into()))
            .collect();
        ApiError::new(Code::Invalid, "some fields can't be accepted as they are").with("fields", fields)
    })?;
    Ok(body)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// A name that people read: nothing invisible, nothing that turns the line around.
pub fn readable(text: &str, (): &()) -> garde::Result {
    let odd = |c: char| {
        c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.trim().is_empty() {
        return Err(garde::Error::new("it is empty"));
    }
    if text.chars().any(odd) {
        return Err(garde::Error::new("it has invisible characters in it"));
    }
    Ok(())
}

/// The words of a domain's enum as they are sent: the same names, in small letters, with both ways between them.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident of $domain:path: $($variant:ident),+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),+ }

        impl From<$domain> for $name {
            fn from(one: $domain) -> Self {
                use $domain as Domain;
                match one { $(Domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(one: $name) -> Self {
                use $domain as Domain;
                match one { $($name::$variant => Domain::$variant),+ }
            }
        }
    };
}
pub(super) use word;

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Validate, Debug)]
    #[serde(deny_unknown_fields)]
    struct Named {
        #[garde(length(chars, min = 1, max = 5), custom(readable))]
        name: String,
    }

    fn code(json: &str) -> Option<Code> {
        checked::<Named>(json.as_bytes()).err().map(|error| error.code())
    }

    #[test]
    fn a_body_is_what_it_should_be_or_the_field_is_named() {
        assert_eq!(code(r#"{"name":"דנה"}"#), None);
        assert_eq!(code("{"), Some(Code::BadRequest));
        assert_eq!(code("{}"), Some(Code::Invalid));
        assert_eq!(code(r#"{"name":"דנה","admin":true}"#), Some(Code::Invalid));
        assert_eq!(code(r#"{"name":"a\u0000b"}"#), Some(Code::Invalid));
        assert_eq!(code(r#"{"name":"a\u202eb"}"#), Some(Code::Invalid));
        assert_eq!(code(r#"{"name":"  "}"#), Some(Code::Invalid));
        let long = checked::<Named>(r#"{"name":"ארוך מדי"}"#.as_bytes()).unwrap_err();
        assert!(
            long.body("r").contains("\"fields\":{\"name\":"),
            "{}",
            long.body("r")
        );
    }
}
