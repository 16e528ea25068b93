//! Those who watch the engine from outside: a collector of traces (OpenTelemetry, OTLP over HTTP) and
//! Sentry. Fed by two layers of the log that `src/logging.rs` puts in place when they are configured.
//! What goes out is what the layers let through by name: ids, figures, places in the code. Never what
//! somebody said, never a number or a name, and nothing here can hold the engine up: queues have
//! bounds, and what doesn't fit is dropped and counted.

#[cfg(feature = "telemetry")]
mod courier;
#[cfg(feature = "telemetry")]
mod errors;
#[cfg(feature = "telemetry")]
mod spans;

#[cfg(feature = "telemetry")]
pub use courier::Courier;
#[cfg(feature = "telemetry")]
pub use errors::ErrorLayer;
#[cfg(feature = "telemetry")]
pub use spans::SpanLayer;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Target of every span. Without a collector nobody listens to it and no span is made.
pub const SPANS: &str = "otel";

/// Who speaks, as those who watch see it.
#[derive(Debug, Clone)]
pub struct Speaker {
    pub revision: String,
    /// `production`, `test` or `development`.
    pub environment: &'static str,
}

/// It can't be set up as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("telemetry: {0}")]
pub struct TelemetryError(pub(crate) String);

/// Whether this is an address that Sentry gives out: a key, a host, and a project's number.
pub fn is_dsn(dsn: &SecretString) -> bool {
    let Ok(url) = Url::parse(dsn.expose_secret()) else {
        return false;
    };
    let project = url.path().rsplit('/').next().unwrap_or("");
    matches!(url.scheme(), "http" | "https")
        && !url.username().is_empty()
        && url.has_host()
        && !project.is_empty()
        && project.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_sentry_has_a_key_and_a_project() {
        let check = |dsn: &str| is_dsn(&SecretString::from(dsn));
        assert!(check("https://0123abcd@o1.sentry.example/42"));
        assert!(check("http://key@127.0.0.1:9000/under/a/path/7"));
        for bad in [
            "",
            "https://sentry.example/4",
            "https://k@sentry.example/",
            "ftp://k@h/4",
            "https://k@h/x4",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }
}
