//! Voice activity: where in a sound somebody speaks. Called by the recording pipeline (is there anything to transcribe?),
//! by the transcriber itself, and frame by frame by live streams. It never says what was spoken.
//!
//! Silero decides when its model is there. Without it an energy measure does, which is honest about itself (`by`) and
//! errs towards silence: Whisper turns noise into confident words, so a missed word costs less than an invented one.

mod energy;
mod hysteresis;
#[cfg(feature = "embedded-speech")]
mod silero;

use std::fmt;

use serde::Serialize;

use crate::resample::resample;
use crate::sound::{Sound, TELEPHONE_RATE};
use energy::EnergyJudge;
pub use hysteresis::{Edge, Hysteresis, Thresholds};

/// Samples judged at a time: 32 ms at 8 kHz.
pub const FRAME: usize = 256;
/// Length of a frame in milliseconds.
pub const FRAME_MS: u64 = 32;
/// Less speech than this is never transcribed.
pub const LEAST_SPEECH_MS: u64 = 250;

/// Who judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Judge {
    /// The Silero model.
    Silero,
    /// Level and periodicity only.
    Energy,
}

impl Judge {
    /// "silero" or "energy".
    pub fn as_str(self) -> &'static str {
        match self {
            Judge::Silero => "silero",
            Judge::Energy => "energy",
        }
    }
}

impl fmt::Display for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A stretch of speech, in milliseconds from the beginning of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// First millisecond.
    pub start_ms: u64,
    /// First millisecond after it.
    pub end_ms: u64,
}

/// What a sound is like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// Its length.
    pub duration_ms: u64,
    /// How much of it is speech: the sum of the segments.
    pub speech_ms: u64,
    /// Its highest peak, dBFS.
    pub peak_dbfs: f32,
    /// Its level with pauses, dBFS.
    pub rms_dbfs: f32,
    /// Who judged.
    pub by: Judge,
    /// Where the speech is, in order, not touching.
    pub segments: Vec<Segment>,
}

impl Inspection {
    /// Whether there is enough speech to be worth transcribing.
    pub fn has_speech(&self) -> bool {
        self.speech_ms >= LEAST_SPEECH_MS
    }
}

/// Finds speech. Cheap to clone; one serves all calls.
#[derive(Clone)]
pub struct SpeechMeter {
    #[cfg(feature = "embedded-speech")]
    silero: Option<std::sync::Arc<silero::Silero>>,
    thresholds: Thresholds,
}

impl fmt::Debug for SpeechMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpeechMeter").field("by", &self.judge()).finish()
    }
}

impl SpeechMeter {
    /// By energy only.
    pub fn energy() -> SpeechMeter {
        SpeechMeter {
            #[cfg(feature = "embedded-speech")]
            silero: None,
            thresholds: Thresholds::default(),
        }
    }

    /// By Silero. The error is in words: the file is missing or is no model.
    #[cfg(feature = "embedded-speech")]
    pub fn silero(model: &std::path::Path) -> Result<SpeechMeter, String> {
        let silero = silero::Silero::load(model)?;
        Ok(SpeechMeter {
            silero: Some(std::sync::Arc::new(silero)),
            thresholds: Thresholds::default(),
        })
    }

    /// Who judges.
    pub fn judge(&self) -> Judge {
        #[cfg(feature = "embedded-speech")]
        if self.silero.is_some() {
            return Judge::Silero;
        }
        Judge::Energy
    }

    /// Judges a whole sound, of any rate. About 0.2 ms a frame of 32 ms with Silero.
    pub fn inspect(&self, sound: &Sound) -> Inspection {
        let narrow = resample(sound, TELEPHONE_RATE);
        let mut listener = self.listen();
        let mut edges = listener.push(&narrow.samples);
        edges.extend(listener.finish());
        let segments = segments(&edges, sound.duration_ms());
        Inspection {
            duration_ms: sound.duration_ms(),
            speech_ms: segments.iter().map(|s| s.end_ms - s.start_ms).sum(),
            peak_dbfs: sound.peak_dbfs(),
            rms_dbfs: sound.rms_dbfs(),
            by: listener.judge(),
            segments,
        }
    }

    /// Begins listening to a live stream.
    pub fn listen(&self) -> Listener {
        self.listen_with(self.thresholds)
    }

    /// The same with other thresholds, such as a longer silence for the end of a turn.
    pub fn listen_with(&self, thresholds: Thresholds) -> Listener {
        #[cfg(feature = "embedded-speech")]
        let silero = self
            .silero
            .as_ref()
            .map(|model| silero::SileroJudge::new(model.clone()));
        Listener {
            #[cfg(feature = "embedded-speech")]
            silero,
            energy: EnergyJudge::default(),
            hysteresis: Hysteresis::new(thresholds),
            pending: Vec::with_capacity(FRAME),
        }
    }
}

/// Judges one stream as it comes. Not shared: each stream has its own.
pub struct Listener {
    #[cfg(feature = "embedded-speech")]
    silero: Option<silero::SileroJudge>,
    energy: EnergyJudge,
    hysteresis: Hysteresis,
    pending: Vec<f32>,
}

impl Listener {
    /// Takes samples at 8 kHz, any number; returns where speech began or ended, if it did. Times count from the first
    /// sample ever pushed.
    pub fn push(&mut self, samples: &[f32]) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut left = samples;
        while !left.is_empty() {
            let (piece, rest) = left.split_at(left.len().min(FRAME - self.pending.len()));
            self.pending.extend_from_slice(piece);
            left = rest;
            if self.pending.len() == FRAME {
                edges.extend(self.frame());
            }
        }
        edges
    }

    /// Judges what is left and closes an open stretch of speech.
    pub fn finish(&mut self) -> Vec<Edge> {
        let mut edges = Vec::new();
        if self.pending.len() >= FRAME / 2 {
            self.pending.resize(FRAME, 0.0);
            edges.extend(self.frame());
        }
        self.pending.clear();
        edges.extend(self.hysteresis.finish());
        edges
    }

    /// Whether somebody is speaking now.
    pub fn speaking(&self) -> bool {
        self.hysteresis.speaking()
    }

    /// Milliseconds of speech in the stretch that is open now; 0 in silence. For barge-in.
    pub fn speaking_for_ms(&self) -> u64 {
        self.hysteresis.speaking_for_ms()
    }

    /// Who judges.
    pub fn judge(&self) -> Judge {
        #[cfg(feature = "embedded-speech")]
        if self.silero.is_some() {
            return Judge::Silero;
        }
        Judge::Energy
    }

    fn frame(&mut self) -> Option<Edge> {
        let probability = self.probability();
        self.pending.clear();
        self.hysteresis.push(probability)
    }

    fn probability(&mut self) -> f32 {
        #[cfg(feature = "embedded-speech")]
        if let Some(judge) = &mut self.silero {
            match judge.probability(&self.pending) {
                Ok(probability) => return probability,
                Err(why) => {
                    // The stream goes on with the lesser judge rather than dying of the better one.
                    tracing::error!(why, "Silero failed; this stream is judged by energy");
                    self.silero = None;
                }
            }
        }
        self.energy.probability(&self.pending)
    }
}

fn segments(edges: &[Edge], duration_ms: u64) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut open = None;
    for edge in edges {
        match (*edge, open) {
            (Edge::Began { at_ms }, _) => open = Some(at_ms),
            (Edge::Ended { at_ms }, Some(start_ms)) => {
                let end_ms = at_ms.min(duration_ms);
                if end_ms > start_ms {
                    segments.push(Segment { start_ms, end_ms });
                }
                open = None;
            }
            (Edge::Ended { .. }, None) => {}
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals;

    #[test]
    fn energy_hears_nothing_in_what_is_not_speech() {
        let meter = SpeechMeter::energy();
        let silent = [
            ("silence", signals::silence(8000, 3000)),
            ("line noise", signals::line_noise(8000, 3000, -34.0, 1)),
            ("loud noise", signals::line_noise(8000, 3000, -20.0, 2)),
            ("keys", signals::dtmf(8000, "0123456789*#")),
            ("ringback", signals::ringback(8000, 9000)),
            ("dial tone", signals::tone(8000, &[400.0], 3000, -10.0)),
        ];
        for (name, sound) in silent {
            let heard = meter.inspect(&crate::phone::through_telephone(&sound));
            assert!(!heard.has_speech(), "{name}: {heard:?}");
            assert_eq!(heard.by, Judge::Energy);
        }
    }

    #[test]
    fn pushing_in_pieces_is_the_same_as_at_once() {
        let sound = signals::silence(8000, 500).then(&signals::line_noise(8000, 700, -15.0, 3));
        let meter = SpeechMeter::energy();
        let mut at_once = meter.listen();
        let mut whole = at_once.push(&sound.samples);
        whole.extend(at_once.finish());
        let mut in_pieces = meter.listen();
        let mut pieces: Vec<Edge> = sound
            .samples
            .chunks(160)
            .flat_map(|c| in_pieces.push(c))
            .collect();
        pieces.extend(in_pieces.finish());
        assert_eq!(whole, pieces);
    }

    #[test]
    fn an_inspection_speaks_json() {
        let heard = SpeechMeter::energy().inspect(&signals::silence(24000, 100));
        let json = serde_json::to_value(&heard).unwrap();
        assert_eq!(
            (json["by"].as_str(), json["duration_ms"].as_u64()),
            (Some("energy"), Some(100))
        );
    }
}
