//! What clients are shown; here: the countries.

mod countries;

use crate::back::Routes;

pub(crate) use countries::CountryBrief;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    countries::routes(routes);
}
