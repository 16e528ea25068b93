//! `agentlocator check-signature`: for whoever gets 403. JSON lines in, `true` or `false` a line out.

use super::{say, say_error};
use clap::Args;
use gateways::twilio::signature::{Explained, check_line};
use std::io::BufRead;

/// Its arguments.
#[derive(Args)]
pub struct CheckSignatureArguments {
    /// Say which readings of the request were tried and which one matched.
    #[arg(long)]
    explain: bool,
}

/// Reads standard input to its end. The status is 0 when every line could be judged, else 1.
pub fn run(arguments: &CheckSignatureArguments) -> anyhow::Result<i32> {
    let mut status = 0;
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match check_line(&line) {
            Ok(explained) => report(&explained, arguments.explain),
            Err(error) => {
                say("false");
                say_error(&format!("line {number}: {error}"));
                status = 1;
            }
        }
    }
    Ok(status)
}

fn report(explained: &Explained, explain: bool) {
    say(if explained.valid { "true" } else { "false" });
    if !explain {
        return;
    }
    for tried in &explained.tried {
        let mark = if tried.matches {
            "matches"
        } else {
            "does not match"
        };
        say(&format!("  {}: {mark}", tried.variant));
        say(&format!("    string to sign: {:?}", tried.string_to_sign));
    }
    if let Some(refusal) = &explained.refusal {
        say(&format!("  refused: {refusal:?}"));
    }
}
