//! Kokoro 82M: phonemes to sound at 24 kHz. Used by `speak`. It knows nothing of Hebrew.
//!
//! Shapes (source: kokoro-onnx, MIT): tokens i32 [1, n] = 0, numbers, 0; style f32 [1, 256], the row of the voice for
//! this many tokens; speed f32 [1]; output f32 samples.

use std::path::Path;

use rten_tensor::prelude::*;
use rten_tensor::{NdTensorView, Tensor};

use crate::models::voices::{ROWS, VoiceTable, WIDTH};
use crate::network::Network;
use crate::sound::Sound;

/// Rate of its output, Hz.
pub(crate) const RATE: u32 = 24_000;
/// Tokens that it takes, without the two zeros.
const MOST_TOKENS: usize = 508;
/// Softer than this at both ends is cut.
const SILENT: f32 = 0.01;
/// Left standing at both ends: 30 ms.
const EDGE: usize = RATE as usize * 3 / 100;

/// The inverse Fourier transform divides by a window that is nearly nothing at the ends: there one sample comes out at
/// up to 400 times full scale and its neighbours too loud. 10 ms are thrown away at both ends; the voice begins 300 ms in.
const ARTEFACT: usize = RATE as usize / 100;
/// Rising and falling over 4 ms, so that pieces begin and end without a click.
const FADE: usize = RATE as usize * 4 / 1000;

/// The loaded model with its voices.
pub(crate) struct Kokoro {
    network: Network,
    table: VoiceTable,
    styles: Vec<f32>,
}

impl Kokoro {
    /// Graph, raw styles and table: 0.2 s. The error is in words.
    pub(crate) fn load(graph: &Path, styles: &Path, table: &Path) -> Result<Kokoro, String> {
        let read = |path: &Path| std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
        let table = read_table(&read(table)?)?;
        let styles: Vec<f32> = read(styles)?
            .as_chunks::<4>()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        if styles.len() != table.voices.len() * ROWS * WIDTH {
            return Err("the voices and their table don't fit together".to_owned());
        }
        Ok(Kokoro {
            network: Network::load(graph)?,
            table,
            styles,
        })
    }

    /// Place of a voice, if there is one of this name.
    pub(crate) fn voice(&self, name: &str) -> Option<usize> {
        self.table.voices.iter().position(|v| v == name)
    }

    /// Sound of these phonemes; characters that it has no token for are left out. Nothing gives silence of no length.
    pub(crate) fn say(&self, phonemes: &str, voice: usize, speed: f32) -> Result<Sound, String> {
        let mut tokens: Vec<i32> = phonemes
            .chars()
            .filter_map(|c| self.table.vocab.get(&c).copied())
            .collect();
        tokens.truncate(MOST_TOKENS);
        if tokens.is_empty() {
            return Ok(Sound::new(RATE, Vec::new()));
        }
        let row = voice * ROWS + tokens.len().min(ROWS) - 1;
        let style = self
            .styles
            .get(row * WIDTH..(row + 1) * WIDTH)
            .ok_or("no such voice")?;
        tokens.insert(0, 0);
        tokens.push(0);
        let tokens = Tensor::from_data(&[1, tokens.len()], tokens);
        let style = NdTensorView::from_data([1, WIDTH], style);
        let speed = Tensor::from_data(&[1], vec![speed]);
        let inputs = [
            ("tokens", tokens.view().into()),
            ("style", style.into()),
            ("speed", speed.view().into()),
        ];
        let [audio] = self.network.run(inputs, ["audio"])?;
        let audio: Tensor<f32> = audio.try_into().map_err(|_| "the sound has another type")?;
        Ok(Sound::new(RATE, cleaned(audio.into_data())))
    }
}

/// Names of the voices in a table file.
pub(crate) fn read_table(json: &[u8]) -> Result<VoiceTable, String> {
    let table: VoiceTable = serde_json::from_slice(json).map_err(|e| format!("voice table: {e}"))?;
    if (table.rows, table.width) != (ROWS, WIDTH) {
        Err("voices of another shape".to_owned())
    } else {
        Ok(table)
    }
}

/// Without the artefacts and the silence at both ends, within full scale.
fn cleaned(mut samples: Vec<f32>) -> Vec<f32> {
    let end = samples.len().saturating_sub(ARTEFACT);
    samples.truncate(end);
    samples.drain(..ARTEFACT.min(end));
    let loud = |s: &f32| s.abs() > SILENT;
    let (Some(first), Some(last)) = (samples.iter().position(loud), samples.iter().rposition(loud)) else {
        return Vec::new();
    };
    let kept = &samples[first.saturating_sub(EDGE)..(last + 1 + EDGE).min(samples.len())];
    let count = kept.len();
    let gain = |at: usize| (at.min(count - 1 - at) as f32 / FADE as f32).min(1.0);
    let clean = |s: f32| if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 };
    kept.iter()
        .enumerate()
        .map(|(at, s)| clean(*s) * gain(at))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_and_artefacts_at_the_ends_are_cut() {
        let mut samples = vec![0.0; 3000];
        samples[9] = -409.0;
        samples.extend([0.5; 1000]);
        samples.extend([0.0; 3000]);
        let cleaned = cleaned(samples);
        assert_eq!(cleaned.len(), EDGE + 1000 + EDGE);
        assert_eq!(cleaned.iter().fold(0f32, |most, s| most.max(s.abs())), 0.5);
    }

    #[test]
    fn no_sound_and_broken_sound_are_survived() {
        assert!(cleaned(vec![0.0; 7]).is_empty() && cleaned(vec![0.0; 5000]).is_empty());
        let broken = cleaned([f32::NAN, f32::INFINITY, -7.0].repeat(1000));
        assert!(broken.iter().all(|s| s.abs() <= 1.0));
        assert_eq!(broken[0], 0.0);
    }
}
