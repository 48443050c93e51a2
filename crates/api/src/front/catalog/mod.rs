//! What clients can open accounts on.

mod product_currencies;
mod product_groups;
mod product_notes;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    product_groups::routes(routes);
    product_currencies::routes(routes);
    product_notes::routes(routes);
}
