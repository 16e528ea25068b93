//! Sums of calls, and how long callers waited for replies, told from how many waited how long. Postgres adds up the same buckets
//! (`reply_bucket` in V017).

/// Buckets of waiting times: the first is up to 100 ms, each one reaches ten per cent farther, the last has no end.
pub const BUCKETS: usize = 70;
const FIRST_MS: f64 = 100.0;
const STEP: f64 = 1.1;

/// What a span of time had of calls. Sums of spans add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSums {
    /// Callers'.
    pub calls: i64,
    pub answered: i64,
    pub missed: i64,
    /// Ours.
    pub outgoing: i64,
    /// How long callers' calls were, in seconds.
    pub seconds: i64,
    /// How often callers spoke.
    pub turns: i64,
    /// Calls in which a message was left.
    pub messages: i64,
    /// How many replies took how long, by bucket.
    pub replies: [i64; BUCKETS],
}

impl Default for CallSums {
    fn default() -> Self {
        Self {
            calls: 0,
            answered: 0,
            missed: 0,
            outgoing: 0,
            seconds: 0,
            turns: 0,
            messages: 0,
            replies: [0; BUCKETS],
        }
    }
}

impl CallSums {
    /// Adds another span's.
    pub fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.missed += other.missed;
        self.outgoing += other.outgoing;
        self.seconds += other.seconds;
        self.turns += other.turns;
        self.messages += other.messages;
        for (sum, more) in self.replies.iter_mut().zip(other.replies) {
            *sum += more;
        }
    }

    /// How many replies were given.
    pub fn replied(&self) -> i64 {
        self.replies.iter().sum()
    }

    /// The waiting time, in milliseconds, that this share of the replies did not pass; right to five per cent. None without replies.
    pub fn reply_ms(&self, share: f64) -> Option<i64> {
        let all = self.replied();
        if all <= 0 {
            return None;
        }
        let rank = ((all as f64 * share).ceil() as i64).clamp(1, all);
        let mut passed = 0;
        let bucket = self.replies.iter().position(|n| {
            passed += n;
            passed >= rank
        })?;
        // The middle of a bucket, in the measure in which buckets grow.
        let middle = FIRST_MS * STEP.powf(bucket as f64 - 0.5);
        Some(middle.round() as i64)
    }

    /// How long an answered call was on average, in seconds.
    pub fn average_seconds(&self) -> Option<i64> {
        (self.answered > 0).then(|| (self.seconds + self.answered / 2) / self.answered)
    }
}

/// The bucket of a waiting time, from 0.
pub fn reply_bucket(ms: f64) -> usize {
    if ms <= FIRST_MS {
        return 0;
    }
    (((ms / FIRST_MS).ln() / STEP.ln()).ceil() as usize).min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_time_is_told_to_five_per_cent() {
        for ms in [120.0, 345.0, 1_000.0, 1_999.0, 2_000.0, 7_500.0, 59_000.0] {
            let mut sums = CallSums::default();
            sums.replies[reply_bucket(ms)] = 1;
            let told = sums.reply_ms(0.5).unwrap() as f64;
            assert!((told / ms - 1.0).abs() < 0.05, "{ms}: {told}");
        }
    }

    #[test]
    fn shares_are_counted_from_the_fastest() {
        let mut sums = CallSums::default();
        assert_eq!(sums.reply_ms(0.5), None);
        sums.replies[reply_bucket(1_000.0)] = 9;
        sums.replies[reply_bucket(9_000.0)] = 1;
        let about = |share, ms: f64| (sums.reply_ms(share).unwrap() as f64 / ms - 1.0).abs() < 0.05;
        assert!(about(0.5, 1_000.0) && about(0.9, 1_000.0) && about(0.91, 9_000.0));
    }

    #[test]
    fn what_is_beyond_the_last_bound_is_in_the_last_bucket() {
        assert_eq!(reply_bucket(0.0), 0);
        assert_eq!(reply_bucket(-5.0), 0);
        assert_eq!(reply_bucket(1e12), BUCKETS - 1);
    }
}
