//! The local speech chain behind one handle: hears, transcribes, speaks. Called by `actors` in a blocking task. It opens
//! no socket, starts no task, and never pretends: what it can't do is an error that says why.

use std::path::PathBuf;

use crate::models::Engine;

#[cfg(feature = "embedded-speech")]
mod chain;
#[cfg(not(feature = "embedded-speech"))]
mod stub;

#[cfg(feature = "embedded-speech")]
pub use chain::LocalSpeech;
#[cfg(not(feature = "embedded-speech"))]
pub use stub::LocalSpeech;

/// How the chain is set up.
#[derive(Debug, Clone)]
pub struct LocalOptions {
    /// What callers speak; Whisper's name of the language.
    pub language: String,
    /// Words to expect, given to Whisper before each sound. It helped some words and hurt others: off by default.
    pub prompt: Option<String>,
}

impl Default for LocalOptions {
    fn default() -> Self {
        LocalOptions {
            language: "he".to_owned(),
            prompt: None,
        }
    }
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The words; empty when there was no speech, or nothing that could be true was understood.
    pub text: String,
    /// Length of the sound.
    pub audio_ms: u64,
    /// How much of it was speech.
    pub speech_ms: u64,
    /// How long it took, waiting for the engine included.
    pub took_ms: u64,
}

/// Why the chain did not do it, by what the caller does next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocalError {
    /// Use another provider; this build never will.
    #[error("this build has no local speech (it was built without the feature embedded-speech)")]
    NotCompiledIn,
    /// Prepare the models, or use another provider.
    #[error("{why}: run `agentlocator models prepare`")]
    Missing {
        /// Which engine can't run.
        engine: Engine,
        /// What is missing.
        why: String,
    },
    /// The file is damaged, or of a kind that is not known: prepare the models again.
    #[error("the local {engine} could not be loaded: {why}")]
    Load {
        /// Which engine.
        engine: Engine,
        /// Its words.
        why: String,
    },
    /// Choose another voice.
    #[error("there is no voice {voice:?}; there are {}", known.join(", "))]
    UnknownVoice {
        /// What was asked for.
        voice: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Nothing in it can be spoken; say something else.
    #[error("there is nothing to say in this text")]
    NothingToSay,
    /// It failed on this input; another try would fail too.
    #[error("the local {engine} failed: {why}")]
    Failed {
        /// Which engine.
        engine: Engine,
        /// Its words.
        why: String,
    },
}

/// The directory that is used unless another is configured, inside the user's cache directory. `None` where there is
/// neither `XDG_CACHE_HOME` nor `HOME`; the caller reads the environment.
pub fn default_models_dir(xdg_cache_home: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |path: Option<PathBuf>| path.filter(|p| p.is_absolute());
    let cache = absolute(xdg_cache_home).or_else(|| absolute(home).map(|home| home.join(".cache")))?;
    Some(cache.join("agentlocator").join("models"))
}

/// Milliseconds of a duration.
#[cfg(feature = "embedded-speech")]
fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
