//! Payments: what moves clients' money, and the methods that it goes by.

mod method_attributes;
mod method_commissions;
mod method_currencies;
mod method_groups;
mod method_restrictions;
mod methods;
mod monitorings;
mod operations;

use crate::back::{Call, Routes};
use domain::payments::Direction;

/// The path of methods of a direction: deposits and withdrawals mirror each other.
macro_rules! path_of {
    ($direction:expr, $tail:literal) => {
        match $direction {
            domain::payments::Direction::Deposit => concat!("/api/v2/deposits", $tail),
            domain::payments::Direction::Withdrawal => concat!("/api/v2/withdrawals", $tail),
        }
    };
}

use path_of;

/// Which direction a call about methods is for: its operation says so.
fn direction_of(call: &Call) -> Direction {
    if call.operation.starts_with("deposit-methods.") { Direction::Deposit } else { Direction::Withdrawal }
}

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    operations::routes(routes);
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
