//! Demonstration data: a small broker to try things on, and clients by the million.

mod accounts;
mod activity;
mod antifraud;
mod broker;
mod content;
mod credentials;
mod identity;
mod mailing;
mod messaging;
mod population;
mod requests;
mod tickets;
mod verification;

pub use activity::act;
pub use broker::load;
pub use population::{Reserved, load_reserved, populate};
