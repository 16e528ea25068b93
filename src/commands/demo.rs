//! demo
#[derive(clap::Args)]
pub struct DemoArguments {}
pub async fn run(_: DemoArguments) -> anyhow::Result<i32> { Ok(0) }
