//! Money: currencies and rates, accounts, transactions and payment methods.

mod accounts;
mod currencies;
mod currency_aliases;
mod currency_pairs;
mod method_attributes;
mod method_commissions;
mod method_currencies;
mod method_groups;
mod method_restrictions;
mod methods;
mod monitorings;
mod operations;
mod rate_providers;
mod transaction_types;
mod transactions;

pub(crate) use currencies::{CurrencyBrief, exact_number};

use domain::ledger::Direction;

use crate::http::Call;
use crate::routes::Routes;

/// The path of methods of a direction: deposits and withdrawals mirror each other.
macro_rules! path_of {
    ($direction:expr, $tail:literal) => {
        match $direction {
            domain::ledger::Direction::Deposit => concat!("/api/v2/deposits", $tail),
            domain::ledger::Direction::Withdrawal => concat!("/api/v2/withdrawals", $tail),
        }
    };
}

use path_of;

/// Which direction a call about methods is for: its operation says so.
fn direction_of(call: &Call) -> Direction {
    if call.operation.as_str().starts_with("deposit-methods.") { Direction::Deposit } else { Direction::Withdrawal }
}

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    currencies::routes(routes);
    currency_aliases::routes(routes);
    currency_pairs::routes(routes);
    rate_providers::routes(routes);
    accounts::routes(routes);
    operations::routes(routes);
    transactions::routes(routes);
    transaction_types::routes(routes);
    monitorings::routes(routes);
    for direction in Direction::ALL {
        method_groups::routes(routes, *direction);
        methods::routes(routes, *direction);
        method_commissions::routes(routes, *direction);
        method_currencies::routes(routes, *direction);
        method_attributes::routes(routes, *direction);
        method_restrictions::routes(routes, *direction);
    }
}
