//! Money: currencies and rates, accounts and their postings, transactions and payment methods.

pub mod accounts;
pub mod currencies;
pub mod currency_aliases;
pub mod currency_pairs;
pub mod hedges;
pub mod platform_orders;
pub(crate) mod postings;
pub mod rate_providers;
pub mod rates;
pub mod requests;
pub mod transaction_types;
pub mod transactions;
pub mod verify;
