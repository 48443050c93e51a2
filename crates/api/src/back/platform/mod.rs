//! What the installation runs on.

mod settings;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    settings::routes(routes);
}
