//! The interface of the clients.

mod accounts;
mod authorization;
mod bodies;
mod bonuses;
mod catalog;
mod charts;
mod content;
mod deposits;
mod devices;
mod open;
mod passwords;
mod push_tokens;
mod rates;
mod registration;
mod second_factors;
mod settings;
pub mod sign_in;
mod tickets;
mod transfers;
mod withdrawal_templates;
mod withdrawals;
