//! The hint bus between engines, each story over every transport and again after the transport was dead for a while:
//! order, no echo, each thing said once, few and small messages, strangers, floods, and a way back that is always found.

use crate::bus_wires::Between;
use domain::access::UserId;
use domain::hint::Hint;
use domain::ids::BusinessId;
use gateways::bus::{Bus, QUEUE};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{sleep, timeout};

/// Many tests share this machine: what has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who listens.
struct Ear(broadcast::Receiver<Hint>);

impl Ear {
    fn of(bus: &Bus) -> Self {
        Self(bus.listen())
    }

    /// The next hint that is no greeting; one who is too slow goes on with what is left.
    async fn next(&mut self) -> Hint {
        loop {
            let heard = timeout(PATIENCE, self.0.recv()).await;
            match heard.expect("nothing more is heard") {
                Ok(hint) if is_greeting(&hint) => {}
                Ok(hint) => return hint,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => panic!("the bus is gone"),
            }
        }
    }

    async fn heard_until(&mut self, last: &Hint) -> Vec<Hint> {
        let mut heard = Vec::new();
        while heard.last() != Some(last) {
            heard.push(self.next().await);
        }
        heard
    }
}

fn says(what: impl Into<String>) -> Hint {
    Hint::Business {
        business: BusinessId(1),
        what: what.into(),
    }
}

fn is_greeting(hint: &Hint) -> bool {
    matches!(hint, Hint::Business { what, .. } if what.starts_with("hello"))
}

fn told(user: i64, seq: i64) -> Hint {
    Hint::Events {
        business: BusinessId(1),
        user: UserId(user),
        seq,
    }
}

/// Says hello until the other has heard it: from then on he hears everything.
async fn reaches(from: &Bus, to: &Bus) {
    let (mut ear, begun) = (to.listen(), Instant::now());
    for n in 0.. {
        from.publish(says(format!("hello {n}")));
        let heard = timeout(Duration::from_millis(200), async {
            while ear.recv().await.is_ok_and(|hint| !is_greeting(&hint)) {}
        });
        if heard.await.is_ok() {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "they never find each other");
    }
}

async fn becomes(bus: &Bus, ok: bool) {
    let begun = Instant::now();
    while bus.state().ok != ok {
        assert!(begun.elapsed() < PATIENCE, "it never says ok = {ok}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Two engines and what lies between them; they have found each other.
struct Two {
    between: Between,
    a: Bus,
    b: Bus,
}

impl Two {
    async fn fresh(between: Between) -> Self {
        let (a, b) = (between.bus(), between.bus());
        let two = Self { between, a, b };
        two.find_each_other().await;
        two
    }

    async fn after_a_death(between: Between) -> Self {
        let mut two = Self::fresh(between).await;
        two.between.dies().await;
        becomes(&two.a, false).await;
        becomes(&two.b, false).await;
        two.between.comes_back().await;
        two.find_each_other().await;
        two
    }

    async fn find_each_other(&self) {
        becomes(&self.a, true).await;
        becomes(&self.b, true).await;
        reaches(&self.a, &self.b).await;
        reaches(&self.b, &self.a).await;
    }
}

async fn hints_come_in_the_order_in_which_they_were_told(two: Two) {
    let mut ear = Ear::of(&two.b);
    let all: Vec<Hint> = (0..500).map(|n| says(format!("call {n}"))).collect();
    for (n, hint) in all.iter().enumerate() {
        two.a.publish(hint.clone());
        if n % 50 == 0 {
            sleep(Duration::from_millis(3)).await;
        }
    }
    assert_eq!(ear.heard_until(&all[499]).await, all);
}

async fn an_engine_hears_its_own_hints_at_once_and_once(two: Two) {
    let (mut own, mut other) = (Ear::of(&two.a), Ear::of(&two.b));
    two.a.publish(told(1, 1));
    assert_eq!(own.0.try_recv().ok(), Some(told(1, 1)), "at once");
    assert_eq!(other.next().await, told(1, 1));
    // Sent after the other has heard it: an echo would come first.
    two.b.publish(says("answer"));
    assert_eq!(own.next().await, says("answer"));
}

async fn what_is_told_many_times_is_heard_once(two: Two) {
    let mut ear = Ear::of(&two.b);
    // None of these lines waits, so all of it is one batch.
    for seq in 0..300 {
        two.a.publish(told(1, seq));
        two.a.publish(Hint::Reminders {
            ids: vec![seq % 7, 7],
        });
        two.a.publish(says("tasks"));
    }
    two.a.publish(says("end"));
    let mut heard = ear.heard_until(&says("end")).await;
    if let Hint::Reminders { ids } = &mut heard[1] {
        ids.sort_unstable();
    }
    let reminders = Hint::Reminders {
        ids: (0..=7).collect(),
    };
    assert_eq!(heard, [told(1, 299), reminders, says("tasks"), says("end")]);
}

async fn messages_are_few_and_small(two: Two) {
    let pace = two.between.transport().pace();
    let mut transport = two.between.transport();
    let (_, mut wire) = transport.connect().await.expect("an ear at the wire");
    let (begun, mut ear) = (Instant::now(), Ear::of(&two.b));
    // At once, more than one batch and more than one message can hold; then one after the other.
    for n in 0..3000 {
        two.a.publish(says(format!("burst {n}")));
    }
    for n in 0..200 {
        two.a.publish(says(format!("drop {n}")));
        sleep(Duration::from_millis(1)).await;
    }
    two.a.publish(says("end"));
    ear.heard_until(&says("end")).await;
    let took = begun.elapsed();
    let (mut messages, mut bytes) = (0, 0);
    loop {
        let message = timeout(PATIENCE, wire.receive())
            .await
            .expect("the wire is silent");
        let message = message.expect("the wire holds");
        assert!(message.len() <= pace.largest, "{} bytes", message.len());
        (messages, bytes) = (messages + 1, bytes + message.len());
        if message.windows(5).any(|part| part == b"\"end\"") {
            break;
        }
    }
    // One for each time that the debounce ran out, one more for each that was full; and the last greetings.
    let batches = took.as_millis() / pace.debounce.as_millis() + 5;
    let most = batches + u128::try_from(bytes / (pace.largest - 100)).unwrap();
    assert!(messages <= most, "{messages} messages in {took:?}, {bytes} bytes");
}

async fn a_strangers_words_are_passed_over_and_counted(two: Two) {
    let (mut ear, before) = (Ear::of(&two.b), counted("hints_malformed_total"));
    let mut transport = two.between.transport();
    let (mut stranger, _wire) = transport.connect().await.expect("a stranger");
    let words = [
        "hello?",
        "{}",
        "[[[[[[[[",
        "\u{202e}שלום",
        r#"{"from":7,"hints":"all"}"#,
        r#"{"from":"later","hints":[{"new":{"n":1}},{"r":{"i":[5]}}]}"#,
    ];
    stranger.send(&words.map(str::to_owned)).await.expect("said");
    assert_eq!(
        ear.next().await,
        Hint::Reminders { ids: vec![5] },
        "of a newer engine's what is known"
    );
    two.a.publish(says("end"));
    assert_eq!(ear.next().await, says("end"));
    assert!(counted("hints_malformed_total") >= before + 6.0);
}

async fn a_link_that_breaks_is_made_again(mut two: Two) {
    for n in 0..3 {
        two.between.breaks().await;
        two.find_each_other().await;
        let mut ear = Ear::of(&two.b);
        two.a.publish(told(1, n));
        assert_eq!(ear.next().await, told(1, n));
    }
}

async fn a_dead_bus_holds_nobody_up_and_says_so(mut two: Two) {
    two.between.dies().await;
    becomes(&two.a, false).await;
    let mut here = Ear::of(&two.a);
    for n in 0..10 {
        two.a.publish(told(1, n));
        assert_eq!(
            here.0.try_recv().ok(),
            Some(told(1, n)),
            "here it is heard at once"
        );
    }
    // An engine that starts meanwhile starts, and finds the others later.
    let late = two.between.bus();
    let mut there = Ear::of(&two.b);
    two.between.comes_back().await;
    two.find_each_other().await;
    reaches(&two.a, &late).await;
    // What was told meanwhile came if the other was back before us; then it was said once.
    two.a.publish(says("end"));
    let mut heard = there.heard_until(&says("end")).await;
    heard.retain(|hint| *hint != told(1, 9));
    assert_eq!(heard, [says("end")]);
}

async fn a_flood_is_bounded(mut two: Two) {
    let before = counted("hints_dropped_total{why=\"full\"}");
    let mut slow = two.a.listen();
    for n in 0..100_000 {
        two.a.publish(says(format!("flood {n}")));
        assert!(two.a.state().waiting <= QUEUE);
    }
    assert!(
        matches!(slow.recv().await, Err(RecvError::Lagged(_))),
        "the slow one is told"
    );
    assert!(counted("hints_dropped_total{why=\"full\"}") > before);
    two.find_each_other().await;
    two.between.dies().await;
    becomes(&two.a, false).await;
    for n in 0..100_000 {
        two.a.publish(says(format!("flood {n}")));
    }
    assert!(two.a.state().waiting <= QUEUE);
    two.between.comes_back().await;
    two.find_each_other().await;
    assert!(two.a.state().waiting < QUEUE, "it runs off");
}

/// A figure of this process, which other stories raise as well.
fn counted(name: &str) -> f64 {
    let page = agentlocator::figures::recorder().render();
    let lines = page.lines().filter(|line| line.starts_with(name));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

macro_rules! over {
    ($transport:ident, $between:expr, [$($story:ident),* $(,)?]) => {
        mod $transport {
            use super::*;
            $(
                mod $story {
                    use super::*;

                    #[tokio::test]
                    async fn fresh() {
                        agentlocator::figures::recorder();
                        $story(Two::fresh($between).await).await;
                    }

                    #[tokio::test]
                    async fn after_a_death() {
                        agentlocator::figures::recorder();
                        $story(Two::after_a_death($between).await).await;
                    }
                }
            )*
        }
    };
}

macro_rules! over_each {
    ($stories:tt) => {
        over!(over_a_hub, Between::hub(), $stories);
        over!(over_nats, Between::nats(), $stories);
        over!(over_postgres, Between::postgres().await, $stories);
    };
}

over_each!([
    hints_come_in_the_order_in_which_they_were_told,
    an_engine_hears_its_own_hints_at_once_and_once,
    what_is_told_many_times_is_heard_once,
    messages_are_few_and_small,
    a_strangers_words_are_passed_over_and_counted,
    a_link_that_breaks_is_made_again,
    a_dead_bus_holds_nobody_up_and_says_so,
    a_flood_is_bounded,
]);

#[tokio::test]
async fn within_one_engine_each_listener_hears_each_hint_once() {
    let bus = Bus::in_process();
    assert_eq!((bus.state().kind, bus.state().ok), ("in process", true));
    bus.publish_with(|| unreachable!("nobody could hear it"));
    let (mut one, mut other) = (Ear::of(&bus), Ear::of(&bus.clone()));
    for seq in 0..100 {
        bus.publish(told(1, seq));
    }
    for ear in [&mut one, &mut other] {
        let heard = ear.heard_until(&told(1, 99)).await;
        assert_eq!(heard, (0..100).map(|seq| told(1, seq)).collect::<Vec<_>>());
    }
}
