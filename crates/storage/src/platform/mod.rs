//! What keeps the installation running; here: the answers of repeated calls.

pub mod idempotency;
