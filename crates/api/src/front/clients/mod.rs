//! Who the client is, what they may do, and how they register.

mod address;
mod client_type;
mod deactivation;
mod permissions;
mod profile;
mod registration;
mod sign_up_body;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    registration::routes(routes);
    permissions::routes(routes);
    profile::routes(routes);
    deactivation::routes(routes);
    address::routes(routes);
    client_type::routes(routes);
}
