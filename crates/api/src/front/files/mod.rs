//! The photo of the client, and the content of their own files.

mod content;
mod photo;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    photo::routes(routes);
    content::routes(routes);
}
