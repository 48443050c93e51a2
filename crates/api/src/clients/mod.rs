//! What belongs to clients; here: the tags.

mod tags;

use crate::routes::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    tags::routes(routes);
}
