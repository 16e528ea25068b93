//! Papers as PDF: a `domain::document::Paper` goes in, the bytes of a PDF/A come out, the same bytes for the same paper for ever.
//! Drawing takes milliseconds of processor: callers keep it off the threads that serve requests. Nothing here reads a file, a
//! clock or the network, and what people wrote is data to the typesetter, never markup.

mod shown;
mod text;
mod world;

use domain::document::{Certificate, Paper, Signature};
use sha2::{Digest, Sha256};

/// A drawn paper.
#[derive(Debug, Clone)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    pub pages: usize,
}

impl Pdf {
    /// Hexadecimal SHA-256 of the bytes.
    pub fn sha256(&self) -> String {
        sha256(&self.bytes)
    }
}

/// Why a paper could not be drawn: a bug of ours, or a paper too large. Trying again gives the same.
#[derive(Debug, thiserror::Error)]
#[error("the paper could not be drawn: {0}")]
pub struct DrawError(String);

/// Hexadecimal SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Draws a paper. Without a number it is a draft, and says so across each page.
///
/// # Errors
/// When the typesetter refuses.
pub fn draw(paper: &Paper) -> Result<Pdf, DrawError> {
    world::typeset(&shown::shown(paper, None), None)
}

/// Draws a paper as it was signed, with the signature on it and the certificate's page behind it.
///
/// # Errors
/// When the typesetter refuses, also a picture that is none.
pub fn draw_signed(paper: &Paper, certificate: &Certificate) -> Result<Pdf, DrawError> {
    let picture = match &certificate.ink {
        Signature::Picture { png } => Some(png.clone()),
        _ => None,
    };
    world::typeset(&shown::shown(paper, Some(certificate)), picture)
}
