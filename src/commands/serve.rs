//! `agentlocator serve`: the engine alone, until it is told to stop.

use super::say_error;
use crate::config::Config;
use crate::engine::Engine;
use crate::logging;
use tokio::signal::unix::{SignalKind, signal};

/// The exit status of an engine whose configuration can't be used.
const BAD_CONFIGURATION: i32 = 2;

/// Runs until SIGTERM or SIGINT.
pub async fn run() -> anyhow::Result<i32> {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(errors) => {
            say_error(errors.to_string().trim_end());
            return Ok(BAD_CONFIGURATION);
        }
    };
    let _log = logging::start(&config)?;
    if let Some(fault) = &config.fault {
        actors::faults::arm(fault);
    }
    let engine = Engine::start(&config).await?;
    announce(&engine).await;
    told_to_stop().await?;
    engine.stop().await;
    Ok(0)
}

/// The address on standard output: whoever started us with port 0 reads it there. And, while nobody
/// can log in, the code that makes the first administrator; it is in no log.
async fn announce(engine: &Engine) {
    if let Some(code) = engine.first_run_code().await {
        super::say(&format!(
            "first run: open the address below and give the code {code}"
        ));
    }
    super::say(&format!("listening on http://{}", engine.address));
}

/// Returns at the first SIGTERM or SIGINT.
pub(super) async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
