//! Money that moves: deposits, withdrawals, transfers, exchanges, and their methods.

mod bodies;
mod by_hand;
mod client_rules;
mod decisions;
mod methods;
mod orders_of_clients;
mod outside_platforms;
mod transactions;
pub mod whitelists;

use serde_json::Value;

use crate::harness::{Client, amount};

/// What an account has: its balance, what is held of it, and what is available.
fn balance(admin: &Client, account: i64) -> [Value; 3] {
    let statement = admin.statement(account);
    ["currentBalance", "hold", "availableBalance"].map(|field| statement[field].clone())
}

fn balances(current: &str, hold: &str, available: &str) -> [Value; 3] {
    [current, hold, available].map(amount)
}
