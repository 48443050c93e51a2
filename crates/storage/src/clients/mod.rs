//! Clients and what belongs to them.

pub mod addresses;
pub(crate) mod level_history;
pub mod levels;
pub mod managers;
pub mod permission_levels;
pub mod phones;
pub mod profile_changes;
pub mod profiles;
pub(crate) mod restriction_facts;
mod search;
pub mod settings;
pub mod tags;
pub mod types;

pub(crate) use search::matching;
