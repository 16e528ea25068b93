//! Chains under a paused clock: who is asked when, who wins, what it costs the others.

use super::*;

/// A provider that answers after `ms` with its name, or with an error.
#[derive(Clone)]
struct Fake {
    name: &'static str,
    ms: u64,
    error: Option<ProviderError>,
}

const LIMIT: Duration = Duration::from_secs(8);
const BUDGET: Duration = Duration::from_secs(12);

fn good(name: &'static str, ms: u64) -> Fake {
    Fake {
        name,
        ms,
        error: None,
    }
}

fn bad(name: &'static str, ms: u64, error: ProviderError) -> Fake {
    Fake {
        name,
        ms,
        error: Some(error),
    }
}

fn chain(fakes: Vec<Fake>) -> Chain<Fake> {
    let policy = BreakerPolicy {
        min_calls: 2,
        ..BreakerPolicy::default()
    };
    let link = |fake: Fake| Link {
        name: fake.name.to_owned(),
        provider: fake,
        time_limit: LIMIT,
        policy,
    };
    Chain::new(fakes.into_iter().map(link).collect(), ChainSettings::default())
}

async fn run(chain: &Chain<Fake>, budget: Duration) -> Result<Answered<&'static str>, AllFailed> {
    let ask = |fake: Fake, _limit| async move {
        tokio::time::sleep(Duration::from_millis(fake.ms)).await;
        fake.error.map_or(Ok(fake.name), Err)
    };
    chain.run(budget, ask).await
}

async fn check(fakes: Vec<Fake>, by: &str, ms: u128, hedged: bool) {
    let answered = run(&chain(fakes), BUDGET).await.expect("an answer");
    assert_eq!(
        (
            &*answered.by,
            answered.value,
            answered.took.as_millis(),
            answered.hedged
        ),
        (by, by, ms, hedged)
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_good_answer_wins() {
    use ProviderError::{Credentials, Garbage, Timeout};
    check(vec![good("a", 300), good("b", 10)], "a", 300, false).await;
    check(vec![bad("a", 300, Garbage("x")), good("b", 10)], "b", 310, false).await;
    check(vec![good("a", 1500), good("b", 2000)], "a", 1500, true).await;
    check(vec![good("a", 5000), good("b", 200)], "b", 1200, true).await;
    check(
        vec![bad("a", 2000, Credentials), good("b", 4000)],
        "b",
        5000,
        true,
    )
    .await;
    check(
        vec![bad("a", 10, Credentials), bad("b", 10, Timeout), good("c", 10)],
        "c",
        30,
        false,
    )
    .await;
    check(
        vec![good("a", 60_000), bad("b", 100, Timeout), good("c", 100)],
        "c",
        1200,
        true,
    )
    .await;
    check(
        vec![good("a", 60_000), good("b", 60_000), good("c", 10)],
        "c",
        8010,
        true,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn at_most_two_are_asked_at_the_same_time() {
    let peak = Arc::new(Mutex::new((0usize, 0usize)));
    let chain = chain(vec![good("a", 7000), good("b", 7000), good("c", 7000)]);
    let answered = chain
        .run(BUDGET, |fake: Fake, _| {
            let peak = peak.clone();
            async move {
                {
                    let mut peak = peak.lock().expect("lock");
                    peak.0 += 1;
                    peak.1 = peak.1.max(peak.0);
                }
                tokio::time::sleep(Duration::from_millis(fake.ms)).await;
                peak.lock().expect("lock").0 -= 1;
                Ok(fake.name)
            }
        })
        .await
        .expect("an answer");
    assert_eq!((answered.value, peak.lock().expect("lock").1), ("a", 2));
}

#[tokio::test(start_paused = true)]
async fn when_all_fail_each_is_listed() {
    let fakes = vec![
        bad("a", 10, ProviderError::Credentials),
        bad("b", 20, ProviderError::Garbage("html")),
    ];
    let error = run(&chain(fakes), BUDGET).await.expect_err("nobody");
    assert_eq!(
        error.to_string(),
        "no provider answered; a: the provider refuses the credentials or the account (10 ms); \
         b: the provider's answer can't be used: html (20 ms)"
    );
    assert!(
        run(&chain(vec![]), BUDGET)
            .await
            .expect_err("nobody")
            .failures
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn the_budget_and_each_time_limit_hold() {
    let started = Instant::now();
    let error = run(
        &chain(vec![good("a", 60_000), good("b", 60_000)]),
        Duration::from_secs(3),
    )
    .await
    .expect_err("late");
    assert_eq!(started.elapsed(), Duration::from_secs(3));
    let timeout = |ms| Failure::Failed {
        error: ProviderError::Timeout,
        took: Duration::from_millis(ms),
    };
    assert_eq!(
        error.failures,
        [("a".into(), timeout(3000)), ("b".into(), timeout(2000))]
    );
    let alone = run(&chain(vec![good("a", 60_000)]), Duration::from_secs(60))
        .await
        .expect_err("late");
    assert_eq!(alone.failures, [("a".into(), timeout(8000))]);
    let late = run(
        &chain(vec![bad("a", 10, ProviderError::Credentials), good("b", 10)]),
        Duration::from_millis(10),
    )
    .await;
    assert_eq!(
        late.expect_err("late").failures.last(),
        Some(&("b".into(), Failure::NoTimeLeft))
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_keeps_failing_rests_and_returns_by_a_probe() {
    let sick = Arc::new(Mutex::new(true));
    let chain = chain(vec![good("a", 10), good("b", 10)]);
    let ask = async || {
        let sick = sick.clone();
        let call = move |fake: Fake, _| {
            let fails = fake.name == "a" && *sick.lock().expect("lock");
            async move {
                if fails {
                    Err(ProviderError::RetryAfter(None))
                } else {
                    Ok(fake.name)
                }
            }
        };
        chain.run(BUDGET, call).await.expect("an answer").value
    };
    assert_eq!((ask().await, ask().await), ("b", "b"));
    assert_eq!(chain.health()[0], ("a".into(), BreakerState::Open));
    *sick.lock().expect("lock") = false;
    assert_eq!(ask().await, "b", "it rests although it is well again");
    tokio::time::advance(Duration::from_secs(15)).await;
    assert_eq!(ask().await, "a", "the probe is a real call");
    assert_eq!(chain.health()[0].1, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_when_is_left_alone_until_then() {
    let wait = ProviderError::RetryAfter(Some(Duration::from_secs(5)));
    let chain = chain(vec![bad("a", 10, wait), good("b", 10)]);
    run(&chain, BUDGET).await.expect("b");
    let answered = run(&chain, BUDGET).await.expect("b");
    assert_eq!(answered.took, Duration::from_millis(10), "a was not asked again");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_one_request_open_no_breaker() {
    let chain = chain(vec![
        bad("a", 10, ProviderError::Refused("HTTP 400".to_owned())),
        good("b", 10),
    ]);
    for _ in 0..10 {
        run(&chain, BUDGET).await.expect("b");
    }
    assert_eq!(chain.health()[0].1, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn when_everybody_rests_the_answer_is_immediate() {
    let chain = chain(vec![bad("a", 10, ProviderError::Unreachable)]);
    for _ in 0..2 {
        run(&chain, BUDGET).await.expect_err("unreachable");
    }
    let started = Instant::now();
    let error = run(&chain, BUDGET).await.expect_err("resting");
    assert_eq!(
        (error.failures, started.elapsed()),
        (vec![("a".into(), Failure::Resting)], Duration::ZERO)
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_during_a_probe_blocks_nobody() {
    let chain = chain(vec![bad("a", 10, ProviderError::Unreachable)]);
    for _ in 0..2 {
        run(&chain, BUDGET).await.expect_err("unreachable");
    }
    tokio::time::advance(Duration::from_secs(15)).await;
    let cut = timeout(Duration::from_millis(5), run(&chain, BUDGET)).await;
    assert!(cut.is_err(), "dropped while the probe was out");
    let error = run(&chain, BUDGET).await.expect_err("asked again at once");
    assert!(matches!(error.failures[0].1, Failure::Failed { .. }));
}

#[tokio::test(start_paused = true)]
async fn every_event_is_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let sink = told.clone();
    let observer: Observer =
        Arc::new(move |name, event| sink.lock().expect("lock").push((name.to_owned(), event.clone())));
    let chain = chain(vec![good("a", 5000), good("b", 100)]).observed(observer);
    run(&chain, BUDGET).await.expect("b");
    let ms = Duration::from_millis;
    assert_eq!(
        *told.lock().expect("lock"),
        [
            ("b".to_owned(), Event::Hedged),
            ("b".to_owned(), Event::Answered { took: ms(100) }),
            ("a".to_owned(), Event::Dropped { took: ms(1100) }),
        ]
    );
}

#[test]
fn a_run_can_be_spawned() {
    fn send<T: Send>(_: &T) {}
    let chain = Arc::new(chain(vec![]));
    let task = async move { run(&chain, BUDGET).await };
    send(&task);
}
