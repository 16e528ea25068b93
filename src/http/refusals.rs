//! What a request is told whose address can't be read: the framework's own words are not ours.

use super::errors::{ApiError, Code};
use actix_web::web::{PathConfig, QueryConfig};

/// A query that can't be read is 400.
pub fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| ApiError::new(Code::BadRequest, error.to_string()).into())
}

/// A path that can't be read names nothing that exists.
pub fn path() -> PathConfig {
    PathConfig::default().error_handler(|_, _| ApiError::not_found().into())
}
