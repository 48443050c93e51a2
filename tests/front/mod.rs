//! The interface of the clients.

mod authorization;
mod bodies;
mod catalog;
mod charts;
mod clients;
mod climbing;
mod content;
mod deactivation;
mod devices;
mod files;
mod open;
mod passwords;
mod push_tokens;
mod rates;
mod registration;
mod second_factors;
mod settings;
pub mod sign_in;
mod tickets;
mod verification;
