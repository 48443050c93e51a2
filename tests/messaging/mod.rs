//! Messages to users and clients.

mod bodies;
mod mail;
mod pairs;
