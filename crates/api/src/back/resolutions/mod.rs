//! Why requests are rejected: resolutions and their types.

pub(crate) mod reasons;
mod types;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    types::routes(routes);
    reasons::routes(routes);
}
