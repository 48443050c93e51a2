//! The interface of the clients.

mod accounts;
mod authorization;
mod bodies;
mod bodies_of_money;
mod bonuses;
mod catalog;
mod charts;
mod clients;
mod climbing;
mod content;
mod deactivation;
mod deposits;
mod devices;
mod files;
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
mod verification;
mod withdrawal_templates;
mod withdrawals;
