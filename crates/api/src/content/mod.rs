//! What clients are shown; here: the countries.

mod countries;

use crate::routes::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    countries::routes(routes);
}
