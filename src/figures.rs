//! The process's figures: the recorder behind `/metrics`, the list of all names with what they mean,
//! and the shapes of histograms. README-DEPLOY.md has the same list; a test compares.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Counted by size.
    Histogram,
}

/// A figure: its name, what it is, and what it means. With labels it appears when there is something
/// to tell, without them always.
pub struct Figure(pub &'static str, pub Kind, pub &'static str);

use Kind::{Counter, Gauge, Histogram};

/// Every figure there is.
pub const FIGURES: &[Figure] = &[
    Figure(
        "http_requests_total",
        Counter,
        "requests, by class of address, method and status",
    ),
    Figure(
        "http_request_seconds",
        Histogram,
        "time to the answer's head, by class of address",
    ),
    Figure(
        "webhooks_refused_total",
        Counter,
        "webhooks with a wrong or missing signature",
    ),
    Figure(
        "requests_limited_total",
        Counter,
        "requests beyond what one person or address may make",
    ),
    Figure(
        "passwords_verified_total",
        Counter,
        "passwords compared with a hash",
    ),
    Figure(
        "calls_over_limit_total",
        Counter,
        "calls beyond their business's limits: a message was taken",
    ),
    Figure(
        "outgoing_calls_total",
        Counter,
        "calls made or taken over by people, by how they ended",
    ),
    Figure(
        "outgoing_refused_total",
        Counter,
        "calls and messages that the policy gate refused, by reason",
    ),
    Figure(
        "carrier_deletions_refused_total",
        Counter,
        "recordings of erased people that the carrier did not delete when asked",
    ),
    Figure("papers_drawn_total", Counter, "papers drawn"),
    Figure("papers_waiting", Gauge, "papers being drawn, or waiting for it"),
    Figure("sessions_open", Gauge, "open pages"),
    Figure(
        "sessions_cut_total",
        Counter,
        "pages cut off because they took nothing, or gave no sign of life",
    ),
    Figure(
        "session_messages_dropped_total",
        Counter,
        "words to a page's actor that its mailbox had no place for; it reads them",
    ),
    Figure(
        "hints_missed_total",
        Counter,
        "hints that the pages' watch skipped; its tick makes them good",
    ),
    Figure("reminders_armed", Gauge, "reminders with a clock in this engine"),
    Figure(
        "reminders_claimed_total",
        Counter,
        "reminders that rang, or were found answered, by this engine",
    ),
    Figure("clock_steps_total", Counter, "times that somebody set the clock"),
    Figure(
        "webhooks_malformed_total",
        Counter,
        "signed webhooks without what they must have, by kind",
    ),
    Figure("calls_live", Gauge, "calls whose actor lives in this engine"),
    Figure("calls_started_total", Counter, "calls that rang here"),
    Figure("calls_ended_total", Counter, "calls that ended, by outcome"),
    Figure(
        "calls_rebuilt_total",
        Counter,
        "calls brought back from their rows",
    ),
    Figure("calls_wrapped_up_total", Counter, "calls summarised"),
    Figure(
        "call_messages_dropped_total",
        Counter,
        "messages to a call's actor that its mailbox had no place for",
    ),
    Figure(
        "turns_total",
        Counter,
        "turns, by outcome: answered, not_heard, failed",
    ),
    Figure(
        "turn_seconds",
        Histogram,
        "from a recording's coming in to its being worked out",
    ),
    Figure("turn_stage_seconds", Histogram, "one stage of a turn, by stage"),
    Figure(
        "pipeline_retries_total",
        Counter,
        "recordings given back for a later try",
    ),
    Figure(
        "pipeline_dead_total",
        Counter,
        "recordings given up after the last try",
    ),
    Figure("pipeline_fenced_total", Counter, "claims lost to another engine"),
    Figure(
        "pipeline_panics_total",
        Counter,
        "panics while working on a recording",
    ),
    Figure(
        "speech_cache_total",
        Counter,
        "sentences asked of the cache of speech, by hit",
    ),
    Figure(
        "doorbells_missed_total",
        Counter,
        "doorbells that found no place: the sweep finds their rows",
    ),
    Figure("queue_depth", Gauge, "how much waits, by queue"),
    Figure("queue_bound", Gauge, "how much may wait, by queue"),
    Figure(
        "group_commit_batch",
        Histogram,
        "writes that shared a commit, by queue",
    ),
    Figure(
        "events_spooled_total",
        Counter,
        "webhook events kept on disk because Postgres was away",
    ),
    Figure(
        "events_lost_total",
        Counter,
        "webhook events that neither Postgres nor the disk took",
    ),
    Figure("spool_waiting", Gauge, "events on disk that wait for Postgres"),
    Figure(
        "bus_up",
        Gauge,
        "1 while engines can tell each other what to look at again",
    ),
    Figure(
        "bus_connects_total",
        Counter,
        "links between engines made, the first and each one after a break",
    ),
    Figure("bus_messages_total", Counter, "messages to other engines"),
    Figure("hints_sent_total", Counter, "hints in messages to other engines"),
    Figure("hints_heard_total", Counter, "hints from other engines"),
    Figure(
        "hints_dropped_total",
        Counter,
        "hints that somebody did not get, by why: full, not taken, too large, unread",
    ),
    Figure(
        "hints_malformed_total",
        Counter,
        "messages on the bus that are none of ours, and hints of newer engines",
    ),
    Figure("actors_alive", Gauge, "actors, by kind"),
    Figure("actor_crashes_total", Counter, "actors that panicked, by kind"),
    Figure("db_pool_in_use", Gauge, "connections in use, by pool"),
    Figure("db_pool_open", Gauge, "connections open, by pool"),
    Figure("db_pool_bound", Gauge, "connections that may be open, by pool"),
    Figure("db_pool_waiting", Gauge, "who waits for a connection, by pool"),
    Figure(
        "db_statement_seconds",
        Histogram,
        "database work with its wait for a connection, by noun",
    ),
    Figure(
        "db_slow_statements_total",
        Counter,
        "database work that took DB_SLOW_MS or longer",
    ),
    Figure(
        "pushes_planned_total",
        Counter,
        "pushes to closed tabs that were planned",
    ),
    Figure("pushes_total", Counter, "pushes that were tried, by outcome"),
    Figure(
        "whatsapp_arrived_total",
        Counter,
        "what WhatsApp's webhooks told, by what came of it",
    ),
    Figure(
        "whatsapp_unknown_total",
        Counter,
        "what they told and nobody needs",
    ),
    Figure(
        "whatsapp_sends_total",
        Counter,
        "messages that were tried, by outcome",
    ),
    Figure("logins_total", Counter, "log-ins that were right"),
    Figure(
        "logins_refused_total",
        Counter,
        "log-ins with a wrong password or of nobody",
    ),
    Figure(
        "logins_throttled_total",
        Counter,
        "tries of passwords, codes and links beyond what may be tried",
    ),
    Figure(
        "sessions_stolen_total",
        Counter,
        "sessions ended because an old refresh token was used again",
    ),
    Figure(
        "sessions_live",
        Gauge,
        "sessions whose tokens were renewed within a day",
    ),
    Figure(
        "log_lines_dropped_total",
        Counter,
        "lines that LOG_DIR did not get because the disk was slow",
    ),
    Figure(
        "telemetry_dropped_total",
        Counter,
        "reports that a collector or Sentry did not take",
    ),
    Figure(
        "process_start_time_seconds",
        Gauge,
        "when the engine started, seconds since 1970",
    ),
    Figure("process_resident_memory_bytes", Gauge, "memory in use"),
    Figure("process_open_fds", Gauge, "open files and connections"),
    Figure("build_info", Gauge, "1, by revision"),
];

/// Figures that have labels and therefore no line before the first event.
const LABELLED: [&str; 22] = [
    "hints_dropped_total",
    "http_requests_total",
    "webhooks_malformed_total",
    "calls_ended_total",
    "turns_total",
    "pushes_total",
    "whatsapp_arrived_total",
    "whatsapp_sends_total",
    "speech_cache_total",
    "queue_depth",
    "queue_bound",
    "actors_alive",
    "actor_crashes_total",
    "db_pool_in_use",
    "db_pool_open",
    "db_pool_bound",
    "db_pool_waiting",
    "build_info",
    "http_request_seconds",
    "turn_stage_seconds",
    "db_statement_seconds",
    "group_commit_batch",
];

/// Seconds, from a page to a slow provider.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0,
];
/// Writes of one commit.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// Histograms are gathered this often, read or not: what is not gathered grows.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder that `/metrics` renders: one per process.
pub fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            // Only an empty list of buckets is refused, and these are not empty.
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
                .and_then(|builder| {
                    builder.set_buckets_for_metric(Matcher::Suffix("_batch".into()), &BATCHES)
                })
                .unwrap_or_default();
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            // Another recorder is there already only if somebody else's test set one.
            let _ = metrics::set_global_recorder(recorder);
            announce();
            handle
        })
        .clone()
}

/// Names and meanings, and a zero for what has not happened yet: it can be watched from the start.
fn announce() {
    for Figure(name, kind, meaning) in FIGURES {
        let fresh = !LABELLED.contains(name);
        match kind {
            Counter => {
                metrics::describe_counter!(*name, *meaning);
                if fresh {
                    metrics::counter!(*name).increment(0);
                }
            }
            Gauge => {
                metrics::describe_gauge!(*name, *meaning);
                if fresh {
                    metrics::gauge!(*name).set(0.0);
                }
            }
            Histogram => metrics::describe_histogram!(*name, *meaning),
        }
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    metrics::gauge!("process_start_time_seconds").set(now.unwrap_or_default().as_secs_f64());
}

/// Keeps the histograms small, for as long as the runtime lives.
pub async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// What the system says about this process, where it says it as Linux does.
pub fn look_at_process() {
    if let Ok(memory) = std::fs::read_to_string("/proc/self/statm")
        && let Some(pages) = memory
            .split(' ')
            .nth(1)
            .and_then(|pages| pages.parse::<f64>().ok())
    {
        metrics::gauge!("process_resident_memory_bytes").set(pages * 4096.0);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        metrics::gauge!("process_open_fds").set(files.count() as f64);
    }
}
