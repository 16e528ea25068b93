//! The recording pipeline: one per process. Woken by a doorbell for each recording and by a sweep
//! for what the doorbell missed; works on at most N recordings at once and on no more than a fair
//! share of one business's. It schedules; the stages are in `stages`, what follows a call in
//! `wrapping`. It owns no timer: the schedule's ticks are messages to it.

mod answering;
mod doorbell;
mod ending;
mod hearing;
mod retry;
mod stages;
mod wrapping;

pub use doorbell::Doorbell;
pub use stages::{Judge, Works};

use actix::prelude::*;
use domain::ids::{BusinessId, CallSid};
use futures_util::FutureExt;
use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::recordings::Claimed;
use tokio::sync::oneshot;

/// Bounds of the pipeline.
#[derive(Debug, Clone, Copy)]
pub struct PipelineLimits {
    /// Recordings worked on at once.
    pub at_once: usize,
    /// Of one business; at least 2, so that a small engine still overlaps.
    pub share: usize,
    /// A claim is held so long without a heartbeat.
    pub lease: Duration,
    /// After the final status, until a call is wrapped up.
    pub grace: Duration,
    /// A call without events for so long is over though nobody said so.
    pub call_idle: Duration,
}

impl Default for PipelineLimits {
    fn default() -> Self {
        Self {
            at_once: 32,
            share: 8,
            lease: Duration::from_secs(30),
            grace: Duration::from_secs(3),
            call_idle: Duration::from_secs(900),
        }
    }
}

/// Doorbells that may wait for a free place; beyond it the sweep finds the rows.
const WAITING: usize = 1024;

/// The pipeline's actor.
pub struct RecordingPipeline {
    works: Arc<Works>,
    limits: PipelineLimits,
    /// What is worked on: recording to claim and business.
    held: HashMap<String, Held>,
    waiting: VecDeque<RecordingDoorbell>,
    sweeping: bool,
    draining: Option<oneshot::Sender<()>>,
}

struct Held {
    claim_no: Option<i32>,
    business: Option<BusinessId>,
}

/// A recording has come in: the row is there.
#[derive(Message, Clone, Debug)]
#[rtype(result = "()")]
pub struct RecordingDoorbell {
    pub recording_sid: String,
    pub business: Option<BusinessId>,
    /// It was claimed for us as it came in.
    pub claimed: Option<Box<Claimed>>,
}

/// A call is over: it can be wrapped up when its recordings are done.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct CallOver {
    pub call_sid: CallSid,
}

/// Look for what no doorbell told.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct Sweep;

/// Prolong the leases of what is being worked on.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct Beat;

/// Claim nothing more; answered when the last recording is done or let go.
#[derive(Message, Debug)]
#[rtype(result = "()")]
pub struct Drain {
    pub done: oneshot::Sender<()>,
}

/// A claim was won: its number is needed for the heartbeat.
#[derive(Message)]
#[rtype(result = "()")]
struct Won {
    recording_sid: String,
    claim_no: i32,
}

#[derive(Message)]
#[rtype(result = "()")]
struct WorkEnded {
    recording_sid: String,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Swept {
    claimed: Vec<Claimed>,
}

impl RecordingPipeline {
    /// A pipeline over these works.
    pub fn new(works: Arc<Works>, limits: PipelineLimits) -> Self {
        Self {
            works,
            limits,
            held: HashMap::new(),
            waiting: VecDeque::new(),
            sweeping: false,
            draining: None,
        }
    }

    fn has_place_for(&self, business: Option<BusinessId>) -> bool {
        let of_business = self
            .held
            .values()
            .filter(|held| held.business == business)
            .count();
        self.held.len() < self.limits.at_once && of_business < self.limits.share.max(2)
    }

    fn begin(&mut self, bell: RecordingDoorbell, ctx: &mut Context<Self>) {
        if let Some(claimed) = bell.claimed {
            self.hold(&bell.recording_sid, bell.business, Some(claimed.claim_no));
            let works = self.works.clone();
            return self.work(
                ctx,
                bell.recording_sid,
                async move { works.work_out(*claimed).await },
            );
        }
        if self.held.contains_key(&bell.recording_sid) {
            return;
        }
        self.hold(&bell.recording_sid, bell.business, None);
        let (works, lease, address) = (self.works.clone(), self.limits.lease, ctx.address());
        self.work(ctx, bell.recording_sid.clone(), async move {
            match works
                .store
                .claim_recording(&bell.recording_sid, &works.worker, lease)
                .await
            {
                Ok(Some(claimed)) => {
                    let won = Won {
                        recording_sid: claimed.recording_sid.clone(),
                        claim_no: claimed.claim_no,
                    };
                    let _ = address.try_send(won);
                    works.work_out(claimed).await;
                }
                // Somebody has it, or it is done: a doubled doorbell.
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "a recording could not be claimed: the sweep will find it")
                }
            }
        });
    }

    fn hold(&mut self, sid: &str, business: Option<BusinessId>, claim_no: Option<i32>) {
        self.held.insert(sid.to_owned(), Held { claim_no, business });
        self.count();
    }

    /// Says how many are worked on, and how many more could be.
    fn count(&self) {
        metrics::gauge!("queue_depth", "queue" => "recordings").set(self.held.len() as f64);
        let free = match self.draining {
            Some(_) => 0,
            None => self.limits.at_once.saturating_sub(self.held.len()),
        };
        self.works.places.store(free, Ordering::Relaxed);
    }

    /// A claim that can't be used now is given back for whoever has a place: nothing was tried under it.
    fn let_go(&self, bell: &mut RecordingDoorbell) {
        if let Some(claimed) = bell.claimed.take() {
            let works = self.works.clone();
            actix::spawn(async move { works.let_go(&claimed).await });
        }
    }

    /// Runs the work beside the actor; a panic in it ends that attempt and nothing else.
    fn work(&self, ctx: &mut Context<Self>, recording_sid: String, work: impl Future<Output = ()> + 'static) {
        let address = ctx.address();
        actix::spawn(async move {
            if AssertUnwindSafe(work).catch_unwind().await.is_err() {
                metrics::counter!("pipeline_panics_total").increment(1);
                tracing::error!(
                    recording_sid,
                    "work on a recording panicked: its lease will run out"
                );
            }
            // `send` waits for a place in the mailbox: this message must not be lost.
            let _ = address.send(WorkEnded { recording_sid }).await;
        });
    }

    fn fill(&mut self, ctx: &mut Context<Self>) {
        if self.draining.is_some() {
            return;
        }
        let mut kept = VecDeque::new();
        while let Some(bell) = self.waiting.pop_front() {
            if self.held.len() >= self.limits.at_once {
                kept.push_back(bell);
                break;
            }
            if self.has_place_for(bell.business) {
                self.begin(bell, ctx);
            } else {
                kept.push_back(bell);
            }
        }
        kept.append(&mut self.waiting);
        self.waiting = kept;
        metrics::gauge!("queue_depth", "queue" => "doorbells").set(self.waiting.len() as f64);
    }

    fn report_drained(&mut self) {
        if self.held.is_empty()
            && let Some(done) = self.draining.take()
        {
            let _ = done.send(());
        }
    }
}

impl Actor for RecordingPipeline {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        metrics::gauge!("queue_bound", "queue" => "recordings").set(self.limits.at_once as f64);
        metrics::gauge!("queue_bound", "queue" => "doorbells").set(WAITING as f64);
        metrics::gauge!("queue_depth", "queue" => "doorbells").set(0.0);
        self.count();
        ctx.notify(Sweep);
    }
}

impl Handler<RecordingDoorbell> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, mut bell: RecordingDoorbell, ctx: &mut Self::Context) {
        if self.draining.is_some() {
            self.let_go(&mut bell);
        } else if self.has_place_for(bell.business) {
            self.begin(bell, ctx);
        } else {
            self.let_go(&mut bell);
            if self.waiting.len() < WAITING {
                self.waiting.push_back(bell);
                metrics::gauge!("queue_depth", "queue" => "doorbells").set(self.waiting.len() as f64);
            }
        }
    }
}

impl Handler<Won> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, won: Won, _: &mut Self::Context) {
        if let Some(held) = self.held.get_mut(&won.recording_sid) {
            held.claim_no = Some(won.claim_no);
        }
    }
}

impl Handler<WorkEnded> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, ended: WorkEnded, ctx: &mut Self::Context) {
        self.held.remove(&ended.recording_sid);
        self.count();
        self.fill(ctx);
        self.report_drained();
    }
}

impl Handler<Sweep> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, _: Sweep, ctx: &mut Self::Context) {
        let free = self.limits.at_once.saturating_sub(self.held.len());
        if self.draining.is_some() || self.sweeping || free == 0 {
            return;
        }
        self.sweeping = true;
        let (works, limits, address) = (self.works.clone(), self.limits, ctx.address());
        let (free, share) = (free as i64, limits.share.max(2) as i64);
        actix::spawn(async move {
            let claimed = works
                .store
                .claim_due_recordings(&works.worker, limits.lease, free, share)
                .await
                .unwrap_or_else(|error| {
                    tracing::warn!(%error, "the sweep found no database");
                    Vec::new()
                });
            let _ = address.send(Swept { claimed }).await;
            works.wrap_up_calls(limits, None).await;
        });
    }
}

impl Handler<Swept> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, swept: Swept, ctx: &mut Self::Context) {
        self.sweeping = false;
        for claimed in swept.claimed {
            let sid = claimed.recording_sid.clone();
            // A doorbell for it may be trying at this moment: the newer claim is the valid one.
            self.hold(&sid, claimed.business, Some(claimed.claim_no));
            let works = self.works.clone();
            self.work(ctx, sid, async move { works.work_out(claimed).await });
        }
    }
}

impl Handler<CallOver> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, over: CallOver, _: &mut Self::Context) {
        let (works, limits) = (self.works.clone(), self.limits);
        actix::spawn(async move {
            // The grace is for events still on their way; a recording not done by then is found by the sweep.
            tokio::time::sleep(limits.grace + Duration::from_millis(50)).await;
            works.wrap_up_calls(limits, Some(&over.call_sid)).await;
        });
    }
}

impl Handler<Beat> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, _: Beat, _: &mut Self::Context) {
        let held: Vec<(String, i32)> = self
            .held
            .iter()
            .filter_map(|(sid, held)| Some((sid.clone(), held.claim_no?)))
            .collect();
        let (works, lease) = (self.works.clone(), self.limits.lease);
        actix::spawn(async move {
            if let Err(error) = works.store.prolong_leases(&works.worker, &held, lease).await {
                tracing::warn!(%error, "the leases could not be prolonged");
            }
        });
    }
}

impl Handler<Drain> for RecordingPipeline {
    type Result = ();

    fn handle(&mut self, drain: Drain, _: &mut Self::Context) {
        self.works.stop.cancel();
        self.draining = Some(drain.done);
        self.count();
        self.report_drained();
    }
}
