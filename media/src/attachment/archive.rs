//! Archives and what is made of them (office papers): how large they would become, and what they hold. Every entry is unpacked into
//! nothing, at most as far as it says that it goes, so a size that lies is found out; nothing is ever written.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::Refusal;

/// Entries of an archive; a large office paper has some hundreds.
const MOST_ENTRIES: usize = 5_000;
/// What all entries come to unpacked, bytes.
const LARGEST: u64 = 256 * 1024 * 1024;
/// How much larger than the file that may be. Office papers reach twenty, bombs a thousand and more.
const LARGEST_RATIO: u64 = 150;
/// Below this nothing is a bomb.
const HARMLESS: u64 = 4 * 1024 * 1024;

/// Names that a phone or a computer would run, and archives in archives, which nobody looks into.
const FORBIDDEN: [&str; 23] = [
    "exe", "scr", "com", "bat", "cmd", "msi", "ps1", "vbs", "js", "jse", "wsf", "hta", "lnk", "jar", "apk",
    "dll", "sh", "html", "htm", "svg", "zip", "rar", "7z",
];

/// What an archive is, by an entry that only such a paper has.
const PAPERS: [(&str, &str, &str); 5] = [
    (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
    ("content.xml", "application/vnd.oasis.opendocument.text", "odt"),
    ("", "application/zip", "zip"),
];

/// Media type and ending of a harmless archive.
pub(super) fn check(bytes: &[u8]) -> Result<(&'static str, &'static str), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
    if archive.len() > MOST_ENTRIES {
        return Err(Refusal::Archive);
    }
    let allowed = LARGEST.min(HARMLESS.max(bytes.len() as u64 * LARGEST_RATIO));
    let mut unpacked: u64 = 0;
    let mut packed: u64 = 0;
    let mut paper = PAPERS.len() - 1;
    for index in 0..archive.len() {
        // A method that can't be read, or a password: nobody could look into it.
        let mut entry = archive.by_index(index).map_err(|_| Refusal::Archive)?;
        packed = packed.saturating_add(entry.compressed_size());
        // Entries that share their bytes come to more than the file has.
        if packed > bytes.len() as u64 || unpacked.saturating_add(entry.size()) > allowed {
            return Err(Refusal::Archive);
        }
        let name = entry.name().map_err(|_| Refusal::Archive)?.to_ascii_lowercase();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if FORBIDDEN.contains(&ending) {
            return Err(Refusal::Archive);
        }
        paper = PAPERS.iter().position(|one| one.0 == name).unwrap_or(paper);
        let said = entry.size();
        let read = io::copy(&mut (&mut entry).take(said.saturating_add(1)), &mut io::sink());
        match read {
            Ok(read) if read == said => unpacked += read,
            Ok(_) => return Err(Refusal::Archive),
            Err(_) => return Err(Refusal::Damaged),
        }
    }
    let (_, mime, extension) = PAPERS[paper];
    Ok((mime, extension))
}
