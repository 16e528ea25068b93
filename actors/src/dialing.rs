//! Places the calls that people ask for and looks after them: claims a row, asks the carrier, and when nobody can tell what became
//! of that, looks before it asks again. Woken by who made the row, and by a tick behind every doorbell. It answers no webhook.

use crate::sessions::Sessions;
use domain::call::CarrierStatus;
use domain::entities::Phone;
use domain::ids::CallSid;
use domain::outgoing::{Kind, Outcome, State, agent_leg_ended};
use gateways::twilio::rest::{CallUpdate, NewCall, RestError, TwilioRest};
use store::outgoing_calls::OutgoingRow;
use store::{Store, StoreError};

/// A call whose making was not confirmed is looked for so often; the carrier's lists are a little late.
const LOOK_MS: i64 = 4_000;
/// If it is in no list after so long, it was not taken.
const SURELY_NOT_MS: i64 = 10_000;
/// Nobody waits longer for a call to begin.
const GIVE_UP_MS: i64 = 90_000;
/// A call under way is looked up when nothing was heard of it for so long.
const UNDER_WAY_MS: i64 = 30_000;
/// How many calls one tick looks after.
const AT_ONCE: usize = 50;
/// Seconds that the agent's phone rings.
const RING_SECONDS: u32 = 25;

/// Places calls. Cheap to clone.
#[derive(Clone)]
pub struct Dialer {
    store: Store,
    /// `None` without an account: nothing can be placed.
    rest: Option<TwilioRest>,
    /// Scheme and host that the carrier reaches us at.
    public_host: String,
    sessions: Sessions,
}

impl Dialer {
    /// A dialer; it does nothing by itself.
    pub fn new(store: Store, rest: Option<TwilioRest>, public_host: String, sessions: Sessions) -> Self {
        Self {
            store,
            rest,
            public_host,
            sessions,
        }
    }

    /// Whether there is a carrier to place calls with.
    pub fn is_ready(&self) -> bool {
        self.rest.is_some() && !self.public_host.is_empty()
    }

    /// Looks after whatever nobody looks after, fifty at most.
    ///
    /// # Errors
    /// What the store says; the next tick goes on.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        for _ in 0..AT_ONCE {
            let Some(claimed) = self.store.claim_outgoing(None).await? else {
                break;
            };
            self.look_after(claimed).await?;
        }
        Ok(())
    }

    /// Looks after this call now, if nobody does; what fails is the sweep's.
    pub async fn ring(&self, id: i64) {
        let done = async {
            match self.store.claim_outgoing(Some(id)).await? {
                Some(claimed) => self.look_after(claimed).await,
                None => Ok(()),
            }
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, call = id, "a call waits for the sweep");
        }
    }

    async fn look_after(&self, claimed: OutgoingRow) -> Result<(), StoreError> {
        let Some(rest) = &self.rest else {
            return self.ended(&claimed, Outcome::CarrierAway).await;
        };
        match (claimed.state, claimed.kind) {
            (State::Waiting, Kind::Bridge) => self.place(rest, &claimed).await,
            (State::Waiting, Kind::TakeOver) => self.take_over(rest, &claimed).await,
            (State::Placing, Kind::Bridge) => self.find(rest, &claimed).await,
            // Moving a call twice moves it once: the carrier's document for it is the same.
            (State::Placing, Kind::TakeOver) if claimed.age_ms < SURELY_NOT_MS => {
                self.take_over(rest, &claimed).await
            }
            _ => self.look_up(rest, &claimed).await,
        }
    }

    async fn place(&self, rest: &TwilioRest, claimed: &OutgoingRow) -> Result<(), StoreError> {
        let (Ok(to), Ok(from)) = (
            Phone::parse(&claimed.agent_phone),
            Phone::parse(&claimed.our_number),
        ) else {
            return self.ended(claimed, Outcome::CarrierRefused).await;
        };
        let address =
            |what: &str| format!("{}/webhook/outgoing/{what}?call={}", self.public_host, claimed.id);
        let (url, status) = (address("agent"), address("status"));
        let new = NewCall {
            to: &to,
            from: &from,
            url: &url,
            status_callback: &status,
            ring_seconds: RING_SECONDS,
        };
        match rest.create_call(&new, &format!("outgoing-{}", claimed.id)).await {
            Ok(call) => self.placed(claimed, &call.sid).await,
            Err(RestError::Refused { status, code }) => {
                tracing::warn!(status, code, call = claimed.id, "the carrier refused a call");
                self.ended(claimed, Outcome::CarrierRefused).await
            }
            Err(RestError::Credentials | RestError::NotFound) => {
                tracing::error!("the carrier refuses our credentials: no call can be placed");
                self.ended(claimed, Outcome::CarrierRefused).await
            }
            Err(error) => {
                // It may have been taken: nothing is asked again before somebody has looked.
                tracing::warn!(%error, call = claimed.id, "whether a call was placed is not known");
                self.store.put_back_outgoing(claimed, LOOK_MS, false).await
            }
        }
    }

    /// Somebody asked the carrier for this call, and nobody knows whether it was heard.
    async fn find(&self, rest: &TwilioRest, claimed: &OutgoingRow) -> Result<(), StoreError> {
        let since = claimed.requested_at;
        let parties = (claimed.our_number.as_str(), claimed.agent_phone.as_str());
        match rest
            .find_call(parties, since, &format!("outgoing-{}", claimed.id))
            .await
        {
            Ok(Some(call)) => self.placed(claimed, &call.sid).await,
            Ok(None) if claimed.age_ms >= SURELY_NOT_MS && claimed.waited_ms < GIVE_UP_MS => {
                self.store.put_back_outgoing(claimed, 0, true).await
            }
            Ok(None) if claimed.waited_ms >= GIVE_UP_MS => self.ended(claimed, Outcome::CarrierAway).await,
            Ok(None) => self.store.put_back_outgoing(claimed, LOOK_MS, false).await,
            // What can't be looked up may be ringing: it is never asked for again, only looked up.
            Err(error) => {
                tracing::warn!(%error, call = claimed.id, "a call could not be looked for");
                self.store.put_back_outgoing(claimed, LOOK_MS, false).await
            }
        }
    }

    async fn placed(&self, claimed: &OutgoingRow, sid: &CallSid) -> Result<(), StoreError> {
        if self.store.outgoing_placed(claimed.id, sid).await?.is_none() {
            tracing::warn!(call = claimed.id, "a call was placed that is over already");
        }
        self.look_again(claimed);
        Ok(())
    }

    /// The running call goes on with the document that puts it through.
    async fn take_over(&self, rest: &TwilioRest, claimed: &OutgoingRow) -> Result<(), StoreError> {
        let Some(sid) = claimed
            .call_sid
            .as_deref()
            .and_then(|sid| CallSid::parse(sid).ok())
        else {
            return self.ended(claimed, Outcome::CallerHungUp).await;
        };
        let url = format!("{}/webhook/outgoing/caller?call={}", self.public_host, claimed.id);
        let update = CallUpdate::Redirect { url: &url };
        match rest
            .update_call(&sid, update, &format!("outgoing-{}", claimed.id))
            .await
        {
            Ok(()) => self.placed(claimed, &sid).await,
            Err(RestError::CallOver | RestError::NotFound) => {
                self.ended(claimed, Outcome::CallerHungUp).await
            }
            Err(RestError::Refused { .. } | RestError::Credentials) => {
                self.ended(claimed, Outcome::CarrierRefused).await
            }
            Err(error) => {
                tracing::warn!(%error, call = claimed.id, "whether a call was moved is not known");
                self.store.put_back_outgoing(claimed, LOOK_MS, false).await
            }
        }
    }

    /// Nothing was heard of it for a while: the carrier knows whether its leg lives.
    async fn look_up(&self, rest: &TwilioRest, claimed: &OutgoingRow) -> Result<(), StoreError> {
        let Some(sid) = claimed
            .call_sid
            .as_deref()
            .and_then(|sid| CallSid::parse(sid).ok())
        else {
            return self.ended(claimed, Outcome::CarrierAway).await;
        };
        let status = match rest.call(&sid, &format!("outgoing-{}", claimed.id)).await {
            Ok(row) => row.carrier_status(),
            Err(RestError::NotFound) => Some(CarrierStatus::Failed),
            Err(error) => {
                tracing::debug!(%error, call = claimed.id, "a call could not be looked up");
                None
            }
        };
        match status.filter(|status| status.is_final()) {
            None => self.store.put_back_outgoing(claimed, UNDER_WAY_MS, false).await,
            Some(_) if claimed.kind == Kind::TakeOver => self.ended(claimed, Outcome::CallerHungUp).await,
            Some(status) => {
                self.store.outgoing_status(&sid, status, None).await?;
                self.ended(claimed, agent_leg_ended(claimed.state, status)).await
            }
        }
    }

    async fn ended(&self, claimed: &OutgoingRow, outcome: Outcome) -> Result<(), StoreError> {
        self.store.end_outgoing(claimed.id, outcome, None).await?;
        metrics::counter!("outgoing_calls_total", "outcome" => outcome.as_str()).increment(1);
        self.look_again(claimed);
        Ok(())
    }

    /// Ends a call that runs, at the carrier. A leg that is over already is as good.
    ///
    /// # Errors
    /// What the carrier says when it does not end it.
    pub async fn hang_up(&self, sid: &CallSid) -> Result<(), RestError> {
        let Some(rest) = &self.rest else {
            return Err(RestError::Unreachable);
        };
        match rest
            .update_call(sid, CallUpdate::Complete, &format!("hang-up-{sid}"))
            .await
        {
            Ok(()) | Err(RestError::CallOver | RestError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The card and the list of live calls look again.
    pub fn look_again(&self, call: &OutgoingRow) {
        if let Some(customer) = call.customer {
            self.sessions.hint(call.business, &format!("customer:{customer}"));
        }
        self.sessions.hint(call.business, "calls");
    }
}
