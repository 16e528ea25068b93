//! The two cookies of a browser's session. In production their names carry the prefixes that bind
//! them to https and this host (RFC 6265bis, 4.1.3).

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// Days that the refresh cookie lasts.
const REFRESH_DAYS: i64 = 14;

/// Names and attributes.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    /// Browsers reach us by https only.
    pub secure: bool,
}

impl Cookies {
    fn access_name(self) -> &'static str {
        if self.secure {
            "__Host-al_access"
        } else {
            "al_access"
        }
    }

    fn refresh_name(self) -> &'static str {
        if self.secure {
            "__Secure-al_refresh"
        } else {
            "al_refresh"
        }
    }

    fn cookie<'a>(self, name: &'a str, value: String, path: &'a str, lasts: Duration) -> Cookie<'a> {
        Cookie::build(name, value)
            .path(path)
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(lasts)
            .finish()
    }

    /// The cookie of an access token.
    pub fn access(self, token: String) -> Cookie<'static> {
        let lasts = Duration::seconds(super::secrets::ACCESS_LASTS);
        self.cookie(self.access_name(), token, "/", lasts)
    }

    /// The cookie of a refresh token: sent to `/auth` only.
    pub fn refresh(self, token: String) -> Cookie<'static> {
        self.cookie(self.refresh_name(), token, "/auth", Duration::days(REFRESH_DAYS))
    }

    /// Both, taken away.
    pub fn gone(self) -> [Cookie<'static>; 2] {
        [
            self.cookie(self.access_name(), String::new(), "/", Duration::ZERO),
            self.cookie(self.refresh_name(), String::new(), "/auth", Duration::ZERO),
        ]
    }

    /// The access token that a request brings.
    pub fn access_of(self, request: &HttpRequest) -> Option<String> {
        request
            .cookie(self.access_name())
            .map(|cookie| cookie.value().to_owned())
    }

    /// The refresh token that a request brings.
    pub fn refresh_of(self, request: &HttpRequest) -> Option<String> {
        request
            .cookie(self.refresh_name())
            .map(|cookie| cookie.value().to_owned())
    }
}
