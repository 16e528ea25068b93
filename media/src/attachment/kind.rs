//! What bytes are, by how they begin (`infer`) and, for text, by what they hold. Only what WhatsApp carries has a name here (Meta,
//! Cloud API, "Supported media types"); everything else is refused, and programs and pages with a reason of their own.

use domain::whatsapp::MediaKind;

use super::{Refusal, Said};

/// What a file is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Picture,
    Sound,
    /// Sound or film: containers of which the beginning does not say which.
    SoundOrFilm,
    Paper,
}

/// A known type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub mime: &'static str,
    pub extension: &'static str,
    pub family: Family,
    pub zipped: bool,
}

impl Found {
    const fn new(mime: &'static str, extension: &'static str, family: Family) -> Self {
        Self {
            mime,
            extension,
            family,
            zipped: false,
        }
    }

    /// Whether it may be shown as this. A document may be anything that is known.
    pub(super) fn fits(&self, kind: MediaKind) -> bool {
        match (kind, self.family) {
            (MediaKind::Document, _) => true,
            (MediaKind::Sticker, _) => self.mime == "image/webp",
            (MediaKind::Image, Family::Picture) => true,
            (MediaKind::Audio, Family::Sound | Family::SoundOrFilm) => true,
            (MediaKind::Video, Family::SoundOrFilm) => true,
            _ => false,
        }
    }
}

const ZIP: Found = Found {
    zipped: true,
    ..Found::new("application/zip", "zip", Family::Paper)
};

pub(super) fn find(said: Said<'_>, bytes: &[u8]) -> Result<Found, Refusal> {
    let head = &bytes[..bytes.len().min(8192)];
    // Begins like a script, and is the sound of old phones.
    if head.starts_with(b"#!AMR") {
        return Ok(Found::new("audio/amr", "amr", Family::Sound));
    }
    if head.starts_with(b"\x7fELF") {
        return Err(Refusal::Executable);
    }
    let Some(kind) = infer::get(bytes) else {
        // `#!` and markup are texts to `infer` or nothing at all.
        return text(said, bytes);
    };
    if infer::is_app(head) {
        return Err(Refusal::Executable);
    }
    let word = match said.kind {
        MediaKind::Audio => "audio/mp4",
        _ => "video/mp4",
    };
    let found = match kind.mime_type() {
        "image/jpeg" => Found::new("image/jpeg", "jpg", Family::Picture),
        "image/png" => Found::new("image/png", "png", Family::Picture),
        "image/webp" => Found::new("image/webp", "webp", Family::Picture),
        "audio/ogg" | "audio/opus" => Found::new("audio/ogg", "ogg", Family::Sound),
        "audio/mpeg" => Found::new("audio/mpeg", "mp3", Family::Sound),
        "audio/aac" => Found::new("audio/aac", "aac", Family::Sound),
        "audio/m4a" => Found::new("audio/mp4", "m4a", Family::Sound),
        "video/mp4" | "video/x-m4v" | "video/quicktime" if is_3gp(head) => {
            Found::new("video/3gpp", "3gp", Family::SoundOrFilm)
        }
        "video/mp4" | "video/x-m4v" => Found::new(word, "mp4", Family::SoundOrFilm),
        "application/pdf" => Found::new("application/pdf", "pdf", Family::Paper),
        "application/rtf" => Found::new("application/rtf", "rtf", Family::Paper),
        // One container for all old office papers (and for installers, whose name it will not get): what is said of it decides.
        "application/x-ole-storage" | "application/msword" => old_paper(said.mime)?,
        // Which of the papers that are archives it is, its entries say.
        mime if mime == "application/zip"
            || mime.contains("officedocument")
            || mime.contains("opendocument") =>
        {
            ZIP
        }
        "text/html" | "text/xml" => return Err(Refusal::ActiveContent),
        "text/x-shellscript" => return Err(Refusal::Executable),
        other if other.starts_with("application/x-") && is_program(other) => return Err(Refusal::Executable),
        _ => return Err(Refusal::UnknownType),
    };
    Ok(found)
}

fn old_paper(said: &str) -> Result<Found, Refusal> {
    match said.split(';').next().unwrap_or("").trim() {
        "application/msword" => Ok(Found::new("application/msword", "doc", Family::Paper)),
        "application/vnd.ms-excel" => Ok(Found::new("application/vnd.ms-excel", "xls", Family::Paper)),
        "application/vnd.ms-powerpoint" => {
            Ok(Found::new("application/vnd.ms-powerpoint", "ppt", Family::Paper))
        }
        _ => Err(Refusal::UnknownType),
    }
}

fn is_program(mime: &str) -> bool {
    [
        "executable",
        "shockwave",
        "chrome-extension",
        "rpm",
        "mach",
        "llvm",
    ]
    .iter()
    .any(|word| mime.contains(word))
}

fn is_3gp(head: &[u8]) -> bool {
    head.get(4..8) == Some(b"ftyp") && head.get(8..10) == Some(b"3g")
}

/// Without a beginning that is known it can only be text, in UTF-8 or in the old Hebrew of Windows: no control characters, no markup.
fn text(said: Said<'_>, bytes: &[u8]) -> Result<Found, Refusal> {
    let binary = |byte: &u8| *byte < 0x20 && !b"\t\n\r\x0c\x1b".contains(byte);
    if is_3gp(bytes) {
        return Ok(Found::new("video/3gpp", "3gp", Family::SoundOrFilm));
    }
    if bytes.iter().any(binary) {
        return Err(Refusal::UnknownType);
    }
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start: Vec<u8> = bare
        .iter()
        .copied()
        .skip_while(u8::is_ascii_whitespace)
        .take(8192)
        .collect();
    let start = start.to_ascii_lowercase();
    let holds = |word: &[u8]| start.windows(word.len()).any(|window| window == word);
    if start.starts_with(b"#!") || start.starts_with(b"@echo off") {
        return Err(Refusal::Executable);
    }
    // A browser that sniffs, or a phone that opens by name, would run any of these.
    let markup: [&[u8]; 7] = [
        b"<svg",
        b"<html",
        b"<!doctype",
        b"<script",
        b"<?xml",
        b"<iframe",
        b"<?php",
    ];
    if start.starts_with(b"<") || markup.iter().any(|word| holds(word)) {
        return Err(Refusal::ActiveContent);
    }
    let said_mime = said
        .mime
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if start.starts_with(b"begin:vcard") {
        return Ok(Found::new("text/vcard", "vcf", Family::Paper));
    }
    match said_mime.as_str() {
        "text/csv" => Ok(Found::new("text/csv", "csv", Family::Paper)),
        mime if mime.starts_with("text/") || mime.is_empty() || mime == "application/octet-stream" => {
            Ok(Found::new("text/plain", "txt", Family::Paper))
        }
        _ => Err(Refusal::NotWhatItSays),
    }
}

/// Characters of a file's name that are kept.
const LONGEST_NAME: usize = 120;

/// A name under which the file can be offered: no path, no control or direction characters, and the ending of what it really is, so
/// that `photo.jpg.exe`, or its like with a reversed ending, opens as nothing else.
pub fn safe_name(name: Option<&str>, extension: &str) -> String {
    let direction =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let last = name.unwrap_or("").rsplit(['/', '\\']).next().unwrap_or("");
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control() && !direction(*c) && !"<>:\"|?*;".contains(*c))
        .take(LONGEST_NAME)
        .collect();
    let clean = clean.trim_matches(['.', ' ']);
    let stem = match clean.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 5 && !stem.is_empty() => stem.trim_end_matches(['.', ' ']),
        _ => clean,
    };
    let stem = if stem.is_empty() { "file" } else { stem };
    format!("{stem}.{extension}")
}
