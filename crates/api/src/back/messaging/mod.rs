//! What clients and users are told, and the texts that messages take in.

mod pair_tags;
mod pairs;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    pairs::routes(routes);
    pair_tags::routes(routes);
}
