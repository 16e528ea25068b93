//! The configuration: read from the environment once, checked whole, and never read again.
//! Every missing or malformed name is reported together. Secrets can't be printed.

mod reader;
mod whatsapp;

use crate::http::client_address::TrustedProxies;
use gateways::web_push::{Endpoints, VapidKeys};
use reader::Reader;
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;
pub use whatsapp::WhatsappConfig;

/// Where the engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    Development,
    Test,
    Production,
}

impl AppEnv {
    /// As the environment has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}

/// Scheme and host that the carrier calls and signs, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicHost(String);

impl PublicHost {
    /// An address that is known to be one.
    pub fn of(address: std::net::SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    /// `https://calls.example.co.il`, with a port if the carrier's address has one.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The carrier's account.
#[derive(Debug, Clone)]
pub struct Carrier {
    pub account_sid: Option<domain::ids::AccountSid>,
    pub auth_token: Option<SecretString>,
    /// The token that will be promoted: accepted beside the other during a rotation.
    pub auth_token_next: Option<SecretString>,
    /// REST and recordings; the only origin that recordings are fetched from.
    pub api_base: String,
}

/// A speech or language service that speaks OpenAI's protocol.
#[derive(Debug, Clone)]
pub struct Service {
    pub base_url: String,
    pub api_key: Option<SecretString>,
    pub model: String,
}

/// Speech and language.
#[derive(Debug, Clone)]
pub struct SpeechConfig {
    pub stt: Option<Service>,
    pub llm: Option<Service>,
    pub tts: Option<Service>,
    pub tts_voice: String,
    pub google_credentials: Option<PathBuf>,
    pub whisper_model: Option<PathBuf>,
    pub models_dir: PathBuf,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Plain,
    Json,
}

/// How the engine is watched.
#[derive(Debug, Clone)]
pub struct Watching {
    /// `info`, or directives such as `info,store=debug`.
    pub log_level: String,
    pub log_format: LogFormat,
    /// Where JSON logs are kept, a file for each day, beside what goes to standard error.
    pub log_dir: Option<PathBuf>,
    /// Database work that takes this long or longer is logged.
    pub db_slow: Duration,
    /// What reads `/metrics` from outside the private network brings as its bearer token.
    pub metrics_token: Option<SecretString>,
    /// Where errors are reported.
    pub sentry_dsn: Option<SecretString>,
    /// The collector's address; spans go to `/v1/traces` under it.
    pub otlp_endpoint: Option<String>,
}

/// How closed tabs are told.
#[derive(Debug, Clone)]
pub struct PushConfig {
    /// `None`: made and kept in `DATA_DIR`, in production push is off.
    pub keys: Option<VapidKeys>,
    /// Whom push services turn to: `mailto:` or `https:`.
    pub subject: String,
    pub endpoints: Endpoints,
}

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    pub env: AppEnv,
    pub public_host: Option<PublicHost>,
    pub bind: IpAddr,
    pub port: u16,
    pub data_dir: PathBuf,
    pub revision: String,
    pub database_url: Option<SecretString>,
    /// Where engines tell each other what to look at again; its form was checked.
    pub nats_url: Option<SecretString>,
    /// Signs access tokens and links: the same on every replica. Made and kept in `data_dir` when absent outside production.
    pub jwt_secret: Option<SecretString>,
    pub carrier: Carrier,
    pub speech: SpeechConfig,
    pub watching: Watching,
    pub push: PushConfig,
    pub whatsapp: WhatsappConfig,
    /// Other origins whose pages may use the API, beside our own.
    pub cors_origins: Vec<String>,
    /// Requests a second that one person may make of the API; bursts of twice as many.
    pub requests_per_second: u32,
    /// Whose word for a client's address is taken; nobody's by default.
    pub trusted_proxies: TrustedProxies,
    /// Threads that serve HTTP.
    pub workers: usize,
    /// Recordings worked on at once.
    pub pipeline_at_once: usize,
    /// Point at which a test has the engine killed; only with `APP_ENV=test`.
    pub fault: Option<String>,
    /// Milliseconds, only with `APP_ENV=test`: lease, grace, sweep, park.
    pub test_timing: BTreeMap<String, u64>,
}

/// All that is wrong with the environment.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the configuration can't be used:")?;
        self.0.iter().try_for_each(|problem| writeln!(f, "  {problem}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Twilio's REST origin.
const TWILIO: &str = "https://api.twilio.com";

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// Everything that is wrong with it, together.
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(&std::env::vars().collect())
    }

    /// Reads these names.
    ///
    /// # Errors
    /// Everything that is wrong with them, together.
    pub fn read(names: &BTreeMap<String, String>) -> Result<Self, ConfigErrors> {
        let mut r = Reader::new(names);
        let config = Self::read_by(&mut r);
        if r.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(r.problems))
        }
    }

    /// Every name that an engine in production reads; those of tests (`TEST_…`) are not among them.
    pub fn names() -> BTreeSet<String> {
        let production = BTreeMap::from([("APP_ENV".to_owned(), "production".to_owned())]);
        let mut r = Reader::new(&production);
        let _ = Self::read_by(&mut r);
        let mut names = r.asked.into_inner();
        names.retain(|name| !name.starts_with("TEST_"));
        names
    }

    fn read_by(r: &mut Reader<'_>) -> Self {
        let env = r.chosen(
            "APP_ENV",
            &[
                ("development", AppEnv::Development),
                ("test", AppEnv::Test),
                ("production", AppEnv::Production),
            ],
            AppEnv::Development,
        );
        let json = if env == AppEnv::Production {
            LogFormat::Json
        } else {
            LogFormat::Plain
        };
        let data_dir = r.text("DATA_DIR").map_or_else(default_data_dir, PathBuf::from);
        let test = env == AppEnv::Test;
        let watching = r.watching(json);
        let config = Self {
            env,
            public_host: r.address("PUBLIC_HOST", false).map(PublicHost),
            bind: r.parsed("BIND", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address"),
            port: r.parsed("PORT", 8080, "a port, 0 to 65535"),
            revision: r
                .text("APP_REV")
                .unwrap_or_else(|| env!("CARGO_PKG_VERSION").into()),
            database_url: r.secret("DATABASE_URL"),
            nats_url: r.nats_url(),
            jwt_secret: r.secret("JWT_SECRET"),
            carrier: Carrier {
                account_sid: r.account(),
                auth_token: r.secret("TWILIO_AUTH_TOKEN").or_else(|| r.secret("TWILIO_TOKEN")),
                auth_token_next: r.secret("TWILIO_AUTH_TOKEN_NEXT"),
                api_base: r
                    .address("TWILIO_API_BASE", false)
                    .unwrap_or_else(|| TWILIO.into()),
            },
            speech: SpeechConfig {
                stt: r.service("STT", "whisper-1"),
                llm: r.service("LLM", "gpt-4o-mini"),
                tts: r.service("TTS", "gpt-4o-mini-tts"),
                tts_voice: r.text("TTS_VOICE").unwrap_or_default(),
                google_credentials: r.text("GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from),
                whisper_model: r.text("WHISPER_MODEL").map(PathBuf::from),
                models_dir: r
                    .text("MODELS_DIR")
                    .map_or_else(default_models_dir, PathBuf::from),
            },
            watching,
            push: r.push(env == AppEnv::Production),
            whatsapp: WhatsappConfig::read(r),
            cors_origins: r.origins("CORS_ORIGINS"),
            requests_per_second: r.parsed("API_REQUESTS_PER_SECOND", 50, "a number of requests"),
            trusted_proxies: r.parsed(
                "TRUSTED_PROXIES",
                TrustedProxies::default(),
                "private, addresses or networks such as 10.0.0.0/8",
            ),
            workers: r.parsed("WORKERS", 2, "a number of threads"),
            pipeline_at_once: r.parsed("PIPELINE_AT_ONCE", 32, "a number of recordings"),
            fault: r.text("TEST_FAULT").filter(|_| test),
            test_timing: if test { r.test_timing() } else { BTreeMap::new() },
            data_dir,
        };
        config.check(r);
        config
    }

    fn check(&self, r: &mut Reader<'_>) {
        for (name, path) in [
            ("WHISPER_MODEL", &self.speech.whisper_model),
            ("GOOGLE_APPLICATION_CREDENTIALS", &self.speech.google_credentials),
        ] {
            if path.as_ref().is_some_and(|path| !path.is_file()) {
                r.problem(name, "no such file");
            }
        }
        if self.workers == 0 || self.pipeline_at_once == 0 {
            r.problem("WORKERS, PIPELINE_AT_ONCE", "must be 1 or more");
        }
        if self.carrier.auth_token.is_some() && self.public_host.is_none() {
            r.problem(
                "PUBLIC_HOST",
                "needed to check signatures: what the carrier signs begins with it",
            );
        }
        if self.env != AppEnv::Production {
            return;
        }
        for (name, missing) in [
            (
                "PUBLIC_HOST",
                self.public_host.is_none() && self.carrier.auth_token.is_none(),
            ),
            ("DATABASE_URL", self.database_url.is_none()),
            ("TWILIO_AUTH_TOKEN", self.carrier.auth_token.is_none()),
        ] {
            if missing {
                r.problem(name, "needed in production");
            }
        }
        match r.text("JWT_SECRET").map(|secret| secret.len()) {
            None => r.problem("JWT_SECRET", "needed in production"),
            Some(bytes) if bytes < 32 => r.problem("JWT_SECRET", "must have 32 bytes or more"),
            Some(_) => {}
        }
    }

    /// A test's own timing, or the product's.
    pub fn timing(&self, name: &str, default: Duration) -> Duration {
        self.test_timing
            .get(name)
            .map_or(default, |ms| Duration::from_millis(*ms))
    }
}

/// Under root a place that the database's unprivileged user can reach.
fn default_data_dir() -> PathBuf {
    let home = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")));
    match home {
        Some(home) if !home.starts_with("/root") => home.join("agentlocator"),
        _ => PathBuf::from("/var/lib/agentlocator"),
    }
}

/// Models are the same for every checkout and every engine of this machine.
fn default_models_dir() -> PathBuf {
    std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        .unwrap_or_else(|| PathBuf::from("/var/cache"))
        .join("agentlocator/models")
}

#[cfg(test)]
mod tests;
