//! A call's actor: who asks is answered when the turn has ended, or told that it is late; it ends by
//! itself; and an actor that panics is noticed.

use super::*;
use crate::supervision::{Arbiters, Birth, Ended, crashes, next_generation, spawn_watched};
use domain::call::{CallPolicy, Clip, OnFailure, Spoken, Step, Then};
use domain::ids::AudioHash;

fn actor(timing: CallTiming) -> CallActor {
    CallActor::new(
        CallState::new(CallPolicy {
            turn_limit: 5,
            on_failure: OnFailure::Message,
            waits: 1,
        }),
        timing,
    )
}

const QUICK: CallTiming = CallTiming {
    park: Duration::from_millis(40),
    idle: Duration::from_secs(5),
};
const PATIENT: CallTiming = CallTiming {
    park: Duration::from_secs(60),
    idle: Duration::from_secs(60),
};

fn replied() -> Outcome {
    Outcome::Replied {
        spoken: Spoken::Audio(AudioHash([1; 32])),
        then: Then::End,
        understood: true,
    }
}

fn ask(address: &Addr<CallActor>, turn: u16, wait: u8) -> oneshot::Receiver<TurnReply> {
    let (reply, answer) = oneshot::channel();
    assert!(address.try_send(TurnAsked { turn, wait, reply }).is_ok());
    answer
}

/// An actor on a thread of its own, and word of its end.
fn spawn(timing: CallTiming) -> (Addr<CallActor>, oneshot::Receiver<Ended>, Arbiters) {
    let arbiters = Arbiters::start(1);
    let (tell, told) = oneshot::channel();
    let birth = Birth {
        arbiter: &arbiters.any(),
        mailbox: 16,
        generation: next_generation(),
    };
    let address = spawn_watched(
        birth,
        move |_| actor(timing),
        move |end| {
            let _ = tell.send(end);
        },
    );
    (address, told, arbiters)
}

#[actix::test]
async fn who_asks_early_is_answered_when_the_turn_has_ended() {
    let (address, _, _arbiters) = spawn(PATIENT);
    let (one, two) = (ask(&address, 1, 0), ask(&address, 1, 0));
    assert!(
        address
            .try_send(TurnEnded {
                turn: 1,
                outcome: replied()
            })
            .is_ok()
    );
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert!(one.is_final);
    assert_eq!(one, two, "both are told the same");
    assert_eq!(
        one.answer.steps.first(),
        Some(&Step::Play(Clip::Speech(AudioHash([1; 32]))))
    );
}

#[actix::test]
async fn who_asks_late_is_answered_at_once() {
    let (address, _, _arbiters) = spawn(PATIENT);
    assert!(
        address
            .try_send(TurnEnded {
                turn: 1,
                outcome: replied()
            })
            .is_ok()
    );
    assert!(ask(&address, 1, 0).await.unwrap().is_final);
}

#[actix::test]
async fn a_late_reply_is_announced_and_at_last_given_up() {
    let (address, _, _arbiters) = spawn(QUICK);
    let first = ask(&address, 1, 0).await.unwrap();
    assert!(!first.is_final && first.answer.speaks());
    let last = ask(&address, 1, 1).await.unwrap();
    assert!(last.is_final && last.answer.speaks());
}

#[actix::test]
async fn a_final_status_ends_the_actor_and_nobody_calls_it_a_crash() {
    let before = crashes();
    let (address, ended, _arbiters) = spawn(PATIENT);
    assert!(
        address
            .try_send(StatusArrived {
                status: CarrierStatus::Completed
            })
            .is_ok()
    );
    assert!(!ended.await.unwrap().crashed);
    assert_eq!(crashes(), before);
}

#[actix::test]
async fn an_idle_call_is_put_away() {
    let timing = CallTiming {
        idle: Duration::from_millis(30),
        ..QUICK
    };
    let (_address, ended, _arbiters) = spawn(timing);
    assert!(!ended.await.unwrap().crashed);
}
