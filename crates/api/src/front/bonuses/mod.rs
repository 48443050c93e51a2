//! Bonuses of the client, and programs from which they claim one.

mod awards;
mod programs;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    awards::routes(routes);
    programs::routes(routes);
}
