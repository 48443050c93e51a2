//! The interface of the clients.

mod audit;
mod captcha;
mod clients;
mod credentials;
mod files;
mod groups;
mod interface;
mod qr;
mod verification;
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
    files::routes(&mut routes);
    verification::routes(&mut routes);
    routes.into_vec()
}
