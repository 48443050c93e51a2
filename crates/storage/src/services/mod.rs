//! Paid services: groups, services, parameters with their categories, presets and subscriptions.

pub mod categories;
pub mod groups;
mod in_use;
pub mod offered;
pub mod parameters;
pub mod plans;
pub mod subscriptions;
mod values;
mod viewer;

pub use viewer::Viewer;
