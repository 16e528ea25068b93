//! The page that is put behind a signed paper: who signed, how that was made sure, and each thing that happened on the way.

use super::signing::Signature;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is signed with.
pub type Ink = Signature;

/// Something that happened to a request to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateEvent {
    pub at: Timestamp,
    /// `sent`, `viewed`, `code_sent`, `verified`, `signed`, …
    pub kind: String,
    /// Network address.
    pub address: String,
    /// What the browser says it is.
    pub device: String,
    /// Hexadecimal SHA-256 of the event and the one before it.
    pub hash: String,
}

/// All that is on a certificate page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub signer: String,
    /// Empty when it was not asked for.
    pub signer_id: String,
    /// Where the one-time code went, its last digits only.
    pub sent_to: String,
    pub signed_at: Timestamp,
    /// IANA name, by which times are shown.
    pub time_zone: String,
    /// What the signer agreed to, word for word.
    pub consent: String,
    pub ink: Ink,
    /// Hexadecimal SHA-256 of the paper as it was shown.
    pub original_sha256: String,
    /// Where anybody may check the file.
    pub verify_at: String,
    pub events: Vec<CertificateEvent>,
}
