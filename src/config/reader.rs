//! Reads names of the environment, each into its type, and gathers what is wrong with them. Woken by
//! `Config::read`, once; it never reads the environment itself.

use super::{LogFormat, PushConfig, Service, Watching};
use gateways::web_push::{Endpoints, KeyError, VapidKeys};
use secrecy::{ExposeSecret, SecretString};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Reads names and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) names: &'a BTreeMap<String, String>,
    pub(super) problems: Vec<String>,
    /// Every name that was asked for, set or not.
    pub(super) asked: RefCell<BTreeSet<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(names: &'a BTreeMap<String, String>) -> Self {
        Self {
            names,
            problems: Vec::new(),
            asked: RefCell::default(),
        }
    }

    /// The value; set but empty counts as not set.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.names
            .get(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    pub(super) fn problem(&mut self, name: &str, why: impl fmt::Display) {
        self.problems.push(format!("{name}: {why}"));
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.text(name).map(|value| value.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.problem(name, format_args!("expected {expected}"));
                default
            }
        }
    }

    pub(super) fn chosen<T: Copy>(&mut self, name: &str, choices: &[(&str, T)], default: T) -> T {
        let Some(value) = self.text(name) else {
            return default;
        };
        match choices.iter().find(|(word, _)| *word == value) {
            Some((_, choice)) => *choice,
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                self.problem(name, format_args!("expected one of {}", words.join(", ")));
                default
            }
        }
    }

    /// `http(s)://host[:port]`, with a path only where one makes sense; no slash at the end.
    pub(super) fn address(&mut self, name: &str, with_path: bool) -> Option<String> {
        let value = self.text(name)?;
        self.checked_address(name, &value, with_path)
    }

    fn checked_address(&mut self, name: &str, value: &str, with_path: bool) -> Option<String> {
        let address = value.trim_end_matches('/');
        let rest = address
            .strip_prefix("https://")
            .or_else(|| address.strip_prefix("http://"));
        let good = rest.is_some_and(|rest| {
            let host = rest.split('/').next().unwrap_or("");
            !host.is_empty()
                && !host.contains('@')
                && !rest.contains(['?', '#', ' '])
                && (with_path || !rest.contains('/'))
        });
        if !good {
            self.problem(name, "expected http:// or https:// and a host, without a query");
            return None;
        }
        Some(address.to_owned())
    }

    /// Origins, with commas between them.
    pub(super) fn origins(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        origins
            .filter_map(|origin| self.checked_address(name, origin, false))
            .collect()
    }

    /// `STT_`, `LLM_` or `TTS_`: present when its address or a key is.
    pub(super) fn service(&mut self, prefix: &str, default_model: &str) -> Option<Service> {
        let base = self.address(&format!("{prefix}_BASE_URL"), true);
        let model = self.text(&format!("{prefix}_MODEL"));
        let api_key = self
            .secret(&format!("{prefix}_API_KEY"))
            .or_else(|| self.secret("OPENAI_API_KEY"));
        if base.is_none() && api_key.is_none() {
            return None;
        }
        Some(Service {
            base_url: base.unwrap_or_else(|| "https://api.openai.com/v1".into()),
            api_key,
            model: model.unwrap_or_else(|| default_model.into()),
        })
    }

    /// A level, or directives of which each is one or names a target with one.
    pub(super) fn log_level(&mut self) -> String {
        let value = self.text("LOG_LEVEL").unwrap_or_else(|| "info".into());
        let is_level = |word: &str| {
            ["off", "error", "warn", "info", "debug", "trace"]
                .iter()
                .any(|level| word.eq_ignore_ascii_case(level))
        };
        let good = value.split(',').all(|directive| {
            let level = directive.rsplit_once('=').map_or(directive, |(_, level)| level);
            is_level(level.trim())
        });
        if !good {
            self.problem(
                "LOG_LEVEL",
                "expected off, error, warn, info, debug or trace, or target=level, …",
            );
        }
        value
    }

    pub(super) fn watching(&mut self, default_format: LogFormat) -> Watching {
        let dsn = self.secret("SENTRY_DSN");
        if dsn.as_ref().is_some_and(|dsn| !gateways::telemetry::is_dsn(dsn)) {
            self.problem("SENTRY_DSN", "expected https://KEY@HOST/PROJECT");
        }
        let token = self.secret("METRICS_TOKEN");
        if token
            .as_ref()
            .is_some_and(|token| token.expose_secret().len() < 16)
        {
            self.problem("METRICS_TOKEN", "must have 16 characters or more");
        }
        Watching {
            log_level: self.log_level(),
            log_format: self.chosen(
                "LOG_FORMAT",
                &[("plain", LogFormat::Plain), ("json", LogFormat::Json)],
                default_format,
            ),
            log_dir: self.text("LOG_DIR").map(PathBuf::from),
            db_slow: Duration::from_millis(self.parsed("DB_SLOW_MS", 500, "milliseconds")),
            metrics_token: token,
            sentry_dsn: dsn,
            otlp_endpoint: self.address("OTEL_EXPORTER_OTLP_ENDPOINT", true),
        }
    }

    pub(super) fn nats_url(&mut self) -> Option<SecretString> {
        let url = self.secret("NATS_URL")?;
        match gateways::bus::Nats::parse(&url) {
            Ok(_) => Some(url),
            Err(error) => {
                self.problem("NATS_URL", error);
                None
            }
        }
    }

    /// Keys that belong together, or none; in production with somebody to turn to.
    pub(super) fn push(&mut self, production: bool) -> PushConfig {
        let (private, public) = (self.secret("VAPID_PRIVATE_KEY"), self.text("VAPID_PUBLIC_KEY"));
        let subject = self.text("VAPID_SUBJECT");
        if production && private.is_some() && subject.is_none() {
            self.problem("VAPID_SUBJECT", "needed beside the keys: mailto: or https:");
        }
        let subject = subject.unwrap_or_else(|| "mailto:nobody@example.com".into());
        let keys = match (&private, &public) {
            (None, None) => None,
            (Some(_), None) => {
                self.problem("VAPID_PUBLIC_KEY", "needed beside VAPID_PRIVATE_KEY");
                None
            }
            (None, Some(_)) => {
                self.problem("VAPID_PRIVATE_KEY", "needed beside VAPID_PUBLIC_KEY");
                None
            }
            (Some(private), Some(public)) => match VapidKeys::new(private, Some(public), &subject) {
                Ok(keys) => Some(keys),
                Err(error) => {
                    let name = match error {
                        KeyError::Pair => "VAPID_PUBLIC_KEY",
                        KeyError::Subject => "VAPID_SUBJECT",
                        KeyError::Private | KeyError::Random => "VAPID_PRIVATE_KEY",
                    };
                    self.problem(name, error);
                    None
                }
            },
        };
        let origins = self.origins("PUSH_ORIGINS");
        let endpoints = Endpoints::with(&origins).unwrap_or_else(|error| {
            self.problem("PUSH_ORIGINS", error);
            Endpoints::default()
        });
        PushConfig {
            keys,
            subject,
            endpoints,
        }
    }

    pub(super) fn account(&mut self) -> Option<domain::ids::AccountSid> {
        let value = self
            .text("TWILIO_ACCOUNT_SID")
            .or_else(|| self.text("TWILIO_SID"))?;
        match domain::ids::AccountSid::parse(&value) {
            Ok(sid) => Some(sid),
            Err(error) => {
                self.problem("TWILIO_ACCOUNT_SID", error);
                None
            }
        }
    }

    pub(super) fn test_timing(&mut self) -> BTreeMap<String, u64> {
        let mut timing = BTreeMap::new();
        for (name, value) in self.names.iter() {
            if let Some(key) = name.strip_prefix("TEST_MS_") {
                match value.parse() {
                    Ok(ms) => drop(timing.insert(key.to_ascii_lowercase(), ms)),
                    Err(_) => self.problems.push(format!("{name}: expected milliseconds")),
                }
            }
        }
        timing
    }
}
