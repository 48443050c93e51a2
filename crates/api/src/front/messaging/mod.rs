//! Texts of the broker that pages take in.

mod pairs;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    pairs::routes(routes);
}
