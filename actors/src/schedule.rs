//! The process's clock: plain ticks by `tokio-cron-scheduler`, each a message or a short call.
//! It computes no due times (a cron of wall-clock hours is wrong after a daylight-saving change)
//! and does no work itself.

use crate::dialing::Dialer;
use crate::erasing::delete_at_carrier;
use crate::pipeline::{Beat, RecordingPipeline, Sweep};
use crate::reminders::Reminders;
use crate::sessions::Sessions;
use crate::supervision::Supervised;
use crate::switchboard::Switchboard;
use gateways::twilio::rest::TwilioRest;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use store::StoreError;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

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
    /// Reminders that are due soon.
    pub reminders: Duration,
    /// Pages that a hint did not reach.
    pub catch_up: Duration,
    /// Pages whose log-in may have ended.
    pub welcome: Duration,
    /// Changes of many customers, and files of them.
    pub customers: Duration,
    /// Requests to sign whose time has run out.
    pub signings: Duration,
    /// Calls that people make and nobody looks after.
    pub outgoing: Duration,
    /// Recordings of people who were erased, which the carrier still has.
    pub erasures: Duration,
}

impl Default for Ticks {
    fn default() -> Self {
        Self {
            sweep: Duration::from_secs(3),
            beat: Duration::from_secs(5),
            replay: Duration::from_secs(2),
            forget: Duration::from_secs(600),
            reminders: Duration::from_secs(2),
            catch_up: Duration::from_secs(4),
            welcome: Duration::from_secs(20),
            customers: Duration::from_secs(1),
            signings: Duration::from_secs(30),
            outgoing: Duration::from_secs(2),
            erasures: Duration::from_secs(30),
        }
    }
}

/// How often the store is asked for turns that a parked request waits for and another replica may
/// have ended. Below a second, so it is not a tick of the scheduler.
const LOOK: Duration = Duration::from_millis(250);

/// The scheduler ticks by the wall clock, which somebody may set. A step beyond this makes the schedule begin anew: else a
/// clock that is set back by an hour would stop every tick for an hour.
const STEP: Duration = Duration::from_secs(2);
/// How often the two clocks are compared.
const WATCH: Duration = Duration::from_secs(1);

/// What the ticks stir.
#[derive(Clone)]
pub struct Stirred {
    pub pipeline: Supervised<RecordingPipeline>,
    pub switchboard: Arc<Switchboard>,
    pub reminders: Reminders,
    pub sessions: Sessions,
    pub dialer: Dialer,
    /// Where recordings are kept besides; none without the carrier's credentials.
    pub carrier: Option<TwilioRest>,
}

/// The running schedule.
pub struct Schedule {
    keeper: tokio::task::JoinHandle<()>,
    look: tokio::task::JoinHandle<()>,
    stop: CancellationToken,
}

impl Schedule {
    /// Starts the ticks.
    ///
    /// # Errors
    /// What the scheduler says when it can't start.
    pub async fn start(ticks: Ticks, stirred: Stirred) -> Result<Self, JobSchedulerError> {
        let scheduler = scheduler(ticks, stirred.clone()).await?;
        let (stop, switchboard) = (CancellationToken::new(), stirred.switchboard.clone());
        let keeper = tokio::spawn(keep(scheduler, ticks, stirred, stop.clone()));
        let look = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                if let Err(error) = switchboard.calls.look_for_ended_turns().await {
                    tracing::debug!(%error, "parked requests wait for the store");
                }
            }
        });
        Ok(Self { keeper, look, stop })
    }

    /// No tick comes any more.
    pub async fn stop(self) {
        self.look.abort();
        self.stop.cancel();
        let _ = self.keeper.await;
    }
}

/// Watches the clock, and begins anew when it was set.
async fn keep(mut running: JobScheduler, ticks: Ticks, stirred: Stirred, stop: CancellationToken) {
    let mut before = (Instant::now(), SystemTime::now());
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(WATCH) => {}
        }
        let now = (Instant::now(), SystemTime::now());
        let stepped = stepped(before, now);
        before = now;
        if !stepped {
            continue;
        }
        tracing::warn!("the clock was set: the schedule begins anew");
        metrics::counter!("clock_steps_total").increment(1);
        match scheduler(ticks, stirred.clone()).await {
            Ok(anew) => shut(std::mem::replace(&mut running, anew)).await,
            Err(error) => tracing::error!(%error, "the schedule could not begin anew"),
        }
    }
    shut(running).await;
}

/// Whether the wall clock moved otherwise than time did.
fn stepped(before: (Instant, SystemTime), now: (Instant, SystemTime)) -> bool {
    let passed = now.0.duration_since(before.0);
    match now.1.duration_since(before.1) {
        Ok(shown) => shown.abs_diff(passed) > STEP,
        Err(_) => true,
    }
}

async fn shut(mut scheduler: JobScheduler) {
    if let Err(error) = scheduler.shutdown().await {
        tracing::debug!(%error, "the scheduler was gone already");
    }
}

async fn scheduler(ticks: Ticks, stirred: Stirred) -> Result<JobScheduler, JobSchedulerError> {
    let Stirred {
        pipeline,
        switchboard,
        reminders,
        sessions,
        dialer,
        carrier,
    } = stirred;
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
    let (store, many, told) = (
        switchboard.store.clone(),
        switchboard.store.clone(),
        sessions.clone(),
    );
    every(&scheduler, ticks.customers, "customers", move || {
        let (many, told) = (many.clone(), told.clone());
        async move { change_many(&many, &told).await }
    })
    .await?;
    let (signings, lookers) = (switchboard.store.clone(), sessions.clone());
    every(&scheduler, ticks.signings, "signings", move || {
        let (store, sessions) = (signings.clone(), lookers.clone());
        async move { end_signings(&store, &sessions).await }
    })
    .await?;
    every(&scheduler, ticks.outgoing, "outgoing calls", move || {
        let dialer = dialer.clone();
        async move { dialer.sweep().await }
    })
    .await?;
    if let Some(carrier) = carrier {
        let store = switchboard.store.clone();
        every(&scheduler, ticks.erasures, "erasures", move || {
            let (store, carrier) = (store.clone(), carrier.clone());
            async move { delete_at_carrier(&store, &carrier, ticks.erasures).await }
        })
        .await?;
    }
    let shown = sessions.clone();
    every(&scheduler, ticks.replay, "replay", move || {
        let (switchboard, sessions) = (switchboard.clone(), shown.clone());
        async move {
            switchboard.replay(&sessions).await;
            Ok(())
        }
    })
    .await?;
    every(&scheduler, ticks.forget, "forget", move || {
        let store = store.clone();
        async move { store.forget_the_past().await.map(drop) }
    })
    .await?;
    every(&scheduler, ticks.reminders, "reminders", move || {
        let reminders = reminders.clone();
        async move { reminders.look().await }
    })
    .await?;
    let behind = sessions.clone();
    every(&scheduler, ticks.catch_up, "catch up", move || {
        let behind = behind.clone();
        async move { behind.catch_up().await }
    })
    .await?;
    every(&scheduler, ticks.welcome, "welcome", move || {
        let sessions = sessions.clone();
        async move { sessions.leave_the_unwelcome().await }
    })
    .await?;
    scheduler.start().await?;
    Ok(scheduler)
}

/// Parts of jobs that one tick does: five hundred customers each.
const PARTS: usize = 40;

/// Does what there is to do to many customers; lists look again.
async fn change_many(store: &store::Store, sessions: &Sessions) -> Result<(), StoreError> {
    for _ in 0..PARTS {
        let changed = store.work_on_customers().await?.map(|(business, _)| business);
        let imported = store.work_on_imports().await?;
        for business in [changed, imported].into_iter().flatten() {
            sessions.hint(business, "customers");
        }
        if changed.is_none() && imported.is_none() {
            return Ok(());
        }
    }
    Ok(())
}

/// Ends requests to sign whose time has run out; open cards look again.
async fn end_signings(store: &store::Store, sessions: &Sessions) -> Result<(), StoreError> {
    for (business, customer) in store.end_signings().await? {
        sessions.hint(business, &format!("customer:{customer}"));
    }
    Ok(())
}

/// Repeats this; what failed is said, and made good by the next time.
async fn every<F, W>(
    scheduler: &JobScheduler,
    period: Duration,
    what: &'static str,
    work: F,
) -> Result<(), JobSchedulerError>
where
    F: Fn() -> W + Send + Sync + 'static,
    W: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let job = Job::new_repeated_async(period, move |_, _| {
        let done = work();
        Box::pin(async move {
            if let Err(error) = done.await {
                tracing::debug!(%error, what, "a tick did nothing");
            }
        })
    });
    scheduler.add(job?).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_drifts_is_not() {
        let (start, wall) = (Instant::now(), SystemTime::now());
        let second = Duration::from_secs(1);
        let hour = Duration::from_secs(3600);
        let now = |shown: SystemTime| stepped((start, wall), (start + second, shown));
        assert!(!now(wall + second));
        assert!(!now(wall + second + Duration::from_millis(900)));
        assert!(now(wall + hour));
        assert!(now(wall - hour));
    }
}
