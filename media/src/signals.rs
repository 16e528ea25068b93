//! Sounds made in code: silence, line noise, keys, ringback. Used by tests and by the simulator; the same arguments give
//! the same samples everywhere. Nothing here is speech.

use crate::sound::{Sound, amplitude};

/// A small generator of seeded noise (splitmix64), so that noise is the same on every machine and every version.
#[derive(Debug, Clone)]
pub struct Noise(u64);

impl Noise {
    /// Noise of this seed.
    pub fn new(seed: u64) -> Self {
        Noise(seed)
    }

    /// Uniform in -1 to 1.
    pub fn next_sample(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

fn count(rate: u32, ms: u32) -> usize {
    (u64::from(rate) * u64::from(ms) / 1000) as usize
}

/// Nothing.
pub fn silence(rate: u32, ms: u32) -> Sound {
    Sound::new(rate, vec![0.0; count(rate, ms)])
}

/// Sines together; `level_dbfs` is the peak of each.
pub fn tone(rate: u32, frequencies_hz: &[f32], ms: u32, level_dbfs: f32) -> Sound {
    let level = amplitude(level_dbfs);
    let samples = (0..count(rate, ms))
        .map(|i| {
            let time = i as f64 / f64::from(rate);
            let sum: f64 = frequencies_hz
                .iter()
                .map(|hz| (std::f64::consts::TAU * f64::from(*hz) * time).sin())
                .sum();
            sum as f32 * level
        })
        .collect();
    Sound::new(rate, samples)
}

/// Steady noise with more low than high, as on a line, at this RMS level.
pub fn line_noise(rate: u32, ms: u32, level_dbfs: f32, seed: u64) -> Sound {
    let mut noise = Noise::new(seed);
    // Three leaky sums of white noise come near to pink over the telephone band (Kellet's economy filter).
    let mut sums = [0f32; 3];
    let samples = (0..count(rate, ms))
        .map(|_| {
            let white = noise.next_sample();
            sums[0] = 0.997_65 * sums[0] + white * 0.099_046;
            sums[1] = 0.963 * sums[1] + white * 0.296_516_4;
            sums[2] = 0.57 * sums[2] + white * 1.052_691_3;
            sums.iter().sum::<f32>() + white * 0.184_8
        })
        .collect();
    let sound = Sound::new(rate, samples);
    let gain = amplitude(level_dbfs) / crate::sound::rms(&sound.samples).max(1e-6);
    Sound::new(rate, sound.samples.into_iter().map(|s| s * gain).collect())
}

/// The two frequencies of a key: `0-9`, `*`, `#`, `A-D`. `None` for anything else. Source: ITU-T Q.23.
pub fn dtmf_frequencies(key: char) -> Option<[f32; 2]> {
    const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
    const COLUMNS: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    let place = "123A456B789C*0#D"
        .chars()
        .position(|k| k == key.to_ascii_uppercase())?;
    Some([ROWS[place / 4], COLUMNS[place % 4]])
}

/// Keys pressed one after the other, 100 ms each with 100 ms between; unknown keys are left out.
pub fn dtmf(rate: u32, keys: &str) -> Sound {
    let pause = silence(rate, 100);
    keys.chars()
        .filter_map(dtmf_frequencies)
        .fold(pause.clone(), |sound, pair| {
            sound.then(&tone(rate, &pair, 100, -14.0)).then(&pause)
        })
}

/// The ringing that a caller hears in Israel: 400 Hz, one second in four.
pub fn ringback(rate: u32, ms: u32) -> Sound {
    let mut sound = tone(rate, &[400.0], ms, -10.0);
    let (on, period) = (count(rate, 1000), count(rate, 4000).max(1));
    for (i, sample) in sound.samples.iter_mut().enumerate() {
        if i % period >= on {
            *sample = 0.0;
        }
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_levels_and_seeds() {
        assert_eq!(silence(8000, 250).samples.len(), 2000);
        let noise = line_noise(8000, 3000, -34.0, 7);
        assert!((noise.rms_dbfs() + 34.0).abs() < 0.1);
        assert_eq!(noise, line_noise(8000, 3000, -34.0, 7));
        assert_ne!(noise, line_noise(8000, 3000, -34.0, 8));
        assert_eq!(dtmf(8000, "5#x").duration_ms(), 500);
        assert_eq!(dtmf_frequencies('0'), Some([941.0, 1336.0]));
        assert!(ringback(8000, 2000).samples[12_000] == 0.0);
    }
}
