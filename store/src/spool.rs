//! The local durable spool: events that Postgres did not confirm wait here, on this machine's disk,
//! until they are in Postgres. The webhooks write to it, the replayer empties it in order; it is
//! opened at the first need, so an engine whose database is well never pays for it.

use crate::connect::Store;
use crate::error::StoreError;
use crate::inbox::Event;
use crate::whatsapp::{Arrived, Took};
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The spool. Cheap to clone.
#[derive(Clone)]
pub struct Spool {
    inner: Arc<Inner>,
}

/// What is kept: a call's event as it always was, or something of WhatsApp under its name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Entry {
    Whatsapp { whatsapp: Arrived },
    Call(Box<Event>),
}

impl Entry {
    fn natural_key(&self) -> String {
        match self {
            Self::Whatsapp { whatsapp } => whatsapp.natural_key(),
            Self::Call(event) => event.natural_key.clone(),
        }
    }

    /// What the carrier is told: WhatsApp's webhooks are told nothing.
    fn answer(&self) -> String {
        match self {
            Self::Whatsapp { .. } => String::new(),
            Self::Call(event) => event.answer.clone(),
        }
    }
}

/// What came back into Postgres.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Recordings that have become work.
    pub recordings: Vec<String>,
    pub whatsapp: Vec<Took>,
}

struct Inner {
    folder: PathBuf,
    open: Mutex<Option<Arc<Opened>>>,
}

struct Opened {
    database: Database,
    /// Arrival number, big-endian, to the event as JSON.
    events: Keyspace,
    /// Natural key to arrival number: an event is spooled once.
    keys: Keyspace,
    /// Events that Postgres refused: kept for a person, never in the way of the others.
    refused: Keyspace,
    next: Mutex<u64>,
}

/// The spool's disk failed: the event is not durable anywhere.
#[derive(Debug, thiserror::Error)]
#[error("the spool failed: {0}")]
pub struct SpoolError(String);

impl From<fjall::Error> for SpoolError {
    fn from(error: fjall::Error) -> Self {
        Self(error.to_string())
    }
}

/// How long one event may take to be replayed.
const REPLAY_LIMIT: Duration = Duration::from_secs(10);

impl Spool {
    /// A spool in this folder. If an earlier life left one there it is opened now.
    ///
    /// # Errors
    /// When what is there can't be opened.
    pub fn new(folder: &Path) -> Result<Self, SpoolError> {
        let inner = Inner {
            folder: folder.to_owned(),
            open: Mutex::new(None),
        };
        let spool = Self {
            inner: Arc::new(inner),
        };
        if folder.exists() {
            spool.opened()?;
        }
        Ok(spool)
    }

    fn opened(&self) -> Result<Arc<Opened>, SpoolError> {
        let mut open = self
            .inner
            .open
            .lock()
            .map_err(|_| SpoolError("a writer panicked".into()))?;
        if let Some(opened) = open.as_ref() {
            return Ok(opened.clone());
        }
        private_folder(&self.inner.folder)?;
        let database = Database::builder(&self.inner.folder).cache_size(1 << 20).open()?;
        let events = database.keyspace("events", KeyspaceCreateOptions::default)?;
        let keys = database.keyspace("keys", KeyspaceCreateOptions::default)?;
        let refused = database.keyspace("refused", KeyspaceCreateOptions::default)?;
        let next = match events.last_key_value() {
            Some(guard) => number(&guard.key()?) + 1,
            None => 0,
        };
        let opened = Arc::new(Opened {
            database,
            events,
            keys,
            refused,
            next: Mutex::new(next),
        });
        *open = Some(opened.clone());
        Ok(opened)
    }

    /// Keeps the event on disk, and returns the answer that stands for it: the one given first.
    ///
    /// # Errors
    /// When the disk fails; the event is nowhere then.
    pub async fn append(&self, event: Event) -> Result<String, SpoolError> {
        self.keep(Entry::Call(Box::new(event))).await
    }

    /// The same for what a webhook of WhatsApp's told.
    ///
    /// # Errors
    /// When the disk fails; it is nowhere then.
    pub async fn append_whatsapp(&self, whatsapp: Arrived) -> Result<(), SpoolError> {
        self.keep(Entry::Whatsapp { whatsapp }).await.map(drop)
    }

    async fn keep(&self, entry: Entry) -> Result<String, SpoolError> {
        let spool = self.clone();
        tokio::task::spawn_blocking(move || spool.append_now(&entry))
            .await
            .map_err(|error| SpoolError(error.to_string()))?
    }

    fn append_now(&self, entry: &Entry) -> Result<String, SpoolError> {
        let natural_key = entry.natural_key();
        let opened = self.opened()?;
        let mut next = opened
            .next
            .lock()
            .map_err(|_| SpoolError("a writer panicked".into()))?;
        if let Some(at) = opened.keys.get(&natural_key)?
            && let Some(first) = opened.events.get(at)?
        {
            return decode(&first).map(|first| first.answer());
        }
        let at = next.to_be_bytes();
        let json = serde_json::to_vec(entry).map_err(|error| SpoolError(error.to_string()))?;
        let mut batch = opened.database.batch();
        batch.insert(&opened.events, at, json);
        batch.insert(&opened.keys, natural_key.as_bytes(), at);
        batch.commit()?;
        opened.database.persist(PersistMode::SyncData)?;
        *next += 1;
        metrics::counter!("events_spooled_total").increment(1);
        Ok(entry.answer())
    }

    /// Events that wait.
    pub async fn waiting(&self) -> u64 {
        let spool = self.clone();
        tokio::task::spawn_blocking(move || {
            let opened = spool.inner.open.lock().ok().and_then(|open| open.clone());
            opened.and_then(|opened| opened.events.len().ok()).unwrap_or(0) as u64
        })
        .await
        .unwrap_or(0)
    }

    /// Brings what waits into Postgres, oldest first; an event leaves the disk after its commit.
    ///
    /// # Errors
    /// `Away` or `Slow`: the rest stays and is tried again.
    pub async fn replay(&self, store: &Store) -> Result<Replayed, StoreError> {
        let mut replayed = Replayed::default();
        while let Some((at, entry)) = self.first().await {
            let key = entry.natural_key();
            let taken = match entry {
                Entry::Call(event) => {
                    let recording = event.recording.as_ref().map(|r| r.key.clone());
                    let taken = store.inbox.take(*event, REPLAY_LIMIT).await;
                    taken.map(|_| replayed.recordings.extend(recording))
                }
                Entry::Whatsapp { whatsapp } => {
                    let taken = store.whatsapp.take(whatsapp, REPLAY_LIMIT).await;
                    taken.map(|took| replayed.whatsapp.push(took))
                }
            };
            let refused = match taken {
                Ok(()) => None,
                Err(StoreError::Refused(why)) => Some(why),
                Err(error) => return Err(error),
            };
            if let Some(why) = &refused {
                tracing::error!(why, key, "a spooled event was refused: it is kept aside");
            }
            self.remove(at, key, refused.is_some()).await;
        }
        Ok(replayed)
    }

    async fn first(&self) -> Option<([u8; 8], Entry)> {
        let spool = self.clone();
        tokio::task::spawn_blocking(move || {
            let opened = spool.inner.open.lock().ok()?.clone()?;
            loop {
                let (key, value) = opened.events.first_key_value()?.into_inner().ok()?;
                let at = number(&key).to_be_bytes();
                match decode(&value) {
                    Ok(event) => return Some((at, event)),
                    Err(error) => {
                        tracing::error!(%error, "a spooled record can't be read: it is kept aside");
                        let mut batch = opened.database.batch();
                        batch.insert(&opened.refused, at, value);
                        batch.remove(&opened.events, at);
                        batch.commit().ok()?;
                    }
                }
            }
        })
        .await
        .ok()
        .flatten()
    }

    async fn remove(&self, at: [u8; 8], natural_key: String, keep_aside: bool) {
        let spool = self.clone();
        let removed = tokio::task::spawn_blocking(move || -> Result<(), SpoolError> {
            let opened = spool.opened()?;
            let mut batch = opened.database.batch();
            if keep_aside && let Some(value) = opened.events.get(at)? {
                batch.insert(&opened.refused, at, value);
            }
            batch.remove(&opened.events, at);
            batch.remove(&opened.keys, natural_key.as_bytes());
            batch.commit()?;
            Ok(opened.database.persist(PersistMode::SyncData)?)
        })
        .await;
        // Left on disk it is replayed again: the natural key makes that harmless.
        if let Ok(Err(error)) = removed {
            tracing::warn!(%error, "a replayed event could not be removed from the spool");
        }
    }
}

fn number(key: &[u8]) -> u64 {
    key.try_into().map_or(0, u64::from_be_bytes)
}

fn decode(json: &[u8]) -> Result<Entry, SpoolError> {
    serde_json::from_slice(json).map_err(|error| SpoolError(error.to_string()))
}

/// It holds phone numbers: nobody else on the machine may read it.
fn private_folder(folder: &Path) -> Result<(), SpoolError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| SpoolError(format!("{}: {error}", folder.display())))
}
