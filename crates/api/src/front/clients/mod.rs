//! Clients themselves: how they register.

mod registration;
mod sign_up_body;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    registration::routes(routes);
}
