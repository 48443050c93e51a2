//! Payments: what moves clients' money, on top of the ledger and of bonuses, and the methods that it goes by.

pub mod method_attributes;
pub mod method_commissions;
pub mod method_currencies;
pub mod method_groups;
pub mod method_restrictions;
pub mod methods;
pub mod monitorings;
pub mod operations;
