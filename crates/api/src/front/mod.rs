//! The interface of the clients.

mod bonuses;
mod catalog;
mod credentials;
mod empty_body;
mod groups;
mod interface;
mod ledger;
mod payments;

pub(crate) use groups::GROUPS;
pub(crate) use interface::{Body, Reading, Routes, Writing};
pub use interface::{Caller, Front, Requirement};

/// Every route of the interface.
#[must_use]
pub fn routes() -> Vec<http::Route<Front>> {
    let mut routes = Routes::default();
    credentials::routes(&mut routes);
    catalog::routes(&mut routes);
    ledger::routes(&mut routes);
    payments::routes(&mut routes);
    bonuses::routes(&mut routes);
    routes.into_vec()
}
