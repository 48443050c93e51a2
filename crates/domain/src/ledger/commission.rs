use crate::value::{Amount, AmountError, Rounding};

/// `fixed + percent of the amount`, not below `min` and not above `max`; in the currency paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CommissionTerms {
    /// A sum for each operation.
    pub fixed: Option<Amount>,
    /// 0 to 100.
    pub percent: Option<Amount>,
    /// The least.
    pub min: Option<Amount>,
    /// The most.
    pub max: Option<Amount>,
}

impl CommissionTerms {
    /// The commission on an amount, rounded half up to the currency's places.
    ///
    /// # Errors
    /// [`AmountError`] where it grows beyond what an amount holds.
    pub fn of(&self, amount: Amount, minor_unit: u32) -> Result<Amount, AmountError> {
        let part = amount.times(self.percent.unwrap_or_default()).percent();
        // Rounding first and clamping then comes to the same, since the clamps are rounded too.
        let mut commission = part.plus(self.fixed.unwrap_or_default()).rounded(minor_unit, Rounding::HalfUp)?;
        if let Some(min) = self.min {
            commission = commission.max(min);
        }
        if let Some(max) = self.max {
            commission = commission.min(max);
        }
        commission.rounded(minor_unit, Rounding::HalfUp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::amount::tests::amount;

    #[test]
    fn a_commission_is_clamped_and_rounded_half_up() {
        let terms = CommissionTerms {
            fixed: Some(amount("1")),
            percent: Some(amount("2.5")),
            min: Some(amount("5")),
            max: Some(amount("20")),
        };
        assert_eq!(terms.of(amount("1000"), 2), Ok(amount("20")));
        assert_eq!(terms.of(amount("10"), 2), Ok(amount("5")));
        assert_eq!(terms.of(amount("333.33"), 2), Ok(amount("9.33")));
        let tiny = CommissionTerms { percent: Some(amount("1")), ..CommissionTerms::default() };
        assert_eq!(tiny.of(amount("0.50"), 2), Ok(amount("0.01")));
    }
}
