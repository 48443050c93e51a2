//! Bonuses, presets and programs.

mod awards;
mod platform_feed;
mod presets;
mod programs;
mod settings;
mod terms;

use crate::back::Routes;
use crate::context::AppContext;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    platform_feed::routes(routes);
    awards::routes(routes);
    presets::routes(routes);
    programs::routes(routes);
    settings::routes(routes);
}

/// Does what is due with bonuses, so many at once; answers whether there was something.
pub(crate) fn run_due(app: &AppContext) -> Result<bool, storage::Error> {
    use storage::bonuses::engine;
    let now = app.now();
    let due = app.database.read(move |conn| engine::due(conn, now))?;
    if due.is_empty() {
        return Ok(false);
    }
    app.database.write(move |tx| engine::run(tx, &due))?;
    Ok(true)
}
