//! The interface of the clients.

mod audit;
mod bonuses;
mod captcha;
mod catalog;
mod clients;
mod credentials;
mod groups;
mod interface;
mod ledger;
mod payments;
mod qr;
mod wizards;

pub(crate) use groups::GROUPS;
pub(crate) use interface::{Body, Call, Reading, Routes, Writing};
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
    routes.into_vec()
}
