//! Who the client is, what they may do, how they register, and how their interface looks.

mod address;
mod client_type;
mod deactivation;
mod permissions;
mod profile;
mod registration;
mod settings;
mod sign_up_body;
mod sign_up_forms;
mod types;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    registration::routes(routes);
    types::routes(routes);
    settings::routes(routes);
    permissions::routes(routes);
    profile::routes(routes);
    deactivation::routes(routes);
    address::routes(routes);
    client_type::routes(routes);
}
