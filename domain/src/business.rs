//! A business as a call sees it: who answers, in which voice, by which script and rules.
//! The directory holds one value per business in memory; a change makes a new value.

use crate::call::CallPolicy;
use crate::ids::{AudioHash, BusinessId};
use crate::script::Script;
use std::sync::Arc;

/// How much of the engine a business may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Conversations at the same time; who rings beyond it leaves a message.
    pub concurrent_calls: u32,
    /// Conversations in a day of its zone; the same holds beyond it.
    pub calls_per_day: u32,
}

/// What a call needs to know of the business that owns the number.
#[derive(Debug, Clone)]
pub struct Business {
    pub id: BusinessId,
    pub name: String,
    /// IANA name of the zone in which its hours and dates are meant.
    pub time_zone: String,
    /// Name of the voice that speaks for it.
    pub voice: String,
    /// Its own greeting, if one was synthesised or uploaded.
    pub greeting: Option<AudioHash>,
    /// What the greeting says, when it isn't the script's first words; empty otherwise.
    pub greeting_text: String,
    /// Whether the greeting is a sound that somebody uploaded: nobody synthesises another then.
    pub greeting_uploaded: bool,
    /// What it may use: `calls`, `crm`, `whatsapp`, `signatures`, `invoices`.
    pub features: Vec<String>,
    pub limits: Limits,
    pub policy: CallPolicy,
    pub script: Arc<Script>,
    /// Rises with every change.
    pub version: i64,
}

impl Business {
    /// The words that callers are greeted with, where no sound was uploaded.
    pub fn greeting_words(&self) -> String {
        match self.greeting_text.trim() {
            "" => self.script.greeting(),
            text => text.to_owned(),
        }
    }
}
