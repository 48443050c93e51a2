//! Payments: what moves clients' money, the methods that it goes by, and how accounts are opened and archived.

mod account_pair;
mod account_settings;
mod archiving;
mod balance_changes;
mod deposits;
mod direction;
mod empty_body;
mod exchanges;
mod manual_orders;
mod method_attributes;
mod method_commissions;
mod method_currencies;
mod method_groups;
mod method_restrictions;
mod methods;
mod monitorings;
mod opening;
mod payment_reports;
mod transaction_changes;
mod transfers;
mod whitelisted_addresses;
mod withdrawal_templates;
mod withdrawals;

use self::direction::{Deposits, Directed, Withdrawals};
use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    opening::routes(routes);
    account_settings::routes(routes);
    balance_changes::routes(routes);
    archiving::routes(routes);
    deposits::routes(routes);
    payment_reports::routes(routes);
    withdrawals::routes(routes);
    transfers::routes(routes);
    exchanges::routes(routes);
    transaction_changes::routes(routes);
    monitorings::routes(routes);
    whitelisted_addresses::routes(routes);
    withdrawal_templates::routes(routes);
    routes_of::<Deposits>(routes);
    routes_of::<Withdrawals>(routes);
}

/// The routes of the methods of a direction.
fn routes_of<D: Directed>(routes: &mut Routes) {
    method_groups::routes::<D>(routes);
    methods::routes::<D>(routes);
    method_commissions::routes::<D>(routes);
    method_currencies::routes::<D>(routes);
    method_attributes::routes::<D>(routes);
    method_restrictions::routes::<D>(routes);
}
