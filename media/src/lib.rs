//! media: sound and files. WAV and μ-law in and out, resampling, voice activity; sound to words and words to sound by the local
//! models; what files in messages really are. Called by `actors`, `src` and `simulator`; everything here is synchronous and pure
//! but for `models`. It never opens a socket, never knows a call, and never decides what is said.

pub mod attachment;
pub mod local;
pub mod mime;
pub mod models;
pub mod mulaw;
#[cfg(feature = "embedded-speech")]
mod network;
pub mod phone;
pub mod resample;
pub mod signals;
pub mod sound;
pub mod speak;
pub mod upload;
pub mod vad;
pub mod wav;
#[cfg(feature = "embedded-speech")]
mod whisper;

pub use local::{Heard, LocalError, LocalOptions, LocalSpeech, default_models_dir};
pub use sound::{Sound, SoundError};
pub use vad::{Inspection, SpeechMeter};
