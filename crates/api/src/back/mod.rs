//! The interface of the back office: for staff, and for platforms with keys of their own.

mod antifraud;
mod bonuses;
mod catalog;
mod clients;
mod connection_status;
mod connections;
mod content;
mod credentials;
mod files;
mod groups;
mod identity;
mod imports;
mod interface;
mod ledger;
mod mailing;
mod messaging;
mod options;
mod payments;
mod platform;
mod requests;
mod resolutions;
mod services;
mod tickets;
mod verification;
mod wizards;

pub(crate) use groups::GROUPS;
pub(crate) use identity::approvable;
pub use interface::{Back, Requirement};
pub(crate) use interface::{Body, Call, Reading, Routes, Writing};
pub(crate) use ledger::transactions::TransactionAnswer;

pub(crate) use crate::answers::Named;

/// Every route of the interface.
#[must_use]
pub fn routes() -> Vec<http::Route<Back>> {
    let mut routes = Routes::default();
    identity::routes(&mut routes);
    clients::routes(&mut routes);
    credentials::routes(&mut routes);
    catalog::routes(&mut routes);
    ledger::routes(&mut routes);
    payments::routes(&mut routes);
    bonuses::routes(&mut routes);
    services::routes(&mut routes);
    requests::routes(&mut routes);
    resolutions::routes(&mut routes);
    verification::routes(&mut routes);
    files::routes(&mut routes);
    content::routes(&mut routes);
    messaging::routes(&mut routes);
    platform::routes(&mut routes);
    connections::routes(&mut routes);
    mailing::routes(&mut routes);
    wizards::routes(&mut routes);
    antifraud::routes(&mut routes);
    tickets::routes(&mut routes);
    imports::routes(&mut routes);
    routes.let_wait(&identity::approvals::BY_USERS);
    routes.into_vec()
}
