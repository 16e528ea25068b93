//! What is true: types, rules, state machines. Every other room depends on this one; it depends on
//! none, and holds no IO, no clock and no async.

pub mod access;
pub mod business;
pub mod call;
pub mod customer;
pub mod document;
pub mod email;
pub mod entities;
pub mod hebrew;
pub mod hint;
pub mod ids;
pub mod import;
pub mod outgoing;
pub mod password;
pub mod period;
pub mod policy;
pub mod script;
pub mod search;
pub mod stats;
pub mod table;
pub mod task;
pub mod whatsapp;
