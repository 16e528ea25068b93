//! The hint bus: what changed here is told to whoever listens in this engine at once, and to the other engines by a
//! transport, if there is one. Telling never waits and never fails; a hint may be lost, a fact never is, because a
//! sweep stands behind each hint. It knows nothing of what a hint is about.

mod courier;
mod frames;
mod nats;

use async_trait::async_trait;
use bytes::Bytes;
use courier::Courier;
use domain::hint::Hint;
pub use nats::{Nats, NatsUrlError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};

/// Hints that may wait for the transport; what comes beyond is dropped and counted.
pub const QUEUE: usize = 8192;
/// Hints that may wait for the slowest listener; beyond it he skips the oldest and is told that he did.
pub const HEARD: usize = 4096;

/// The bus. Cheap to clone; the transport ends with the last clone.
#[derive(Clone)]
pub struct Bus {
    inner: Arc<Inner>,
}

struct Inner {
    kind: &'static str,
    /// To the courier, where there is a transport.
    outgoing: Option<mpsc::Sender<Hint>>,
    here: Arc<Here>,
}

/// What the courier shares with those who tell and listen.
struct Here {
    listeners: broadcast::Sender<Hint>,
    up: AtomicBool,
}

/// How the bus is: for `/api/health`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusState {
    /// `in process`, or the transport's.
    pub kind: &'static str,
    /// Engines can tell each other; always so where there is nothing between them.
    pub ok: bool,
    /// Hints that wait for the transport; [`QUEUE`] at most.
    pub waiting: usize,
}

/// What carries messages between engines. The bus connects it, and connects again for ever.
#[async_trait]
pub trait Transport: Send + 'static {
    /// Its name in health and figures.
    fn kind(&self) -> &'static str;

    /// How often and how much at once.
    fn pace(&self) -> Pace;

    /// A link on which messages of all engines come and go, our own included or not.
    ///
    /// # Errors
    /// [`Lost`] when nobody answers; the bus asks again.
    async fn connect(&mut self) -> Result<(Box<dyn Sending>, Box<dyn Receiving>), Lost>;
}

/// A transport's manners.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// From one batch to the next; what is told meanwhile is one batch.
    pub debounce: Duration,
    /// Bytes of the largest message.
    pub largest: usize,
}

/// The end of a link that takes messages.
#[async_trait]
pub trait Sending: Send {
    /// Sends these messages, in this order; each is JSON.
    ///
    /// # Errors
    /// [`Lost`] when they may not have gone out.
    async fn send(&mut self, messages: &[String]) -> Result<(), Lost>;
}

/// The end of a link that gives messages.
#[async_trait]
pub trait Receiving: Send {
    /// The next message. Dropped while it waits, it has lost none.
    ///
    /// # Errors
    /// [`Lost`] when no more will come.
    async fn receive(&mut self) -> Result<Bytes, Lost>;
}

/// A link is down. The text is for the log: it holds no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Lost(pub String);

impl Bus {
    /// A bus within this engine.
    pub fn in_process() -> Self {
        metrics::gauge!("bus_up").set(1.0);
        Self::new("in process", None, true)
    }

    /// A bus that reaches other engines as well. The transport's work is done on the runtime that this is called on.
    pub fn over(transport: Box<dyn Transport>) -> Self {
        let (outgoing, told) = mpsc::channel(QUEUE);
        let bus = Self::new(transport.kind(), Some(outgoing), false);
        let courier = Courier::new(transport, told, bus.inner.here.clone());
        tokio::spawn(courier.run());
        bus
    }

    fn new(kind: &'static str, outgoing: Option<mpsc::Sender<Hint>>, up: bool) -> Self {
        // There from the start, to be watched.
        for why in [FULL, NOT_TAKEN, TOO_LARGE, UNREAD] {
            metrics::counter!("hints_dropped_total", "why" => why).increment(0);
        }
        let here = Arc::new(Here {
            listeners: broadcast::Sender::new(HEARD),
            up: AtomicBool::new(up),
        });
        Self {
            inner: Arc::new(Inner { kind, outgoing, here }),
        }
    }

    /// Tells everybody: who listens here at once, the other engines as soon as the transport takes it.
    pub fn publish(&self, hint: Hint) {
        if self.inner.outgoing.is_some() {
            self.tell_others(hint.clone());
        }
        if self.inner.here.listeners.receiver_count() > 0 {
            let _ = self.inner.here.listeners.send(hint);
        }
    }

    /// Tells the other engines; who listens here has been told the thing itself.
    pub fn tell_others(&self, hint: Hint) {
        if let Some(outgoing) = &self.inner.outgoing
            && outgoing.try_send(hint).is_err()
        {
            dropped(FULL, 1);
        }
    }

    /// The same; the hint is made only if somebody could hear it.
    pub fn publish_with(&self, hint: impl FnOnce() -> Hint) {
        if self.inner.outgoing.is_some() || self.inner.here.listeners.receiver_count() > 0 {
            self.publish(hint());
        }
    }

    /// Hears what is told from now on, here and elsewhere, each hint once. Who is too slow is told how many he missed,
    /// and looks at everything again.
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.inner.here.listeners.subscribe()
    }

    /// How it is now.
    pub fn state(&self) -> BusState {
        let outgoing = self.inner.outgoing.as_ref();
        BusState {
            kind: self.inner.kind,
            ok: self.inner.here.up.load(Ordering::Relaxed),
            waiting: outgoing.map_or(0, |queue| QUEUE - queue.capacity()),
        }
    }
}

/// Why hints were not got: the queue had no place, no link took their batch, no message could hold one; or this
/// engine did not read a message in time.
const FULL: &str = "full";
const NOT_TAKEN: &str = "not taken";
const TOO_LARGE: &str = "too large";
const UNREAD: &str = "unread";

/// Counts hints that somebody won't get.
fn dropped(why: &'static str, hints: usize) {
    if hints > 0 {
        let hints = u64::try_from(hints).unwrap_or(u64::MAX);
        metrics::counter!("hints_dropped_total", "why" => why).increment(hints);
    }
}
