//! The configuration: read from the environment once, checked whole, and never read again.
//! Every missing or malformed name is reported together. Secrets can't be printed.

use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// Where the engine runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppEnv {
    Development,
    Test,
    Production,
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
    /// Signs access tokens and links: the same on every replica. Made and kept in `data_dir` when absent outside production.
    pub jwt_secret: Option<SecretString>,
    pub carrier: Carrier,
    pub speech: SpeechConfig,
    pub log_level: String,
    pub log_format: LogFormat,
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

/// Reads names and gathers what is wrong with them.
struct Reader<'a> {
    names: &'a BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Reader<'_> {
    /// The value; set but empty counts as not set.
    fn text(&self, name: &str) -> Option<String> {
        self.names
            .get(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    fn problem(&mut self, name: &str, why: impl fmt::Display) {
        self.problems.push(format!("{name}: {why}"));
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.text(name).map(|value| value.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.problem(name, format_args!("expected {expected}"));
                default
            }
        }
    }

    fn chosen<T: Copy>(&mut self, name: &str, choices: &[(&str, T)], default: T) -> T {
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
    fn address(&mut self, name: &str, with_path: bool) -> Option<String> {
        let value = self.text(name)?;
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

    /// `STT_`, `LLM_` or `TTS_`: present when its address or a key is.
    fn service(&mut self, prefix: &str, default_model: &str) -> Option<Service> {
        let base = self.address(&format!("{prefix}_BASE_URL"), true);
        let api_key = self
            .secret(&format!("{prefix}_API_KEY"))
            .or_else(|| self.secret("OPENAI_API_KEY"));
        if base.is_none() && api_key.is_none() {
            return None;
        }
        Some(Service {
            base_url: base.unwrap_or_else(|| "https://api.openai.com/v1".into()),
            api_key,
            model: self
                .text(&format!("{prefix}_MODEL"))
                .unwrap_or_else(|| default_model.into()),
        })
    }

    fn account(&mut self) -> Option<domain::ids::AccountSid> {
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

    fn test_timing(&mut self) -> BTreeMap<String, u64> {
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
        let mut r = Reader {
            names,
            problems: Vec::new(),
        };
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
        let config = Self {
            env,
            public_host: r.address("PUBLIC_HOST", false).map(PublicHost),
            bind: r.parsed("BIND", IpAddr::V4(Ipv4Addr::LOCALHOST), "an IP address"),
            port: r.parsed("PORT", 8080, "a port, 0 to 65535"),
            revision: r
                .text("APP_REV")
                .unwrap_or_else(|| env!("CARGO_PKG_VERSION").into()),
            database_url: r.secret("DATABASE_URL"),
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
            log_level: r.text("LOG_LEVEL").unwrap_or_else(|| "info".into()),
            log_format: r.chosen(
                "LOG_FORMAT",
                &[("plain", LogFormat::Plain), ("json", LogFormat::Json)],
                json,
            ),
            workers: r.parsed("WORKERS", 2, "a number of threads"),
            pipeline_at_once: r.parsed("PIPELINE_AT_ONCE", 32, "a number of recordings"),
            fault: r.text("TEST_FAULT").filter(|_| test),
            test_timing: if test { r.test_timing() } else { BTreeMap::new() },
            data_dir,
        };
        config.check(&mut r);
        if r.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(r.problems))
        }
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
    pub fn timing(&self, name: &str, default: std::time::Duration) -> std::time::Duration {
        self.test_timing
            .get(name)
            .map_or(default, |ms| std::time::Duration::from_millis(*ms))
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
mod tests {
    use super::*;

    fn read(names: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::read(
            &names
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    fn problems(names: &[(&str, &str)]) -> Vec<String> {
        let problems = read(names).err().map(|errors| errors.0).unwrap_or_default();
        problems
            .iter()
            .map(|p| p.split(':').next().unwrap_or("").to_owned())
            .collect()
    }

    #[test]
    fn nothing_set_is_a_working_development_engine() {
        let config = read(&[]).unwrap();
        assert_eq!(config.env, AppEnv::Development);
        assert!(config.public_host.is_none());
        assert_eq!(config.carrier.api_base, TWILIO);
    }

    #[test]
    fn production_names_everything_that_is_missing_at_once() {
        assert_eq!(
            problems(&[("APP_ENV", "production")]),
            ["PUBLIC_HOST", "DATABASE_URL", "TWILIO_AUTH_TOKEN", "JWT_SECRET"]
        );
    }

    #[test]
    fn every_malformed_name_is_reported() {
        let names = [
            ("APP_ENV", "prod"),
            ("PUBLIC_HOST", "calls.example.co.il"),
            ("BIND", "localhost"),
            ("PORT", "70000"),
            ("TWILIO_ACCOUNT_SID", "AC12"),
            ("LOG_FORMAT", "xml"),
            ("WHISPER_MODEL", "/nowhere/model.bin"),
        ];
        let found = problems(&names);
        for (name, _) in names {
            assert!(found.iter().any(|problem| problem == name), "{name} in {found:?}");
        }
    }

    #[test]
    fn a_token_without_the_host_it_signs_for_is_refused() {
        assert_eq!(problems(&[("TWILIO_AUTH_TOKEN", "12345")]), ["PUBLIC_HOST"]);
        assert!(read(&[("TWILIO_AUTH_TOKEN", "1"), ("PUBLIC_HOST", "https://h.example/")]).is_ok());
    }

    #[test]
    fn secrets_are_not_printed() {
        let config = read(&[
            ("TWILIO_AUTH_TOKEN", "sesame-token"),
            ("PUBLIC_HOST", "https://h.example"),
            ("OPENAI_API_KEY", "sesame-key"),
            ("DATABASE_URL", "postgres://u:sesame@h/d"),
        ]);
        let printed = format!("{:?}", config.unwrap());
        assert!(!printed.contains("sesame"), "{printed}");
    }

    #[test]
    fn test_switches_are_deaf_outside_tests() {
        let names = [("TEST_FAULT", "done.before"), ("TEST_MS_LEASE", "10")];
        let config = read(&names).unwrap();
        assert!(config.fault.is_none() && config.test_timing.is_empty());
    }
}
