//! Money that moves: deposits, withdrawals, transfers, exchanges, and their methods.

mod decisions;
mod methods;
mod outside_platforms;
pub mod requests;
