//! How clients are verified: levels with their restrictions, documents, tests, and who got which level.

mod answer_options;
mod attempts;
mod document_groups;
mod document_types;
mod documents;
mod history;
mod level_restrictions;
mod levels;
mod test_questions;
mod tests;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    levels::routes(routes);
    level_restrictions::routes(routes);
    history::routes(routes);
    document_types::routes(routes);
    document_groups::routes(routes);
    documents::routes(routes);
    tests::routes(routes);
    test_questions::routes(routes);
    answer_options::routes(routes);
    attempts::routes(routes);
}
