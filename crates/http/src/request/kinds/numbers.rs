use std::marker::PhantomData;

use domain::ledger::{Amount, AmountError};
use domain::value::{CommonFault, FaultCode as _};
use serde_json::{Value, json};

use super::{Kind, fault};
use crate::{Fault, RequestFault};

/// What an amount looks like as text: at most 28 digits in all, 18 of them after the point.
const AMOUNT: &str = r"(\d{1,28}|\d{1,10}\.\d{1,18})";

/// An amount is told as text, as it is answered: one type for generated clients, and no binary float on its way. Numbers
/// are taken too.
fn amount_schema(pattern: &str) -> Value {
    json!({"type": "string", "format": "decimal", "pattern": pattern})
}

/// A whole number, also in digits of a string.
#[derive(Clone, Copy, Debug)]
pub struct Integer {
    /// The smallest.
    pub min: i64,
    /// The largest.
    pub max: i64,
}

impl Integer {
    /// The largest number that answers hold: exact in every client's numbers.
    pub const LARGEST: i64 = 9_007_199_254_740_991;
    /// From 0.
    pub const FROM_ZERO: Self = Self { min: 0, max: Self::LARGEST };
    /// From 1.
    pub const FROM_ONE: Self = Self { min: 1, max: Self::LARGEST };
    /// Of either sign.
    pub const ANY: Self = Self { min: -Self::LARGEST, max: Self::LARGEST };
}

impl Kind for Integer {
    type Out = i64;

    fn schema(&self) -> Value {
        json!({"type": "integer", "format": "int64", "minimum": self.min, "maximum": self.max})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<i64> {
        let number = match value {
            Value::Number(number) => integer(number.as_str()),
            Value::String(text) if !text.starts_with('+') => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if (self.min..=self.max).contains(&number) => Some(number),
            Some(_) => fault(at, RequestFault::OutOfRange.with("min", self.min).with("max", self.max), faults),
            None => fault(at, RequestFault::NotInteger, faults),
        }
    }
}

/// The id of a record.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(PhantomData<T>);

impl<T> Id<T> {
    /// An id of this type.
    #[must_use]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<T: From<i64> + Clone> Kind for Id<T> {
    type Out = T;

    fn schema(&self) -> Value {
        Integer::FROM_ONE.schema()
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<T> {
        Integer::FROM_ONE.parse(value, at, faults).map(T::from)
    }
}

/// A whole number as JSON may write it: `5.0` is one too.
fn integer(number: &str) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok())?
}

/// An amount in decimal digits, from a string or a number; it never passes through a binary float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decimal {
    /// From 0.
    NonNegative,
    /// Above 0.
    Positive,
    /// Anything but 0.
    NonZero,
}

impl Kind for Decimal {
    type Out = Amount;

    fn schema(&self) -> Value {
        match self {
            Self::NonNegative => amount_schema(&format!("^{AMOUNT}$")),
            Self::Positive => amount_schema(&format!("^(?=.*[1-9]){AMOUNT}$")),
            Self::NonZero => amount_schema(&format!("^-?(?=.*[1-9]){AMOUNT}$")),
        }
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        let amount = amount(value).map_err(|error| faults.push(Fault::sent(at, error))).ok()?;
        match self {
            Self::NonNegative if amount.is_negative() => fault(at, RequestFault::Negative, faults),
            Self::Positive if !amount.is_positive() => fault(at, CommonFault::NotPositive, faults),
            Self::NonZero if amount.is_zero() => fault(at, RequestFault::Zero, faults),
            Self::NonNegative | Self::Positive | Self::NonZero => Some(amount),
        }
    }
}

fn amount(value: &Value) -> Result<Amount, AmountError> {
    match value {
        Value::String(text) => text.parse(),
        Value::Number(number) => number.as_str().parse(),
        _ => Err(AmountError::NotANumber),
    }
}

/// A percentage from 0; below 100 where that would leave nothing.
#[derive(Clone, Copy, Debug)]
pub struct Percent {
    /// Whether 100 itself is taken.
    pub up_to_all: bool,
}

impl Kind for Percent {
    type Out = Amount;

    fn schema(&self) -> Value {
        amount_schema(if self.up_to_all { r"^(100|\d{1,2}(\.\d{1,18})?)$" } else { r"^\d{1,2}(\.\d{1,18})?$" })
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<Amount> {
        let percent = Decimal::NonNegative.parse(value, at, faults)?;
        let all = Amount::from(100);
        match self.up_to_all {
            true if percent > all => fault(at, RequestFault::AboveMaximum.with("max", 100_i64), faults),
            false if percent >= all => fault(at, RequestFault::NotBelow.with("limit", 100_i64), faults),
            _ => Some(percent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_be_written_with_an_empty_fraction() {
        for (number, parsed) in
            [("5", Some(5)), ("5.0", Some(5)), ("-5.00", Some(-5)), ("5.1", None), ("1e3", None), ("9e99", None)]
        {
            assert_eq!(integer(number), parsed, "{number}");
        }
    }
}
