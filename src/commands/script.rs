//! `agentlocator script check FILE`: a business's script, with every problem on its line.

use super::{say, say_error};
use anyhow::Context;
use clap::Subcommand;
use domain::script::Script;
use std::path::PathBuf;

/// Its commands.
#[derive(Subcommand)]
pub enum ScriptCommand {
    /// Check a script, TOML or JSON.
    Check { file: PathBuf },
    /// Print the shipped script of an estate agency, to begin from.
    Example,
}

/// Runs the command. The status is 0 for a script that can be used.
pub fn run(command: &ScriptCommand) -> anyhow::Result<i32> {
    let ScriptCommand::Check { file } = command else {
        say(domain::script::REAL_ESTATE);
        return Ok(0);
    };
    let source = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    match Script::parse(&source) {
        Ok(script) => {
            let model = script.model();
            let (intents, questions) = (model.intents.len(), model.questions.len());
            say(&format!(
                "{}: {intents} intents, {questions} questions",
                model.business.name
            ));
            Ok(0)
        }
        Err(problems) => {
            for problem in problems {
                say_error(&format!("{}: {problem}", file.display()));
            }
            Ok(1)
        }
    }
}
