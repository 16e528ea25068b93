//! What is remembered: all SQL, the durable spool and the embedded Postgres, and nothing else.
//! Every query is scoped by business or by a carrier's id; no transaction spans a slow call.

pub mod audit;
pub mod business_records;
pub mod businesses;
pub mod call_pages;
pub mod calls;
mod connect;
pub mod customers;
pub mod directory;
pub mod documents;
pub mod embedded;
mod error;
mod group_commit;
pub mod hints;
pub mod inbox;
pub mod media;
mod migrate;
pub mod nodes;
pub mod outgoing_calls;
pub mod people;
pub mod policy;
pub mod pushes;
pub mod recordings;
pub mod reminders;
pub mod reports;
pub mod spool;
pub mod stats;
pub mod streams;
pub mod tasks;
pub mod tenant;
pub mod timeline;
pub mod turn_answers;
pub mod watching;
pub mod whatsapp;
pub mod wrap_ups;

pub use connect::{Store, StoreOptions};
pub use error::StoreError;
