//! Imports: data of an earlier system, a file at a time (`docs/rules.md`, Import).
//!
//! A file is checked whole on a snapshot first, which holds up nobody. Then it is brought in by one transaction, which
//! checks it again: all of it, or nothing.

mod accounts;
mod job;
mod pass;
mod records;
mod transactions;
mod users;

pub use job::{BringIn, ImportWork, RunImport, begin, end, lock, of_job, settle};
pub use pass::{Brought, Limits, Source, bring_in, check};
pub use records::{Filter, KeptFault, StoredImport, delete, get, insert, list};
