//! What all operations have in common: the way of a call, lists, texts, the two databases, the document.

mod bodies;
mod connections;
mod cors;
mod database_faults;
mod document;
mod doors;
mod examples;
mod exports;
mod fault_codes;
mod idempotency;
mod in_use;
mod languages;
mod lists;
mod metrics;
mod plans;
mod preconditions;
pub mod races;
mod requests;
mod required;
mod schema;
pub mod second_interface;
mod secrets;
mod settings;
mod tls;
mod unforeseen;
