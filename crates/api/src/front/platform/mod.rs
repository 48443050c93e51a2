//! What the installation tells programs of clients.

mod mobile_settings;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    mobile_settings::routes(routes);
}
