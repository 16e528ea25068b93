//! Whole calls by the carrier, which follows the TwiML as Twilio would and complains of what Twilio
//! would refuse: also with everything doubled and out of order, on two engines.

use crate::parties::{ACCOUNT, TOKEN};
use crate::world::{BUSINESS, CALLER, EngineProcess, PUBLIC_HOST, World};
use simulator::call::{Delivery, Faults};
use simulator::{CallPlan, Carrier, CarrierOptions, Engine, RecordingFault, Utterance};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A world whose recordings are the carrier's own.
async fn with_a_carrier() -> (World, Carrier) {
    let mut world = World::new().await;
    let mut options = CarrierOptions::new(ACCOUNT, TOKEN);
    options.recording_delay = Duration::from_millis(150);
    let carrier = Carrier::start(options).await.expect("a carrier");
    world.set("TWILIO_API_BASE", carrier.base());
    (world, carrier)
}

fn plan(engine: &EngineProcess) -> CallPlan {
    CallPlan::new(Engine::behind(&engine.base, PUBLIC_HOST), CALLER, BUSINESS)
}

/// The carrier speaks without words: what is understood is what the transcriber is told to hear.
fn speech() -> Utterance {
    Utterance::Wav(crate::parties::spoken_wav())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_call_gives_the_carrier_nothing_to_complain_of() {
    let (world, carrier) = with_a_carrier().await;
    let engine = world.engine();
    let report = carrier
        .place_call(
            plan(&engine)
                .then(speech())
                .then(speech())
                .then(Utterance::Silence),
        )
        .await;
    report.assert_clean();
    assert_eq!(report.recordings.len(), 2);
    world.eventually("SELECT summary IS NOT NULL FROM calls").await;
    assert_eq!(
        world
            .count("SELECT count(*) FROM recordings WHERE state = 'done'")
            .await,
        2
    );
    assert!(
        carrier
            .ledger()
            .iter()
            .all(|entry| entry.path.contains("/Recordings/RE")),
        "nothing else is asked"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_doubled_and_out_of_order_on_two_engines_is_still_one_call() {
    let (world, carrier) = with_a_carrier().await;
    let (one, two) = (world.engine(), world.engine());
    let doubled = Delivery {
        copies: 3,
        reversed: true,
        delay: Duration::ZERO,
    };
    let faults = Faults {
        status: doubled.clone(),
        recording_status: Delivery {
            reversed: false,
            ..doubled
        },
        action_copies: 4,
        ..Faults::default()
    };
    let mut plan = plan(&one).then(speech()).then(speech()).with(faults);
    plan.also_to = vec![Engine::behind(&two.base, PUBLIC_HOST)];
    let report = carrier.place_call(plan).await;
    report.assert_clean();
    world.eventually("SELECT summary IS NOT NULL FROM calls").await;
    assert_eq!(world.count("SELECT count(*) FROM recordings").await, 2);
    assert_eq!(
        world.parties.asked("stt").len(),
        2,
        "each recording is transcribed once"
    );
    assert_eq!(
        world.count("SELECT status_rank::bigint FROM calls").await,
        8,
        "completed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_with_a_recording_the_call_goes_on() {
    let (world, carrier) = with_a_carrier().await;
    let engine = world.engine();
    for fault in [
        RecordingFault::LyingLength,
        RecordingFault::Mp3,
        RecordingFault::Empty,
        RecordingFault::Garbage,
        RecordingFault::Never,
    ] {
        let faults = Faults {
            recording: Some(fault.clone()),
            ..Faults::default()
        };
        let report = carrier
            .place_call(plan(&engine).then(speech()).then(Utterance::Silence).with(faults))
            .await;
        assert!(report.is_clean(), "{fault:?}: {report}");
        assert!(
            report.played().count() >= 2,
            "{fault:?}: the caller is spoken to: {report}"
        );
    }
    assert!(!engine.log().contains("panicked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_reaches_its_finished_first_call_on_the_real_chain() {
    let folder = crate::cluster::folder("demo").join("data");
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o755)
        .create(&folder)
        .unwrap();
    let names: BTreeMap<&str, String> = ["PATH", "HOME", "PG_BIN_DIR", "MODELS_DIR", "XDG_CACHE_HOME"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var(name).ok()?)))
        .collect();
    let ran = tokio::task::spawn_blocking(move || {
        Command::new(env!("CARGO_BIN_EXE_agentlocator"))
            .args(["demo", "--once", "--fast", "--carrier-port", "0"])
            .env_clear()
            .envs(names)
            .env("DATA_DIR", &folder)
            .env("PORT", "0")
            .env("LOG_LEVEL", "warn")
            .stdin(Stdio::null())
            .output()
            .expect("the demo runs")
    });
    let output = ran.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    for part in [
        "A caller rings",
        "understood  buy",
        "summary",
        "customer 1  +972501234567",
        "task 1",
        "The caller writes on WhatsApp",
        "(HTTP 200)",
        "  ← ",
    ] {
        assert!(said.contains(part), "{part} in:\n{said}\n{errors}");
    }
}
