//! Hashing, atomic writing and copying of model files. Used by `prepare`; a file under its final name is always whole.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// SHA-256 of a file, lower-case hex.
pub fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// Lower-case hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Name that a file has while it is being written.
pub fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Writes bytes to `<path>.part`, flushed to disk; the caller checks and renames.
pub fn write_part(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let part = part_of(path);
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(part)
}

/// A hard link where the file system allows it (no second copy on disk), else a copy, both as `.part`.
pub fn link_or_copy(from: &Path, to: &Path) -> io::Result<PathBuf> {
    let part = part_of(to);
    let _ = fs::remove_file(&part);
    // A link to a link would point at a name that may go away; the real file is what is wanted.
    let real = fs::canonicalize(from)?;
    if fs::hard_link(&real, &part).is_err() {
        fs::copy(&real, &part)?;
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_of_a_known_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let part = write_part(&path, b"abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&part).unwrap(), expected);
        assert!(!path.exists(), "nothing under the final name before the check");
    }
}
