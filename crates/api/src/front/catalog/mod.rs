//! Where clients have accounts, and on what they open them.

mod platforms;
mod product_currencies;
mod product_groups;
mod product_notes;
mod trades;

use crate::front::Routes;

pub(crate) use platforms::MyPlatform;
pub(crate) use product_currencies::ProductCurrencyAnswer;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    platforms::routes(routes);
    trades::routes(routes);
    product_groups::routes(routes);
    product_currencies::routes(routes);
    product_notes::routes(routes);
}
