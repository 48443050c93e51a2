//! What clients are shown; here: the countries.

pub mod countries;
