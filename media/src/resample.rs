//! Sound at another rate. Called wherever 8, 16 and 24 kHz meet. Whole sounds only: it keeps no state between calls.

use rubato::audioadapter_buffers::owned::InterleavedOwned;
use rubato::{Fft, FixedSync, Resampler};

use crate::sound::Sound;

/// Frames that rubato is fed at a time.
const CHUNK: usize = 1024;

/// The same sound at `rate` Hz, band-limited, without delay; the length is right to a sample. A rate of 0 on either side
/// gives an empty sound.
pub fn resample(sound: &Sound, rate: u32) -> Sound {
    if sound.rate == rate {
        return sound.clone();
    }
    if sound.rate == 0 || rate == 0 || sound.samples.is_empty() {
        return Sound::new(rate, Vec::new());
    }
    let samples = by_fft(&sound.samples, sound.rate, rate).unwrap_or_else(|why| {
        tracing::warn!(from = sound.rate, to = rate, why, "resampling by straight lines");
        by_lines(&sound.samples, sound.rate, rate)
    });
    Sound::new(rate, samples)
}

fn by_fft(samples: &[f32], from: u32, to: u32) -> Result<Vec<f32>, String> {
    let mut resampler =
        Fft::<f32>::new(from as usize, to as usize, CHUNK, 1, FixedSync::Both).map_err(|e| e.to_string())?;
    let frames = samples.len();
    let input = InterleavedOwned::new_from(samples.to_vec(), 1, frames).map_err(|e| e.to_string())?;
    let output = resampler
        .process_all(&input, frames, None)
        .map_err(|e| e.to_string())?;
    Ok(output.take_data())
}

/// Only for rates that rubato refuses: audible, but right in time.
fn by_lines(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    let count = (samples.len() as u64 * u64::from(to)).div_ceil(u64::from(from)) as usize;
    let step = f64::from(from) / f64::from(to);
    let at = |i: usize| samples.get(i).or(samples.last()).copied().unwrap_or(0.0);
    (0..count)
        .map(|i| {
            let place = i as f64 * step;
            let (left, part) = (place as usize, place.fract() as f32);
            at(left) * (1.0 - part) + at(left + 1) * part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    fn level_near(sound: &Sound, hz: f32) -> f32 {
        let omega = 2.0 * std::f32::consts::PI * hz / sound.rate as f32;
        let (sin, cos) = sound
            .samples
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(s, c), (i, v)| {
                (s + v * (omega * i as f32).sin(), c + v * (omega * i as f32).cos())
            });
        2.0 * (sin * sin + cos * cos).sqrt() / sound.samples.len() as f32
    }

    #[test]
    fn a_tone_keeps_pitch_level_and_length() {
        for (from, to) in [
            (8000, 16000),
            (24000, 8000),
            (44100, 8000),
            (16000, 8000),
            (8000, 24000),
            (11025, 8000),
        ] {
            let tone = signals::tone(from, &[1000.0], 1000, -6.0);
            let there = resample(&tone, to);
            assert_eq!(there.rate, to);
            assert!(
                (there.samples.len() as i64 - i64::from(to)).abs() <= 1,
                "{from} to {to}"
            );
            assert!((level_near(&there, 1000.0) - 0.5).abs() < 0.02, "{from} to {to}");
        }
    }

    #[test]
    fn what_does_not_fit_is_removed_not_folded() {
        let high = signals::tone(24000, &[6000.0], 500, -6.0);
        assert!(resample(&high, 8000).rms_dbfs() < -50.0);
    }

    #[test]
    fn odd_rates_and_nothing() {
        assert_eq!(resample(&Sound::new(8000, vec![]), 16000).samples.len(), 0);
        assert_eq!(resample(&Sound::new(0, vec![0.1]), 16000).samples.len(), 0);
        assert_eq!(
            resample(&Sound::new(7919, vec![0.1; 7919]), 8000).samples.len(),
            8000
        );
        assert_eq!(resample(&Sound::new(8000, vec![0.1]), 16000).samples.len(), 2);
        assert_eq!(by_lines(&[0.0, 1.0], 1, 2), [0.0, 0.5, 1.0, 1.0]);
    }
}
