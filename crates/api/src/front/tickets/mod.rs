//! Clients' tickets, as the clients see them: neither notes nor who is assigned.

mod form;
mod messages;
mod own;

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    own::routes(routes);
    form::routes(routes);
    messages::routes(routes);
}
