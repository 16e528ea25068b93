//! The configuration: what is refused, all at once, and what is never printed.

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
        ("NATS_URL", "hints:4222"),
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

#[test]
fn a_level_of_the_log_that_nobody_knows_is_reported() {
    for good in ["info", "WARN", "debug,store=trace", "off"] {
        assert!(read(&[("LOG_LEVEL", good)]).is_ok(), "{good}");
    }
    for bad in ["inof", "info,store", "store=loud"] {
        assert_eq!(problems(&[("LOG_LEVEL", bad)]), ["LOG_LEVEL"], "{bad}");
    }
}

#[test]
fn what_watches_from_outside_is_checked() {
    let names = [
        ("SENTRY_DSN", "https://sentry.example/4"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("DB_SLOW_MS", "slow"),
        ("METRICS_TOKEN", "short"),
    ];
    for name in names {
        assert_eq!(problems(&[name]), [name.0]);
    }
    let good = [
        ("SENTRY_DSN", "https://key@sentry.example/4"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
    ];
    assert!(read(&good).is_ok());
}

#[test]
fn every_name_that_is_read_is_known_by_name() {
    let names = Config::names();
    for name in [
        "APP_ENV",
        "JWT_SECRET",
        "TWILIO_TOKEN",
        "OPENAI_API_KEY",
        "TTS_MODEL",
        "LOG_DIR",
    ] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
}

#[test]
fn keys_of_pushes_come_in_pairs_with_somebody_to_turn_to() {
    let made = gateways::web_push::VapidKeys::make().unwrap();
    let private = secrecy::ExposeSecret::expose_secret(&made).to_owned();
    let public = gateways::web_push::VapidKeys::new(&made, None, "mailto:ops@example.com").unwrap();
    let public = public.public().to_owned();
    let check = |names: &[(&str, &str)], expected: &[&str]| {
        let names = names
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = match Config::read(&names.collect()) {
            Ok(_) => Vec::new(),
            Err(ConfigErrors(problems)) => problems,
        };
        let names: Vec<&str> = found
            .iter()
            .filter_map(|problem| problem.split(':').next())
            .collect();
        assert_eq!(names, expected, "{found:?}");
        assert!(
            !found.iter().any(|problem| problem.contains(&private)),
            "{found:?}"
        );
    };
    let (public_key, private_key) = (
        ("VAPID_PUBLIC_KEY", public.as_str()),
        ("VAPID_PRIVATE_KEY", private.as_str()),
    );
    check(&[], &[]);
    check(&[public_key, private_key], &[]);
    check(&[public_key], &["VAPID_PRIVATE_KEY"]);
    check(&[private_key], &["VAPID_PUBLIC_KEY"]);
    check(
        &[("VAPID_PUBLIC_KEY", "BAAA"), private_key],
        &["VAPID_PUBLIC_KEY"],
    );
    check(
        &[public_key, ("VAPID_PRIVATE_KEY", "AAAA")],
        &["VAPID_PRIVATE_KEY"],
    );
    check(
        &[public_key, private_key, ("VAPID_SUBJECT", "ops")],
        &["VAPID_SUBJECT"],
    );
    check(
        &[("PUSH_ORIGINS", "http://127.0.0.1:9, https://push.example.com")],
        &[],
    );
    check(&[("PUSH_ORIGINS", "http://push.example.com")], &["PUSH_ORIGINS"]);
    let production = [
        ("APP_ENV", "production"),
        ("PUBLIC_HOST", "https://calls.example.co.il"),
        ("DATABASE_URL", "postgres://x"),
        ("JWT_SECRET", "a secret of thirty-two bytes or more"),
        ("TWILIO_AUTH_TOKEN", "t"),
    ];
    check(&production, &[]);
    check(
        &[&production[..], &[public_key, private_key]].concat(),
        &["VAPID_SUBJECT"],
    );
}
