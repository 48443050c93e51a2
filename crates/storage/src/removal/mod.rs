//! The removal of records that several contexts rest on: what must not go on without them ends, and what still needs
//! them forbids it.

pub mod client_types;
pub mod clients;
pub mod currencies;
pub mod personal_data;
pub mod products;
pub mod users;
pub mod verification_levels;
