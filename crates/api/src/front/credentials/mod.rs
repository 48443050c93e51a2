//! What clients sign in with, and from where.

mod devices;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    devices::routes(routes);
}
