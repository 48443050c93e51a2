//! What clients are shown: banners, the menu, widgets and languages; the countries they come from, and the calendar of
//! those who look after them.

pub mod banners;
pub mod calendar;
pub mod countries;
pub(crate) mod delivered;
pub mod localizations;
pub mod menu_items;
pub mod tickers;
pub mod widgets;
