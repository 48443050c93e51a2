//! What clients sign in with, from where, and how guessing is stopped.

mod blocks;
mod devices;
mod passwords;
mod second_factors;
mod sign_ins;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    passwords::routes(routes);
    second_factors::routes(routes);
    devices::routes(routes);
    sign_ins::routes(routes);
    blocks::routes(routes);
}
