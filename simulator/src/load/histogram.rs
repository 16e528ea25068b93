//! A histogram of latencies with an error of at most 1.6 %, in 30 KiB whatever is recorded. The load generator fills
//! one for each kind of webhook. It keeps no single value.

use std::time::Duration;

use serde::ser::{Serialize, SerializeStruct, Serializer};

const FINE_BITS: u32 = 7;
const FINE: usize = 1 << FINE_BITS;
const BUCKETS: usize = FINE + (64 - FINE_BITS as usize) * FINE / 2;

/// Latencies, counted in microseconds.
#[derive(Clone)]
pub struct Histogram {
    counts: Vec<u64>,
    count: u64,
    sum_us: u64,
    max_us: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS],
            count: 0,
            sum_us: 0,
            max_us: 0,
        }
    }
}

impl Histogram {
    /// Counts one latency.
    pub fn record(&mut self, latency: Duration) {
        let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.counts[bucket(us)] += 1;
        self.count += 1;
        self.sum_us = self.sum_us.saturating_add(us);
        self.max_us = self.max_us.max(us);
    }

    /// Adds all that another has counted.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.count += other.count;
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
        self.max_us = self.max_us.max(other.max_us);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The latency that this part (0 to 1) of all is not above; zero when nothing was counted.
    pub fn quantile(&self, part: f64) -> Duration {
        let wanted = ((self.count as f64 * part).ceil() as u64).clamp(1, self.count.max(1));
        let mut seen = 0;
        for (at, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper(at).min(self.max_us));
            }
        }
        Duration::ZERO
    }

    /// The largest, exactly.
    pub fn max(&self) -> Duration {
        Duration::from_micros(self.max_us)
    }

    /// The mean; zero when nothing was counted.
    pub fn mean(&self) -> Duration {
        Duration::from_micros(self.sum_us.checked_div(self.count).unwrap_or(0))
    }
}

/// Milliseconds, as reports show them.
impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
        let mut fields = serializer.serialize_struct("Histogram", 7)?;
        fields.serialize_field("count", &self.count)?;
        fields.serialize_field("mean_ms", &ms(self.mean()))?;
        fields.serialize_field("p50_ms", &ms(self.quantile(0.5)))?;
        fields.serialize_field("p90_ms", &ms(self.quantile(0.9)))?;
        fields.serialize_field("p99_ms", &ms(self.quantile(0.99)))?;
        fields.serialize_field("p999_ms", &ms(self.quantile(0.999)))?;
        fields.serialize_field("max_ms", &ms(self.max()))?;
        fields.end()
    }
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (p50, p99) = (self.quantile(0.5), self.quantile(0.99));
        write!(
            f,
            "{} latencies, p50 {p50:?}, p99 {p99:?}, max {:?}",
            self.count,
            self.max()
        )
    }
}

fn bucket(us: u64) -> usize {
    let magnitude = (64 - us.leading_zeros()).saturating_sub(FINE_BITS);
    if magnitude == 0 {
        return us as usize;
    }
    // From 128 up each doubling has 64 buckets: the upper half of seven bits.
    let fine = (us >> magnitude) as usize;
    FINE + (magnitude as usize - 1) * (FINE / 2) + (fine - FINE / 2)
}

/// The largest value of a bucket.
fn upper(bucket: usize) -> u64 {
    if bucket < FINE {
        return bucket as u64;
    }
    let (magnitude, fine) = (
        (bucket - FINE) / (FINE / 2) + 1,
        (bucket - FINE) % (FINE / 2) + FINE / 2,
    );
    ((fine as u64 + 1) << magnitude) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_its_bucket() {
        for us in (0..5_000).chain([65_535, 65_536, 1_000_000, 15_000_000, u64::MAX >> 1]) {
            let top = upper(bucket(us));
            assert!(
                top >= us && (top - us) as f64 <= us as f64 / 63.0,
                "{us} in a bucket up to {top}"
            );
            assert!(bucket(us) < BUCKETS);
        }
    }

    #[test]
    fn quantiles_are_those_of_what_was_recorded() {
        let mut histogram = Histogram::default();
        for ms in 1..=1_000 {
            histogram.record(Duration::from_millis(ms));
        }
        let near = |value: Duration, ms: f64| (value.as_secs_f64() * 1000.0 / ms - 1.0).abs() < 0.017;
        assert!(near(histogram.quantile(0.5), 500.0), "{histogram:?}");
        assert!(near(histogram.quantile(0.99), 990.0), "{histogram:?}");
        assert_eq!(histogram.max(), Duration::from_secs(1));
        assert_eq!(Histogram::default().quantile(0.5), Duration::ZERO);
    }
}
