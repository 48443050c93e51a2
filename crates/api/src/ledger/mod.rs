//! Money; here: the currencies.

mod currencies;

pub(crate) use currencies::{CurrencyBrief, exact_number};

use crate::routes::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    currencies::routes(routes);
}
