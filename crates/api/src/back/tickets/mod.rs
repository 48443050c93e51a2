//! The help desk, as users see it. Ours: the documented interface has no operations for it.

mod departments;
mod desk;
mod messages;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    desk::routes(routes);
    messages::routes(routes);
    departments::routes(routes);
}
