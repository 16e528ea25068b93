//! Stands in for the chain in a build without it. Every call says so. See `local`.

use super::{Heard, LocalError, LocalOptions};
use crate::models::{Engine, ModelSet};
use crate::sound::Sound;
use crate::vad::{Inspection, SpeechMeter};

/// Can't be made: [`LocalSpeech::load`] always fails in this build.
#[derive(Debug, Clone)]
pub struct LocalSpeech {
    meter: SpeechMeter,
}

impl LocalSpeech {
    /// Always [`LocalError::NotCompiledIn`].
    pub fn load(_models: &ModelSet, _options: LocalOptions) -> Result<LocalSpeech, LocalError> {
        Err(LocalError::NotCompiledIn)
    }
    /// Always false.
    pub fn can(&self, _engine: Engine) -> bool {
        false
    }
    /// Always [`LocalError::NotCompiledIn`].
    pub fn warm(&self) -> Result<(), LocalError> {
        Err(LocalError::NotCompiledIn)
    }
    /// None.
    pub fn voices(&self) -> &[String] {
        &[]
    }
    /// By energy.
    pub fn meter(&self) -> &SpeechMeter {
        &self.meter
    }
    /// By energy.
    pub fn inspect(&self, sound: &Sound) -> Inspection {
        self.meter.inspect(sound)
    }
    /// Always [`LocalError::NotCompiledIn`].
    pub fn transcribe(&self, _sound: &Sound) -> Result<Heard, LocalError> {
        Err(LocalError::NotCompiledIn)
    }
    /// Always [`LocalError::NotCompiledIn`].
    pub fn synthesise(&self, _text: &str, _voice: &str, _speed: f32) -> Result<Sound, LocalError> {
        Err(LocalError::NotCompiledIn)
    }
    /// Always [`LocalError::NotCompiledIn`].
    pub fn synthesise_for_telephone(
        &self,
        _text: &str,
        _voice: &str,
        _speed: f32,
    ) -> Result<Vec<u8>, LocalError> {
        Err(LocalError::NotCompiledIn)
    }
    /// Always [`LocalError::NotCompiledIn`].
    pub fn pointed(&self, _text: &str) -> Result<String, LocalError> {
        Err(LocalError::NotCompiledIn)
    }
}
