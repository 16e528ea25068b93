//! Files in messages: what one really is, whether it may be kept and shown, and a small picture of it. Called with every file that
//! a customer sends or an agent attaches, before anything else reads it. It believes no name and no `Content-Type`, and is pure:
//! large files take a second of a core, so callers run it on a blocking thread.

mod archive;
mod kind;
mod picture;

pub use kind::safe_name;
pub use picture::{THUMBNAIL_SIDE, Thumbnail, thumbnail};

use domain::whatsapp::MediaKind;

/// What is said of a file by who sends it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub kind: MediaKind,
    /// A media type, with or without parameters; may be empty.
    pub mime: &'a str,
    pub name: Option<&'a str>,
}

/// A file that may be kept and sent on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What it is, whatever was said.
    pub mime: &'static str,
    /// Its usual ending, without the dot.
    pub extension: &'static str,
    /// What it may be shown as: the kind that was said.
    pub kind: MediaKind,
    /// Of pictures, in pixels.
    pub size: Option<(u32, u32)>,
}

/// Why a file is not kept. The message it came with is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is empty")]
    Empty,
    #[error("it is larger than WhatsApp takes")]
    TooLarge,
    #[error("it is a program")]
    Executable,
    #[error("it is a page or a drawing that may carry scripts")]
    ActiveContent,
    #[error("it is something else than what it was sent as")]
    NotWhatItSays,
    #[error("it is of a kind that WhatsApp does not carry")]
    UnknownType,
    #[error("unpacked it would be far larger, or holds what may not be sent")]
    Archive,
    #[error("the picture has too many pixels")]
    TooManyPixels,
    #[error("it is damaged")]
    Damaged,
}

impl Refusal {
    /// A key of the catalogues, and what the row keeps.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Executable => "executable",
            Self::ActiveContent => "active_content",
            Self::NotWhatItSays => "not_what_it_says",
            Self::UnknownType => "unknown_type",
            Self::Archive => "archive",
            Self::TooManyPixels => "too_many_pixels",
            Self::Damaged => "damaged",
        }
    }
}

/// Looks into a file.
///
/// # Errors
/// Why it may not be kept.
pub fn examine(said: Said<'_>, bytes: &[u8]) -> Result<Examined, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > said.kind.limit_bytes() {
        return Err(Refusal::TooLarge);
    }
    let mut found = kind::find(said, bytes)?;
    if !found.fits(said.kind) {
        return Err(Refusal::NotWhatItSays);
    }
    if found.zipped {
        (found.mime, found.extension) = archive::check(bytes)?;
    }
    let size = match found.family {
        kind::Family::Picture => Some(picture::size(found.mime, bytes)?),
        _ => None,
    };
    Ok(Examined {
        mime: found.mime,
        extension: found.extension,
        kind: said.kind,
        size,
    })
}

#[cfg(test)]
mod tests;
