//! Currencies and their rates, and how accounts ran.

mod charts;
mod currencies;
mod rates;

pub(crate) use currencies::CurrencyAnswer;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    rates::routes(routes);
    charts::routes(routes);
}
