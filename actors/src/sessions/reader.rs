//! Reads for pages what they missed: all that ask at the same time share one statement, so that ten thousand pages that
//! come back at once are some dozens of them. Woken by session actors; it decides nothing.

use super::actor::{CaughtUp, SessionActor};
use actix::Addr;
use std::time::Duration;
use store::Store;
use store::streams::{Person, Place};
use tokio::sync::mpsc;

/// Questions that may wait; a page beyond it is sent away to come back.
pub const QUEUE: usize = 32_768;
/// Questions of one statement: what all of them are sent is in memory at once.
const BATCH: usize = 64;
/// After a failure.
const AWAY: Duration = Duration::from_millis(500);
/// A page's full mailbox is waited for so long; it is cut off by then.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where pages ask.
#[derive(Clone)]
pub struct Reader {
    asks: mpsc::Sender<Ask>,
    shown: mpsc::Sender<(Person, Vec<i64>)>,
}

/// One page's question.
pub struct Ask {
    pub person: Person,
    /// What it has; nothing yet, the first time.
    pub from: Option<Place>,
    pub page: Addr<SessionActor>,
}

impl Reader {
    /// Starts reading, on the runtime of whoever calls.
    pub fn start(store: Store) -> Self {
        let (asks, waiting) = mpsc::channel(QUEUE);
        let (shown, seen) = mpsc::channel(QUEUE);
        tokio::spawn(read(store.clone(), waiting));
        tokio::spawn(note(store, seen));
        Self { asks, shown }
    }

    /// Asks; false when too many wait.
    pub fn ask(&self, ask: Ask) -> bool {
        self.asks.try_send(ask).is_ok()
    }

    /// Questions that wait; [`QUEUE`] at most.
    pub fn waiting(&self) -> usize {
        self.asks.max_capacity() - self.asks.capacity()
    }

    /// A tab in sight has shown these. Lost when too many wait: a push comes a minute early then.
    pub fn shown(&self, person: Person, reminders: Vec<i64>) {
        let _ = self.shown.try_send((person, reminders));
    }
}

async fn read(store: Store, mut waiting: mpsc::Receiver<Ask>) {
    let mut asks: Vec<Ask> = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut asks, BATCH).await > 0 {
        let questions: Vec<(Person, Option<Place>)> = asks.iter().map(|ask| (ask.person, ask.from)).collect();
        let missed = loop {
            match store.missed(&questions).await {
                Ok(missed) => break missed,
                Err(error) => {
                    tracing::debug!(%error, pages = questions.len(), "pages wait for what they missed");
                    tokio::time::sleep(AWAY).await;
                }
            }
        };
        for (ask, missed) in asks.drain(..).zip(missed) {
            if let Err(actix::dev::SendError::Full(answer)) = ask.page.try_send(CaughtUp(missed)) {
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(PATIENCE, ask.page.send(answer)).await;
                });
            }
        }
    }
}

async fn note(store: Store, mut seen: mpsc::Receiver<(Person, Vec<i64>)>) {
    while let Some((person, reminders)) = seen.recv().await {
        let noted = async {
            let mut tenant = store.tenant(person.business).await?;
            let transaction = tenant.begin().await?;
            transaction.reminders_shown(person.user, &reminders).await?;
            transaction.commit().await
        };
        if let Err(error) = noted.await {
            tracing::debug!(%error, "that a reminder was seen is not noted: it is pushed besides");
        }
    }
}
