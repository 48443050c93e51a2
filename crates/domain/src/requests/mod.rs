//! What clients ask for and users decide (`docs/rules.md`, Rights).

mod permissions;

pub use permissions::{read_permission, update_permission};
