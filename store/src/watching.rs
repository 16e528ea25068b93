//! What the store tells those who watch it: how long its work takes, how full its pools and queues
//! are. Names of places only; never a statement's text, never a parameter.

use crate::connect::Store;
use deadpool_postgres::Pool;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// From how many milliseconds on work is logged; like the log's level it is the process's.
static SLOW_MS: AtomicU64 = AtomicU64::new(500);

/// Work that takes this long or longer is logged from now on.
pub fn log_slower_than(limit: Duration) {
    SLOW_MS.store(
        u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
        Ordering::Relaxed,
    );
}

/// A piece of database work has ended, waiting for its connection included.
pub(crate) fn took(caller: &'static Location<'static>, time: Duration) {
    let noun = noun(caller.file());
    metrics::histogram!("db_statement_seconds", "noun" => noun).record(time.as_secs_f64());
    let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    if ms >= SLOW_MS.load(Ordering::Relaxed) {
        metrics::counter!("db_slow_statements_total").increment(1);
        tracing::warn!(statement = %format_args!("{noun}:{}", caller.line()), ms, "a slow statement");
    }
}

/// `calls` of `store/src/calls.rs`.
fn noun(file: &'static str) -> &'static str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".rs").unwrap_or(name)
}

/// How full something bounded is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fullness {
    pub name: &'static str,
    pub now: usize,
    pub bound: usize,
}

/// A pool of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    pub name: &'static str,
    pub in_use: usize,
    pub open: usize,
    pub bound: usize,
    /// Those who wait for one.
    pub waiting: usize,
}

impl Store {
    /// The queues in front of the writers.
    pub fn queues(&self) -> [Fullness; 3] {
        let bound = crate::group_commit::QUEUE;
        [
            ("inbox", self.inbox.depth()),
            ("turn_answers", self.turn_answers.depth()),
            ("whatsapp_inbox", self.whatsapp.depth()),
        ]
        .map(|(name, now)| Fullness { name, now, bound })
    }

    /// The pools: the engine's own, and that of people's requests.
    pub fn pools(&self) -> [PoolUse; 2] {
        [pool_use("engine", &self.pool), pool_use("tenants", &self.tenants)]
    }
}

fn pool_use(name: &'static str, pool: &Pool) -> PoolUse {
    let status = pool.status();
    PoolUse {
        name,
        in_use: status.size.saturating_sub(status.available),
        open: status.size,
        bound: status.max_size,
        waiting: status.waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::noun;

    #[test]
    fn a_statement_goes_by_the_noun_of_its_file() {
        assert_eq!(noun("store/src/calls.rs"), "calls");
        assert_eq!(noun("calls.rs"), "calls");
        assert_eq!(noun("odd"), "odd");
    }
}
