//! The interface of the clients.

mod authorization;
mod bodies;
mod devices;
mod tickets;
