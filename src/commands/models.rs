//! `agentlocator models prepare|check`: the local chain's models, got, converted and checked by hash.

use super::say;
use crate::config::Config;
use clap::{Args, Subcommand};
use media::models::{ModelSet, PrepareOptions, prepare};
use std::path::PathBuf;

/// Its commands.
#[derive(Subcommand)]
pub enum ModelsCommand {
    /// Get what is missing (230 MB), convert it, check it. Can be stopped and run again.
    Prepare(PrepareArguments),
    /// Say what is there.
    Check,
}

/// Arguments of `models prepare`.
#[derive(Args)]
pub struct PrepareArguments {
    /// Take the files from this directory of prepared models.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Fetch nothing.
    #[arg(long)]
    offline: bool,
}

/// Runs the command. The directory is `MODELS_DIR`.
pub async fn run(command: ModelsCommand) -> anyhow::Result<i32> {
    let directory = Config::from_env()?.speech.models_dir;
    match command {
        ModelsCommand::Prepare(arguments) => {
            let options = PrepareOptions {
                dir: directory.clone(),
                from: arguments.from,
                offline: arguments.offline,
            };
            say(&format!("models: {}", directory.display()));
            let prepared = tokio::task::spawn_blocking(move || {
                prepare(&options, &mut |progress| say(&format!("models: {progress}")))
            });
            prepared.await??;
            Ok(0)
        }
        ModelsCommand::Check => Ok(check(&ModelSet::find(&directory))),
    }
}

fn check(models: &ModelSet) -> i32 {
    for missing in models.missing() {
        say(&missing.to_string());
    }
    if models.is_complete() {
        say(&format!("models: all in {}", models.dir().display()));
        return 0;
    }
    1
}
