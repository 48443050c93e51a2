//! What is written to the audit log with every change: who did what to which record.

pub use crate::identity::system_logs::{Action, Actor, Category, Subject, record};
