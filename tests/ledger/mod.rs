//! Accounts, currencies, rates, and the books behind them.

mod accounts;
mod rates;
mod verify;
