//! The local speech of `media` as a caller's voice and as a listener. The demo and the command line give it to a
//! carrier. In a build without `embedded-speech` it can be named, and says that it can't speak.

use media::Sound;
use media::local::LocalSpeech;
use media::speak::{DEFAULT_SPEED, DEFAULT_VOICE};

use crate::voice::{CallerVoice, Listener};

/// A caller who speaks with Kokoro, in a voice that is not the engine's, and can hear with Whisper.
#[derive(Clone)]
pub struct LocalVoice {
    speech: LocalSpeech,
    voice: String,
}

impl LocalVoice {
    /// A caller with the first voice that the engine does not use itself.
    pub fn new(speech: LocalSpeech) -> Self {
        let other = speech
            .voices()
            .iter()
            .find(|voice| voice.as_str() != DEFAULT_VOICE);
        let voice = other.cloned().unwrap_or_default();
        Self { speech, voice }
    }

    /// A caller with this voice; see `LocalSpeech::voices`.
    pub fn with_voice(speech: LocalSpeech, voice: impl Into<String>) -> Self {
        Self {
            speech,
            voice: voice.into(),
        }
    }
}

impl CallerVoice for LocalVoice {
    fn speak(&self, text: &str) -> Result<Sound, String> {
        self.speech
            .synthesise(text, &self.voice, DEFAULT_SPEED)
            .map_err(|error| error.to_string())
    }
}

impl Listener for LocalVoice {
    fn hear(&self, sound: &Sound) -> Result<String, String> {
        self.speech
            .transcribe(sound)
            .map(|heard| heard.text)
            .map_err(|error| error.to_string())
    }
}
