//! Signing: by which way a paper is sent, how far a request has come, and what counts as a signature.

use super::words;
use serde::{Deserialize, Serialize};

words!(
    /// The way to the signer.
    Channel: Sms = "sms", Email = "email", Whatsapp = "whatsapp", Link = "link"
);
words!(
    /// How far a request to sign has come.
    SigningStatus:
    Sent = "sent",
    Viewed = "viewed",
    Signed = "signed",
    Declined = "declined",
    Expired = "expired",
    Cancelled = "cancelled"
);

impl SigningStatus {
    /// Whether it may still be signed.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Viewed)
    }
}

/// What a signer agrees to. It is kept with each signature, word for word.
pub const CONSENT: &str =
    "קראתי את המסמך, אני מסכים/ה לתוכנו, ואני מסכים/ה לחתום עליו באופן אלקטרוני ולקבלו כמסמך ממוחשב.";

/// Most points of a drawing.
const MOST_POINTS: usize = 5_000;
/// The box that is drawn in: 1000 wide, 300 high.
const BOX: [i32; 2] = [1_000, 300];
/// Most bytes of a picture.
const MOST_PICTURE: usize = 200_000;

/// What somebody signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Signature {
    /// Lines of points in a box of 1000 by 300.
    Drawn { strokes: Vec<Vec<[i32; 2]>> },
    /// A picture, PNG.
    Picture { png: Vec<u8> },
    /// A name that was typed.
    Typed { text: String },
}

/// Why something is no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("nothing is drawn: at least a line of three points")]
    Empty,
    #[error("it is drawn outside its box, or with too many points")]
    Bounds,
    #[error("the picture is no PNG of at most 200 kB and 2000 by 1000 points")]
    Picture,
    #[error("the name has between two and a hundred characters")]
    Name,
}

impl Signature {
    /// Whether it can be taken.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), SignatureError> {
        match self {
            Self::Drawn { strokes } => {
                let points: usize = strokes.iter().map(Vec::len).sum();
                let inside = |[x, y]: &[i32; 2]| (0..=BOX[0]).contains(x) && (0..=BOX[1]).contains(y);
                if points < 3 {
                    return Err(SignatureError::Empty);
                }
                if points > MOST_POINTS || !strokes.iter().flatten().all(inside) {
                    return Err(SignatureError::Bounds);
                }
                Ok(())
            }
            Self::Picture { png } => {
                if png.len() <= MOST_PICTURE && is_small_png(png) {
                    Ok(())
                } else {
                    Err(SignatureError::Picture)
                }
            }
            Self::Typed { text } => {
                if (2..=100).contains(&text.trim().chars().count()) {
                    Ok(())
                } else {
                    Err(SignatureError::Name)
                }
            }
        }
    }
}

/// Eight bytes of signature, then `IHDR` with width and height.
fn is_small_png(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_be_bytes)
    };
    let sized = |at: usize, most: u32| number(at).is_some_and(|n| (1..=most).contains(&n));
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        && bytes.get(12..16) == Some(b"IHDR")
        && sized(16, 2_000)
        && sized(20, 1_000)
}
