//! Users, groups, sign-in, who may do what, and the audit log.

mod audit_log;
mod audited_changes;
mod authorization;
mod bodies;
mod policies;
pub mod sign_in;
mod users;
