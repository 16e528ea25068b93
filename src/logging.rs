//! Logs and metrics of the process: set up once, before anything else.

use crate::config::{Config, LogFormat};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

/// Starts the log. Called again (tests start several engines in one process) it changes nothing.
pub fn start(config: &Config) {
    let quiet = "tokio_cron_scheduler=warn,refinery_core=warn,actix_server=warn,fjall=warn,lsm_tree=warn,whisper_rs=warn";
    let filter = EnvFilter::try_new(format!("{quiet},{}", config.log_level))
        .unwrap_or_else(|_| EnvFilter::new(format!("{quiet},info")));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = match config.log_format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Plain => log.with_target(false).try_init(),
    };
}

/// The recorder that `/metrics` renders: one per process.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            // Another recorder is there already only if somebody else's test set one.
            let _ = metrics::set_global_recorder(recorder);
            handle
        })
        .clone()
}
