//! How clients are verified: levels with their restrictions, document groups and types, tests, and who got which level.

pub mod answer_options;
pub mod attempts;
pub mod document_groups;
pub mod document_types;
pub mod documents;
pub mod history;
mod level_restrictions;
pub mod levels;
pub mod offered;
pub mod offered_tests;
mod outline;
pub mod test_questions;
pub mod tests;
