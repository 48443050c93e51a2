//! What there is to choose for clients, and how their interface looks.

mod settings;
mod types;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    types::routes(routes);
    settings::routes(routes);
}
