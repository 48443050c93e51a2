//! The interface of the clients.

mod credentials;
mod groups;
mod interface;

pub(crate) use groups::GROUPS;
pub use interface::{Caller, Front, Requirement};
pub(crate) use interface::{Reading, Routes, Writing};

/// Every route of the interface.
#[must_use]
pub fn routes() -> Vec<http::Route<Front>> {
    let mut routes = Routes::default();
    credentials::routes(&mut routes);
    routes.into_vec()
}
