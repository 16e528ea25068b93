//! The rules responder: a small script per business that answers without a language model.
//!
//! Called by the call actor for each turn, and by the summary after the call. It never does IO and never asks the time.

/// A checked script of one business.
#[derive(Clone, Debug)]
pub struct Script {}
