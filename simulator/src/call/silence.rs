//! Adds up how long the caller hears nothing, and why. The call runner feeds it; the report keeps what it found.
//! It has no clock: it is told seconds of call time.

use serde::{Deserialize, Serialize};

/// Why nothing was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The carrier listens: a `<Record>` or `<Gather>` waits for the caller. The only silence that a caller expects.
    Listening,
    /// A webhook is being answered.
    Webhook,
    /// A file is being fetched.
    Fetch,
    /// A `<Pause>`.
    Pause,
    /// Quiet inside a file.
    SilentAudio,
}

/// A stretch in which the caller heard nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Where it begins, seconds of call time.
    pub from_s: f64,
    /// Its whole length, seconds.
    pub seconds: f64,
    /// The longest part without a break that listening does not explain, seconds.
    pub unexplained_s: f64,
    /// What it is made of, in order, with seconds.
    pub causes: Vec<(Cause, f64)>,
}

/// The silence that is going on.
#[derive(Debug, Default)]
pub(super) struct Silences {
    causes: Vec<(Cause, f64)>,
    from_s: f64,
    finished: Vec<Silence>,
}

impl Silences {
    /// Nothing is heard for so long, from `at_s` on.
    pub(super) fn quiet(&mut self, at_s: f64, cause: Cause, seconds: f64) {
        if seconds <= 0.0 {
            return;
        }
        if self.causes.is_empty() {
            self.from_s = at_s;
        }
        match self.causes.last_mut() {
            Some((last, sum)) if *last == cause => *sum += seconds,
            _ => self.causes.push((cause, seconds)),
        }
    }

    /// Something is heard, or the caller speaks, or the call is over. Gives the silence that ended, if any.
    pub(super) fn broken(&mut self) -> Option<&Silence> {
        if self.causes.is_empty() {
            return None;
        }
        let causes = std::mem::take(&mut self.causes);
        let seconds = causes.iter().map(|(_, s)| s).sum();
        let unexplained_s = causes
            .split(|(cause, _)| *cause == Cause::Listening)
            .map(|part| part.iter().map(|(_, s)| s).sum::<f64>())
            .fold(0.0, f64::max);
        self.finished.push(Silence {
            from_s: self.from_s,
            seconds,
            unexplained_s,
            causes,
        });
        self.finished.last()
    }

    /// All of them, and the longest unexplained part.
    pub(super) fn into_report(mut self) -> (Vec<Silence>, f64) {
        self.broken();
        let longest = self
            .finished
            .iter()
            .map(|silence| silence.unexplained_s)
            .fold(0.0, f64::max);
        (self.finished, longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_explains_its_own_part_only() {
        let mut silences = Silences::default();
        silences.quiet(1.0, Cause::Pause, 1.0);
        assert_eq!(silences.broken().map(|s| s.unexplained_s), Some(1.0));
        assert!(silences.broken().is_none());
        silences.quiet(10.0, Cause::Listening, 5.0);
        silences.quiet(15.0, Cause::Webhook, 0.5);
        silences.quiet(15.5, Cause::Fetch, 0.25);
        silences.quiet(15.75, Cause::SilentAudio, 1.5);
        let (all, longest) = silences.into_report();
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[1].seconds, all[1].unexplained_s, longest),
            (7.25, 2.25, 2.25)
        );
    }
}
