//! Payments: what moves clients' money, on top of the ledger and of bonuses, the methods that it goes by, and
//! how accounts are opened and archived.
//!
//! Each operation loads the facts while the accounts are held, lets the domain decide, and writes the
//! transaction, its postings and the accounts' books in one transaction of the database.

pub mod account_passwords;
pub mod account_settings;
pub mod archiving;
pub mod balance_changes;
pub mod client_accounts;
mod client_gate;
pub mod client_methods;
pub mod client_orders;
pub mod client_transactions;
mod completion;
mod consequences;
pub mod deposit_addresses;
pub mod deposits;
pub mod exchanges;
mod execution;
pub mod manual_orders;
pub mod method_attributes;
pub mod method_commissions;
pub mod method_currencies;
pub mod method_groups;
pub mod method_restrictions;
pub mod methods;
pub mod monitorings;
pub mod opening;
pub mod owning_method;
mod parties;
pub mod payment_systems;
pub mod pending_changes;
pub mod platform_answers;
pub mod quotes;
pub mod received_payments;
pub mod transaction_changes;
pub mod transfers;
mod transit;
mod usd_worth;
pub mod whitelisted_addresses;
pub mod withdrawal_templates;
pub mod withdrawals;
