//! The lesser judge of speech: level above the noise, and not a tone. Used by `vad` where there is no model. It takes a
//! steady hum, keys and ringing for silence, and misses soft speech in noise rather than hear speech in noise.

use std::collections::VecDeque;

use crate::sound::{dbfs, rms};

/// Softer than this is never speech, dBFS.
const LEAST_DBFS: f32 = -42.0;
/// Speech stands this far above the noise, dB.
const ABOVE_NOISE_DB: f32 = 12.0;
/// Frames over which the noise is looked for: about 3 s.
const MEMORY: usize = 94;
/// Until this many frames were heard the noise is taken to be at least [`FIRST_NOISE_DBFS`].
const SETTLED: usize = 10;
const FIRST_NOISE_DBFS: f32 = -45.0;
/// What two sines leave over a linear prediction of order 4, as a share: 0.002 to 0.007 behind μ-law.
const TONE_RESIDUE: f32 = 0.01;

/// Remembers the levels of one stream.
#[derive(Debug, Default)]
pub(super) struct EnergyJudge {
    levels: VecDeque<f32>,
}

impl EnergyJudge {
    /// 0.9 or 0.1: it knows no shades.
    pub(super) fn probability(&mut self, frame: &[f32]) -> f32 {
        let level = dbfs(rms(frame));
        let noise = self.noise();
        self.levels.push_back(level);
        if self.levels.len() > MEMORY {
            self.levels.pop_front();
        }
        let loud = level > LEAST_DBFS && level > noise + ABOVE_NOISE_DB;
        if loud && !is_tonal(frame) { 0.9 } else { 0.1 }
    }

    /// The level that a tenth of the remembered frames stay below.
    fn noise(&self) -> f32 {
        let mut levels: Vec<f32> = self.levels.iter().copied().collect();
        let tenth = levels.len() / 10;
        let low = if levels.is_empty() {
            FIRST_NOISE_DBFS
        } else {
            *levels.select_nth_unstable_by(tenth, f32::total_cmp).1
        };
        if levels.len() < SETTLED {
            low.max(FIRST_NOISE_DBFS)
        } else {
            low
        }
    }
}

/// Whether any loud quarter of the frame is one or two sines. Quarters, because a key that begins inside the frame
/// leaves as much over in it as a voice would.
fn is_tonal(frame: &[f32]) -> bool {
    let quarters = frame.chunks((frame.len() / 4).max(1));
    let loudest = quarters.clone().map(rms).fold(0.0, f32::max);
    quarters
        .filter(|q| rms(q) > loudest / 2.0)
        .any(|q| residue(q) < TONE_RESIDUE)
}

/// What is left of the frame's energy after linear prediction of order 4, as a share; 1 for silence.
fn residue(frame: &[f32]) -> f32 {
    let total: f64 = frame.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    if total <= 1e-9 {
        1.0
    } else {
        covariance_residue::<4>(frame, total)
    }
}

/// Least squares over the frame without a window: the covariance method, which is exact for sines.
fn covariance_residue<const ORDER: usize>(frame: &[f32], total: f64) -> f32 {
    let product = |i: usize, j: usize| -> f64 {
        (ORDER..frame.len())
            .map(|n| f64::from(frame[n - i]) * f64::from(frame[n - j]))
            .sum()
    };
    let right: [f64; ORDER] = std::array::from_fn(|i| product(0, i + 1));
    // A hair of noise keeps the equations solvable when the frame is a single sine.
    let ridge = |i, j| if i == j { total * 1e-6 } else { 0.0 };
    // Symmetric: a half is computed.
    let half: [[f64; ORDER]; ORDER] = std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            if j > i {
                0.0
            } else {
                product(i + 1, j + 1) + ridge(i, j)
            }
        })
    });
    let matrix = std::array::from_fn(|i| std::array::from_fn(|j| half[i.max(j)][i.min(j)]));
    let answer = right;
    let factors = solve(matrix, right);
    let explained: f64 = factors.iter().zip(answer).map(|(a, r)| a * r).sum();
    ((product(0, 0) - explained) / total).max(0.0) as f32
}

/// Gauss without pivoting: the matrix is symmetric and positive.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for column in 0..N {
        for row in column + 1..N {
            let factor = matrix[row][column] / matrix[column][column];
            let above = matrix[column];
            matrix[row]
                .iter_mut()
                .zip(above)
                .skip(column)
                .for_each(|(here, above)| *here -= factor * above);
            right[row] -= factor * right[column];
        }
    }
    for row in (0..N).rev() {
        let known: f64 = matrix[row]
            .iter()
            .zip(right)
            .skip(row + 1)
            .map(|(factor, value)| factor * value)
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    #[test]
    fn tones_are_predictable_and_noise_is_not() {
        for key in "1590*D".chars() {
            let pair = signals::dtmf_frequencies(key).unwrap();
            let tone = crate::phone::through_telephone(&signals::tone(8000, &pair, 200, -14.0));
            assert!(
                is_tonal(&tone.samples[800..1056]),
                "{key}: {}",
                residue(&tone.samples[800..1056])
            );
        }
        let noise = signals::line_noise(8000, 100, -20.0, 5);
        assert!(
            !is_tonal(&noise.samples[..256]),
            "{}",
            residue(&noise.samples[..256])
        );
        assert_eq!(residue(&[0.0; 256]), 1.0);
    }

    #[test]
    fn a_burst_above_the_noise_is_heard() {
        let mut judge = EnergyJudge::default();
        let sound = signals::line_noise(8000, 1000, -50.0, 1).then(&signals::line_noise(8000, 300, -18.0, 2));
        let heard: Vec<f32> = sound
            .samples
            .chunks_exact(256)
            .map(|f| judge.probability(f))
            .collect();
        assert!(heard[..30].iter().all(|p| *p < 0.5));
        assert!(heard[33..38].iter().all(|p| *p > 0.5), "{heard:?}");
    }
}
