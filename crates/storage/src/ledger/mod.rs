//! Money; here: the currencies.

pub mod currencies;
