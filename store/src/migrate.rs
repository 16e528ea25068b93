//! Brings the schema up to this program's version, under an advisory lock: of many engines that
//! start at once one migrates and the others wait. Called once by `Store::migrate`.

use crate::connect::Connector;
use crate::error::StoreError;

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// Any number will do that nobody else locks: "AgentLoc" in ASCII.
const LOCK: i64 = 0x4167_656e_744c_6f63;

/// Migrates on a connection of its own; the lock dies with it, even if we do.
pub(crate) async fn run(connector: &Connector) -> Result<(), StoreError> {
    let mut client = connector.setting_up().await?;
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await?;
    // From here on we are al_owner: what a migration makes belongs to it.
    client.batch_execute(include_str!("roles.sql")).await?;
    // A schema newer than we are is what a rollback finds: migrations only add, so we can live with it.
    let report = embedded::migrations::runner()
        .set_abort_missing(false)
        .run_async(&mut client)
        .await
        .map_err(|error| StoreError::Setup(format!("a migration failed: {error}")))?;
    for migration in report.applied_migrations() {
        tracing::info!(version = migration.version(), name = migration.name(), "migrated");
    }
    Ok(())
}
