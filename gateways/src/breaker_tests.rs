//! The breaker as a table of what happens when; the clock is a number.

use super::*;

const POLICY: BreakerPolicy = BreakerPolicy {
    window: Duration::from_secs(10),
    min_calls: 4,
    error_percent: 50,
    latency_budget: Some(Duration::from_millis(500)),
    open_for: Duration::from_secs(15),
};

/// A breaker and its clock.
struct World {
    breaker: Breaker,
    start: Instant,
}

impl World {
    fn new(policy: BreakerPolicy) -> World {
        let start = Instant::now();
        World {
            breaker: Breaker::new(policy, start),
            start,
        }
    }

    fn at(&self, ms: u64) -> Instant {
        self.start + Duration::from_millis(ms)
    }

    /// One call at this time: `g`ood, `s`low but good, `b`ad, `d`ropped early, `l`ost after the budget.
    fn call(&mut self, kind: char, ms: u64) -> Option<BreakerState> {
        let permit = self.breaker.admit(self.at(ms)).expect("let through");
        self.breaker.record(permit, outcome(kind), self.at(ms))
    }

    fn calls(&mut self, kinds: &str, ms: u64) -> BreakerState {
        kinds.chars().for_each(|kind| {
            self.call(kind, ms);
        });
        self.breaker.state()
    }
}

fn outcome(kind: char) -> Outcome {
    let (fast, slow) = (Duration::from_millis(100), Duration::from_millis(501));
    match kind {
        'g' => Outcome::Good { took: fast },
        's' => Outcome::Good { took: slow },
        'b' => Outcome::Bad { took: fast },
        'd' => Outcome::Dropped { took: fast },
        _ => Outcome::Dropped { took: slow },
    }
}

#[test]
fn it_opens_by_share_of_errors_or_by_slowness_once_enough_calls_were_made() {
    let check = |kinds: &str, expected| assert_eq!(World::new(POLICY).calls(kinds, 0), expected, "{kinds}");
    check("bbb", BreakerState::Closed);
    check("bbbb", BreakerState::Open);
    check("ggbb", BreakerState::Open);
    check("gggb", BreakerState::Closed);
    check("gggggggg", BreakerState::Closed);
    check("dddddddd", BreakerState::Closed);
    check("bdddddb", BreakerState::Closed);
    check("gggs", BreakerState::Open);
    check("gggl", BreakerState::Open);
    let unhurried = BreakerPolicy {
        latency_budget: None,
        ..POLICY
    };
    assert_eq!(World::new(unhurried).calls("ssss", 0), BreakerState::Closed);
    let many = BreakerPolicy {
        min_calls: 20,
        ..POLICY
    };
    assert_eq!(
        World::new(many).calls(&format!("{}s", "g".repeat(19)), 0),
        BreakerState::Closed,
        "one in twenty is allowed"
    );
    assert_eq!(
        World::new(many).calls(&format!("{}ss", "g".repeat(18)), 0),
        BreakerState::Open
    );
}

#[test]
fn errors_older_than_the_window_are_forgotten() {
    let mut world = World::new(POLICY);
    world.calls("bbb", 0);
    assert_eq!(
        world.calls("g", 9_900),
        BreakerState::Open,
        "still inside the window"
    );
    let mut world = World::new(POLICY);
    world.calls("bbb", 0);
    assert_eq!(world.calls("ggg", 10_100), BreakerState::Closed);
    assert_eq!(
        world.calls("b", 10_200),
        BreakerState::Closed,
        "one error of four"
    );
    assert_eq!(
        world.calls("bb", 1_000_000),
        BreakerState::Closed,
        "after a long silence everything is new"
    );
}

#[test]
fn while_open_nobody_calls_and_then_exactly_one_probe_does() {
    let mut world = World::new(POLICY);
    world.calls("bbbb", 0);
    assert_eq!(
        world.breaker.admit(world.at(14_999)),
        Err(Resting {
            until: world.at(15_000)
        })
    );
    let probe = world.breaker.admit(world.at(15_000)).expect("a probe");
    assert!(probe.probe);
    assert_eq!(world.breaker.state(), BreakerState::HalfOpen);
    for _ in 0..3 {
        assert_eq!(
            world.breaker.admit(world.at(15_001)),
            Err(Resting {
                until: world.at(30_000)
            })
        );
    }
    assert_eq!(
        world.breaker.record(probe, outcome('g'), world.at(15_100)),
        Some(BreakerState::Closed)
    );
    assert_eq!(
        world.calls("ggb", 15_200),
        BreakerState::Closed,
        "old errors are forgotten"
    );
}

#[test]
fn what_the_probe_brings_decides() {
    let check = |kind: char, state, again: u64| {
        let mut world = World::new(POLICY);
        world.calls("bbbb", 0);
        assert_eq!(world.call(kind, 15_000), Some(state), "{kind}");
        if state == BreakerState::Open {
            assert!(
                world.breaker.admit(world.at(again)).is_ok_and(|p| p.probe),
                "{kind}"
            );
        }
    };
    check('g', BreakerState::Closed, 0);
    check('b', BreakerState::Open, 30_000);
    check('s', BreakerState::Open, 30_000);
    check('l', BreakerState::Open, 30_000);
    check('d', BreakerState::Open, 15_000);
}

#[test]
fn a_probe_that_never_comes_back_is_replaced_and_its_late_word_ignored() {
    let mut world = World::new(POLICY);
    world.calls("bbbb", 0);
    let lost = world.breaker.admit(world.at(15_000)).expect("a probe");
    let second = world.breaker.admit(world.at(30_000)).expect("another probe");
    assert_eq!(world.breaker.record(lost, outcome('g'), world.at(30_001)), None);
    assert_eq!(world.breaker.state(), BreakerState::HalfOpen);
    assert_eq!(
        world.breaker.record(second, outcome('g'), world.at(30_002)),
        Some(BreakerState::Closed)
    );
}

#[test]
fn calls_from_before_the_opening_do_not_decide_after_it() {
    let mut world = World::new(POLICY);
    let early = world.breaker.admit(world.at(0)).expect("closed");
    world.calls("bbbb", 1);
    assert_eq!(world.breaker.record(early, outcome('g'), world.at(2)), None);
    assert_eq!(world.breaker.state(), BreakerState::Open);
}

#[test]
fn a_party_that_asks_for_rest_gets_it_up_to_a_minute() {
    let mut world = World::new(POLICY);
    world.breaker.rest(Duration::from_secs(3), world.at(0));
    assert_eq!(
        world.breaker.admit(world.at(2_999)),
        Err(Resting {
            until: world.at(3_000)
        })
    );
    assert!(world.breaker.admit(world.at(3_000)).is_ok_and(|p| p.probe));
    world.breaker.rest(Duration::from_secs(600), world.at(4_000));
    assert_eq!(
        world.breaker.admit(world.at(4_001)),
        Err(Resting {
            until: world.at(64_000)
        })
    );
}
