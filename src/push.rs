//! Pushes to closed tabs, wired: the keys of the configuration, or those that this engine made and keeps; in production
//! none are made, because replicas would each have their own.

use crate::config::{AppEnv, Config, PushConfig};
use crate::http::{PushDesk, action_link, links::Links};
use actors::pipeline::Works;
use actors::pushing::{PushBell, Pushing, PushingLimits, PushingTask};
use anyhow::Context;
use gateways::web_push::{PushService, VapidKeys};
use secrecy::{ExposeSecret, SecretString};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

/// Starts pushing; `None` when it is off.
///
/// # Errors
/// When the kept key can't be read or written, or TLS has no provider.
pub fn start(
    config: &Config,
    works: &Works,
    secret: &[u8],
    bell: PushBell,
) -> anyhow::Result<Option<(PushingTask, PushDesk)>> {
    let Some(keys) = keys(config)? else {
        tracing::warn!("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY are not set: closed tabs are not told");
        return Ok(None);
    };
    let default = PushingLimits::default();
    let limits = PushingLimits {
        lease: config.timing("push_lease", default.lease),
        retry: config.timing("push_retry", default.retry),
        ..default
    };
    let service = PushService::new(keys, config.push.endpoints.clone())?;
    let limit = gateways::web_push::LIMIT;
    let service = Arc::new(service.within(config.timing("push_limit", limit)));
    let links = Links::new(secret);
    let pushing = Pushing {
        store: works.store.clone(),
        worker: works.worker.clone(),
        service: service.clone(),
        link: Box::new(move |reminder, user| action_link(&links, reminder, user)),
        limits,
        bell: bell.clone(),
    };
    let task = pushing.start();
    Ok(Some((task, PushDesk { service, bell })))
}

fn keys(config: &Config) -> anyhow::Result<Option<VapidKeys>> {
    match &config.push.keys {
        Some(keys) => Ok(Some(keys.clone())),
        None if config.env == AppEnv::Production => Ok(None),
        None => kept(&config.data_dir.join("vapid"), &config.push).map(Some),
    }
}

/// The key that is kept there, made when there is none.
fn kept(path: &Path, config: &PushConfig) -> anyhow::Result<VapidKeys> {
    let told = || path.display().to_string();
    let private: SecretString = match std::fs::read_to_string(path) {
        Ok(text) => text.trim().to_owned().into(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let made = VapidKeys::make()?;
            // Whole or not at all: another key later would make every subscription a dead one.
            let whole = path.with_extension("new");
            let mut file = std::fs::OpenOptions::new();
            file.write(true).create(true).truncate(true).mode(0o600);
            let mut file = file.open(&whole).with_context(told)?;
            file.write_all(made.expose_secret().as_bytes())
                .with_context(told)?;
            file.sync_all().with_context(told)?;
            std::fs::rename(&whole, path).with_context(told)?;
            made
        }
        Err(error) => return Err(error).with_context(told),
    };
    VapidKeys::new(&private, None, &config.subject).with_context(told)
}
