//! Money: currencies and rates, accounts and their postings, transactions and payment methods.

pub mod accounts;
pub mod currencies;
pub mod currency_aliases;
pub mod currency_pairs;
pub mod hedges;
pub mod method_attributes;
pub mod method_commissions;
pub mod method_currencies;
pub mod method_groups;
mod method_restrictions;
pub mod methods;
pub mod monitorings;
pub mod operations;
pub mod platform_orders;
pub mod positions;
pub(crate) mod postings;
pub mod rate_providers;
pub mod rates;
pub mod requests;
pub mod transaction_types;
pub mod transactions;
pub mod verify;
