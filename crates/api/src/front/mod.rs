//! The interface of the clients.

mod audit;
mod bonuses;
mod captcha;
mod catalog;
mod clients;
mod content;
mod credentials;
mod currency;
mod files;
mod groups;
mod interface;
mod ledger;
mod messaging;
mod payments;
mod platform;
mod qr;
mod tickets;
mod verification;
mod wizards;

pub(crate) use currency::CurrencyAnswer;
pub(crate) use groups::GROUPS;
pub(crate) use interface::{Body, Call, OpenReading, Reading, Routes, Writing};
pub use interface::{Caller, Front, Requirement};

/// Every route of the interface.
#[must_use]
pub fn routes() -> Vec<http::Route<Front>> {
    let mut routes = Routes::default();
    clients::routes(&mut routes);
    credentials::routes(&mut routes);
    catalog::routes(&mut routes);
    ledger::routes(&mut routes);
    payments::routes(&mut routes);
    bonuses::routes(&mut routes);
    content::routes(&mut routes);
    messaging::routes(&mut routes);
    platform::routes(&mut routes);
    tickets::routes(&mut routes);
    files::routes(&mut routes);
    verification::routes(&mut routes);
    routes.into_vec()
}
