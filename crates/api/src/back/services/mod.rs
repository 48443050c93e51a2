//! Paid services: groups, services, parameters with their categories, presets and subscriptions.

mod categories;
mod groups;
mod offered;
mod parameters;
mod plans;
mod subscriptions;
mod values;

use storage::DbConnection;
use storage::identity::callers::Caller;
use storage::services::Viewer;

use crate::Problem;
use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    subscriptions::routes(routes);
    groups::routes(routes);
    offered::routes(routes);
    parameters::routes(routes);
    categories::routes(routes);
    plans::routes(routes);
}

/// The caller, since what they see of parameters depends on their groups.
pub(crate) fn viewer(conn: &mut DbConnection, caller: &Caller) -> Result<Viewer, Problem> {
    Ok(Viewer::of(conn, &caller.rights, caller.user)?)
}
