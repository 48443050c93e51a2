//! Users, their groups, sessions, API keys, second factors and identity providers, the IP lists and the audit log.

pub mod api_keys;
pub mod approval_ends;
pub mod approval_policies;
pub mod approvals;
pub mod attempt_counters;
pub mod callers;
mod credentials;
pub mod identity_providers;
pub mod provider_sign_ins;
pub mod second_factor;
pub mod security_policies;
pub mod sessions;
pub mod sign_in;
pub mod system_logs;
pub mod totp;
pub mod user_groups;
mod user_identities;
pub mod users;
pub mod ways_in;
