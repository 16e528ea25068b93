//! Providers in order: the first healthy one is asked, the next one beside it when it is slow, the next one at once when it fails.
//! Called by the pipeline's transcribe, reply and synthesise steps and by streaming calls. It retries nobody, outlives no budget,
//! and never says what was asked or answered.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep_until, timeout};

use crate::breaker::{Breaker, BreakerPolicy, BreakerState, Outcome, Permit};
use crate::provider::ProviderError;

/// At most this many are asked at the same time: a hedge is a second opinion, not a storm.
const BESIDE: usize = 2;

/// One provider of a chain.
#[derive(Debug, Clone)]
pub struct Link<P> {
    /// For results, logs and metrics: `openai`, `local`.
    pub name: String,
    /// Cheap to clone: an `Arc` or a client.
    pub provider: P,
    /// How long one call may take.
    pub time_limit: Duration,
    pub policy: BreakerPolicy,
}

/// How a chain spends its time.
#[derive(Debug, Clone, Copy)]
pub struct ChainSettings {
    /// After this long without an answer the next provider is asked beside. `None`: never.
    pub hedge_after: Option<Duration>,
}

impl Default for ChainSettings {
    fn default() -> Self {
        ChainSettings {
            hedge_after: Some(Duration::from_secs(1)),
        }
    }
}

/// An answer, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    pub value: T,
    /// The name of the provider.
    pub by: Arc<str>,
    /// From the first question to this answer.
    pub took: Duration,
    /// Whether another one was asked beside.
    pub hedged: bool,
}

/// Why one provider gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It was asked.
    Failed { error: ProviderError, took: Duration },
    /// Its breaker is open: it wasn't asked.
    Resting,
    /// The budget was spent before its turn came.
    NoTimeLeft,
}

/// Nobody answered. Lists every provider in the order in which they fell out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct AllFailed {
    pub failures: Vec<(Arc<str>, Failure)>,
}

impl fmt::Display for AllFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no provider answered")?;
        for (name, failure) in &self.failures {
            match failure {
                Failure::Failed { error, took } => write!(f, "; {name}: {error} ({} ms)", took.as_millis())?,
                Failure::Resting => write!(f, "; {name}: resting after failures")?,
                Failure::NoTimeLeft => write!(f, "; {name}: no time left")?,
            }
        }
        Ok(())
    }
}

/// Something to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Answered {
        took: Duration,
    },
    Failed {
        error: ProviderError,
        took: Duration,
    },
    /// It was asked beside one that is slow.
    Hedged,
    /// It lost to another one and was dropped.
    Dropped {
        took: Duration,
    },
    Breaker(BreakerState),
}

/// Told every event with the provider's name.
pub type Observer = Arc<dyn Fn(&str, &Event) + Send + Sync>;

struct Seat<P> {
    name: Arc<str>,
    provider: P,
    time_limit: Duration,
    breaker: Mutex<Breaker>,
}

/// Providers in order, each with its own time limit and breaker. Shared by all calls: breakers learn from each of them.
pub struct Chain<P> {
    seats: Vec<Seat<P>>,
    settings: ChainSettings,
    observer: Option<Observer>,
}

impl<P> fmt::Debug for Chain<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.seats.iter().map(|seat| &seat.name))
            .finish()
    }
}

impl<P: Clone> Chain<P> {
    /// The first link is the one that is preferred.
    pub fn new(links: Vec<Link<P>>, settings: ChainSettings) -> Chain<P> {
        let now = Instant::now().into_std();
        let seats = links.into_iter().map(|link| Seat {
            name: link.name.into(),
            provider: link.provider,
            time_limit: link.time_limit,
            breaker: Mutex::new(Breaker::new(link.policy, now)),
        });
        Chain {
            seats: seats.collect(),
            settings,
            observer: None,
        }
    }

    /// Tells this observer what happens, for metrics.
    pub fn observed(mut self, observer: Observer) -> Chain<P> {
        self.observer = Some(observer);
        self
    }

    /// How many providers there are.
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// The state of each provider's breaker, in order.
    pub fn health(&self) -> Vec<(Arc<str>, BreakerState)> {
        self.seats
            .iter()
            .map(|seat| (seat.name.clone(), seat.lock().state()))
            .collect()
    }

    /// Asks until one answers, for at most `budget`. `call` gets a provider and the time that it has.
    /// Dropping the returned future drops every question; breakers don't hold that against anybody.
    pub async fn run<T, F, Fut>(&self, budget: Duration, call: F) -> Result<Answered<T>, AllFailed>
    where
        F: Fn(P, Duration) -> Fut,
        Fut: Future<Output = Result<T, ProviderError>>,
    {
        let started = Instant::now();
        let mut race = Race {
            chain: self,
            call,
            deadline: started + budget,
            next: 0,
            failures: Vec::new(),
            hedged: false,
        };
        let mut asked = FuturesUnordered::new();
        asked.extend(race.ask());
        let mut last = Instant::now();
        loop {
            let hedge_at = self.settings.hedge_after.map(|after| last + after);
            let may_hedge = hedge_at.is_some() && race.next < self.seats.len() && asked.len() < BESIDE;
            tokio::select! {
                biased;
                answer = asked.next() => match answer {
                    None => return Err(AllFailed { failures: race.failures }),
                    Some((seat, Ok(value), _)) => {
                        let by = self.seats[seat].name.clone();
                        return Ok(Answered { value, by, took: started.elapsed(), hedged: race.hedged });
                    }
                    Some((seat, Err(error), took)) => {
                        race.failures.push((self.seats[seat].name.clone(), Failure::Failed { error, took }));
                        asked.extend(race.ask());
                        last = Instant::now();
                    }
                },
                () = sleep_until(hedge_at.unwrap_or(last)), if may_hedge => {
                    if let Some(question) = race.ask() {
                        race.hedged = true;
                        self.tell(&self.seats[race.next - 1].name, &Event::Hedged);
                        asked.push(question);
                    }
                    last = Instant::now();
                }
            }
        }
    }
}

impl<P> Chain<P> {
    fn tell(&self, name: &str, event: &Event) {
        match event {
            Event::Breaker(state) => tracing::warn!(provider = name, ?state, "breaker"),
            other => tracing::debug!(provider = name, event = ?other, "provider"),
        }
        if let Some(observer) = &self.observer {
            observer(name, event);
        }
    }
}

impl<P> Seat<P> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One run of a chain.
struct Race<'a, P, F> {
    chain: &'a Chain<P>,
    call: F,
    deadline: Instant,
    next: usize,
    failures: Vec<(Arc<str>, Failure)>,
    hedged: bool,
}

impl<'a, P: Clone, F> Race<'a, P, F> {
    /// Asks the next provider that may be asked, or nobody. Each call of this uses at least one provider up.
    fn ask<T, Fut>(
        &mut self,
    ) -> Option<impl Future<Output = (usize, Result<T, ProviderError>, Duration)> + use<'a, P, F, T, Fut>>
    where
        F: Fn(P, Duration) -> Fut,
        Fut: Future<Output = Result<T, ProviderError>>,
    {
        let chain = self.chain;
        while let Some(seat) = chain.seats.get(self.next) {
            let at = self.next;
            self.next += 1;
            let now = Instant::now();
            let left = self.deadline.saturating_duration_since(now);
            if left.is_zero() {
                self.failures.push((seat.name.clone(), Failure::NoTimeLeft));
                continue;
            }
            // A statement of its own: the lock must not be held while the observer runs.
            let admitted = seat.lock().admit(now.into_std());
            let Ok(permit) = admitted else {
                self.failures.push((seat.name.clone(), Failure::Resting));
                continue;
            };
            let limit = seat.time_limit.min(left);
            // A provider that began late and was cut by the budget isn't to blame for it; the first one had its chance.
            let fair = at == 0 || limit == seat.time_limit;
            let asked = Asked {
                chain,
                seat,
                permit,
                started: now,
                fair,
                settled: false,
            };
            let answer = (self.call)(seat.provider.clone(), limit);
            return Some(async move {
                let result = timeout(limit, answer)
                    .await
                    .unwrap_or(Err(ProviderError::Timeout));
                let took = asked.settle(&result);
                (at, result, took)
            });
        }
        None
    }
}

/// A question that is out. Dropped before its answer it gives its permit back, so that a lost probe doesn't block a breaker.
struct Asked<'a, P> {
    chain: &'a Chain<P>,
    seat: &'a Seat<P>,
    permit: Permit,
    started: Instant,
    fair: bool,
    settled: bool,
}

impl<P> Asked<'_, P> {
    fn settle<T>(mut self, result: &Result<T, ProviderError>) -> Duration {
        self.settled = true;
        let took = self.started.elapsed();
        let outcome = match result {
            Ok(_) => Outcome::Good { took },
            Err(error) if blames_provider(error, self.fair) => Outcome::Bad { took },
            Err(_) => Outcome::Dropped { took },
        };
        self.record(outcome);
        if let Err(ProviderError::RetryAfter(Some(wait))) = result {
            self.seat.lock().rest(*wait, Instant::now().into_std());
        }
        let event = match result {
            Ok(_) => Event::Answered { took },
            Err(error) => Event::Failed {
                error: error.clone(),
                took,
            },
        };
        self.chain.tell(&self.seat.name, &event);
        took
    }

    fn record(&self, outcome: Outcome) {
        let changed = self
            .seat
            .lock()
            .record(self.permit, outcome, Instant::now().into_std());
        if let Some(state) = changed {
            self.chain.tell(&self.seat.name, &Event::Breaker(state));
        }
    }
}

impl<P> Drop for Asked<'_, P> {
    fn drop(&mut self) {
        if !self.settled {
            let took = self.started.elapsed();
            self.record(Outcome::Dropped { took });
            self.chain.tell(&self.seat.name, &Event::Dropped { took });
        }
    }
}

/// A refusal is about one request (a text too long, a voice unknown): the next request may be fine.
fn blames_provider(error: &ProviderError, fair: bool) -> bool {
    match error {
        ProviderError::Refused(_) => false,
        ProviderError::Timeout => fair,
        _ => true,
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
