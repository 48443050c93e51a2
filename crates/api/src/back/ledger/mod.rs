//! Money: currencies and rates, accounts, transactions and payment methods.

mod account_statements;
pub(crate) mod accounts;
mod currencies;
mod currency_aliases;
mod currency_pairs;
mod rate_providers;
mod statement_paper;
mod statement_words;
mod transaction_types;
pub(crate) mod transactions;

use crate::back::Routes;

pub(crate) use currencies::{CurrencyBrief, exact_number};

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    currencies::routes(routes);
    currency_aliases::routes(routes);
    currency_pairs::routes(routes);
    rate_providers::routes(routes);
    accounts::routes(routes);
    account_statements::routes(routes);
    transactions::routes(routes);
    transaction_types::routes(routes);
}
