//! Businesses by number, in memory: no webhook asks Postgres who is being called. Reloaded when a
//! row changes (one notice), at least every minute, and kept in a file so that an engine that
//! starts while Postgres is away still knows whom it answers for.

use crate::businesses::BusinessRow;
use crate::connect::Store;
use crate::error::StoreError;
use domain::business::{Business, Limits};
use domain::call::{CallPolicy, OnFailure};
use domain::entities::Phone;
use domain::ids::BusinessId;
use domain::script::{Script, WeekHours};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio_postgres::AsyncMessage;

/// How often everything is read again though no notice came.
const REFRESH: Duration = Duration::from_secs(60);
/// How often "a moment more" may be said in one turn: about twenty seconds in all.
const WAITS: u8 = 5;

/// The directory. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    entries: Arc<RwLock<Arc<Entries>>>,
    snapshot: Arc<PathBuf>,
}

#[derive(Default)]
struct Entries {
    by_number: HashMap<String, Arc<Business>>,
    by_id: HashMap<BusinessId, Arc<Business>>,
    scripts: Scripts,
    /// Calls of the last day, as they were at the last reading.
    calls_of_a_day: HashMap<BusinessId, u32>,
}

/// Scripts by what they were read from. Reading one takes a processor longer than answering a call, and when one
/// business changes the scripts of all others have not.
type Scripts = HashMap<[u8; 32], Arc<Script>>;

impl Directory {
    /// The directory as the file tells it; empty on a machine's first start.
    pub fn from_snapshot(snapshot: &Path) -> Self {
        let rows: Vec<BusinessRow> = match std::fs::read(snapshot) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(%error, "the directory's snapshot can't be read: starting without it");
                Vec::new()
            }),
            Err(_) => Vec::new(),
        };
        Self {
            entries: Arc::new(RwLock::new(Arc::new(Entries::of(&rows, &Scripts::new())))),
            snapshot: Arc::new(snapshot.to_owned()),
        }
    }

    /// The business that owns this number, as the carrier writes it.
    pub fn by_number(&self, number: &str) -> Option<Arc<Business>> {
        self.now().by_number.get(number).cloned()
    }

    /// The business with this id.
    pub fn by_id(&self, id: BusinessId) -> Option<Arc<Business>> {
        self.now().by_id.get(&id).cloned()
    }

    /// Calls of a business in the last day; up to a minute old.
    pub fn calls_of_a_day(&self, id: BusinessId) -> u32 {
        self.now().calls_of_a_day.get(&id).copied().unwrap_or(0)
    }

    /// All businesses.
    pub fn all(&self) -> Vec<Arc<Business>> {
        self.now().by_id.values().cloned().collect()
    }

    fn now(&self) -> Arc<Entries> {
        match self.entries.read() {
            Ok(entries) => entries.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Reads everything again and keeps it in the file.
    pub async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let rows = store.businesses().await?;
        let mut entries = Entries::of(&rows, &self.now().scripts);
        entries.calls_of_a_day = store.calls_of_a_day().await?;
        let entries = Arc::new(entries);
        match self.entries.write() {
            Ok(mut held) => *held = entries,
            Err(poisoned) => *poisoned.into_inner() = entries,
        }
        if let Err(error) = write_atomically(&self.snapshot, &rows) {
            tracing::warn!(%error, "the directory's snapshot can't be written");
        }
        Ok(())
    }

    /// Follows changes until dropped: listens, reloads, and connects again when the link breaks.
    pub async fn follow(self, store: Store) {
        loop {
            if let Err(error) = self.listen(&store).await {
                tracing::warn!(%error, "the directory is not following changes");
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    }

    async fn listen(&self, store: &Store) -> Result<(), StoreError> {
        let (client, mut connection) = store.connector.listening().await?;
        let (heard, mut notices) = tokio::sync::mpsc::channel::<()>(1);
        let driver = tokio::spawn(async move {
            while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
                match message {
                    // A full channel already says "reload".
                    Ok(AsyncMessage::Notification(_)) => drop(heard.try_send(())),
                    Ok(_) => {}
                    Err(_) => break,
                }
            }
        });
        client.batch_execute("LISTEN directory").await?;
        loop {
            self.reload(store).await?;
            match tokio::time::timeout(REFRESH, notices.recv()).await {
                Ok(Some(())) | Err(_) => {}
                Ok(None) => break,
            }
        }
        driver.abort();
        Err(StoreError::Away("the listening connection ended".into()))
    }
}

impl Entries {
    fn of(rows: &[BusinessRow], known: &Scripts) -> Self {
        let mut entries = Self::default();
        for row in rows {
            let source = source(row);
            let here = entries
                .scripts
                .get(&source)
                .or_else(|| known.get(&source))
                .cloned();
            let Some(script) = here.or_else(|| script(row)) else {
                continue;
            };
            entries.scripts.insert(source, script.clone());
            let business = Arc::new(business(row, script));
            for number in &row.numbers {
                entries.by_number.insert(number.clone(), business.clone());
            }
            entries.by_id.insert(row.id, business);
        }
        entries
    }
}

/// What a business's script is made of.
fn source(row: &BusinessRow) -> [u8; 32] {
    let hours = row.hours.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = Sha256::new().chain_update(row.script.as_bytes());
    // No script has a zero byte: the two can't run into each other.
    text.chain_update([0])
        .chain_update(hours.as_bytes())
        .finalize()
        .into()
}

/// A script that can't be read leaves its business out and is said: one business must not take the others down.
fn script(row: &BusinessRow) -> Option<Arc<Script>> {
    match Script::parse(&row.script) {
        Ok(script) => Some(Arc::new(match hours(row) {
            Some(hours) => script.with_hours(&hours),
            None => script,
        })),
        Err(errors) => {
            tracing::error!(business = %row.id, problems = errors.len(), "a business's script can't be read");
            None
        }
    }
}

fn business(row: &BusinessRow, script: Arc<Script>) -> Business {
    let transfer = row
        .transfer_to
        .as_deref()
        .and_then(|number| Phone::parse(number).ok());
    let on_failure = match (row.on_failure.as_str(), transfer) {
        ("transfer", Some(to)) => OnFailure::Transfer(to),
        ("hang_up", _) => OnFailure::HangUp,
        _ => OnFailure::Message,
    };
    Business {
        id: row.id,
        name: row.name.clone(),
        time_zone: row.time_zone.clone(),
        voice: row.voice.clone(),
        greeting: row.greeting,
        greeting_text: row.greeting_text.clone(),
        greeting_uploaded: row.greeting_uploaded,
        features: row.features.clone(),
        limits: Limits {
            concurrent_calls: row.concurrent_calls.unsigned_abs(),
            calls_per_day: row.calls_per_day.unsigned_abs(),
        },
        policy: CallPolicy {
            turn_limit: row.turn_limit.unsigned_abs().max(1),
            on_failure,
            waits: WAITS,
        },
        script,
        version: row.version,
    }
}

fn hours(row: &BusinessRow) -> Option<WeekHours> {
    let hours = serde_json::from_value(row.hours.clone()?);
    hours
        .inspect_err(|error| tracing::error!(business = %row.id, %error, "a business's hours can't be read: its script's stand"))
        .ok()
}

fn write_atomically(path: &Path, rows: &[BusinessRow]) -> std::io::Result<()> {
    let temporary = path.with_extension("part");
    std::fs::write(&temporary, serde_json::to_vec(rows)?)?;
    std::fs::rename(&temporary, path)
}
