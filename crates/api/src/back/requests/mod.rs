//! What clients ask for, and what users decide on it.

mod answer;
mod decisions;
mod reading;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    reading::routes(routes);
    decisions::routes(routes);
}
