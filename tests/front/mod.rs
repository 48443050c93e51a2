//! The interface of the clients.

mod accounts;
mod authorization;
mod bodies;
mod bonuses;
mod deposits;
mod devices;
mod transfers;
mod withdrawal_templates;
mod withdrawals;
