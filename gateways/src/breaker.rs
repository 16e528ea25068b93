//! A circuit breaker: stops asking a party that fails or is too slow, tries it again with one probe, lets it return by itself.
//! Called by `chain`, one per provider. Pure: the time is an argument, it never waits, locks or logs.
//! Figures: facts/RELIABILITY 2c (Semian #244 on single probes; Deepgram, October 2024: up, but over 10 s for two hours).

use std::time::{Duration, Instant};

/// When to stop asking and when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// How far back calls count.
    pub window: Duration,
    /// Fewer calls than this in the window decide nothing.
    pub min_calls: u32,
    /// From this share of errors on it opens, in percent.
    pub error_percent: u32,
    /// It opens when the 95th percentile is above this. `None`: slowness alone never opens it.
    pub latency_budget: Option<Duration>,
    /// How long it stays open before a probe, and how long a probe may be out before another is sent.
    pub open_for: Duration,
}

impl Default for BreakerPolicy {
    /// 20 calls in 10 s, 50 % errors, 15 s open. A quiet engine wants a longer window and fewer calls.
    fn default() -> Self {
        BreakerPolicy {
            window: Duration::from_secs(10),
            min_calls: 20,
            error_percent: 50,
            latency_budget: None,
            open_for: Duration::from_secs(15),
        }
    }
}

/// Leave to make one call. To be given back with what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Permit {
    /// Calls let through before the last change of state say nothing about the state after it.
    generation: u64,
    /// Whether everything hangs on this call.
    pub probe: bool,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Good {
        took: Duration,
    },
    Bad {
        took: Duration,
    },
    /// Nobody waited for its end. Counts only if it was already over the latency budget.
    Dropped {
        took: Duration,
    },
}

/// No leave: the party is resting until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resting {
    pub until: Instant,
}

/// What a breaker is doing, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    Closed,
    Open,
    /// One probe is out.
    HalfOpen,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen { since: Instant },
}

const SLOTS: usize = 10;

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Which tenth of a window since the start this slot counts.
    tick: u64,
    calls: u32,
    errors: u32,
    slow: u32,
}

/// The breaker of one party.
#[derive(Debug)]
pub struct Breaker {
    policy: BreakerPolicy,
    start: Instant,
    state: State,
    generation: u64,
    slots: [Slot; SLOTS],
}

impl Breaker {
    /// A closed breaker. Ticks are counted from `now`.
    pub fn new(policy: BreakerPolicy, now: Instant) -> Breaker {
        Breaker {
            policy,
            start: now,
            state: State::Closed,
            generation: 0,
            slots: [Slot::default(); SLOTS],
        }
    }

    /// What it is doing.
    pub fn state(&self) -> BreakerState {
        match self.state {
            State::Closed => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Asks for leave to make a call. In half-open exactly one call is out; a probe that never comes back is replaced.
    pub fn admit(&mut self, now: Instant) -> Result<Permit, Resting> {
        match self.state {
            State::Closed => {
                return Ok(Permit {
                    generation: self.generation,
                    probe: false,
                });
            }
            State::Open { until } if now < until => return Err(Resting { until }),
            State::HalfOpen { since } if now < since + self.policy.open_for => {
                return Err(Resting {
                    until: since + self.policy.open_for,
                });
            }
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
        self.change(State::HalfOpen { since: now });
        Ok(Permit {
            generation: self.generation,
            probe: true,
        })
    }

    /// Tells what came of a call that was let through. Gives the new state if it changed.
    pub fn record(&mut self, permit: Permit, outcome: Outcome, now: Instant) -> Option<BreakerState> {
        if permit.generation != self.generation {
            return None;
        }
        let slow = |took| self.policy.latency_budget.is_some_and(|budget| took > budget);
        match (self.state, outcome) {
            (State::HalfOpen { .. }, Outcome::Good { took }) if !slow(took) => self.change(State::Closed),
            // A dropped probe proves nothing either way: the next call may be the probe.
            (State::HalfOpen { .. }, Outcome::Dropped { took }) if !slow(took) => {
                self.change(State::Open { until: now })
            }
            (State::HalfOpen { .. }, _) => self.open(now),
            (State::Closed, Outcome::Dropped { took }) if !slow(took) => return None,
            (State::Closed, outcome) => {
                let (error, took) = match outcome {
                    Outcome::Good { took } | Outcome::Dropped { took } => (false, took),
                    Outcome::Bad { took } => (true, took),
                };
                self.count(error, slow(took), now);
                if !self.is_ill(now) {
                    return None;
                }
                self.open(now);
            }
            (State::Open { .. }, _) => return None,
        }
        Some(self.state())
    }

    /// The party itself has asked to be left alone (`Retry-After`): open for that long, at most a minute.
    pub fn rest(&mut self, wait: Duration, now: Instant) {
        self.change(State::Open {
            until: now + wait.min(Duration::from_secs(60)),
        });
    }

    fn open(&mut self, now: Instant) {
        self.change(State::Open {
            until: now + self.policy.open_for,
        });
    }

    fn change(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
        self.slots = [Slot::default(); SLOTS];
    }

    fn tick(&self, now: Instant) -> u64 {
        let width = (self.policy.window / SLOTS as u32).max(Duration::from_millis(1));
        (now.saturating_duration_since(self.start).as_nanos() / width.as_nanos()) as u64
    }

    fn count(&mut self, error: bool, slow: bool, now: Instant) {
        let tick = self.tick(now);
        let slot = &mut self.slots[(tick % SLOTS as u64) as usize];
        if slot.tick != tick {
            *slot = Slot {
                tick,
                ..Slot::default()
            };
        }
        slot.calls += 1;
        slot.errors += u32::from(error);
        slot.slow += u32::from(slow);
    }

    fn is_ill(&self, now: Instant) -> bool {
        let oldest = self.tick(now).saturating_sub(SLOTS as u64 - 1);
        let (mut calls, mut errors, mut slow) = (0u64, 0u64, 0u64);
        for slot in self.slots.iter().filter(|slot| slot.tick >= oldest) {
            calls += u64::from(slot.calls);
            errors += u64::from(slot.errors);
            slow += u64::from(slot.slow);
        }
        // More than one call in twenty over the budget is a 95th percentile over the budget.
        calls >= u64::from(self.policy.min_calls.max(1))
            && (errors * 100 >= calls * u64::from(self.policy.error_percent) || slow * 20 > calls)
    }
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
