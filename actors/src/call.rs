//! One live call. Woken by its webhooks and by the pipeline; decides with `domain::call` what the
//! caller hears next and holds the carrier's request until it is known. It is a cache and a clock
//! over rows: it does no IO, and killed at any moment it is rebuilt the same from the store.

use actix::prelude::*;
use domain::call::{self, Answer, CallState, CarrierStatus, Outcome};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long a call waits for whom.
#[derive(Debug, Clone, Copy)]
pub struct CallTiming {
    /// A `next_turn` request is held at most so long: while it is held the caller hears nothing, and
    /// two seconds of nothing are too many. Twilio itself would wait for 15 s.
    pub park: Duration,
    /// A call that hears nothing from anybody for so long is put away; its rows stay.
    pub idle: Duration,
}

impl Default for CallTiming {
    fn default() -> Self {
        Self {
            park: Duration::from_millis(1900),
            idle: Duration::from_secs(300),
        }
    }
}

/// What the caller hears after a turn, and whether it is the turn's own answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnReply {
    pub answer: Answer,
    /// The turn has ended (or was given up): this answer stands for ever. Else it is "a moment
    /// more", and the next request may hear something else.
    pub is_final: bool,
}

/// A call's actor.
pub struct CallActor {
    state: CallState,
    timing: CallTiming,
    /// The one watchdog: who must act next, and since when nobody did.
    idle: Option<SpawnHandle>,
    parked: Vec<Parked>,
}

struct Parked {
    turn: u16,
    wait: u8,
    reply: oneshot::Sender<TurnReply>,
}

/// A recording of this turn is in the store.
#[derive(Message)]
#[rtype(result = "()")]
pub struct RecordingArrived {
    pub turn: u16,
}

/// A status came, in whatever order.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StatusArrived {
    pub status: CarrierStatus,
}

/// The pipeline, here or on another replica, has ended this turn.
#[derive(Message, Clone)]
#[rtype(result = "()")]
pub struct TurnEnded {
    pub turn: u16,
    pub outcome: Outcome,
}

/// The carrier asks what comes after this turn; answered when it is known, or late.
#[derive(Message)]
#[rtype(result = "()")]
pub struct TurnAsked {
    pub turn: u16,
    pub wait: u8,
    pub reply: oneshot::Sender<TurnReply>,
}

impl CallActor {
    /// An actor over the call as its rows tell it.
    pub fn new(state: CallState, timing: CallTiming) -> Self {
        Self {
            state,
            timing,
            idle: None,
            parked: Vec::new(),
        }
    }

    /// Somebody acted: the watchdog starts again.
    fn stir(&mut self, ctx: &mut Context<Self>) {
        if let Some(idle) = self.idle.take() {
            ctx.cancel_future(idle);
        }
        self.idle = Some(ctx.run_later(self.timing.idle, |_, ctx| ctx.stop()));
    }

    fn answer_parked(&mut self) {
        let state = &self.state;
        self.parked.retain_mut(|parked| match state.answer(parked.turn) {
            Some(answer) => {
                settle(
                    parked,
                    TurnReply {
                        answer,
                        is_final: true,
                    },
                );
                false
            }
            None => true,
        });
    }

    /// The reply is late: those who have waited long enough are told so.
    fn answer_late(&mut self, turn: u16, wait: u8) {
        let policy = self.state.policy();
        self.parked.retain_mut(|parked| {
            if (parked.turn, parked.wait) != (turn, wait) {
                return true;
            }
            settle(parked, late(policy, turn, wait));
            false
        });
    }
}

/// What is said when the reply is not there in time.
pub fn late(policy: &call::CallPolicy, turn: u16, wait: u8) -> TurnReply {
    TurnReply {
        answer: call::late(policy, turn, wait),
        is_final: wait >= policy.waits,
    }
}

fn settle(parked: &mut Parked, reply: TurnReply) {
    let (unused, _) = oneshot::channel();
    // The carrier may have gone: then nobody hears it, and the row says what was meant.
    let _ = std::mem::replace(&mut parked.reply, unused).send(reply);
}

impl Actor for CallActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.stir(ctx);
    }
}

impl Handler<RecordingArrived> for CallActor {
    type Result = ();

    fn handle(&mut self, message: RecordingArrived, ctx: &mut Self::Context) {
        self.stir(ctx);
        self.state.recording_came(message.turn);
    }
}

impl Handler<StatusArrived> for CallActor {
    type Result = ();

    fn handle(&mut self, message: StatusArrived, ctx: &mut Self::Context) {
        self.stir(ctx);
        if self.state.status_came(message.status) {
            ctx.stop();
        }
    }
}

impl Handler<TurnEnded> for CallActor {
    type Result = ();

    fn handle(&mut self, message: TurnEnded, ctx: &mut Self::Context) {
        self.stir(ctx);
        self.state.turn_ended(message.turn, message.outcome);
        self.answer_parked();
    }
}

impl Handler<TurnAsked> for CallActor {
    type Result = ();

    fn handle(&mut self, message: TurnAsked, ctx: &mut Self::Context) {
        self.stir(ctx);
        let TurnAsked { turn, wait, reply } = message;
        if !self.state.is_ended(turn) {
            self.state.recording_came(turn);
            ctx.run_later(self.timing.park, move |actor, _| actor.answer_late(turn, wait));
        }
        self.parked.push(Parked { turn, wait, reply });
        self.answer_parked();
    }
}

#[cfg(test)]
mod tests;
