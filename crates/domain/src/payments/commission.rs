use super::CommissionId;
use crate::ledger::{CommissionTerms, CurrencyCode};
use crate::value::{Entity, text_enum};

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
