//! Accounts, currencies, rates, and the books behind them.

mod accounts;
mod bodies;
mod postings;
mod rates;
mod running_balances;
mod statements;
mod verify;
