//! Money of clients: their accounts and transactions, how accounts ran, currencies and their rates.

mod accounts;
mod charts;

mod rates;
mod requests;
mod transactions;

use crate::front::Routes;

pub(crate) use accounts::MyAccount;

pub(crate) use requests::AskedRequest;
pub(crate) use transactions::MyTransaction;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    accounts::routes(routes);
    transactions::routes(routes);
    rates::routes(routes);
    charts::routes(routes);
}
