//! Where a browser's request was made from. A page of somebody else's can make a browser send our
//! cookies along, but it can't lie about its `Origin`: unsafe requests with cookies need one of ours.
//! Requests with a bearer token don't: no page of somebody else's has one.

use super::super::Edge;
use super::super::errors::{ApiError, Code};
use crate::config::{AppEnv, Config};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// The origins of our own pages.
#[derive(Debug, Clone)]
pub struct Origins {
    known: Vec<String>,
    /// Outside production any page of this machine, whatever its port: a development server's.
    this_machine: bool,
}

impl Origins {
    /// The public host and the list of `CORS_ORIGINS`.
    pub fn of(config: &Config) -> Self {
        let host = config.public_host.as_ref().map(|host| host.as_str().to_owned());
        Self {
            known: host
                .into_iter()
                .chain(config.cors_origins.iter().cloned())
                .collect(),
            this_machine: config.env != AppEnv::Production,
        }
    }

    /// Whether a page of this origin is one of ours.
    pub fn allow(&self, origin: &str) -> bool {
        self.known.iter().any(|known| known.eq_ignore_ascii_case(origin))
            || (self.this_machine && is_this_machine(origin))
    }
}

fn is_this_machine(origin: &str) -> bool {
    let rest = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    let host = rest.map(|rest| match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => rest,
    });
    matches!(host, Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Refuses what a page of somebody else's made a browser send.
pub async fn origin_check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if is_foreign(&request) {
        let error = ApiError::new(
            Code::BadOrigin,
            "this request did not come from a page of ours: see PUBLIC_HOST and CORS_ORIGINS",
        );
        return Ok(request.error_response(error));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_foreign(request: &ServiceRequest) -> bool {
    let path = request.path();
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    );
    let headers = request.headers();
    if safe
        || !(path.starts_with("/api/") || path.starts_with("/auth/"))
        || headers.contains_key(AUTHORIZATION)
    {
        return false;
    }
    let Some(edge) = request.app_data::<web::Data<Edge>>() else {
        return true;
    };
    match headers.get(ORIGIN) {
        Some(origin) => !origin
            .to_str()
            .is_ok_and(|origin| edge.door.origins.allow(origin)),
        // A program without cookies has nothing that could be abused.
        None => headers.contains_key(COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_ours() {
        let production = Origins {
            known: vec!["https://calls.example.co.il".into()],
            this_machine: false,
        };
        let development = Origins {
            this_machine: true,
            ..production.clone()
        };
        for (origin, in_production, in_development) in [
            ("https://calls.example.co.il", true, true),
            ("https://calls.example.co.il.evil.example", false, false),
            ("http://calls.example.co.il", false, false),
            ("https://calls.example.co.il:8443", false, false),
            ("http://localhost:5173", false, true),
            ("http://127.0.0.1:8080", false, true),
            ("http://[::1]:8080", false, true),
            ("http://localhost.evil.example", false, false),
            ("http://127.0.0.1.evil.example:80", false, false),
            ("http://localhost:80@evil.example", false, false),
            ("null", false, false),
            ("", false, false),
        ] {
            assert_eq!(production.allow(origin), in_production, "{origin}");
            assert_eq!(development.allow(origin), in_development, "{origin}");
        }
    }
}
