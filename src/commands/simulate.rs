//! simulate
#[derive(clap::Subcommand)]
pub enum SimulateCommand { Call }
pub async fn run(_: SimulateCommand) -> anyhow::Result<i32> { Ok(0) }
