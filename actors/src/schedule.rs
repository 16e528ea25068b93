//! The process's clock: plain ticks by `tokio-cron-scheduler`, each a message or a short call.
//! It computes no due times (a cron of wall-clock hours is wrong after a daylight-saving change)
//! and does no work itself.

use crate::pipeline::{Beat, RecordingPipeline, Sweep};
use crate::supervision::Supervised;
use crate::switchboard::Switchboard;
use std::sync::Arc;
use std::time::Duration;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Periods of the ticks.
#[derive(Debug, Clone, Copy)]
pub struct Ticks {
    /// Work that no doorbell told of.
    pub sweep: Duration,
    /// Leases.
    pub beat: Duration,
    /// Spooled events.
    pub replay: Duration,
    /// Rows of people that are past.
    pub forget: Duration,
}

impl Default for Ticks {
    fn default() -> Self {
        Self {
            sweep: Duration::from_secs(3),
            beat: Duration::from_secs(5),
            replay: Duration::from_secs(2),
            forget: Duration::from_secs(600),
        }
    }
}

/// How often the store is asked for turns that a parked request waits for and another replica may
/// have ended. Below a second, so it is not a tick of the scheduler.
const LOOK: Duration = Duration::from_millis(250);

/// The running schedule.
pub struct Schedule {
    scheduler: JobScheduler,
    look: tokio::task::JoinHandle<()>,
}

impl Schedule {
    /// Starts the ticks.
    ///
    /// # Errors
    /// What the scheduler says when it can't start.
    pub async fn start(
        ticks: Ticks,
        pipeline: Supervised<RecordingPipeline>,
        switchboard: Arc<Switchboard>,
    ) -> Result<Self, JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        let sweep = pipeline.clone();
        scheduler
            .add(Job::new_repeated(ticks.sweep, move |_, _| {
                // A full mailbox means that it is busy: the next tick is soon.
                let _ = sweep.address().try_send(Sweep);
            })?)
            .await?;
        scheduler
            .add(Job::new_repeated(ticks.beat, move |_, _| {
                if pipeline.address().try_send(Beat).is_err() {
                    tracing::warn!("a heartbeat was missed");
                }
            })?)
            .await?;
        let replay = switchboard.clone();
        scheduler
            .add(Job::new_repeated_async(ticks.replay, move |_, _| {
                let replay = replay.clone();
                Box::pin(async move { replay.replay().await })
            })?)
            .await?;
        let forget = switchboard.clone();
        scheduler
            .add(Job::new_repeated_async(ticks.forget, move |_, _| {
                let forget = forget.clone();
                Box::pin(async move {
                    if let Err(error) = forget.store.forget_the_past().await {
                        tracing::debug!(%error, "what is past stays until the next tick");
                    }
                })
            })?)
            .await?;
        scheduler.start().await?;
        let look = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                if let Err(error) = switchboard.calls.look_for_ended_turns().await {
                    tracing::debug!(%error, "parked requests wait for the store");
                }
            }
        });
        Ok(Self { scheduler, look })
    }

    /// No tick comes any more.
    pub async fn stop(mut self) {
        self.look.abort();
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::debug!(%error, "the scheduler was gone already");
        }
    }
}
