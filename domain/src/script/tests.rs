//! Whole dialogues, parse errors, recognition of sentences never seen before, and callers who say anything at all.

mod dialogues;
mod parsing;
mod recognition;
