//! Loads against a fake engine. Run by `cargo test`.

use super::*;
use crate::fake::{ACCOUNT, FakeEngine, TOKEN, Told, spoken};
use crate::signature;

fn plan(engine: &FakeEngine) -> LoadPlan {
    let mut plan = LoadPlan::new(engine.engine.clone(), ACCOUNT, TOKEN);
    plan.connections = 4;
    plan.judge_every = 1;
    plan
}

#[tokio::test]
async fn incoming_calls_are_counted_and_signed() {
    let engine = FakeEngine::start(|_| Told::twiml("<Hangup/>")).await;
    let mut plan = plan(&engine);
    plan.count = 300;
    plan.to = vec!["+97231234567".into(), "+97231234568".into()];
    let report = run(plan).await.unwrap();
    let kind = &report.kinds[&WebhookKind::Incoming];
    assert_eq!((kind.sent, kind.statuses[&200], report.failures()), (300, 300, 0));
    assert_eq!(kind.latency.count(), 300);
    let asked = engine.asked("/webhook/incoming_call");
    let sids: std::collections::HashSet<_> = asked
        .iter()
        .map(|a| a.param("CallSid").unwrap().to_owned())
        .collect();
    assert_eq!(sids.len(), 300);
    assert!(sids.iter().all(|sid| sid.len() == 34));
    for asked in asked {
        let right = signature::form(TOKEN, "https://phone.example/webhook/incoming_call", &asked.form);
        assert_eq!(asked.headers["x-twilio-signature"], right);
    }
}

#[tokio::test]
async fn the_rate_is_kept_and_the_time_is_a_limit() {
    let engine = FakeEngine::start(|_| Told::twiml("<Hangup/>")).await;
    let mut plan = plan(&engine);
    plan.rate = Some(200.0);
    plan.time = Duration::from_millis(500);
    let report = run(plan).await.unwrap();
    assert_eq!(report.arrivals, 100);
    assert!((0.45..1.5).contains(&report.seconds), "{}", report.seconds);
}

#[tokio::test]
async fn a_slow_engine_is_charged_for_the_arrivals_that_waited() {
    let engine = FakeEngine::start(|_| Told::twiml("<Hangup/>").after(Duration::from_millis(50))).await;
    let mut plan = plan(&engine);
    plan.connections = 1;
    plan.rate = Some(100.0);
    plan.count = 20;
    let report = run(plan).await.unwrap();
    let latency = &report.kinds[&WebhookKind::Incoming].latency;
    assert!(
        report.late > 10 && latency.max() > Duration::from_millis(500),
        "{latency:?}"
    );
}

#[tokio::test]
async fn whole_calls_go_through_every_webhook() {
    let engine = FakeEngine::start(|asked| match asked.path.split('?').next().unwrap_or("") {
        "/webhook/incoming_call" | "/webhook/next_turn" => {
            Told::twiml("<Play>/a.wav</Play><Record action=\"/webhook/handle_recording?t=1\"/><Hangup/>")
        }
        "/webhook/handle_recording" => {
            Told::twiml("<Play>/hold.wav</Play><Redirect>/webhook/next_turn</Redirect>")
        }
        "/a.wav" | "/hold.wav" => Told::file("audio/wav", spoken("שלום")),
        _ => Told::status(204),
    })
    .await;
    let mut plan = plan(&engine);
    plan.scenario = Scenario::WholeCall {
        turns: 2,
        fetch_media: true,
    };
    plan.count = 10;
    let report = run(plan).await.unwrap();
    assert_eq!(
        (report.calls_good, report.calls_bad, report.failures()),
        (10, 0, 0),
        "{:?}",
        report.examples
    );
    assert_eq!(
        (report.turns, report.turns_played, report.turn.count()),
        (20, 20, 20)
    );
    assert_eq!(report.kinds[&WebhookKind::RecordAction].sent, 20);
    assert_eq!(report.kinds[&WebhookKind::Status].statuses[&204], 10);
    assert!(
        engine
            .asked("/webhook/handle_recording")
            .iter()
            .all(|a| a.param("RecordingSid").is_some())
    );
    assert!(serde_json::to_string(&report).unwrap().contains("p99_ms"));
}

#[tokio::test]
async fn bad_answers_are_counted() {
    let engine = FakeEngine::start(|asked| match asked.param("CallSid").unwrap().ends_with('3') {
        true => Told::status(503),
        false => Told::twiml("<record/>"),
    })
    .await;
    let mut plan = plan(&engine);
    plan.count = 16;
    let report = run(plan).await.unwrap();
    let kind = &report.kinds[&WebhookKind::Incoming];
    assert_eq!(
        (kind.statuses[&503], kind.invalid, report.failures()),
        (1, 15, 16)
    );
}

#[tokio::test]
async fn nothing_but_loopback_is_loaded() {
    for target in ["http://192.0.2.1:80", "https://127.0.0.1:1", "http://example.com"] {
        let refused = run(LoadPlan::new(Engine::local(target), ACCOUNT, TOKEN)).await;
        assert!(matches!(refused, Err(LoadError::NotLoopback(_))), "{target}");
    }
}
