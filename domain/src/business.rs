//! A business as a call sees it: who answers, in which voice, by which script and rules.
//! The directory holds one value per business in memory; a change makes a new value.

use crate::call::CallPolicy;
use crate::ids::{AudioHash, BusinessId};
use crate::script::Script;
use std::sync::Arc;

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
    pub policy: CallPolicy,
    pub script: Arc<Script>,
    /// Rises with every change.
    pub version: i64,
}
