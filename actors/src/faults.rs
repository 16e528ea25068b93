//! Points at which a test can have the engine killed, as `kill -9` kills it. In production nothing
//! is armed and a point costs one atomic read.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static ARMED: OnceLock<String> = OnceLock::new();
static ANY: AtomicBool = AtomicBool::new(false);

/// Arms one point, e.g. `transcribed.before` (the work is done, nothing is kept) or
/// `transcribed.after` (it is kept, nobody knows). `transcribed.panic` panics there instead of
/// killing. Only a test environment calls it.
pub fn arm(point: &str) {
    if ARMED.set(point.to_owned()).is_ok() {
        ANY.store(true, Ordering::Release);
    }
}

/// Passes the point, or kills this process without any clean-up if it is the armed one.
pub fn pass(stage: &str, moment: &str) {
    if !ANY.load(Ordering::Acquire) {
        return;
    }
    assert!(
        !(moment == "before" && is_armed(stage, "panic")),
        "a test wanted a panic at {stage}"
    );
    if is_armed(stage, moment) {
        let this = std::process::id().to_string();
        // SIGKILL: no handler, no destructor, no flush, exactly what the tests are about.
        let _ = std::process::Command::new("kill").args(["-9", &this]).status();
        std::process::abort();
    }
}

fn is_armed(stage: &str, moment: &str) -> bool {
    ARMED
        .get()
        .and_then(|armed| armed.split_once('.'))
        .is_some_and(|(s, m)| s == stage && m == moment)
}
