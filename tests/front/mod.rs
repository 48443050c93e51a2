//! The interface of the clients.

mod authorization;
mod bodies;
mod catalog;
mod charts;
mod content;
mod devices;
mod open;
mod push_tokens;
mod rates;
mod settings;
