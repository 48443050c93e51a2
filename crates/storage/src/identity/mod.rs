//! Users, their groups, sessions and second factors, the IP lists and the audit log.

pub mod second_factor;
pub mod security_policies;
pub mod sessions;
pub mod sign_in;
pub mod system_logs;
pub mod user_groups;
pub mod users;
