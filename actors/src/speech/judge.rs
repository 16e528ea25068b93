//! Whether there is speech in a recording: by Silero where its model is there, else by energy.

use crate::pipeline::Judge;
use media::vad::SpeechMeter;
use media::wav;

/// Judges WAV files.
pub struct WavJudge(pub SpeechMeter);

impl Judge for WavJudge {
    fn inspect(&self, bytes: &[u8]) -> Result<(u32, u32), String> {
        let sound = wav::decode(bytes).map_err(|error| error.to_string())?;
        let found = self.0.inspect(&sound);
        let as_u32 = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
        Ok((as_u32(found.duration_ms), as_u32(found.speech_ms)))
    }

    fn is_quick(&self) -> bool {
        self.0.judge() == media::vad::Judge::Energy
    }
}
