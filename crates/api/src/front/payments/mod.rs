//! What clients do with their money, and the methods that it goes by.

mod account_passwords;
mod account_settings;
mod archiving;
mod deposits;
mod exchanges;
mod method_values;
mod methods;
mod opening;
mod transfers;
mod whitelist;
mod whitelist_changes;
mod withdrawal_templates;
mod withdrawals;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    opening::routes(routes);
    account_settings::routes(routes);
    account_passwords::routes(routes);
    archiving::routes(routes);
    transfers::routes(routes);
    exchanges::routes(routes);
    methods::routes(routes);
    deposits::routes(routes);
    withdrawal_templates::routes(routes);
    whitelist::routes(routes);
    whitelist_changes::routes(routes);
    withdrawals::routes(routes);
}
