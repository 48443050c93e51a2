//! Clients and what belongs to them.

pub mod addresses;
pub mod managers;
pub mod permission_levels;
pub mod phones;
pub mod profile_changes;
pub mod profiles;
mod scope;
mod search;
pub mod settings;
pub mod tags;
pub mod type_deletion;
pub mod types;

pub(crate) use scope::{
    ClientsInScope, check_named, check_not_deleted, check_visible, clients_in, lock_client, sees, visible,
};
pub(crate) use search::matching;
