//! People at the door: who asks, and whether they may.

pub mod principal;
