use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

use super::amount::padded;
use super::{Amount, AmountError};

/// A sum of amounts. It has as many digits as it needs, 18 of them after the point, so adding up never
/// fails. What is stored is an [`Amount`]; what is only shown or compared can be a sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(BigInt);

/// As many digits after the point as an amount can have.
const PLACES: u32 = Amount::MAX_SCALE;

fn units() -> BigInt {
    BigInt::from(10_u8).pow(PLACES)
}

fn in_units(amount: Amount) -> BigInt {
    let number = amount.decimal();
    let power = 10_i128.pow(PLACES.saturating_sub(number.scale()));
    let product = number.mantissa().checked_mul(power);
    product.map_or_else(|| BigInt::from(number.mantissa()) * BigInt::from(power), BigInt::from)
}

impl Sum {
    /// 0.
    pub const ZERO: Self = Self(BigInt::ZERO);

    /// The sum and one more amount.
    #[must_use]
    pub fn plus(self, amount: Amount) -> Self {
        Self(self.0 + in_units(amount))
    }

    /// The sum less an amount.
    #[must_use]
    pub fn minus(self, amount: Amount) -> Self {
        Self(self.0 - in_units(amount))
    }

    /// The quotient, cut off after 18 places; none for a division by 0.
    #[must_use]
    pub fn over(&self, divisor: Amount) -> Option<Self> {
        (!divisor.is_zero()).then(|| Self(&self.0 * units() / in_units(divisor)))
    }

    /// The same number as an amount, which can be stored.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`].
    pub fn amount(&self) -> Result<Amount, AmountError> {
        let (mut digits, mut places) = (self.0.clone(), PLACES);
        while places > 0 && &digits % 10 == BigInt::ZERO {
            digits /= 10;
            places -= 1;
        }
        Amount::from_big(&digits, places)
    }

    /// The text with 18 places after the point, as the interface writes amounts.
    #[must_use]
    pub fn padded(&self) -> String {
        let is_negative = self.0.sign() == Sign::Minus;
        if let Ok(short) = u128::try_from(self.0.magnitude()) {
            let units = 10_u128.pow(PLACES);
            return padded(is_negative, short / units, short % units);
        }
        let (sign, units) = (if is_negative { "-" } else { "" }, units());
        let (whole, rest) = (self.0.magnitude() / units.magnitude(), self.0.magnitude() % units.magnitude());
        format!("{sign}{whole}.{:0>18}", rest.to_string())
    }

    /// The shortest text, without zeros at the end.
    #[must_use]
    pub fn plain(&self) -> String {
        self.padded().trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl std::ops::Add for Sum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Sum {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl From<Amount> for Sum {
    fn from(amount: Amount) -> Self {
        Self(in_units(amount))
    }
}

impl PartialEq<Amount> for Sum {
    fn eq(&self, amount: &Amount) -> bool {
        self.0 == in_units(*amount)
    }
}

impl PartialOrd<Amount> for Sum {
    fn partial_cmp(&self, amount: &Amount) -> Option<Ordering> {
        self.0.partial_cmp(&in_units(*amount))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Sum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.padded())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Sum {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sum".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Amount::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::amount::tests::{amount, amounts};

    const NINES: &str = "9999999999999999999999999999";

    #[test]
    fn a_sum_has_as_many_digits_as_it_takes() {
        let sum = Sum::from(amount(NINES)).plus(amount(NINES)).plus(amount("0.000000000000000001"));
        assert_eq!(sum.padded(), "19999999999999999999999999998.000000000000000001");
        assert_eq!(sum.amount(), Err(AmountError::TooManyDigits));
        assert_eq!(sum.minus(amount(NINES)).minus(amount(NINES)).plain(), "0.000000000000000001");
    }

    #[test]
    fn a_quotient_is_cut_off_and_there_is_none_by_0() {
        assert_eq!(
            Sum::from(amount("-1")).over(amount("3")).map(|sum| sum.plain()).as_deref(),
            Some("-0.333333333333333333")
        );
        assert_eq!(Sum::from(amount("1")).over(Amount::ZERO), None);
    }

    proptest! {
        #[test]
        fn an_amount_is_the_same_as_a_sum(one in amounts()) {
            let sum = Sum::from(one);
            prop_assert_eq!(sum.amount(), Ok(one));
            prop_assert_eq!((sum.padded(), sum.plain()), (one.padded(), one.plain()));
        }

        #[test]
        fn sums_compare_as_amounts_do(one in amounts(), other in amounts()) {
            prop_assert_eq!(Sum::from(one).partial_cmp(&other), one.partial_cmp(&other));
            prop_assert_eq!(Sum::from(one).plus(other).minus(other), one);
        }
    }
}
