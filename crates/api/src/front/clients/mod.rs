//! Clients themselves: how they register, what there is to choose for them, and how their interface looks.

mod registration;
mod settings;
mod sign_up_body;
mod types;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    registration::routes(routes);
    types::routes(routes);
    settings::routes(routes);
}
