//! Users, groups, sign-in, API keys, who may do what, and the audit log.

mod api_key_attacks;
mod api_key_lists;
mod api_key_servers;
pub mod api_keys;
mod approval_attacks;
mod approval_races;
pub mod approvals;
mod audit_log;
mod audited_changes;
mod authorization;
mod bodies;
pub mod oidc;
mod policies;
pub mod sign_in;
mod users;
