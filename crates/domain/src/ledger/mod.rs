//! Money; here: currencies and exact amounts.

mod amount;

pub use amount::{Amount, AmountError};

crate::value::ids! {
    /// The numeric code of a currency, which identifies it: ISO 4217 for fiat, from 1000 on others.
    CurrencyCode,
}
