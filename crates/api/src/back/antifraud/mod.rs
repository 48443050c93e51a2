//! Antifraud: procedures, what was found, and how it is looked for.

mod notifications;
mod procedures;
mod settings;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    procedures::routes(routes);
    notifications::routes(routes);
    settings::routes(routes);
}
