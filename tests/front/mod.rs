//! The interface of the clients.

mod authorization;
mod bodies;
mod clients;
mod devices;
mod files;
mod verification;
