//! Bonuses, presets and programs.

mod awards;
mod platform_feed;
mod presets;
mod programs;
mod settings;
mod terms;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    platform_feed::routes(routes);
    awards::routes(routes);
    presets::routes(routes);
    programs::routes(routes);
    settings::routes(routes);
}
