//! Who the client is, and what they may do.

mod address;
mod client_type;
mod permissions;
mod profile;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    permissions::routes(routes);
    profile::routes(routes);
    address::routes(routes);
    client_type::routes(routes);
}
