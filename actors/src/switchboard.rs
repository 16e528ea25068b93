//! Where webhooks meet the engine: an event is made durable, then whoever must know is told, then
//! its answer is given. It never lets a webhook wait for anything slow, and it never fails: when
//! Postgres is away the spool keeps the event, and the caller is told what is true then.

use crate::call::{RecordingArrived, StatusArrived, TurnReply};
use crate::pipeline::{Doorbell, RecordingDoorbell};
use crate::registry::CallRegistry;
use crate::sessions::Sessions;
use crate::whatsapp::{WhatsappBell, tell};
use domain::ids::CallSid;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use store::directory::Directory;
use store::inbox::Event;
use store::recordings::Claimed;
use store::spool::Spool;
use store::turn_answers::TurnAnswer;
use store::whatsapp::Arrived;
use store::{Store, StoreError};

/// How long a webhook waits for its commit before the event goes to the spool, unless it is told otherwise.
pub const COMMIT_LIMIT: Duration = Duration::from_millis(1000);
/// After a failure Postgres is not tried by every webhook for this long.
const AWAY_FOR: Duration = Duration::from_millis(1500);

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is in Postgres; the answer given first stands.
    Committed { answer: String },
    /// It is on this machine's disk; nothing that needs Postgres can follow now.
    Spooled { answer: String },
    /// Neither took it. The caller is apologised to; the carrier still has its copy.
    Lost,
}

/// The switchboard.
pub struct Switchboard {
    pub store: Store,
    pub spool: Spool,
    pub calls: CallRegistry,
    pub directory: Directory,
    pub doorbell: Doorbell,
    commit_limit: Duration,
    away_since: Mutex<Option<Instant>>,
}

impl Switchboard {
    /// Wires the parts together.
    pub fn new(
        store: Store,
        spool: Spool,
        calls: CallRegistry,
        directory: Directory,
        doorbell: Doorbell,
    ) -> Self {
        Self {
            store,
            spool,
            calls,
            directory,
            doorbell,
            commit_limit: COMMIT_LIMIT,
            away_since: Mutex::new(None),
        }
    }

    /// The same with another limit for a webhook's commit.
    #[must_use]
    pub fn committing_within(self, commit_limit: Duration) -> Self {
        Self { commit_limit, ..self }
    }

    /// Makes the event durable and tells those it concerns. `spooled_answer` is what the carrier
    /// is told if Postgres can't take the event.
    pub async fn take(&self, mut event: Event, spooled_answer: String) -> Kept {
        if self.is_away() {
            return self.spool(event, spooled_answer).await;
        }
        if let Some(recording) = &mut event.recording {
            recording.claim_for = self.doorbell.claim_for();
        }
        match self.store.inbox.take(event.clone(), self.commit_limit).await {
            Ok(taken) => {
                self.tell(&event, taken.deliveries == 1, taken.claimed);
                Kept::Committed { answer: taken.answer }
            }
            Err(error) => {
                tracing::warn!(%error, kind = event.kind, "an event goes to the spool");
                if error.is_passing() {
                    self.went_away();
                }
                self.spool(event, spooled_answer).await
            }
        }
    }

    async fn spool(&self, mut event: Event, answer: String) -> Kept {
        event.answer = answer;
        match self.spool.append(event).await {
            Ok(answer) => Kept::Spooled { answer },
            Err(error) => {
                tracing::error!(%error, "neither Postgres nor the spool took an event");
                metrics::counter!("events_lost_total").increment(1);
                Kept::Lost
            }
        }
    }

    /// How long a webhook waits for its commit.
    pub(crate) fn commit_limit(&self) -> Duration {
        self.commit_limit
    }

    /// Keeps something of WhatsApp on this machine's disk.
    pub(crate) async fn spool_whatsapp(&self, one: Arrived) -> Kept {
        match self.spool.append_whatsapp(one).await {
            Ok(()) => Kept::Spooled {
                answer: String::new(),
            },
            Err(error) => {
                tracing::error!(%error, "neither Postgres nor the spool took something of WhatsApp");
                metrics::counter!("events_lost_total").increment(1);
                Kept::Lost
            }
        }
    }

    pub(crate) fn is_away(&self) -> bool {
        let away = self.away_since.lock().map(|since| *since).unwrap_or(None);
        away.is_some_and(|since| since.elapsed() < AWAY_FOR)
    }

    pub(crate) fn went_away(&self) {
        if let Ok(mut since) = self.away_since.lock() {
            *since = Some(Instant::now());
        }
    }

    /// Rings the doorbells for an event that is in the store.
    fn tell(&self, event: &Event, first: bool, claimed: Option<Box<Claimed>>) {
        let sid = &event.call_sid;
        if first && event.kind == "incoming_call" {
            let business = event.business.and_then(|id| self.directory.by_id(id));
            self.calls.call_rings(sid, business.as_deref());
            metrics::counter!("calls_started_total").increment(1);
        }
        if let Some(recording) = &event.recording {
            self.calls.tell(sid, RecordingArrived { turn: recording.turn });
            if claimed.is_some() || first && recording.rejected.is_none() {
                let business = claimed
                    .as_ref()
                    .map_or(event.business, |claimed| claimed.business);
                self.doorbell.ring(RecordingDoorbell {
                    recording_sid: recording.key.clone(),
                    business,
                    claimed,
                });
            }
        }
        if let Some(status) = event.status {
            self.calls.tell(sid, StatusArrived { status });
            if first && status.is_final() {
                metrics::counter!("calls_ended_total", "outcome" => status.as_str()).increment(1);
                self.doorbell.call_over(sid);
            }
        }
    }

    /// What the caller hears after this turn; waits for it as long as the carrier may be kept.
    ///
    /// # Errors
    /// When neither an actor nor the store can tell.
    pub async fn ask(&self, sid: &CallSid, turn: u16, wait: u8) -> Result<TurnReply, StoreError> {
        if self.is_away() {
            return Err(StoreError::Away("lately".into()));
        }
        self.calls.ask(sid, turn, wait).await
    }

    /// Keeps what the caller is told after a turn, and returns what stands. If the store is away
    /// the answer is given all the same: the caller is waiting for it.
    pub async fn settle(&self, sid: &CallSid, turn: u16, answer: String) -> String {
        let settled = self
            .store
            .turn_answers
            .settle(
                TurnAnswer {
                    call_sid: sid.clone(),
                    turn,
                    answer: answer.clone(),
                },
                self.commit_limit,
            )
            .await;
        settled.unwrap_or_else(|error| {
            tracing::warn!(%error, "an answer was given that could not be kept");
            answer
        })
    }

    /// Brings spooled events into Postgres and rings for them. Called by the schedule.
    pub async fn replay(&self, sessions: &Sessions) {
        if self.spool.waiting().await == 0 {
            return;
        }
        match self.spool.replay(&self.store).await {
            Ok(replayed) => {
                tracing::info!(recordings = replayed.recordings.len(), "the spool is empty");
                // The fetcher and the assistant find their rows with their next tick.
                let bell = WhatsappBell::default();
                replayed
                    .whatsapp
                    .iter()
                    .for_each(|took| tell(sessions, &bell, took));
                for recording_sid in replayed.recordings {
                    self.doorbell.ring(RecordingDoorbell {
                        recording_sid,
                        business: None,
                        claimed: None,
                    });
                }
            }
            Err(error) => tracing::debug!(%error, "the spool waits"),
        }
    }
}
