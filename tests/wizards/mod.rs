//! The steps of clients' procedures, and the runs of them.

mod bodies;
mod races;
mod runs;
mod setup;

pub const WIZARDS: &str = "/api/v2/wizards";
