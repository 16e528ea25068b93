//! The chain as it is when it is compiled in. See `local`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::{Heard, LocalError, LocalOptions, millis};
use crate::models::{Engine, ModelSet};
use crate::resample::resample;
use crate::sound::Sound;
use crate::speak::{DEFAULT_VOICE, Speaker, kokoro};
use crate::vad::{Inspection, SpeechMeter};
use crate::whisper::{self, Whisper};

/// A text of more letters than this is refused before it costs a minute of computing.
const LONGEST_TEXT: usize = 4_000;
const SLOWEST: f32 = 0.5;
const FASTEST: f32 = 2.0;

/// Hears, transcribes and speaks. Clones share the models. Each engine loads at its first use and does one thing at a
/// time; others wait for it in line.
#[derive(Clone)]
pub struct LocalSpeech {
    shared: Arc<Shared>,
}

struct Shared {
    models: ModelSet,
    options: LocalOptions,
    meter: SpeechMeter,
    voices: Vec<String>,
    transcriber: Mutex<Option<Whisper>>,
    speaker: Mutex<Option<Speaker>>,
}

impl std::fmt::Debug for LocalSpeech {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalSpeech")
            .field("models", &self.shared.models.dir())
            .finish_non_exhaustive()
    }
}

/// A panic inside an engine must not take the chain down for ever: the slot is emptied and loaded anew.
fn lock<T>(slot: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    slot.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
        let mut guard = poisoned.into_inner();
        *guard = None;
        slot.clear_poison();
        guard
    })
}

impl LocalSpeech {
    /// Loads what is small (voice activity, 5 ms) and remembers where the rest is. Fails only when neither transcription
    /// nor synthesis can ever run; ask [`LocalSpeech::can`] for each.
    pub fn load(models: &ModelSet, options: LocalOptions) -> Result<LocalSpeech, LocalError> {
        if !models.can(Engine::Transcriber) && !models.can(Engine::Synthesiser) {
            return Err(missing(models, Engine::Transcriber));
        }
        let meter = if models.can(Engine::Vad) {
            let load = |why| LocalError::Load {
                engine: Engine::Vad,
                why,
            };
            SpeechMeter::silero(&models.vad()).map_err(load)?
        } else {
            tracing::warn!("no voice activity model: speech is judged by energy");
            SpeechMeter::energy()
        };
        let voices = if models.can(Engine::Synthesiser) {
            voice_names(models)?
        } else {
            Vec::new()
        };
        let shared = Shared {
            models: models.clone(),
            options,
            meter,
            voices,
            transcriber: Mutex::new(None),
            speaker: Mutex::new(None),
        };
        Ok(LocalSpeech {
            shared: Arc::new(shared),
        })
    }

    /// Whether this engine's files are there.
    pub fn can(&self, engine: Engine) -> bool {
        self.shared.models.can(engine)
    }

    /// Loads both engines now (about half a second, 450 MB) instead of at their first use.
    pub fn warm(&self) -> Result<(), LocalError> {
        if self.can(Engine::Transcriber) {
            self.with_transcriber(|_| Ok(()))?;
        }
        if self.can(Engine::Synthesiser) {
            self.with_speaker(|_| Ok(()))?;
        }
        Ok(())
    }

    /// Names of the voices; the first use of none of them loads anything.
    pub fn voices(&self) -> &[String] {
        &self.shared.voices
    }

    /// Finds speech; live streams take their own listener from it.
    pub fn meter(&self) -> &SpeechMeter {
        &self.shared.meter
    }

    /// Where in the sound there is speech.
    pub fn inspect(&self, sound: &Sound) -> Inspection {
        self.shared.meter.inspect(sound)
    }

    /// The words of a sound of any rate and length. Without at least 250 ms of speech the answer is empty and Whisper is
    /// not asked.
    pub fn transcribe(&self, sound: &Sound) -> Result<Heard, LocalError> {
        let begun = Instant::now();
        let inspection = self.inspect(sound);
        let mut text = String::new();
        if inspection.has_speech() {
            let wide = resample(sound, whisper::RATE);
            for window in whisper::windows(&inspection.segments, inspection.duration_ms) {
                let part = &wide.samples[wide.index_at(window.start_ms)..wide.index_at(window.end_ms)];
                let part = Sound::new(whisper::RATE, part.to_vec());
                let words = self.with_transcriber(|whisper| whisper.transcribe(&part))?;
                if !text.is_empty() && !words.is_empty() {
                    text.push(' ');
                }
                text.push_str(&words);
            }
        }
        Ok(Heard {
            text,
            audio_ms: inspection.duration_ms,
            speech_ms: inspection.speech_ms,
            took_ms: millis(begun.elapsed()),
        })
    }

    /// The text as sound at 24 kHz. `voice` empty is the engine's own; `speed` is 0.5 to 2, see
    /// [`crate::speak::DEFAULT_SPEED`]. Digits are not read: spell them out before.
    pub fn synthesise(&self, text: &str, voice: &str, speed: f32) -> Result<Sound, LocalError> {
        if text.chars().count() > LONGEST_TEXT {
            let why = format!("the text has more than {LONGEST_TEXT} characters");
            return Err(LocalError::Failed {
                engine: Engine::Synthesiser,
                why,
            });
        }
        let name = if voice.is_empty() { DEFAULT_VOICE } else { voice };
        let speed = if speed.is_finite() {
            speed.clamp(SLOWEST, FASTEST)
        } else {
            1.0
        };
        let sound = self.with_speaker(|speaker| {
            speaker
                .voice(name)
                .map(|place| speaker.say(text, place, speed))
                .transpose()
        })?;
        let Some(sound) = sound else {
            return Err(LocalError::UnknownVoice {
                voice: voice.to_owned(),
                known: self.voices().to_vec(),
            });
        };
        if sound.samples.is_empty() {
            Err(LocalError::NothingToSay)
        } else {
            Ok(sound)
        }
    }

    /// The same, ready for the telephone: μ-law WAV at 8 kHz, about -20 dBFS.
    pub fn synthesise_for_telephone(
        &self,
        text: &str,
        voice: &str,
        speed: f32,
    ) -> Result<Vec<u8>, LocalError> {
        self.synthesise(text, voice, speed)
            .map(|sound| crate::wav::encode_for_telephone(&sound))
    }

    /// The text with the niqqud that it would be spoken with: to see why something sounds wrong.
    pub fn pointed(&self, text: &str) -> Result<String, LocalError> {
        self.with_speaker(|speaker| speaker.pointed(text))
    }

    fn with_transcriber<T>(
        &self,
        act: impl FnOnce(&mut Whisper) -> Result<T, String>,
    ) -> Result<T, LocalError> {
        let Shared {
            models,
            options,
            transcriber,
            ..
        } = &*self.shared;
        let engine = Engine::Transcriber;
        if !models.can(engine) {
            return Err(missing(models, engine));
        }
        let mut slot = lock(transcriber);
        if slot.is_none() {
            let load = |why| LocalError::Load { engine, why };
            let prompt = options.prompt.as_deref();
            *slot = Some(Whisper::load(&models.whisper(), &options.language, prompt).map_err(load)?);
        }
        match slot.as_mut() {
            Some(whisper) => act(whisper).map_err(|why| LocalError::Failed { engine, why }),
            None => Err(missing(models, engine)),
        }
    }

    fn with_speaker<T>(&self, act: impl FnOnce(&Speaker) -> Result<T, String>) -> Result<T, LocalError> {
        let Shared { models, speaker, .. } = &*self.shared;
        let engine = Engine::Synthesiser;
        if !models.can(engine) {
            return Err(missing(models, engine));
        }
        let mut slot = lock(speaker);
        if slot.is_none() {
            *slot = Some(Speaker::load(models).map_err(|why| LocalError::Load { engine, why })?);
        }
        match slot.as_ref() {
            Some(speaker) => act(speaker).map_err(|why| LocalError::Failed { engine, why }),
            None => Err(missing(models, engine)),
        }
    }
}

fn voice_names(models: &ModelSet) -> Result<Vec<String>, LocalError> {
    let load = |why| LocalError::Load {
        engine: Engine::Synthesiser,
        why,
    };
    let path = models.voice_table();
    let json = std::fs::read(&path).map_err(|e| load(format!("{}: {e}", path.display())))?;
    Ok(kokoro::read_table(&json).map_err(load)?.voices)
}

fn missing(models: &ModelSet, engine: Engine) -> LocalError {
    let why = models
        .missing()
        .iter()
        .find(|m| m.engine == engine)
        .map_or_else(|| format!("no local {engine}"), ToString::to_string);
    LocalError::Missing { engine, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_models_it_says_what_to_run() {
        let dir = tempfile::tempdir().unwrap();
        let error = LocalSpeech::load(&ModelSet::find(dir.path()), LocalOptions::default()).unwrap_err();
        assert!(
            error.to_string().contains("agentlocator models prepare"),
            "{error}"
        );
        assert!(
            error.to_string().contains("ggml-base-q8_0.bin is not there"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_no_model_is_an_error_and_not_a_crash() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("own.bin");
        std::fs::write(&file, b"not a ggml file").unwrap();
        let models = ModelSet::find(dir.path()).with_whisper(&file);
        let chain = LocalSpeech::load(&models, LocalOptions::default()).unwrap();
        assert!(matches!(
            chain.warm(),
            Err(LocalError::Load {
                engine: Engine::Transcriber,
                ..
            })
        ));
        let silence = crate::signals::silence(8000, 1000);
        assert_eq!(
            chain.transcribe(&silence).unwrap().text,
            "",
            "silence never reaches Whisper"
        );
        assert!(matches!(
            chain.synthesise("שלום", "", 1.0),
            Err(LocalError::Missing { .. })
        ));
    }
}
