//! What clients are shown, reference data, and the calendar of users.

mod banners;
mod bodies;
mod calendar;
mod localizations;
mod menu;
mod races;
mod reference;
mod widgets;
