//! Clients and what belongs to them.

mod bodies;
mod profiles;
mod removed;
