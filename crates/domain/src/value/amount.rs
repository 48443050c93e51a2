use std::str::FromStr;

use num_bigint::BigInt;
use rust_decimal::Decimal;

use super::{CommonFault, Fault, FaultCode as _};

/// An exact amount: at most 28 digits in all, at most 18 of them after the point. What it is an
/// amount of, and to how many places that counts, stands where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "diesel", derive(diesel::deserialize::FromSqlRow))]
pub struct Amount(Decimal);

/// A text that is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number.
    #[error("is not a decimal number")]
    NotANumber,
    /// More than 18 places after the point, or more than 28 digits in all.
    #[error("has more than 18 places after the point or 28 digits in all")]
    TooManyDigits,
}

impl From<AmountError> for Fault {
    fn from(error: AmountError) -> Self {
        match error {
            AmountError::NotANumber => CommonFault::NotNumber.fault(),
            AmountError::TooManyDigits => CommonFault::TooManyDigits.fault(),
        }
    }
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

    /// 0.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// 1.
    pub const ONE: Self = Self(Decimal::ONE);

    /// Whether it is 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is above 0.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self > Self::ZERO
    }

    /// Whether it is below 0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }

    /// The same amount with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The sum, exact.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`].
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        let scale = self.0.scale().max(other.0.scale());
        let sum = self.mantissa_at(scale)?.checked_add(other.mantissa_at(scale)?);
        Self::from_mantissa(sum.ok_or(AmountError::TooManyDigits)?, scale)
    }

    /// The difference, exact.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`].
    pub fn minus(self, other: Self) -> Result<Self, AmountError> {
        self.plus(other.negated())
    }

    /// The product, in full: round it before it is used.
    #[must_use]
    pub fn times(self, other: Self) -> Exact {
        let digits = BigInt::from(self.0.mantissa()) * BigInt::from(other.0.mantissa());
        Exact { digits, scale: self.0.scale() + other.0.scale() }
    }

    /// The quotient, rounded to so many places.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`], also for a division by 0.
    pub fn over(self, divisor: Self, places: u32, rounding: Rounding) -> Result<Self, AmountError> {
        if divisor.is_zero() {
            return Err(AmountError::TooManyDigits);
        }
        // a/10^x : b/10^y = (a * 10^(places + y)) / (b * 10^x) in units of 10^-places.
        let above = BigInt::from(self.0.mantissa()) * power_of_ten(places + divisor.0.scale());
        let below = BigInt::from(divisor.0.mantissa()) * power_of_ten(self.0.scale());
        Self::from_big(&divided(&above, &below, rounding), places)
    }

    /// Rounded to so many places.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`].
    pub fn rounded(self, places: u32, rounding: Rounding) -> Result<Self, AmountError> {
        if self.0.scale() <= places { Ok(self) } else { self.times(Self::ONE).rounded(places, rounding) }
    }

    fn mantissa_at(self, scale: u32) -> Result<i128, AmountError> {
        let power = 10_i128.checked_pow(scale.saturating_sub(self.0.scale()));
        power.and_then(|power| self.0.mantissa().checked_mul(power)).ok_or(AmountError::TooManyDigits)
    }

    pub(super) fn from_big(mantissa: &BigInt, scale: u32) -> Result<Self, AmountError> {
        Self::from_mantissa(i128::try_from(mantissa).map_err(|_| AmountError::TooManyDigits)?, scale)
    }

    fn from_mantissa(mut mantissa: i128, mut scale: u32) -> Result<Self, AmountError> {
        // Nearly all amounts fit here, where a division takes a tenth of the time.
        if let Ok(mut short) = i64::try_from(mantissa) {
            while scale > 0 && short % 10 == 0 {
                short /= 10;
                scale -= 1;
            }
            mantissa = short.into();
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if scale > Self::MAX_SCALE || mantissa.unsigned_abs() >= 10_u128.pow(28) {
            return Err(AmountError::TooManyDigits);
        }
        Decimal::try_from_i128_with_scale(mantissa, scale).map(Self).map_err(|_| AmountError::TooManyDigits)
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
        let (mantissa, scale) = (self.0.mantissa(), self.0.scale());
        let unit = 10_u128.pow(scale);
        let (whole, rest) = (mantissa.unsigned_abs() / unit, mantissa.unsigned_abs() % unit);
        padded(mantissa < 0, whole, rest * 10_u128.pow(Self::MAX_SCALE.saturating_sub(scale)))
    }
}

/// The text of a number with so many units of 10^-18 after the point. Answers are full of amounts, so this is written out:
/// the formatter takes several times as long.
pub(super) fn padded(is_negative: bool, whole: u128, units: u128) -> String {
    let mut digits = *b"000000000000000000";
    let mut rest = u64::try_from(units).unwrap_or_default();
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    let mut text = String::with_capacity(2 + Amount::MAX_DIGITS + digits.len());
    if is_negative {
        text.push('-');
    }
    text.push_str(&u64::try_from(whole).map_or_else(|_| whole.to_string(), |short| short.to_string()));
    text.push('.');
    text.extend(digits.map(char::from));
    text
}

/// How a number loses the places that it may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Cut off, toward 0.
    Down,
    /// Away from 0 where anything is cut off.
    Up,
    /// To the nearest, a half away from 0.
    HalfUp,
}

/// A product before it is rounded: as many digits as it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    digits: BigInt,
    scale: u32,
}

impl Exact {
    /// One more factor.
    #[must_use]
    pub fn times(self, factor: Amount) -> Self {
        Self { digits: self.digits * BigInt::from(factor.0.mantissa()), scale: self.scale + factor.0.scale() }
    }

    /// One more summand.
    #[must_use]
    pub fn plus(self, other: Amount) -> Self {
        let scale = self.scale.max(other.0.scale());
        let own = self.digits * power_of_ten(scale - self.scale);
        let others = BigInt::from(other.0.mantissa()) * power_of_ten(scale - other.0.scale());
        Self { digits: own + others, scale }
    }

    /// A hundredth of it.
    #[must_use]
    pub fn percent(self) -> Self {
        Self { scale: self.scale + 2, ..self }
    }

    /// Rounded to so many places.
    ///
    /// # Errors
    /// [`AmountError::TooManyDigits`].
    pub fn rounded(&self, places: u32, rounding: Rounding) -> Result<Amount, AmountError> {
        let above = &self.digits * power_of_ten(places);
        Amount::from_big(&divided(&above, &power_of_ten(self.scale), rounding), places)
    }
}

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10_u8).pow(exponent)
}

fn divided(above: &BigInt, below: &BigInt, rounding: Rounding) -> BigInt {
    let (quotient, rest) = (above / below, above % below);
    let zero = BigInt::ZERO;
    let away = if (above < &zero) == (below < &zero) { BigInt::from(1) } else { BigInt::from(-1) };
    let is_half = rest.magnitude() * 2_u8 >= *below.magnitude();
    match rounding {
        Rounding::Up if rest != zero => quotient + away,
        Rounding::HalfUp if is_half => quotient + away,
        Rounding::Down | Rounding::Up | Rounding::HalfUp => quotient,
    }
}

impl TryFrom<Decimal> for Amount {
    type Error = AmountError;

    fn try_from(decimal: Decimal) -> Result<Self, AmountError> {
        Self::from_mantissa(decimal.mantissa(), decimal.scale())
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
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX).saturating_sub(exponent.into());
        Self::from_digits(sign, whole.bytes().chain(fraction.bytes()), places)
    }
}

impl Amount {
    /// The number of these digits of which so many stand after the point (before it, if negative).
    fn from_digits(sign: i128, digits: impl Iterator<Item = u8>, places: i64) -> Result<Self, AmountError> {
        let (mut mantissa, mut zeros) = (0_i128, 0_u32);
        for digit in digits {
            // Zeros count once another digit follows.
            if digit == b'0' {
                zeros += u32::from(mantissa != 0);
                continue;
            }
            let shifted = 10_i128.checked_pow(zeros + 1).and_then(|power| mantissa.checked_mul(power));
            let sum = shifted.and_then(|shifted| shifted.checked_add(i128::from(digit - b'0')));
            mantissa = sum.ok_or(AmountError::TooManyDigits)?;
            zeros = 0;
        }
        if mantissa == 0 {
            return Ok(Self::default());
        }
        let places = places.saturating_sub(zeros.into());
        let power = u32::try_from((-places).max(0)).ok().and_then(|zeros| 10_i128.checked_pow(zeros));
        let mantissa = power.and_then(|power| mantissa.checked_mul(power)).ok_or(AmountError::TooManyDigits)?;
        Self::from_mantissa(sign * mantissa, u32::try_from(places.max(0)).unwrap_or(u32::MAX))
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
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    /// Any amount, small and large, of either sign.
    pub fn amounts() -> impl Strategy<Value = Amount> {
        let digits = prop_oneof![Just(9_999_999_999_999_999_999_999_999_999_i128), 0..10_000_i128, 0..10_i128.pow(28)];
        (digits, any::<bool>(), 0..=18_u32).prop_map(|(digits, is_negative, places)| {
            let digits = if is_negative { -digits } else { digits };
            rust_decimal::Decimal::from_i128_with_scale(digits, places).try_into().unwrap()
        })
    }

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
    fn each_rounding_cuts_in_its_own_way() {
        let rounded = |text, rounding| amount(text).rounded(2, rounding).map(Amount::plain).unwrap();
        assert_eq!(rounded("1.239", Rounding::Down), "1.23");
        assert_eq!(rounded("1.231", Rounding::Up), "1.24");
        assert_eq!(rounded("1.23", Rounding::Up), "1.23");
        assert_eq!(rounded("1.235", Rounding::HalfUp), "1.24");
        assert_eq!(rounded("-1.235", Rounding::HalfUp), "-1.24");
        assert_eq!(rounded("-1.239", Rounding::Down), "-1.23");
    }

    #[test]
    fn a_product_is_computed_in_full_before_it_is_rounded() {
        let product = amount("9999999999.999999999999999999").times(amount("0.000000000000000001"));
        assert_eq!(product.rounded(18, Rounding::Up).map(Amount::plain).as_deref(), Ok("0.00000001"));
        assert_eq!(product.rounded(18, Rounding::Down).map(Amount::plain).as_deref(), Ok("0.000000009999999999"));
    }

    #[test]
    fn a_sum_that_does_not_fit_is_refused() {
        let most = amount("9999999999999999999999999999");
        assert_eq!(most.plus(Amount::ONE), Err(AmountError::TooManyDigits));
        assert_eq!(most.plus(amount("0.1")), Err(AmountError::TooManyDigits));
        assert_eq!(Amount::ONE.over(Amount::ZERO, 2, Rounding::Down), Err(AmountError::TooManyDigits));
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

    fn cents() -> impl Strategy<Value = Amount> {
        (-1_000_000_000_i64..1_000_000_000)
            .prop_map(|cents| Amount::from(cents).over(Amount::from(100), 2, Rounding::Down).unwrap())
    }

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(one in cents(), other in cents()) {
            prop_assert_eq!(one.plus(other).and_then(|sum| sum.minus(other)), Ok(one));
        }

        #[test]
        fn a_quotient_times_its_divisor_is_never_more(one in cents(), other in 1..1_000_000_i64) {
            let one = if one.is_negative() { one.negated() } else { one };
            let down = one.over(other.into(), 18, Rounding::Down).unwrap();
            let up = one.over(other.into(), 18, Rounding::Up).unwrap();
            prop_assert!(down.times(other.into()).rounded(18, Rounding::Down).unwrap() <= one);
            prop_assert!(up.times(other.into()).rounded(18, Rounding::Up).unwrap() >= one);
        }

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
