//! Clients and what belongs to them.

mod profiles;
mod removed;
