//! Carries hints between this engine's bus and the others': one task for as long as the bus lives. It gathers what was
//! told since the last batch, sends it, and gives what others sent to whoever listens here. A link that breaks is made
//! again for ever; meanwhile what is told waits in a bounded queue. It never panics and is never waited for.

use super::{Here, Lost, NOT_TAKEN, Pace, Receiving, Sending, TOO_LARGE, Transport, dropped, frames};
use domain::hint::Hint;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Hints of one batch.
const BATCH: usize = 1024;
/// A link must be there, and a batch gone, within this time; else the link counts as broken.
const LIMIT: Duration = Duration::from_secs(5);
/// Between two tries to connect: doubled from the first to the second.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How often a batch is sent before it is given up: it might be the batch that breaks the link.
const TRIES: u32 = 3;

pub struct Courier {
    transport: Box<dyn Transport>,
    told: mpsc::Receiver<Hint>,
    here: Arc<Here>,
    /// Who we are in messages; another one in each life.
    me: String,
    /// What the next batch has so far: kept when a link breaks.
    batch: Vec<Hint>,
    tries: u32,
}

/// Why the work on a link has ended.
enum End {
    /// Nobody holds the bus any more.
    Dropped,
    Broken(Lost),
}

impl Courier {
    pub fn new(transport: Box<dyn Transport>, told: mpsc::Receiver<Hint>, here: Arc<Here>) -> Self {
        Self {
            transport,
            told,
            here,
            me: uuid::Uuid::new_v4().simple().to_string(),
            batch: Vec::new(),
            tries: 0,
        }
    }

    /// Until the last handle of the bus is dropped.
    pub async fn run(mut self) {
        let kind = self.transport.kind();
        self.set_up(false);
        let (mut wait, mut complained) = (FIRST_WAIT, false);
        while !self.told.is_closed() {
            let late = || Err(Lost(format!("no answer within {LIMIT:?}")));
            let lost = match timeout(LIMIT, self.transport.connect())
                .await
                .unwrap_or_else(|_| late())
            {
                Ok((sending, receiving)) => {
                    tracing::info!(kind, "engines can tell each other");
                    metrics::counter!("bus_connects_total").increment(1);
                    (wait, complained) = (FIRST_WAIT, false);
                    self.set_up(true);
                    let end = self.work(sending, receiving).await;
                    self.set_up(false);
                    match end {
                        End::Dropped => return,
                        End::Broken(lost) => lost,
                    }
                }
                Err(lost) => lost,
            };
            // Once for each time that it is away, however often it is tried.
            if !std::mem::replace(&mut complained, true) {
                tracing::warn!(kind, error = %lost, "engines can't tell each other: news between them come by the sweeps");
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    fn set_up(&self, up: bool) {
        self.here.up.store(up, Ordering::Relaxed);
        metrics::gauge!("bus_up").set(if up { 1.0 } else { 0.0 });
    }

    async fn work(&mut self, sending: Box<dyn Sending>, mut receiving: Box<dyn Receiving>) -> End {
        let pace = self.transport.pace();
        let (here, me) = (self.here.clone(), self.me.clone());
        let hearing = async {
            loop {
                match receiving.receive().await {
                    Ok(message) => hear(&here, &me, &message),
                    Err(lost) => return End::Broken(lost),
                }
            }
        };
        tokio::select! {
            end = hearing => end,
            end = self.speak(sending, pace) => end,
        }
    }

    async fn speak(&mut self, mut sending: Box<dyn Sending>, pace: Pace) -> End {
        let mut next = Instant::now();
        loop {
            if self.batch.is_empty() && self.told.recv_many(&mut self.batch, BATCH).await == 0 {
                return End::Dropped;
            }
            // Not waiting at the queue meanwhile: whoever tells wakes nobody.
            sleep_until(next).await;
            while self.batch.len() < BATCH
                && let Ok(hint) = self.told.try_recv()
            {
                self.batch.push(hint);
            }
            if self.tries >= TRIES {
                dropped(NOT_TAKEN, self.batch.len());
                self.forget_batch();
                continue;
            }
            frames::say_once(&mut self.batch);
            let (messages, too_large) = frames::messages(&self.me, &self.batch, pace.largest);
            dropped(TOO_LARGE, if self.tries == 0 { too_large } else { 0 });
            self.tries += 1;
            let sent = match timeout(LIMIT, sending.send(&messages)).await {
                Ok(sent) => sent,
                Err(_) => Err(Lost(format!("nothing could be sent within {LIMIT:?}"))),
            };
            let count = self.batch.len() - too_large.min(self.batch.len());
            match sent {
                Ok(()) => {
                    metrics::counter!("hints_sent_total").increment(u64::try_from(count).unwrap_or(0));
                    metrics::counter!("bus_messages_total")
                        .increment(u64::try_from(messages.len()).unwrap_or(0));
                    self.forget_batch();
                }
                // The batch is sent again on the next link.
                Err(lost) => return End::Broken(lost),
            }
            next = Instant::now() + pace.debounce;
        }
    }

    fn forget_batch(&mut self) {
        self.batch.clear();
        self.tries = 0;
        // What a flood needed is given back.
        self.batch.shrink_to(64);
    }
}

/// Gives what others sent to whoever listens here.
fn hear(here: &Here, me: &str, message: &[u8]) {
    let Some(heard) = frames::read(message) else {
        metrics::counter!("hints_malformed_total").increment(1);
        return;
    };
    if heard.from == me {
        return;
    }
    metrics::counter!("hints_malformed_total").increment(u64::try_from(heard.unknown).unwrap_or(0));
    metrics::counter!("hints_heard_total").increment(u64::try_from(heard.hints.len()).unwrap_or(0));
    for hint in heard.hints {
        // Nobody listens, mostly.
        let _ = here.listeners.send(hint);
    }
}
