//! What clients sign in with, and from where.

mod devices;
mod push_tokens;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    devices::routes(routes);
    push_tokens::routes(routes);
}
