//! The interface of the clients.

mod authorization;
mod bodies;
mod catalog;
mod charts;
mod content;
mod devices;
mod passwords;
mod registration;
mod second_factors;
pub mod sign_in;
mod tickets;
mod open;
mod push_tokens;
mod rates;
mod settings;
