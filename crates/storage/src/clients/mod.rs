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
pub mod types;

pub(crate) use scope::{
    ClientsInScope, check_named, check_not_deleted, check_visible, clients_in, lock_client, sees, visible,
};
pub(crate) use search::matching;

pub(crate) use as_macros::*;

/// The functions of these names, for queries that still ask for them as macros.
mod as_macros {
    macro_rules! visible {
        ($query:expr, $scope:expr, $column:expr) => {
            $crate::clients::visible($query, $scope, $column)
        };
    }

    macro_rules! matching {
        ($query:expr, $is_sqlite:expr, $client:expr, $column:expr, $text:expr) => {
            $query.filter($crate::clients::matching($is_sqlite, $client, $column, $text))
        };
    }

    pub(crate) use {matching, visible};
}
