//! What clients are shown: banners, the menu, widgets and languages; the countries they come from, and the calendar of
//! those who look after them.

mod banners;
mod calendar;
mod countries;
mod localizations;
mod menu_items;
mod tickers;
mod widgets;

pub(crate) use crate::answers::CountryBrief;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    countries::routes(routes);
    banners::routes(routes);
    menu_items::routes(routes);
    widgets::routes(routes);
    tickers::routes(routes);
    localizations::routes(routes);
    calendar::routes(routes);
}
