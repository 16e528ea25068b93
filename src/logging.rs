//! The log of the process: set up once, before anything else. Lines go to standard error; with
//! `LOG_DIR` also to files, one for each day, by a thread of its own that never holds the engine up;
//! where it is configured, spans go to a collector and errors to Sentry. No layer is told what a
//! caller said: see `tests/it/private_words.rs`.

use crate::config::{Config, LogFormat};
use anyhow::Context;
use std::sync::OnceLock;
use tracing::Level;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// Libraries that say more than anybody wants to know. Spans are for the collector alone.
const QUIET: &str = "tokio_cron_scheduler=warn,refinery_core=warn,actix_server=warn,fjall=warn,lsm_tree=warn,\
    whisper_rs=warn,async_nats=off,otel=off";
/// Days that are kept in `LOG_DIR`.
const DAYS: usize = 14;
/// Lines that may wait for the disk; beyond it they are dropped and counted.
pub const WAITING_LINES: usize = 16_384;

/// Lines that the files did not get.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Lines dropped because the disk was slower than the engine; 0 without `LOG_DIR`.
pub fn dropped_lines() -> u64 {
    DROPPED.get().map_or(0, |dropped| dropped.dropped_lines() as u64)
}

/// Keeps the log alive. Dropped at the end of the process: what waits is written and sent.
#[must_use]
#[derive(Default)]
pub struct Log {
    _files: Option<WorkerGuard>,
    #[cfg(feature = "telemetry")]
    courier: Option<gateways::telemetry::Courier>,
}

impl Drop for Log {
    fn drop(&mut self) {
        #[cfg(feature = "telemetry")]
        if let Some(courier) = &self.courier {
            outside::finish();
            courier.finish();
        }
    }
}

type Layers = Vec<Box<dyn Layer<Registry> + Send + Sync>>;

/// Starts the log. Called again (tests start several engines in one process) it changes nothing.
///
/// # Errors
/// When `LOG_DIR` can't be written, or an address of those who watch is none.
pub fn start(config: &Config) -> anyhow::Result<Log> {
    let watching = &config.watching;
    let mut log = Log::default();
    let mut layers: Layers = Vec::new();
    let plain = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    layers.push(match watching.log_format {
        LogFormat::Json => plain.json().with_filter(filter(config)).boxed(),
        LogFormat::Plain => plain.with_target(false).with_filter(filter(config)).boxed(),
    });
    if let Some(folder) = &watching.log_dir {
        let (writer, guard) = files(folder)?;
        let files = tracing_subscriber::fmt::layer().json().with_writer(writer);
        layers.push(files.with_filter(filter(config)).boxed());
        log._files = Some(guard);
    }
    outside::watch(config, &mut layers, &mut log)?;
    if tracing_subscriber::registry().with(layers).try_init().is_ok() {
        log_panics(config);
    }
    Ok(log)
}

fn filter(config: &Config) -> EnvFilter {
    // The level was checked with the configuration.
    EnvFilter::try_new(format!("{QUIET},{}", config.watching.log_level))
        .unwrap_or_else(|_| EnvFilter::new(format!("{QUIET},info")))
}

fn files(folder: &std::path::Path) -> anyhow::Result<(NonBlocking, WorkerGuard)> {
    let wrong = || format!("LOG_DIR {} can't be used", folder.display());
    std::fs::create_dir_all(folder).with_context(wrong)?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("agentlocator")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)
        .with_context(wrong)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("log")
        .finish(appender);
    let _ = DROPPED.set(writer.error_counter());
    Ok((writer, guard))
}

/// A panic is a line like any other: where it was and, if they are a literal of the program, its
/// words. A message put together at run time can hold anything, so in production it is left out.
fn log_panics(config: &Config) {
    let private = config.env == crate::config::AppEnv::Production;
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let literal = panic
            .payload()
            .downcast_ref::<&'static str>()
            .copied()
            .unwrap_or("");
        tracing::event!(Level::ERROR, at, literal, "panicked");
        if !private {
            before(panic);
        }
    }));
}

#[cfg(feature = "telemetry")]
mod outside {
    use super::{Config, Context, Layer, Layers, Log};
    use gateways::telemetry::{Courier, ErrorLayer, SPANS, SpanLayer, Speaker};
    use std::sync::OnceLock;
    use tracing_subscriber::filter::{LevelFilter, Targets};

    static SPANS_OUT: OnceLock<SpanLayer> = OnceLock::new();

    /// The last spans go out; the layers themselves live as long as the process.
    pub fn finish() {
        if let Some(spans) = SPANS_OUT.get() {
            spans.finish();
        }
    }

    pub fn watch(config: &Config, layers: &mut Layers, log: &mut Log) -> anyhow::Result<()> {
        let watching = &config.watching;
        if watching.otlp_endpoint.is_none() && watching.sentry_dsn.is_none() {
            return Ok(());
        }
        let speaker = Speaker {
            revision: config.revision.clone(),
            environment: config.env.word(),
        };
        let courier = Courier::start()?;
        if let Some(endpoint) = &watching.otlp_endpoint {
            let spans = SpanLayer::to(endpoint, &speaker, courier.clone())?;
            let _ = SPANS_OUT.set(spans.clone());
            let only = Targets::new().with_target(SPANS, LevelFilter::INFO);
            layers.push(spans.with_filter(only).boxed());
        }
        if let Some(dsn) = &watching.sentry_dsn {
            let errors = ErrorLayer::to(dsn, &speaker, courier.clone()).context("SENTRY_DSN")?;
            layers.push(errors.with_filter(LevelFilter::ERROR).boxed());
        }
        log.courier = Some(courier);
        Ok(())
    }
}

#[cfg(not(feature = "telemetry"))]
mod outside {
    use super::{Config, Layers, Log};

    pub fn watch(config: &Config, _: &mut Layers, _: &mut Log) -> anyhow::Result<()> {
        let watching = &config.watching;
        anyhow::ensure!(
            watching.otlp_endpoint.is_none() && watching.sentry_dsn.is_none(),
            "OTEL_EXPORTER_OTLP_ENDPOINT and SENTRY_DSN need a build with the feature telemetry"
        );
        Ok(())
    }
}
