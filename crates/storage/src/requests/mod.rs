//! What clients ask for and users decide: how a request is made, read, changed and decided.
//!
//! Whoever decides holds the transaction first, or the client where there is none, and the request after it; so do the
//! answers of platforms.

pub mod asking;
pub mod audit;
pub mod changes;
pub mod checks;
pub mod climbing;
pub mod deactivation;
pub mod decisions;
pub mod own_changes;
mod read;
pub mod wishes;

pub use read::{Filter, RequestAccount, Sort, StoredRequest, Waiting, get, list, lock, waiting};
