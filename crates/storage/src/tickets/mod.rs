//! The help desk: tickets of clients, their messages, and the departments that answer them.
//!
//! What users see is in [`list`] and so on; [`own`] is what a client sees of their own tickets, which knows nothing of notes
//! and of who is assigned.

mod changes;
pub mod departments;
pub mod messages;
pub mod own;
mod read;

pub use changes::update;
pub(crate) use changes::{end, erase, unassign};
pub use read::{Filter, Sort, StoredTicket, check_visible, get, list, lock};
