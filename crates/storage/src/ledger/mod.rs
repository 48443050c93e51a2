//! The ledger: currencies and their rates, accounts and their postings, and the records of transactions.

pub mod account_figures;
pub mod account_locks;
pub mod account_postings;
pub mod accounts;
pub mod currencies;
pub mod currency_aliases;
pub mod currency_pairs;
pub mod equity;
pub mod hedges;
pub(crate) mod movement_lock;
pub mod platform_orders;
pub(crate) mod postings;
mod rate_options;
pub mod rate_providers;
pub mod rates;
pub mod requests;
pub(crate) mod running_balances;
pub mod transaction_types;
pub(crate) mod transaction_writes;
pub mod transactions;
pub mod verify;
