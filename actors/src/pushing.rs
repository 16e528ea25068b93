//! Pushes to closed tabs: planned from reminders that ring unanswered, claimed, sent, ended. One task, woken by a tick and
//! by a doorbell; what it does is rows first, so a kill at any point repeats a push at most once, under the same topic, and
//! loses none. It never decides whether a reminder rings, and only it tries a push again.

mod absent;
mod words;

pub use absent::{Absent, PAGES_RETURN};

use crate::faults;
use domain::access::UserId;
use futures_util::FutureExt;
use gateways::web_push::{Outcome, Push, PushService, Subscriber};
use rand::Rng;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use store::pushes::{About, ClaimedPush, PushEnd};
use store::recordings::Worker;
use store::{Store, StoreError};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// Makes the address that answers a reminder for somebody without a log-in.
pub type ActionLink = Box<dyn Fn(i64, UserId) -> String + Send + Sync>;

/// Bounds of pushing.
#[derive(Debug, Clone, Copy)]
pub struct PushingLimits {
    /// Pushes on their way at once.
    pub at_once: usize,
    /// Of one business.
    pub share: usize,
    /// A claim is held so long; longer than one push may take.
    pub lease: Duration,
    /// How often the rows are looked at unasked.
    pub tick: Duration,
    /// After the first failure that said nothing of when to come back; twice as long after each other one.
    pub retry: Duration,
}

impl Default for PushingLimits {
    fn default() -> Self {
        Self {
            at_once: 64,
            share: 16,
            lease: Duration::from_secs(30),
            tick: Duration::from_millis(500),
            retry: Duration::from_secs(5),
        }
    }
}

/// So many have ended before others are claimed, while some are on their way: a claim is work for the database.
const REFILL: usize = 8;
/// Reminders planned in one statement.
const PLANNED: i64 = 500;
/// A push is given up after so many tries, or when it is this old: its reminder's next stages have been pushed since.
const TRIES: i16 = 20;
const OLDEST: Duration = Duration::from_secs(24 * 3600);
/// How long a push service keeps it for a browser that is away.
const TTL: Duration = Duration::from_secs(24 * 3600);
/// The longest we wait unasked.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// How a try of a push ends; `over`: there was nothing to tell any more.
const OUTCOMES: [&str; 7] = [
    "delivered",
    "over",
    "gone",
    "later",
    "refused",
    "too_large",
    "given_up",
];
/// How long a stop waits for what is on its way.
const PATIENCE: Duration = Duration::from_secs(5);

/// What pushing needs.
pub struct Pushing {
    pub store: Store,
    pub worker: Worker,
    pub service: Arc<PushService>,
    pub link: ActionLink,
    pub limits: PushingLimits,
    /// Rung by whoever makes something to push.
    pub bell: PushBell,
}

/// Says that there may be something to push. Cheap to clone; a missed one costs a tick.
#[derive(Clone, Default)]
pub struct PushBell(Arc<Notify>);

impl PushBell {
    /// Rings.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Running.
pub struct PushingTask {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl PushingTask {
    /// Claims nothing more, and waits a little for what is on its way; what is left is sent by the next life.
    pub async fn stop(self) {
        self.stop.cancel();
        if self.task.await.is_err() {
            tracing::warn!("pushing had ended already");
        }
    }
}

impl Pushing {
    /// Starts it on the current runtime.
    pub fn start(self) -> PushingTask {
        let (bell, stop) = (self.bell.clone(), CancellationToken::new());
        metrics::gauge!("queue_bound", "queue" => "pushes").set(self.limits.at_once as f64);
        metrics::gauge!("queue_depth", "queue" => "pushes").set(0.0);
        for outcome in OUTCOMES {
            metrics::counter!("pushes_total", "outcome" => outcome).increment(0);
        }
        let (this, stopped) = (Arc::new(self), stop.clone());
        let task = tokio::spawn(async move {
            while !stopped.is_cancelled() {
                let life = AssertUnwindSafe(this.clone().run(&bell, &stopped));
                if life.catch_unwind().await.is_err() {
                    tracing::error!("pushing panicked: it begins anew");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        });
        PushingTask { stop, task }
    }

    async fn run(self: Arc<Self>, bell: &PushBell, stop: &CancellationToken) {
        let mut sending = JoinSet::new();
        let mut freed = false;
        // Whether to plan, and whether there may be something to claim.
        let (mut look, mut more) = (true, true);
        let mut ended = 0;
        let mut ticks = tokio::time::interval(self.limits.tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            if !freed {
                freed = self.free_earlier_claims().await;
            }
            if std::mem::take(&mut look) {
                self.plan().await;
            }
            if std::mem::take(&mut more) {
                ended = 0;
                self.claim(&mut sending).await;
            }
            metrics::gauge!("queue_depth", "queue" => "pushes").set(sending.len() as f64);
            tokio::select! {
                () = stop.cancelled() => {}
                _ = ticks.tick() => (look, more) = (true, true),
                () = bell.0.notified() => (look, more) = (true, true),
                Some(one) = sending.join_next() => {
                    noted(one);
                    ended += 1;
                    while let Some(one) = sending.try_join_next() {
                        noted(one);
                        ended += 1;
                    }
                    more = ended >= REFILL || sending.is_empty();
                }
            }
        }
        let rest = async {
            while let Some(ended) = sending.join_next().await {
                noted(ended);
            }
        };
        // Dropped, the others are broken off; their leases end by themselves.
        let _ = tokio::time::timeout(PATIENCE, rest).await;
    }

    /// What an earlier life of this engine had in hand may be sent at once.
    async fn free_earlier_claims(&self) -> bool {
        match self.store.free_pushes(&self.worker).await {
            Ok(_) => true,
            Err(error) => {
                tracing::debug!(%error, "claims of an earlier life wait");
                false
            }
        }
    }

    async fn plan(&self) {
        loop {
            match self.store.plan_pushes(PLANNED).await {
                Ok(planned) => {
                    faults::pass("push_planned", if planned.pushes > 0 { "after" } else { "idle" });
                    let made = u64::try_from(planned.pushes).unwrap_or(0);
                    metrics::counter!("pushes_planned_total").increment(made);
                    if planned.reminders < PLANNED {
                        return;
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "no pushes are planned now");
                    return;
                }
            }
        }
    }

    /// Begins what there is a place for.
    async fn claim(self: &Arc<Self>, sending: &mut JoinSet<()>) {
        let free = self.limits.at_once.saturating_sub(sending.len());
        if free == 0 {
            return;
        }
        let (lease, share) = (self.limits.lease, self.limits.share as i64);
        let claimed = match self
            .store
            .claim_pushes(&self.worker, lease, free as i64, share)
            .await
        {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::debug!(%error, "no pushes can be claimed now");
                return;
            }
        };
        for push in claimed {
            let this = self.clone();
            sending.spawn(async move { this.handle(push).await });
        }
    }

    async fn handle(&self, push: ClaimedPush) {
        let outcome = self.send(&push).await;
        if outcome.is_some() {
            faults::pass("push_sent", "after");
        }
        let (told, kept) = self.keep(&push, outcome).await;
        metrics::counter!("pushes_total", "outcome" => told).increment(1);
        match kept {
            // A later one has its place.
            Ok(()) | Err(StoreError::Fenced) => {}
            Err(error) => {
                tracing::warn!(%error, push = push.id, "how a push went could not be kept: it may be sent again")
            }
        }
    }

    /// `None`: there is nothing to tell any more.
    async fn send(&self, push: &ClaimedPush) -> Option<Outcome> {
        let act = match &push.about {
            About::Over | About::Replaced => return None,
            About::Due(due) => Some((self.link)(due.reminder, push.user)),
            About::Digest { .. } | About::Test => None,
        };
        let payload = words::payload(push, act, jiff::Timestamp::now());
        let to = Subscriber {
            endpoint: push.endpoint.clone(),
            p256dh: push.p256dh.clone(),
            auth: push.auth.clone(),
        };
        let what = Push {
            payload: payload.as_bytes(),
            topic: &push.topic,
            ttl: TTL,
        };
        Some(self.service.send(&to, what).await)
    }

    /// Keeps how it went; and the word for it.
    async fn keep(
        &self,
        push: &ClaimedPush,
        outcome: Option<Outcome>,
    ) -> (&'static str, Result<(), StoreError>) {
        let store = &self.store;
        match outcome {
            None => {
                let replaced = matches!(push.about, About::Replaced);
                let end = if replaced {
                    PushEnd::Replaced
                } else {
                    PushEnd::Answered
                };
                ("over", store.end_push(push, end).await)
            }
            Some(Outcome::Delivered) => ("delivered", store.end_push(push, PushEnd::Sent).await),
            Some(Outcome::Gone) => ("gone", store.browser_gone(push.subscription).await),
            Some(Outcome::TooLarge) => {
                tracing::error!(push = push.id, "a push was too large");
                (
                    "too_large",
                    store.end_push(push, PushEnd::Unfit("too large")).await,
                )
            }
            Some(Outcome::Refused(reason)) => {
                tracing::warn!(push = push.id, why = reason, "a push was refused");
                ("refused", store.end_push(push, PushEnd::Refused(&reason)).await)
            }
            Some(Outcome::TryAgain(asked)) => {
                let wait = asked.unwrap_or_else(|| backoff(self.limits.retry, push.attempt));
                if push.attempt >= TRIES || push.age + wait > OLDEST {
                    return ("given_up", store.end_push(push, PushEnd::GivenUp).await);
                }
                ("later", store.put_push_off(push, wait, asked.is_some()).await)
            }
        }
    }
}

fn noted(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a push broke off: its lease will run out");
    }
}

/// Twice as long after each try, never in step with others.
fn backoff(first: Duration, attempt: i16) -> Duration {
    let doubled = u32::from(attempt.saturating_sub(1).clamp(0, 10).unsigned_abs());
    let wait = first.saturating_mul(1 << doubled).min(LONGEST_WAIT);
    wait.mul_f64(rand::rng().random_range(0.8..1.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_somewhere() {
        let first = Duration::from_secs(5);
        for (attempt, seconds) in [(1, 5.0), (2, 10.0), (5, 80.0), (9, 900.0), (i16::MAX, 900.0)] {
            let wait = backoff(first, attempt).as_secs_f64();
            assert!(
                (seconds * 0.8..=seconds * 1.2).contains(&wait),
                "{attempt}: {wait}"
            );
        }
    }
}
