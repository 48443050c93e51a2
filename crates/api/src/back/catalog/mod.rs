//! Platforms, products, and what belongs to them.

mod platform_keys;
mod platforms;
mod product_currencies;
mod product_groups;
mod product_notes;
mod product_permission_groups;
mod product_restrictions;
mod products;
mod restrictions;
mod settings;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    platforms::routes(routes);
    platform_keys::routes(routes);
    products::routes(routes);
    product_groups::routes(routes);
    product_currencies::routes(routes);
    product_notes::routes(routes);
    product_restrictions::routes(routes);
    product_permission_groups::routes(routes);
}
