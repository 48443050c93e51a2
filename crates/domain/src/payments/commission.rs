use super::{CommissionId, PaymentsFault};
use crate::ledger::{CommissionTerms, CurrencyCode};
use crate::value::{Entity, Fault, FaultCode as _, Field, text_enum};

text_enum! {
    /// Who takes a commission.
    CommissionKind {
        /// The broker: it is contained in the amount.
        Broker = "TR",
        /// The payment system: it is kept for reports only.
        PaymentSystem = "PSP",
    }
}

/// A commission of a method: one of each kind per currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commission {
    /// The currency paid in or out. Fixed.
    pub currency: CurrencyCode,
    /// Who takes it.
    pub kind: CommissionKind,
    /// How much.
    pub terms: CommissionTerms,
}

impl Entity for Commission {
    type Id = CommissionId;
    const RESOURCE: &'static str = "method_commission";
}

impl Commission {
    /// Why its terms are refused: nothing is charged, or the bounds are the wrong way round.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let CommissionTerms { fixed, percent, min, max } = self.terms;
        if fixed.is_none() && percent.is_none() {
            return Some(PaymentsFault::CommissionMissing.at(Field::FixedCommission));
        }
        let is_crossed = min.zip(max).is_some_and(|(min, max)| min > max);
        is_crossed.then(|| PaymentsFault::MinimumAboveMaximum.at(Field::CommissionMinimum))
    }
}
