//! When a stage that failed is tried again: a few times at once while the caller waits, then later
//! and later, then never. Pure; `stages` lives by it.

use rand::Rng;
use std::time::Duration;

/// How a stage failed, by what to do next.
#[derive(Debug)]
pub enum StageError {
    /// Again, soon or later.
    Again { why: String, after: Option<Duration> },
    /// Not there yet: nothing was tried in vain.
    NotYet { why: String },
    /// The audio is at fault: no try will help.
    Rejected { why: String },
    /// We are, for good.
    Dead { why: String },
    /// Somebody else has the recording now.
    Fenced,
}

/// Waits within one claim, while the caller listens to nothing.
const AT_ONCE: [u64; 2] = [300, 900];
/// Waits while the carrier is still writing the recording: about nine seconds in all.
const NOT_YET: [u64; 6] = [200, 400, 800, 1600, 2400, 3600];
/// Waits between claims, in seconds.
const LATER: [u64; 7] = [10, 60, 300, 1800, 7200, 21_600, 43_200];
/// Claims after which a recording is dead.
pub const ATTEMPTS: i16 = 8;
/// Age at which it is, whatever was tried.
pub const DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// The wait before the next try within this claim; `None` when the claim is given back.
pub fn at_once(tries: usize, error: &StageError) -> Option<Duration> {
    let millis = match error {
        StageError::Again {
            after: Some(after), ..
        } if *after > Duration::from_secs(2) => return None,
        StageError::Again { .. } => AT_ONCE.get(tries),
        StageError::NotYet { .. } => NOT_YET.get(tries),
        _ => None,
    }?;
    Some(jittered(Duration::from_millis(*millis)))
}

/// The wait before the next claim, after `attempt` claims; `None` when there is none.
pub fn later(attempt: i16, age: Duration) -> Option<Duration> {
    if attempt >= ATTEMPTS || age >= DEADLINE {
        return None;
    }
    let index = usize::try_from(attempt.max(1) - 1)
        .unwrap_or(0)
        .min(LATER.len() - 1);
    Some(jittered(Duration::from_secs(LATER[index])))
}

/// A fifth more or less, so that what failed together does not come back together.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(rand::rng().random_range(0.8..1.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(after: Option<Duration>) -> StageError {
        StageError::Again {
            why: "503".into(),
            after,
        }
    }

    #[test]
    fn a_waiting_caller_gets_two_quick_tries_more() {
        assert!(at_once(0, &again(None)).is_some());
        assert!(at_once(1, &again(None)).is_some());
        assert!(at_once(2, &again(None)).is_none());
    }

    #[test]
    fn a_provider_that_asks_for_a_long_pause_gets_it() {
        assert!(at_once(0, &again(Some(Duration::from_secs(30)))).is_none());
    }

    #[test]
    fn what_the_audio_lacks_no_try_will_bring() {
        assert!(at_once(0, &StageError::Rejected { why: "silent".into() }).is_none());
        assert!(
            at_once(
                0,
                &StageError::Dead {
                    why: "refused".into()
                }
            )
            .is_none()
        );
        assert!(at_once(0, &StageError::Fenced).is_none());
    }

    #[test]
    fn later_tries_come_later_and_end() {
        let wait = |attempt| later(attempt, Duration::ZERO);
        for attempt in 1..ATTEMPTS {
            let seconds = wait(attempt).unwrap().as_secs_f64();
            let meant = LATER[attempt.unsigned_abs() as usize - 1] as f64;
            assert!(
                (meant * 0.8..=meant * 1.2).contains(&seconds),
                "{attempt}: {seconds}"
            );
        }
        assert_eq!(wait(ATTEMPTS), None);
        assert_eq!(later(1, DEADLINE), None);
    }
}
