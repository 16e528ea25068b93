//! An actor that panics is noticed, and the one that must be there is made again.

use super::*;
use actix::{Handler, Message};
use tokio::sync::oneshot;

struct Fragile;

impl Actor for Fragile {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Touch {
    hard: bool,
}

impl Handler<Touch> for Fragile {
    type Result = u64;

    fn handle(&mut self, touch: Touch, _: &mut Self::Context) -> u64 {
        assert!(!touch.hard, "told to break");
        7
    }
}

#[actix::test]
async fn a_panic_is_told_to_the_keeper() {
    let arbiters = Arbiters::start(1);
    let (tell, told) = oneshot::channel();
    let generation = next_generation();
    let birth = Birth {
        arbiter: &arbiters.any(),
        mailbox: 4,
        generation,
    };
    let address = spawn_watched(
        birth,
        |_| Fragile,
        move |end| {
            let _ = tell.send(end);
        },
    );
    assert_eq!(address.send(Touch { hard: false }).await.unwrap(), 7);
    assert!(address.send(Touch { hard: true }).await.is_err());
    assert_eq!(
        told.await.unwrap(),
        Ended {
            generation,
            crashed: true
        }
    );
    assert!(crashes() >= 1);
}

#[actix::test]
async fn the_one_that_must_be_there_is_made_again() {
    let arbiters = Arbiters::start(1);
    let kept = Supervised::start(arbiters.any(), 4, || Fragile);
    let dead = kept.address();
    assert!(dead.send(Touch { hard: true }).await.is_err());
    let mut alive = false;
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        alive = kept.address().send(Touch { hard: false }).await.is_ok();
        if alive {
            break;
        }
    }
    assert!(alive, "a new life under a new address");
    assert!(!dead.connected());
}

#[actix::test]
async fn a_neighbour_s_panic_leaves_the_others_alone() {
    let arbiters = Arbiters::start(1);
    let arbiter = arbiters.any();
    let born = |_: u32| {
        let birth = Birth {
            arbiter: &arbiter,
            mailbox: 4,
            generation: next_generation(),
        };
        spawn_watched(birth, |_| Fragile, |_| {})
    };
    let all: Vec<Addr<Fragile>> = (0..50).map(born).collect();
    assert!(all[0].send(Touch { hard: true }).await.is_err());
    for address in &all[1..] {
        assert_eq!(address.send(Touch { hard: false }).await.unwrap(), 7);
    }
}
