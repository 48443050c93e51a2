//! What keeps the installation running: the answers of repeated calls, the options of records.

pub mod idempotency;
pub mod stored_options;
