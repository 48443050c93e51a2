//! Accounts, currencies, rates, and the books behind them.

mod accounts;
mod bodies;
mod rates;
mod verify;
