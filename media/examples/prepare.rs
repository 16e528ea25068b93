//! Prepares the models: `cargo run -p media --example prepare [DIR [FROM]]`. Run by developers and CI; the product's own
//! command is `agentlocator models prepare`. It never runs a model.

use std::io::Write;
use std::path::PathBuf;

fn main() -> Result<(), media::models::ModelsError> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let dir = arguments.next().unwrap_or_else(default_dir);
    let options = media::models::PrepareOptions {
        dir,
        from: arguments.next(),
        offline: false,
    };
    let mut out = std::io::stderr();
    let set = media::models::prepare(&options, &mut |step| {
        let _ = writeln!(out, "{step}");
    })?;
    let _ = writeln!(std::io::stderr(), "models are in {}", set.dir().display());
    Ok(())
}

fn default_dir() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    media::default_models_dir(variable("XDG_CACHE_HOME"), variable("HOME"))
        .unwrap_or_else(|| PathBuf::from("models"))
}
