//! What clients are shown: banners, the menu, widgets, languages, and the countries they can choose.

mod banners;
mod countries;
mod localizations;
mod menu_items;
mod widgets;

pub(crate) use countries::{CountryAnswer, country};

use crate::front::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    countries::routes(routes);
    localizations::routes(routes);
    banners::routes(routes);
    menu_items::routes(routes);
    widgets::routes(routes);
}
