//! The interface of the clients.

mod authorization;
mod bodies;
mod devices;
mod passwords;
mod registration;
mod second_factors;
pub mod sign_in;
mod tickets;
