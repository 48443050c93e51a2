//! Clients and what belongs to them.

mod addresses;
pub(crate) mod brief;
mod managers;
mod permission_levels;
mod phones;
mod profile_changes;
pub(crate) mod profiles;
pub(crate) mod settings;
mod tags;
mod types;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    profiles::routes(routes);
    types::routes(routes);
    managers::routes(routes);
    permission_levels::routes(routes);
    settings::routes(routes);
    addresses::routes(routes);
    phones::routes(routes);
    profile_changes::routes(routes);
    tags::routes(routes);
}
