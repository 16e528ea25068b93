//! Reminders that are due soon: a `TaskActor` each, brought in by the schedule's tick and by edits, and the keeper, which
//! claims what is due in one statement and has people told. Memory is bounded by the horizon; what lies beyond it is rows.
//! A tick looks at the rows again every two seconds, so that a lost hint, a clock that jumps or a crash costs no more.

mod task;

use crate::pushing::Absent;
use crate::sessions::Sessions;
use crate::supervision::{Arbiters, Birth, Ended, next_generation, spawn_watched};
use actix::Addr;
use domain::hint::Hint;
use domain::task::{Series, instant};
use gateways::bus::Bus;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use store::reminders::{Ahead, SeriesTask};
use store::{Store, StoreError};
use task::{Moved, Over, TaskActor};
use tokio::sync::mpsc;

/// How far ahead reminders have actors.
const HORIZON: Duration = Duration::from_secs(60);
/// Actors at most; the nearest come first, the others with a later tick.
const MOST: i64 = 50_000;
/// Reminders that wait to be claimed; a `TaskActor` that finds no place tries again.
pub const QUEUE: usize = 16_384;
/// Reminders of one claim.
const BATCH: usize = 256;
/// A clock's reading and the database's differ by what the answer took: below this a reminder has not moved.
const SAME: Duration = Duration::from_millis(20);
/// A moment later than the database says, so that its own clock agrees when it is asked.
const LATER: Duration = Duration::from_micros(300);
/// A claim that failed is tried again after this.
const AWAY: Duration = Duration::from_millis(500);

const MAILBOX: usize = 4;

struct Live {
    generation: u64,
    address: Addr<TaskActor>,
    due: Instant,
}

struct Inner {
    arbiters: Arc<Arbiters>,
    store: Store,
    sessions: Sessions,
    bus: Bus,
    due: mpsc::Sender<i64>,
    absent: Absent,
    live: Mutex<HashMap<i64, Live>>,
}

/// Reminders with a clock on this replica. Cheap to clone.
#[derive(Clone)]
pub struct Reminders {
    inner: Arc<Inner>,
}

impl Reminders {
    /// Starts the keeper, on a thread of the actors'. Nothing has a clock before the first `look`.
    pub fn start(
        arbiters: Arc<Arbiters>,
        store: Store,
        sessions: Sessions,
        bus: Bus,
        absent: Absent,
    ) -> Self {
        let (due, waiting) = mpsc::channel(QUEUE);
        let reminders = Self {
            inner: Arc::new(Inner {
                arbiters,
                store,
                sessions,
                bus,
                due,
                absent,
                live: Mutex::default(),
            }),
        };
        // Not where requests are served and ticks are done: nothing delays it there.
        reminders
            .inner
            .arbiters
            .any()
            .spawn(reminders.clone().keep(waiting));
        reminders
    }

    /// Brings in what is due within the horizon, and goes on with series. Called at start and by the schedule.
    ///
    /// # Errors
    /// When the store is away; the next call makes it good.
    pub async fn look(&self) -> Result<(), StoreError> {
        let asked = Instant::now();
        let ahead = self.inner.store.reminders_ahead(HORIZON, MOST).await?;
        self.arm(asked, &ahead);
        for task in self.inner.store.series_to_continue().await? {
            self.go_on(&task).await?;
        }
        Ok(())
    }

    /// These reminders were changed by somebody here: their clocks are set anew, here and on every replica.
    pub async fn changed(&self, ids: Vec<i64>) {
        if ids.is_empty() {
            return;
        }
        self.inner.bus.tell_others(Hint::Reminders { ids: ids.clone() });
        self.look_at(&ids).await;
    }

    /// These reminders were changed: their clocks here are set anew.
    pub async fn look_at(&self, ids: &[i64]) {
        let asked = Instant::now();
        match self.inner.store.reminders_now(ids, HORIZON).await {
            Ok(ahead) => {
                let still: HashSet<i64> = ahead.iter().map(|one| one.id).collect();
                self.arm(asked, &ahead);
                ids.iter()
                    .filter(|id| !still.contains(id))
                    .for_each(|id| self.over(*id));
            }
            // The tick comes within two seconds.
            Err(error) => tracing::debug!(%error, "reminders are looked at again with the next tick"),
        }
    }

    /// Reminders that wait to be claimed; [`QUEUE`] at most.
    pub fn waiting(&self) -> usize {
        self.inner.due.max_capacity() - self.inner.due.capacity()
    }

    /// Clocks that run here.
    pub fn len(&self) -> usize {
        self.live().len()
    }

    /// Whether none runs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn live(&self) -> MutexGuard<'_, HashMap<i64, Live>> {
        self.inner.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arm(&self, asked: Instant, ahead: &[Ahead]) {
        let mut live = self.live();
        for one in ahead {
            let due = asked + one.due_in + LATER;
            match live.get_mut(&one.id) {
                Some(known) => {
                    let moved = known.due.max(due) - known.due.min(due);
                    if moved > SAME {
                        known.due = due;
                        // A full mailbox holds a later word already.
                        let _ = known.address.try_send(Moved { due });
                    }
                }
                None => {
                    let started = self.spawn(one.id, due);
                    live.insert(one.id, started);
                }
            }
        }
        metrics::gauge!("reminders_armed").set(live.len() as f64);
    }

    fn spawn(&self, id: i64, due: Instant) -> Live {
        let generation = next_generation();
        let (registry, keeper) = (self.clone(), self.inner.due.clone());
        let address = spawn_watched(
            Birth {
                arbiter: &self.inner.arbiters.any(),
                mailbox: MAILBOX,
                generation,
            },
            move |_| TaskActor::new(id, due, keeper),
            move |end| registry.forget(id, end),
        );
        Live {
            generation,
            address,
            due,
        }
    }

    fn forget(&self, id: i64, end: Ended) {
        let mut live = self.live();
        if live.get(&id).is_some_and(|one| one.generation == end.generation) {
            live.remove(&id);
        }
    }

    fn over(&self, id: i64) {
        let ended = self.live().remove(&id);
        if let Some(one) = ended {
            let _ = one.address.try_send(Over);
        }
    }

    /// Claims what is due, as much at once as waits.
    async fn keep(self, mut waiting: mpsc::Receiver<i64>) {
        let mut ids = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut ids, BATCH).await > 0 {
            ids.sort_unstable();
            ids.dedup();
            self.claim(&ids).await;
            ids.clear();
        }
    }

    async fn claim(&self, ids: &[i64]) {
        let asked = Instant::now();
        match self.inner.store.fire_reminders(ids).await {
            Ok(rung) => {
                let still: HashSet<i64> = rung.waiting.iter().map(|one| one.id).collect();
                let fired = ids.len() - still.len();
                metrics::counter!("reminders_claimed_total").increment(fired as u64);
                let told = rung.told.iter().map(|told| told.to);
                self.inner
                    .absent
                    .rang(told.filter(|person| !self.inner.sessions.is_here(*person)));
                self.inner.sessions.tell(rung.told);
                ids.iter()
                    .filter(|id| !still.contains(id))
                    .for_each(|id| self.over(*id));
                let mut live = self.live();
                for one in rung.waiting {
                    // What another replica holds at this moment is asked for again soon.
                    let due = asked + one.due_in.max(SAME) + LATER;
                    if let Some(known) = live.get_mut(&one.id) {
                        known.due = due;
                        let _ = known.address.try_send(Moved { due });
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, reminders = ids.len(), "due reminders wait for the store");
                let mut live = self.live();
                for id in ids {
                    if let Some(known) = live.get_mut(id) {
                        known.due = asked + AWAY;
                        let _ = known.address.try_send(Moved { due: known.due });
                    }
                }
            }
        }
    }

    async fn go_on(&self, task: &SeriesTask) -> Result<(), StoreError> {
        let zone = TimeZone::get(&task.time_zone).unwrap_or(TimeZone::UTC);
        let series = Series {
            first: task.first,
            last: task.occurrence,
            zone: &zone,
        };
        // A series that was slept over goes on with its next time, not with each that passed.
        let Some((occurrence, due_at)) = task.repeats.next(series, jiff::Timestamp::now()) else {
            tracing::error!(task = task.id, "a series has no next time");
            return Ok(());
        };
        debug_assert!(due_at >= instant(task.first, &zone));
        self.inner
            .store
            .continue_series(task.id, occurrence, due_at)
            .await
    }
}
