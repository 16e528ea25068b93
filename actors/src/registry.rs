//! The registry of live calls: call id to actor. It starts a call's actor when the first event
//! comes, rebuilds it from the store when it is not there (another replica had it, it crashed, it
//! was put away), and forgets it when it ends. Webhooks and the pipeline reach a call only here.

use crate::call::{CallActor, CallTiming, TurnAsked, TurnEnded, TurnReply};
use crate::supervision::{Arbiters, Birth, Ended, next_generation, spawn_watched};
use actix::Addr;
use actix::dev::ToEnvelope;
use actix::{Handler, Message};
use domain::business::Business;
use domain::call::{CallPolicy, CallState, OnFailure};
use domain::hint::Hint;
use domain::ids::{BusinessId, CallSid};
use gateways::bus::Bus;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use store::calls::CallRow;
use store::directory::Directory;
use store::{Store, StoreError};
use tokio::sync::oneshot;

/// Messages that may wait in a call's mailbox: a call has one carrier and one pipeline.
const MAILBOX: usize = 16;
/// Locks over the map, so that two threads seldom meet.
const SHARDS: usize = 16;

/// Live calls. Cheap to clone.
#[derive(Clone)]
pub struct CallRegistry {
    inner: Arc<Inner>,
}

struct Inner {
    shards: [Mutex<HashMap<CallSid, Live>>; SHARDS],
    arbiters: Arc<Arbiters>,
    store: Store,
    directory: Directory,
    timing: CallTiming,
    /// Turns that a carrier waits for, for those who look into the store on its behalf.
    asked: Mutex<HashMap<(CallSid, u16), u32>>,
    /// Live calls of each business.
    by_business: Mutex<HashMap<BusinessId, u32>>,
    bus: Bus,
}

struct Live {
    generation: u64,
    address: Addr<CallActor>,
    business: Option<BusinessId>,
}

/// Rules for a call of a business that nobody knows.
fn policy_of(business: Option<&Business>) -> CallPolicy {
    business.map_or(
        CallPolicy {
            turn_limit: 1,
            on_failure: OnFailure::HangUp,
            waits: 1,
        },
        |b| b.policy.clone(),
    )
}

/// The call's state as its rows tell it.
pub fn state_of(row: &CallRow, policy: CallPolicy) -> CallState {
    let mut state = CallState::new(policy);
    state.status_came(row.status);
    for turn in &row.turns {
        state.recording_came(turn.turn);
        if let Some(outcome) = &turn.outcome {
            state.turn_ended(turn.turn, outcome.clone());
        }
    }
    state
}

impl CallRegistry {
    /// An empty registry. What changes in calls is told on the bus.
    pub fn new(
        arbiters: Arc<Arbiters>,
        store: Store,
        directory: Directory,
        timing: CallTiming,
        bus: Bus,
    ) -> Self {
        let shards = std::array::from_fn(|_| Mutex::new(HashMap::new()));
        let asked = Mutex::new(HashMap::new());
        Self {
            inner: Arc::new(Inner {
                shards,
                arbiters,
                store,
                directory,
                timing,
                asked,
                by_business: Mutex::new(HashMap::new()),
                bus,
            }),
        }
    }

    fn shard(&self, sid: &CallSid) -> MutexGuard<'_, HashMap<CallSid, Live>> {
        let hash = sid
            .as_str()
            .bytes()
            .fold(0_usize, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
        match self.inner.shards[hash % SHARDS].lock() {
            Ok(shard) => shard,
            // A map is whole after every statement: a panic elsewhere did not break it.
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    fn find(&self, sid: &CallSid) -> Option<Addr<CallActor>> {
        self.shard(sid).get(sid).map(|live| live.address.clone())
    }

    /// Live calls on this replica.
    pub fn len(&self) -> usize {
        self.inner
            .shards
            .iter()
            .map(|s| s.lock().map_or(0, |s| s.len()))
            .sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A call rings: its actor starts. Called again for the same call it changes nothing.
    pub fn call_rings(&self, sid: &CallSid, business: Option<&Business>) {
        if self.find(sid).is_none() {
            self.start(sid, business.map(|b| b.id), CallState::new(policy_of(business)));
        }
        if let Some(business) = business {
            self.changed(business.id, sid);
        }
    }

    fn start(&self, sid: &CallSid, business: Option<BusinessId>, state: CallState) -> Addr<CallActor> {
        let mut shard = self.shard(sid);
        if let Some(live) = shard.get(sid) {
            return live.address.clone();
        }
        let generation = next_generation();
        let arbiter = self.inner.arbiters.near(sid.as_str());
        let timing = self.inner.timing;
        let (registry, ended) = (self.clone(), sid.clone());
        let address = spawn_watched(
            Birth {
                arbiter: &arbiter,
                mailbox: MAILBOX,
                generation,
            },
            move |_| CallActor::new(state, timing),
            move |end| registry.forget(&ended, end),
        );
        shard.insert(
            sid.clone(),
            Live {
                generation,
                address: address.clone(),
                business,
            },
        );
        self.count(business, 1);
        metrics::gauge!("calls_live").increment(1.0);
        address
    }

    fn forget(&self, sid: &CallSid, end: Ended) {
        let mut shard = self.shard(sid);
        if shard
            .get(sid)
            .is_some_and(|live| live.generation == end.generation)
        {
            let ended = shard.remove(sid);
            drop(shard);
            let business = ended.and_then(|live| live.business);
            self.count(business, -1);
            metrics::gauge!("calls_live").decrement(1.0);
            if let Some(business) = business {
                self.changed(business, sid);
            }
        }
    }

    fn count(&self, business: Option<BusinessId>, change: i32) {
        let Some(business) = business else { return };
        let mut counts = match self.inner.by_business.lock() {
            Ok(counts) => counts,
            Err(poisoned) => poisoned.into_inner(),
        };
        let now = counts.entry(business).or_default();
        *now = now.saturating_add_signed(change);
        if *now == 0 {
            counts.remove(&business);
        }
    }

    /// Live calls of a business on this replica.
    pub fn live_of(&self, business: BusinessId) -> u32 {
        let counts = self.inner.by_business.lock();
        counts.map_or(0, |counts| counts.get(&business).copied().unwrap_or(0))
    }

    /// Pages of the business look at this call again, whichever engine they hang on.
    fn changed(&self, business: BusinessId, sid: &CallSid) {
        self.inner.bus.publish_with(|| Hint::call(business, sid));
    }

    /// Pages of the business look at this customer again: a call has come to its end.
    pub fn customer_changed(&self, business: BusinessId, customer: i64) {
        self.inner.bus.publish(Hint::customer(business, customer));
    }

    /// Tells a live call; one that is not here learns it from its rows when it is needed.
    pub fn tell<M>(&self, sid: &CallSid, message: M)
    where
        M: Message<Result = ()> + Send + 'static,
        CallActor: Handler<M>,
        <CallActor as actix::Actor>::Context: ToEnvelope<CallActor, M>,
    {
        let found = self
            .shard(sid)
            .get(sid)
            .map(|live| (live.address.clone(), live.business));
        let Some((address, business)) = found else { return };
        if address.try_send(message).is_err() {
            // Full or gone: the rows hold it, and the watch over asked turns finds it there.
            metrics::counter!("call_messages_dropped_total").increment(1);
        }
        if let Some(business) = business {
            self.changed(business, sid);
        }
    }

    /// Asks what the caller hears after this turn, and waits for it.
    ///
    /// # Errors
    /// When the call is not here and the store can't be asked: the caller is told "a moment more".
    pub async fn ask(&self, sid: &CallSid, turn: u16, wait: u8) -> Result<TurnReply, StoreError> {
        let _asked = Asked::new(self, sid, turn);
        let limit = self.inner.timing.park + Duration::from_millis(500);
        // Twice: an actor that crashes under the question is rebuilt once.
        for _ in 0..2 {
            let address = match self.find(sid) {
                Some(address) => address,
                None => self.rebuild(sid).await?,
            };
            let (reply, answer) = oneshot::channel();
            if address.try_send(TurnAsked { turn, wait, reply }).is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
            match tokio::time::timeout(limit, answer).await {
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(_)) => {}
                Err(_) => break,
            }
        }
        Err(StoreError::Slow(limit))
    }

    async fn rebuild(&self, sid: &CallSid) -> Result<Addr<CallActor>, StoreError> {
        let row = self.inner.store.call(sid).await?;
        let business = row
            .as_ref()
            .and_then(|row| row.business)
            .and_then(|id| self.inner.directory.by_id(id));
        let policy = policy_of(business.as_deref());
        let state = match &row {
            Some(row) => state_of(row, policy),
            None => CallState::new(policy),
        };
        metrics::counter!("calls_rebuilt_total").increment(1);
        Ok(self.start(sid, row.and_then(|row| row.business), state))
    }

    /// Looks into the store for turns that a carrier waits for and another replica may have ended.
    /// One statement for all of them; the caller decides how often.
    pub async fn look_for_ended_turns(&self) -> Result<(), StoreError> {
        let waiting: Vec<(CallSid, u16)> = match self.inner.asked.lock() {
            Ok(asked) => asked.keys().cloned().collect(),
            Err(poisoned) => poisoned.into_inner().keys().cloned().collect(),
        };
        if waiting.is_empty() {
            return Ok(());
        }
        for ended in self.inner.store.ended_turns(&waiting).await? {
            if let Some(outcome) = ended.row.outcome {
                self.tell(
                    &ended.call_sid,
                    TurnEnded {
                        turn: ended.row.turn,
                        outcome,
                    },
                );
            }
        }
        Ok(())
    }
}

/// A turn that a carrier waits for, as long as it does.
struct Asked {
    registry: CallRegistry,
    key: (CallSid, u16),
}

impl Asked {
    fn new(registry: &CallRegistry, sid: &CallSid, turn: u16) -> Self {
        let key = (sid.clone(), turn);
        if let Ok(mut asked) = registry.inner.asked.lock() {
            *asked.entry(key.clone()).or_default() += 1;
        }
        Self {
            registry: registry.clone(),
            key,
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Ok(mut asked) = self.registry.inner.asked.lock()
            && let Some(count) = asked.get_mut(&self.key)
        {
            *count -= 1;
            if *count == 0 {
                asked.remove(&self.key);
            }
        }
    }
}
