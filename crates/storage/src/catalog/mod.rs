//! Platforms, products, and what belongs to them.

pub mod offered;
pub mod platform_keys;
pub mod platforms;
pub mod product_creation;
pub mod product_currencies;
pub mod product_groups;
pub mod product_notes;
pub mod product_permission_groups;
mod product_restrictions;
pub mod products;
pub(crate) mod restriction_table;
pub mod restrictions;
mod settings;
