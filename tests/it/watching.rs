//! What those who run the engine see of it: figures, logs in files, slow database work, traces at a
//! collector, errors at Sentry. And that none of it can be had by whoever asks from outside.

use crate::call::Call;
use crate::cluster;
use crate::watchers::Watchers;
use crate::world::{CALLER, EngineProcess, World};
use agentlocator::figures::FIGURES;
use std::time::Duration;

/// A call of one turn, to its summary.
async fn a_whole_call(world: &World, engine: &EngineProcess) {
    let call = Call::new(1);
    call.ring(engine).await.assert_spoken();
    call.speak(engine, 1).await.assert_spoken();
    call.next_whole(engine, 1).await;
    call.status(engine, "completed").await;
    world.eventually("SELECT summary IS NOT NULL FROM calls").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_figure_is_there_after_a_call() {
    let world = World::new().await;
    let engine = world.engine();
    a_whole_call(&world, &engine).await;
    engine.post("/webhook/incoming_call", &[("To", "nobody")]).await;
    let figures = engine.get("/metrics").await.text().await.unwrap();
    for figure in FIGURES {
        assert!(
            figures.contains(&format!("# HELP {} {}\n", figure.0, figure.2)),
            "{} in:\n{figures}",
            figure.0
        );
        let line = |line: &str| line.starts_with(figure.0) && !line.starts_with('#');
        assert!(
            figures.lines().any(line),
            "{} has no line in:\n{figures}",
            figure.0
        );
    }
    for name in figures.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = name.split(' ').next().unwrap_or("");
        assert!(
            FIGURES.iter().any(|figure| figure.0 == name),
            "{name} is on no list"
        );
    }
    for line in [
        "calls_started_total 1",
        "calls_ended_total{outcome=\"completed\"} 1",
        "turns_total{outcome=\"answered\"} 1",
        "turn_stage_seconds_count{stage=\"transcribe\"} 1",
        "turn_stage_seconds_bucket{stage=\"download\",le=\"+Inf\"} 1",
        "queue_bound{queue=\"doorbells\"} 1024",
        "queue_depth{queue=\"recordings\"} 0",
        "actors_alive{actor=\"RecordingPipeline\"} 1",
        "http_requests_total{class=\"webhook\",method=\"POST\",status=\"200\"}",
        "db_pool_bound{pool=\"engine\"}",
    ] {
        assert!(figures.contains(line), "{line} in:\n{figures}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_are_for_the_inside_or_for_who_has_the_token() {
    let mut world = World::new().await;
    world.set("METRICS_TOKEN", "a-token-of-sixteen-or-more");
    let engine = world.engine();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |name: &'static str, value: &str| {
        let request = client.get(format!("{}/metrics", engine.base)).header(name, value);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("accept", "*/*").await, 200);
    assert_eq!(
        ask("x-forwarded-for", "127.0.0.1").await,
        404,
        "whoever came through a proxy is outside"
    );
    assert_eq!(
        ask("authorization", "Bearer a-token-of-sixteen-or-less").await,
        404
    );
    let request = client
        .get(format!("{}/metrics", engine.base))
        .header("x-forwarded-for", "198.51.100.7")
        .bearer_auth("a-token-of-sixteen-or-more");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_are_kept_in_files_with_one_line_in_and_one_line_out() {
    let mut world = World::new().await;
    let folder = cluster::folder("logs");
    world.set("LOG_DIR", &folder.display().to_string());
    world.set("DB_SLOW_MS", "0");
    let engine = world.engine();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = client
        .get(format!("{}/health", engine.base))
        .header("x-request-id", "story-0002");
    asked.send().await.unwrap();
    a_whole_call(&world, &engine).await;
    assert_eq!(engine.stop().code(), Some(0));
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "a file for each day");
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    let of = |word: &str| {
        let is_it = |line: &&serde_json::Value| {
            line["fields"]["request_id"] == "story-0002" && line["fields"]["message"] == word
        };
        lines.iter().filter(is_it).count()
    };
    assert_eq!((of("in"), of("out")), (1, 1));
    assert_eq!(
        lines.last().unwrap()["fields"]["message"],
        "stopped",
        "nothing is lost at the end"
    );
    let slow = lines
        .iter()
        .find(|line| line["fields"]["message"] == "a slow statement")
        .unwrap();
    let statement = slow["fields"]["statement"].as_str().unwrap();
    assert!(
        statement
            .split(':')
            .nth(1)
            .is_some_and(|line| line.parse::<u32>().is_ok()),
        "{statement}"
    );
    assert!(
        !text.contains("SELECT") && !text.contains(&CALLER[1..]),
        "no statement, no parameter"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calls_trace_arrives_at_the_collector_under_its_request_id() {
    let mut world = World::new().await;
    let watchers = Watchers::start().await;
    world.set("OTEL_EXPORTER_OTLP_ENDPOINT", &watchers.base);
    let engine = world.engine();
    a_whole_call(&world, &engine).await;
    assert_eq!(engine.stop().code(), Some(0));
    let request_id = world.parties.asked("stt").remove(0).request_id;
    let spans = watchers.spans();
    let named = |name: &str| {
        let found = spans
            .iter()
            .find(|span| span.name == name && span.request_id.as_deref().is_none_or(|id| id == request_id));
        found.unwrap_or_else(|| panic!("{name} in {spans:#?}"))
    };
    let request = named("POST /webhook/handle_recording");
    assert_eq!(request.request_id.as_deref(), Some(request_id.as_str()));
    assert!(
        request.parent.iter().all(|byte| *byte == 0),
        "the request is the trace's root"
    );
    let recording = named("recording");
    assert_eq!(
        (recording.trace.clone(), recording.parent.clone()),
        (request.trace.clone(), request.id.clone())
    );
    for stage in ["download", "validate", "transcribe", "reply", "synthesise"] {
        let span = named(stage);
        assert_eq!(
            (&span.trace, &span.parent),
            (&request.trace, &recording.id),
            "{stage}"
        );
    }
    watchers.assert_none_of(&[&CALLER[1..], "חיפה", "דירה"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_and_panics_arrive_at_sentry_without_anything_personal() {
    let mut world = World::new().await;
    let watchers = Watchers::start().await;
    world.set("SENTRY_DSN", &watchers.dsn());
    world.set("APP_REV", "r-42");
    let call = Call::new(1);
    // Nothing can be fetched without an account: the recording is given up.
    let engine = world.engine_in(cluster::folder("sentry"), &[("TWILIO_ACCOUNT_SID", "")]);
    call.ring(&engine).await;
    call.speak(&engine, 1).await;
    world.eventually("SELECT state = 'dead' FROM recordings").await;
    engine.stop();
    let engine = world.engine_in(cluster::folder("sentry"), &[("TEST_FAULT", "transcribed.panic")]);
    let other = Call::new(2);
    other.ring(&engine).await;
    other.speak(&engine, 1).await;
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while watchers.events().len() < 3 && std::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let events = watchers.events();
    let of = |message: &str| {
        let found = events.iter().find(|event| event["message"] == message);
        found.unwrap_or_else(|| panic!("{message} in {events:#?}"))
    };
    let dead = of("a recording is dead");
    assert_eq!(dead["tags"]["recording"], call.recording(1));
    assert_eq!(
        (&dead["release"], &dead["environment"]),
        (&"r-42".into(), &"test".into())
    );
    assert!(
        dead["tags"].get("why").is_none(),
        "an error's own words stay in the log"
    );
    assert!(
        of("panicked")["tags"]["at"]
            .as_str()
            .is_some_and(|at| at.contains("faults.rs"))
    );
    of("work on a recording panicked: its lease will run out");
    assert!(watchers.authorised(), "each report says whose it is");
    watchers.assert_none_of(&[&CALLER[1..], "חיפה", "a test wanted"]);
}
