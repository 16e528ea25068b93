//! The fetcher: files of messages, from their provider's own hosts only, looked into before they are kept. What they are is
//! read from their bytes; what may not be shown is refused with a reason, and the message stays.

use super::Whatsapp;
use crate::faults;
use bytes::Bytes;
use domain::whatsapp::MediaKind;
use gateways::whatsapp::{MediaError, MediaReference};
use media::attachment::{self, Examined, Refusal, Said};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::whatsapp::{ClaimedFile, FileEnd};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Files on their way at once: each may have a hundred megabytes.
pub(super) const AT_ONCE: usize = 4;
/// Longer than one file may take.
const LEASE: Duration = Duration::from_secs(180);
const TICK: Duration = Duration::from_secs(2);
/// Meta keeps files for some days; who has not got one by then will not.
const OLDEST: Duration = Duration::from_secs(3 * 24 * 3600);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

impl Whatsapp {
    pub(super) async fn fetch_all(self: Arc<Self>, stop: CancellationToken) {
        let mut fetching = JoinSet::new();
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let free = AT_ONCE.saturating_sub(fetching.len());
            if free > 0 {
                match self.store.claim_files(&self.worker, LEASE, free as i64).await {
                    Ok(claimed) => {
                        for one in claimed {
                            let this = self.clone();
                            fetching.spawn(async move { this.fetch(one).await });
                        }
                    }
                    Err(error) => tracing::debug!(%error, "no files can be claimed now"),
                }
            }
            metrics::gauge!("queue_depth", "queue" => "whatsapp_fetch").set(fetching.len() as f64);
            tokio::select! {
                () = stop.cancelled() => {}
                _ = ticks.tick() => {}
                () = self.bell.fetch.notified() => {}
                Some(ended) = fetching.join_next() => {
                    if let Err(error) = ended {
                        tracing::error!(%error, "fetching a file broke off: its lease will run out");
                    }
                }
            }
        }
    }

    async fn fetch(&self, one: ClaimedFile) {
        let ended = match self.file(&one).await {
            Ok(file) => {
                let end = FileEnd::Stored {
                    mime: file.found.mime,
                    name: &file.name,
                    bytes: &file.bytes,
                    thumbnail: file.small.as_deref(),
                    transcript: None,
                };
                self.store.end_file(&one, end).await
            }
            Err(Missing::Refused(reason)) => {
                tracing::info!(file = one.id, reason, "a file is refused");
                self.store.end_file(&one, FileEnd::Refused(reason)).await
            }
            Err(Missing::Later(wait)) => self.store.end_file(&one, FileEnd::Later(wait)).await,
        };
        faults::pass("whatsapp_fetched", "after");
        match ended {
            Ok(()) | Err(StoreError::Fenced) => {}
            Err(error) => tracing::warn!(%error, file = one.id, "what became of a file could not be kept"),
        }
        self.hint(one.business, "whatsapp:message", one.conversation);
    }

    async fn file(&self, one: &ClaimedFile) -> Result<Fetched, Missing> {
        let kind = MediaKind::parse(&one.kind).ok_or(Missing::Refused("not_supported"))?;
        let later = |asked: Option<Duration>| {
            let doubled = u32::from(one.attempt.saturating_sub(1).clamp(0, 10).unsigned_abs());
            let wait = asked
                .unwrap_or(Duration::from_secs(2) * (1 << doubled))
                .min(LONGEST_WAIT);
            match one.age > OLDEST {
                true => Missing::Refused("gone"),
                false => Missing::Later(wait),
            }
        };
        let channel = self.store.whatsapp_channel(one.channel).await;
        let channel = channel
            .map_err(|_| later(None))?
            .ok_or(Missing::Refused("gone"))?;
        let provider = self.providers.of(&channel).map_err(|_| later(None))?;
        let reference = one.reference.as_str().ok_or(Missing::Refused("gone"))?;
        let reference = MediaReference(reference.to_owned());
        let fetched = provider.media(&reference, kind, &one.request_id).await;
        let fetched = fetched.map_err(|error| match (error.reason(), error) {
            (Some(reason), _) => Missing::Refused(reason),
            (None, MediaError::Retry(asked)) => later(asked),
            (None, _) => later(Some(Duration::from_secs(300))),
        })?;
        let said = one.clone();
        let bytes = fetched.bytes;
        let examined = tokio::task::spawn_blocking(move || examined(&said, kind, bytes)).await;
        examined.map_err(|_| Missing::Refused("damaged"))?
    }
}

/// A file that may be kept.
struct Fetched {
    bytes: Bytes,
    found: Examined,
    name: String,
    small: Option<Vec<u8>>,
}

/// Looks into it, and makes the small picture. Takes up to a second.
fn examined(one: &ClaimedFile, kind: MediaKind, bytes: Bytes) -> Result<Fetched, Missing> {
    let refused = |refusal: Refusal| Missing::Refused(refusal.code());
    let name = Some(one.name.as_str()).filter(|name| !name.is_empty());
    let said = Said {
        kind,
        mime: &one.mime,
        name,
    };
    let found = attachment::examine(said, &bytes).map_err(refused)?;
    let small = match found.size {
        Some(_) => Some(attachment::thumbnail(found.mime, &bytes).map_err(refused)?.bytes),
        None => None,
    };
    let name = name.map(|name| attachment::safe_name(Some(name), found.extension));
    Ok(Fetched {
        name: name.unwrap_or_default(),
        bytes,
        found,
        small,
    })
}

/// Why there is no file.
enum Missing {
    Refused(&'static str),
    Later(Duration),
}
