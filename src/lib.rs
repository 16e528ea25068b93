//! The process and its HTTP edge. It translates between the world and the engine and wires the
//! engine together; it never decides what a caller hears.

pub mod commands;
pub mod config;
pub mod drawing;
pub mod engine;
pub mod figures;
pub mod http;
pub mod logging;
pub mod passwords;
mod push;
pub mod speech;
mod whatsapp;
