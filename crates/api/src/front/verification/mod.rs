//! How the client is verified: levels, documents and tests.

mod documents;
mod levels;
mod quizzes;
mod verifications;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    documents::routes(routes);
    levels::routes(routes);
    verifications::routes(routes);
    quizzes::routes(routes);
}
