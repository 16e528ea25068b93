//! The command line: `agentlocator serve`, `demo`, `admin`, `simulate`, `models`, `check-signature`.

mod admin;
mod check_signature;
mod demo;
mod demo_people;
mod demo_whatsapp;
mod health;
mod models;
mod script;
mod serve;
mod simulate;
mod simulate_whatsapp;
mod watching;

use clap::{Parser, Subcommand};

/// AgentLocator answers the phone for a small business, in Hebrew, and keeps what follows.
#[derive(Parser)]
#[command(name = "agentlocator", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the engine, configured by the environment.
    Serve,
    /// Run the engine with a demo business and let a simulated caller ring it.
    Demo(demo::DemoArguments),
    /// What is done at the machine: the first administrator, the audit log's chains.
    #[command(subcommand)]
    Admin(admin::AdminCommand),
    /// Ask the engine of this environment whether it is well; the exit status tells.
    Health,
    /// Play the carrier against any engine.
    #[command(subcommand)]
    Simulate(simulate::SimulateCommand),
    /// Get and check the speech models.
    #[command(subcommand)]
    Models(models::ModelsCommand),
    /// A business's script.
    #[command(subcommand)]
    Script(script::ScriptCommand),
    /// Print the OpenAPI document of this program.
    Openapi,
    /// Tell whether signatures are right: JSON lines in, true or false out.
    CheckSignature(check_signature::CheckSignatureArguments),
}

/// Runs the command that the arguments name, and gives the process's exit status.
pub async fn run() -> i32 {
    // Two TLS back ends are linked by what we use; ours is ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let result = match Arguments::parse().command {
        Command::Serve => serve::run().await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Health => health::run().await,
        Command::Admin(command) => admin::run(command).await,
        Command::Simulate(command) => simulate::run(command).await,
        Command::Models(command) => models::run(command).await,
        Command::Script(command) => script::run(&command),
        Command::Openapi => {
            say(&crate::http::api::document_text());
            Ok(0)
        }
        Command::CheckSignature(arguments) => check_signature::run(&arguments),
    };
    match result {
        Ok(status) => status,
        Err(error) => {
            say_error(&format!("{error:#}"));
            1
        }
    }
}

/// A line for the person at the terminal. The log goes elsewhere; this is the command's own word.
#[allow(clippy::print_stdout, reason = "commands talk to a terminal")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// A line for the person at the terminal, on standard error.
#[allow(clippy::print_stderr, reason = "commands talk to a terminal")]
pub(crate) fn say_error(line: &str) {
    eprintln!("{line}");
}
