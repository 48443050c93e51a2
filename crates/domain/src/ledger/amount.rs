use std::str::FromStr;

use rust_decimal::Decimal;

/// An exact amount: at most 28 digits in all, at most 18 of them after the point. What it is an
/// amount of, and to how many places that counts, stands where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "diesel", derive(diesel::deserialize::FromSqlRow))]
pub struct Amount(Decimal);

/// A text that is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number.
    #[error("is not a decimal number")]
    NotANumber,
    /// More than 18 places after the point, or more than 28 digits in all.
    #[error("has more than 18 places after the point or 28 digits in all")]
    TooManyDigits,
}

impl Amount {
    /// The most places after the point.
    pub const MAX_SCALE: u32 = 18;
    /// The most digits in all.
    pub const MAX_DIGITS: usize = 28;

    /// The number.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// How many places after the point count.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.0.normalize().scale()
    }

    /// The shortest text, without zeros at the end.
    #[must_use]
    pub fn plain(self) -> String {
        self.0.normalize().to_string()
    }

    /// The text with 18 places after the point, as the interface writes amounts.
    #[must_use]
    pub fn padded(self) -> String {
        let mut text = self.plain();
        let places = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if places == 0 {
            text.push('.');
        }
        let missing = usize::try_from(Self::MAX_SCALE).unwrap_or_default().saturating_sub(places);
        text.extend(std::iter::repeat_n('0', missing));
        text
    }
}

/// Exact, from plain or scientific notation; zeros at the end do not count.
impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (number, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i16>().map_err(|_| AmountError::NotANumber)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(AmountError::NotANumber),
            Some(parts) => parts,
            None => (number, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(AmountError::NotANumber);
        }
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX).saturating_sub(exponent.into());
        let dropped = i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX);
        Self::from_digits(sign, significant.trim_start_matches('0'), places.saturating_sub(dropped))
    }
}

impl Amount {
    /// The number of these digits of which so many stand after the point (before it, if negative).
    fn from_digits(sign: i128, digits: &str, places: i64) -> Result<Self, AmountError> {
        if digits.is_empty() {
            return Ok(Self::default());
        }
        let zeros = usize::try_from(-places).unwrap_or(0);
        let scale = u32::try_from(places.max(0)).unwrap_or(u32::MAX);
        if scale > Self::MAX_SCALE || digits.len().saturating_add(zeros) > Self::MAX_DIGITS {
            return Err(AmountError::TooManyDigits);
        }
        let mantissa: i128 =
            format!("{digits}{}", "0".repeat(zeros)).parse().map_err(|_| AmountError::TooManyDigits)?;
        Decimal::try_from_i128_with_scale(sign * mantissa, scale).map(Self).map_err(|_| AmountError::TooManyDigits)
    }
}

impl From<i64> for Amount {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.padded())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Settings keep amounts as canonical text.
#[cfg(feature = "diesel")]
impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for Amount
where
    DB: diesel::backend::Backend,
    String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        Ok(String::from_sql(value)?.parse()?)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Amount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "decimal"})
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_written_with_eighteen_places() {
        assert_eq!("100.50".parse::<Amount>().map(Amount::padded).as_deref(), Ok("100.500000000000000000"));
        assert_eq!(Amount::from(7).padded(), "7.000000000000000000");
    }

    #[test]
    fn rials_and_wei_both_fit() {
        for text in ["1234567890123456789012345678", "1234567890.123456789012345678", "0.000000000000000001"] {
            assert_eq!(text.parse::<Amount>().map(Amount::plain).as_deref(), Ok(text));
        }
    }

    #[test]
    fn scientific_notation_is_exact() {
        for (text, plain) in [("1e2", "100"), ("1.50E-2", "0.015"), ("-12e-1", "-1.2"), ("0e999", "0")] {
            assert_eq!(text.parse::<Amount>().map(Amount::plain).as_deref(), Ok(plain), "{text}");
        }
    }

    #[test]
    fn zeros_at_the_end_do_not_count() {
        let amount = "1.5000000000000000000000000000000".parse::<Amount>();
        assert_eq!(amount.map(Amount::plain).as_deref(), Ok("1.5"));
    }

    #[test]
    fn too_many_digits_are_refused() {
        for text in
            ["0.0000000000000000001", "12345678901234567890123456789", "12345678901.123456789012345678", "1e-19"]
        {
            assert_eq!(text.parse::<Amount>(), Err(AmountError::TooManyDigits), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "1.", ".5", "1,5", "0x10", "NaN", "1.2.3", "--1", "1e", "1-2", " 1", "+1", "-"] {
            assert_eq!(text.parse::<Amount>(), Err(AmountError::NotANumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_padded_text_is_the_same_amount(whole in 0..9_999_999_999_u64, fraction in 0..999_999_999_999_999_999_u64) {
            let amount: Amount = format!("{whole}.{fraction:018}").parse().unwrap();
            prop_assert_eq!(amount.padded().parse::<Amount>(), Ok(amount));
            prop_assert_eq!(amount.padded(), format!("{whole}.{fraction:018}"));
        }

        #[test]
        fn no_text_makes_parsing_panic(text in ".{0,40}") {
            let _ = text.parse::<Amount>();
        }
    }
}
