//! The pipeline's doorbell, as the switchboard has it: says for whom a recording that comes in is claimed, and rings.
//! It waits for nobody: a bell that nobody hears is found by the sweep.

use super::{CallOver, PipelineLimits, RecordingDoorbell, RecordingPipeline, Works};
use crate::supervision::Supervised;
use domain::ids::CallSid;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::recordings::{Claimed, Release, Worker};

/// The doorbell.
pub struct Doorbell {
    pipeline: Supervised<RecordingPipeline>,
    works: Arc<Works>,
    lease: Duration,
}

impl Doorbell {
    /// Of this pipeline over these works.
    pub fn new(pipeline: Supervised<RecordingPipeline>, works: Arc<Works>, limits: PipelineLimits) -> Self {
        Self {
            pipeline,
            works,
            lease: limits.lease,
        }
    }

    /// For whom a recording is claimed in the commit that takes it in: for this engine while it has a place, else for
    /// nobody, and whoever has one finds it.
    pub fn claim_for(&self) -> Option<(Worker, Duration)> {
        let free = self.works.places.load(Ordering::Relaxed) > 0 && !self.works.stop.is_cancelled();
        free.then(|| (self.works.worker.clone(), self.lease))
    }

    /// A recording is there.
    pub fn ring(&self, bell: RecordingDoorbell) {
        let claimed = bell.claimed.clone();
        if self.pipeline.address().try_send(bell).is_err() {
            metrics::counter!("doorbells_missed_total").increment(1);
            if let Some(claimed) = claimed {
                let works = self.works.clone();
                actix::spawn(async move { works.let_go(&claimed).await });
            }
        }
    }

    /// A call is over. Refused by a full mailbox, the sweep finds the call.
    pub fn call_over(&self, sid: &CallSid) {
        let _ = self.pipeline.address().try_send(CallOver {
            call_sid: sid.clone(),
        });
    }
}

impl Works {
    /// Gives back a claim under which nothing was tried.
    pub(super) async fn let_go(&self, claimed: &Claimed) {
        let release = Release {
            wait: Duration::ZERO,
            why: "no place",
            spent: false,
        };
        let released = self
            .store
            .release_recording(&claimed.recording_sid, claimed.claim_no, release)
            .await;
        if let Err(error) = released {
            tracing::warn!(recording = claimed.recording_sid, %error, "a claim runs out unused");
        }
    }
}
