//! Sound in memory: one channel of samples at a rate, and its measures. Everything in this crate takes and gives it.
//! It knows no file format and never changes a sample unless asked.

/// Rate of the telephone network, Hz.
pub const TELEPHONE_RATE: u32 = 8_000;
/// Level that prompts and replies are brought to, dBFS RMS.
pub const SPEECH_LEVEL_DBFS: f32 = -20.0;
/// What is reported for digital silence, dBFS.
pub const SILENCE_DBFS: f32 = -120.0;
/// Peaks stay below this after [`Sound::at_level`], dBFS: μ-law and a resampler may overshoot a little.
const CEILING_DBFS: f32 = -1.0;

/// One channel of sound.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sound {
    /// Samples a second, Hz.
    pub rate: u32,
    /// Amplitudes; full scale is -1 to 1.
    pub samples: Vec<f32>,
}

/// Why bytes are not sound, by what is told about the recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// Nothing arrived.
    #[error("the file is empty")]
    Empty,
    /// More than the limit.
    #[error("the file has {bytes} bytes, more than {limit}")]
    TooLarge {
        /// What it has.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Something else, whatever it is called.
    #[error("the file is not WAV: {is}")]
    NotWav {
        /// What it is, as far as the first bytes tell.
        is: &'static str,
    },
    /// WAV whose header makes no sense.
    #[error("the WAV header is wrong: {why}")]
    Header {
        /// What is wrong.
        why: String,
    },
    /// WAV of a kind that is not read.
    #[error("this kind of WAV is not read: {what}")]
    Unsupported {
        /// Which kind.
        what: String,
    },
    /// A good header and not one sample.
    #[error("the file holds no sound")]
    NoSamples,
}

/// Amplitude to dBFS.
pub fn dbfs(amplitude: f32) -> f32 {
    if amplitude > 1e-6 {
        20.0 * amplitude.log10()
    } else {
        SILENCE_DBFS
    }
}

/// dBFS to amplitude.
pub fn amplitude(dbfs: f32) -> f32 {
    10f32.powf(dbfs / 20.0)
}

impl Sound {
    /// Sound of these samples.
    pub fn new(rate: u32, samples: Vec<f32>) -> Self {
        Sound { rate, samples }
    }

    /// Length in milliseconds, rounded down; 0 for a rate of 0.
    pub fn duration_ms(&self) -> u64 {
        if self.rate == 0 {
            0
        } else {
            self.samples.len() as u64 * 1000 / u64::from(self.rate)
        }
    }

    /// Largest amplitude, dBFS.
    pub fn peak_dbfs(&self) -> f32 {
        dbfs(self.peak())
    }

    /// Root mean square over the whole length, pauses included, dBFS.
    pub fn rms_dbfs(&self) -> f32 {
        dbfs(rms(&self.samples))
    }

    fn peak(&self) -> f32 {
        self.samples.iter().fold(0.0, |most, s| s.abs().max(most))
    }

    /// The same sound, louder or softer, at about this RMS level; less where a peak would clip. Silence stays silence.
    #[must_use]
    pub fn at_level(mut self, level_dbfs: f32) -> Sound {
        let (rms, peak) = (rms(&self.samples), self.peak());
        if rms > 1e-6 {
            let gain = (amplitude(level_dbfs) / rms).min(amplitude(CEILING_DBFS) / peak);
            self.samples.iter_mut().for_each(|s| *s *= gain);
        }
        self
    }

    /// The same sound with its highest peak at this level. Silence stays silence.
    #[must_use]
    pub fn with_peak(mut self, peak_dbfs: f32) -> Sound {
        let peak = self.peak();
        if peak > 1e-6 {
            let gain = amplitude(peak_dbfs) / peak;
            self.samples.iter_mut().for_each(|s| *s *= gain);
        }
        self
    }

    /// This sound and then another; the other is resampled if it must be.
    #[must_use]
    pub fn then(mut self, other: &Sound) -> Sound {
        if self.samples.is_empty() && self.rate == 0 {
            return other.clone();
        }
        if self.rate == other.rate {
            self.samples.extend_from_slice(&other.samples);
        } else {
            self.samples
                .extend(crate::resample::resample(other, self.rate).samples);
        }
        self
    }

    /// Sample at a time, within the sound.
    #[cfg(feature = "embedded-speech")]
    pub(crate) fn index_at(&self, ms: u64) -> usize {
        ((ms * u64::from(self.rate) / 1000) as usize).min(self.samples.len())
    }
}

/// Root mean square; 0 for nothing.
pub fn rms(samples: &[f32]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let sum: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    (sum / samples.len() as f64).sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_a_square_wave() {
        let sound = Sound::new(8000, [0.5, -0.5].repeat(4000));
        assert_eq!(sound.duration_ms(), 1000);
        assert!((sound.peak_dbfs() + 6.02).abs() < 0.01 && (sound.rms_dbfs() + 6.02).abs() < 0.01);
        assert_eq!(Sound::default().rms_dbfs(), SILENCE_DBFS);
    }

    #[test]
    fn level_is_reached_without_clipping() {
        let mut samples = [0.01f32, -0.01].repeat(4000);
        assert!((Sound::new(8000, samples.clone()).at_level(-20.0).rms_dbfs() + 20.0).abs() < 0.1);
        samples[7] = 0.9;
        let spiky = Sound::new(8000, samples).at_level(-20.0);
        assert!(spiky.peak_dbfs() <= CEILING_DBFS + 0.01, "{}", spiky.peak_dbfs());
        assert_eq!(Sound::new(8000, vec![0.0; 8]).at_level(-20.0).samples, [0.0; 8]);
    }
}
