//! What clients are shown; here: the countries.

mod countries;

pub(crate) use countries::CountryBrief;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    countries::routes(routes);
}
