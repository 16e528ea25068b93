//! What a telephone line does to sound: band, rate, μ-law. Used by tests and by the simulator, so that what they say
//! arrives as a caller's voice would. It never touches what the engine itself plays.

use crate::mulaw;
use crate::resample::resample;
use crate::sound::{Sound, TELEPHONE_RATE};

const LOW_HZ: f64 = 300.0;
const HIGH_HZ: f64 = 3400.0;
const PEAK_DBFS: f32 = -6.0;

/// Through the line: 300 to 3400 Hz, 8 kHz, peak at -6 dBFS, μ-law and back.
pub fn through_telephone(sound: &Sound) -> Sound {
    let mut narrow = resample(sound, TELEPHONE_RATE);
    // Two sections of each kind make a fourth-order Butterworth; these are its two quality factors.
    for quality in [0.541_196_1, 1.306_563] {
        Section::high_pass(LOW_HZ, quality).run(&mut narrow.samples);
        Section::low_pass(HIGH_HZ, quality).run(&mut narrow.samples);
    }
    let loud = narrow.with_peak(PEAK_DBFS);
    Sound::new(
        TELEPHONE_RATE,
        mulaw::to_samples(&mulaw::from_samples(&loud.samples)),
    )
}

/// A second-order filter (source: R. Bristow-Johnson, Audio EQ Cookbook), feed-forward and feedback factors.
struct Section {
    forward: [f64; 3],
    back: [f64; 2],
}

impl Section {
    fn design(hz: f64, quality: f64, forward: impl Fn(f64) -> [f64; 3]) -> Section {
        let omega = std::f64::consts::TAU * hz / f64::from(TELEPHONE_RATE);
        let alpha = omega.sin() / (2.0 * quality);
        let cosine = omega.cos();
        let first = 1.0 + alpha;
        Section {
            forward: forward(cosine).map(|b| b / first),
            back: [-2.0 * cosine / first, (1.0 - alpha) / first],
        }
    }
    fn low_pass(hz: f64, quality: f64) -> Section {
        Self::design(hz, quality, |c| [(1.0 - c) / 2.0, 1.0 - c, (1.0 - c) / 2.0])
    }
    fn high_pass(hz: f64, quality: f64) -> Section {
        Self::design(hz, quality, |c| {
            [f64::midpoint(1.0, c), -(1.0 + c), f64::midpoint(1.0, c)]
        })
    }
    fn run(&self, samples: &mut [f32]) {
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for sample in samples {
            let x = f64::from(*sample);
            let y = self.forward[0] * x + self.forward[1] * x1 + self.forward[2] * x2
                - self.back[0] * y1
                - self.back[1] * y2;
            (x2, x1, y2, y1) = (x1, x, y1, y);
            *sample = y as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;
    use crate::sound::rms;

    #[test]
    fn keeps_the_band_and_drops_the_rest() {
        let mut levels = Vec::new();
        for hz in [60.0, 1000.0, 3900.0] {
            // A second tone sets the peak, so that normalising does not hide what the filter did.
            let both =
                signals::tone(24000, &[hz], 500, -20.0).then(&signals::tone(24000, &[1000.0], 500, -6.0));
            let heard = through_telephone(&both);
            assert_eq!(heard.rate, 8000);
            levels.push(crate::sound::dbfs(rms(&heard.samples[800..3200])));
        }
        assert!(
            levels[0] < levels[1] - 35.0 && levels[2] < levels[1] - 20.0,
            "{levels:?}"
        );
    }

    #[test]
    fn silence_stays_silent() {
        assert!(
            through_telephone(&signals::silence(24000, 100))
                .samples
                .iter()
                .all(|s| *s == 0.0)
        );
    }
}
