//! The only place where an actor is started. actix's own supervisor does not survive a panic and
//! hands out dead addresses, so every actor here runs watched: whoever keeps it is told when it
//! ended and whether it crashed, and makes a new one from the store.

use actix::dev::channel;
use actix::{Actor, Addr, Arbiter, ArbiterHandle, Context};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// An actor's end, as its keeper is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Which of the lives of this name it was.
    pub generation: u64,
    /// It panicked.
    pub crashed: bool,
}

static CRASHES: AtomicU64 = AtomicU64::new(0);
static GENERATIONS: AtomicU64 = AtomicU64::new(0);

/// Actors that panicked since the process started: tests fail on any.
pub fn crashes() -> u64 {
    CRASHES.load(Ordering::Relaxed)
}

/// A number that no earlier actor had.
pub fn next_generation() -> u64 {
    GENERATIONS.fetch_add(1, Ordering::Relaxed)
}

/// Threads that actors live on. An actor stays on the one it was born on.
pub struct Arbiters {
    all: Vec<Arbiter>,
    next: AtomicUsize,
}

impl Arbiters {
    /// Starts `count` threads, at least one.
    pub fn start(count: usize) -> Self {
        Self {
            all: (0..count.max(1)).map(|_| Arbiter::new()).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// The thread for this name.
    pub fn for_key(&self, key: &str) -> ArbiterHandle {
        let hash = key.bytes().fold(0_usize, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(byte.into())
        });
        self.all[hash % self.all.len()].handle()
    }

    /// The thread that asks, where actors can live on it: whoever starts an actor there need wake nobody. Else the
    /// one for this name.
    pub fn near(&self, key: &str) -> ArbiterHandle {
        Arbiter::try_current().unwrap_or_else(|| self.for_key(key))
    }

    /// Any thread, one after the other.
    pub fn any(&self) -> ArbiterHandle {
        self.all[self.next.fetch_add(1, Ordering::Relaxed) % self.all.len()].handle()
    }

    /// Lets the threads end.
    pub fn stop(&self) {
        for arbiter in &self.all {
            arbiter.stop();
        }
    }
}

/// How an actor is started.
pub struct Birth<'a> {
    pub arbiter: &'a ArbiterHandle,
    /// Messages that may wait. `try_send` beyond it fails, and the sender knows.
    pub mailbox: usize,
    pub generation: u64,
}

/// Starts an actor that can't die unnoticed: `on_end` is called once, on the actor's thread, when
/// it stopped or panicked.
pub fn spawn_watched<A, M, E>(birth: Birth<'_>, make: M, on_end: E) -> Addr<A>
where
    A: Actor<Context = Context<A>>,
    M: FnOnce(&mut Context<A>) -> A + Send + 'static,
    E: FnOnce(Ended) + Send + 'static,
{
    let (sender, receiver) = channel::channel(birth.mailbox);
    let generation = birth.generation;
    let name = short_name::<A>();
    birth.arbiter.spawn_fn(move || {
        let mut context = Context::with_receiver(receiver);
        let life = AssertUnwindSafe(async move {
            let actor = make(&mut context);
            context.into_future(actor).await;
        });
        metrics::gauge!("actors_alive", "actor" => name).increment(1.0);
        metrics::counter!("actor_crashes_total", "actor" => name).increment(0);
        actix::spawn(life.catch_unwind().map(move |end| {
            metrics::gauge!("actors_alive", "actor" => name).decrement(1.0);
            let crashed = end.is_err();
            if crashed {
                CRASHES.fetch_add(1, Ordering::Relaxed);
                metrics::counter!("actor_crashes_total", "actor" => name).increment(1);
                tracing::error!(
                    actor = std::any::type_name::<A>(),
                    generation,
                    "an actor panicked"
                );
            }
            on_end(Ended { generation, crashed });
        }));
    });
    Addr::new(sender)
}

/// `CallActor` of `actors::call::CallActor`.
fn short_name<A>() -> &'static str {
    let name = std::any::type_name::<A>();
    name.rsplit("::").next().unwrap_or(name)
}

/// Restarts of one actor within [`RESTART_PERIOD`] that are borne; one more and the process ends,
/// for whoever runs it to start it afresh.
const RESTARTS: usize = 5;
const RESTART_PERIOD: Duration = Duration::from_secs(30);
/// The exit status of an engine that gave up: `EX_SOFTWARE` of sysexits.
const GAVE_UP: i32 = 70;

/// An actor of which the process always has exactly one: made again when it crashes.
pub struct Supervised<A: Actor<Context = Context<A>>> {
    address: Arc<RwLock<Addr<A>>>,
}

impl<A: Actor<Context = Context<A>>> Clone for Supervised<A> {
    fn clone(&self) -> Self {
        Self {
            address: self.address.clone(),
        }
    }
}

/// How a supervised actor is made, and where it lives.
struct Cradle<A> {
    arbiter: ArbiterHandle,
    mailbox: usize,
    make: Box<dyn Fn() -> A + Send + Sync>,
}

impl<A: Actor<Context = Context<A>>> Supervised<A> {
    /// Starts the actor; `make` is called again for each life.
    pub fn start(
        arbiter: ArbiterHandle,
        mailbox: usize,
        make: impl Fn() -> A + Send + Sync + 'static,
    ) -> Self {
        let cradle = Arc::new(Cradle {
            arbiter,
            mailbox,
            make: Box::new(make),
        });
        let (sender, _) = channel::channel(1);
        // A place for the address; the first birth fills it before anybody can read it.
        let address = Arc::new(RwLock::new(Addr::new(sender)));
        bear(cradle, address.clone(), Vec::new());
        Self { address }
    }

    /// The living actor's address. Ask for it each time: it changes with each life.
    pub fn address(&self) -> Addr<A> {
        match self.address.read() {
            Ok(address) => address.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
}

fn bear<A: Actor<Context = Context<A>>>(
    cradle: Arc<Cradle<A>>,
    place: Arc<RwLock<Addr<A>>>,
    mut crashes: Vec<Instant>,
) {
    let birth = Birth {
        arbiter: &cradle.arbiter,
        mailbox: cradle.mailbox,
        generation: next_generation(),
    };
    let (making, again, next_place) = (cradle.clone(), cradle.clone(), place.clone());
    let address = spawn_watched(
        birth,
        move |_| (making.make)(),
        move |end| {
            if !end.crashed {
                return;
            }
            crashes.retain(|at| at.elapsed() < RESTART_PERIOD);
            crashes.push(Instant::now());
            if crashes.len() > RESTARTS {
                tracing::error!(
                    actor = std::any::type_name::<A>(),
                    "crashed too often: the process ends"
                );
                std::process::exit(GAVE_UP);
            }
            let wait = Duration::from_millis(100 << crashes.len().min(6));
            actix::spawn(async move {
                tokio::time::sleep(wait).await;
                bear(again, next_place, crashes);
            });
        },
    );
    match place.write() {
        Ok(mut held) => *held = address,
        Err(poisoned) => *poisoned.into_inner() = address,
    }
}

#[cfg(test)]
mod tests;
