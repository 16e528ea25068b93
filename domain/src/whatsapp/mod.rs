//! WhatsApp: who carries it, what a message holds, what a provider tells of one that was sent, and why one did not arrive.
//! Gateways speak these words, the store keeps them, pages show them. No rule here asks a provider anything.

pub mod failure;
pub mod rules;

use crate::customer::words;
use serde::{Deserialize, Serialize};

words!(
    /// Who carries the messages of a number.
    ProviderName: Twilio = "twilio", Meta = "meta", Bridge = "bridge"
);
words!(
    /// What a file in a message is shown as.
    MediaKind:
    Image = "image",
    Audio = "audio",
    Video = "video",
    Document = "document",
    Sticker = "sticker"
);
words!(
    /// What a provider reports of a message that was sent. The order is how far the message came; `Failed` stands beside it and
    /// may come before or after any other.
    Receipt:
    /// The provider has handed it to WhatsApp.
    Sent = "sent",
    /// It is on the customer's phone.
    Delivered = "delivered",
    /// The customer has opened it; `Delivered` may then never be told.
    Read = "read",
    /// A voice note was played.
    Played = "played",
    /// It will not arrive.
    Failed = "failed"
);
words!(
    /// Whether a template may be used.
    TemplateStatus:
    Approved = "approved",
    Pending = "pending",
    Rejected = "rejected",
    /// Meta holds it back for a while after complaints.
    Paused = "paused",
    Disabled = "disabled",
    /// Deleted there, or a state that we do not know.
    Unavailable = "unavailable"
);

impl MediaKind {
    /// The largest file of this kind that WhatsApp takes, bytes (Meta, Cloud API, "Supported media types").
    pub fn limit_bytes(self) -> usize {
        const MIB: usize = 1024 * 1024;
        match self {
            Self::Image => 5 * MIB,
            Self::Audio | Self::Video => 16 * MIB,
            Self::Document => 100 * MIB,
            Self::Sticker => 512 * 1024,
        }
    }
}
