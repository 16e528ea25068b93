//! Hebrew as it is spoken and heard: text to words that a voice can say, and heard words back to meaning.
//!
//! Called by the script responder, by entity parsing and by speech synthesis. It never does IO.

pub mod heard;
pub mod key;
mod number_words;
pub mod numbers;
mod spoken;
pub mod text;

pub use spoken::spoken;
