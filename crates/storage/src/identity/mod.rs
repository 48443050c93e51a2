//! Users, their groups, sessions and second factors, the IP lists and the audit log.

pub mod attempt_counters;
mod credentials;
pub mod second_factor;
pub mod security_policies;
pub mod sessions;
pub mod sign_in;
pub mod system_logs;
pub mod totp;
pub mod user_groups;
pub mod users;
