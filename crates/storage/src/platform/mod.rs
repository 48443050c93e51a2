//! What keeps the installation running: its settings, the answers of repeated calls, the options of records, the queue of
//! jobs, and what servers tell each other.

pub mod call_counts;
pub mod idempotency;
pub mod queue;
pub mod settings;
pub mod stored_options;
