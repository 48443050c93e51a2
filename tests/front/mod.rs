//! The interface of the clients.

mod authorization;
mod bodies;
mod clients;
mod climbing;
mod deactivation;
mod devices;
mod files;
mod verification;
