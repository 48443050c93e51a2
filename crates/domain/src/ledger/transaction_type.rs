use super::{TransactionKind, TransactionTypeId};
use crate::value::{Entity, text_enum};

text_enum! {
    /// The types of transactions, with their switches.
    TransactionTypeName {
        /// Deposits.
        Deposit = "deposit",
        /// Withdrawals.
        Payout = "payout",
        /// Transfers between accounts of a client.
        Transfer = "transfer",
        /// Transfers to another client.
        InternalTransfer = "internal_transfer",
        /// Exchanges.
        Exchange = "exchange",
        /// Rewards of partners.
        Partners = "partners",
    }
}

impl TransactionTypeName {
    /// The type of a kind of transaction.
    #[must_use]
    pub const fn of(kind: TransactionKind) -> Self {
        match kind {
            TransactionKind::Deposit => Self::Deposit,
            TransactionKind::Withdrawal => Self::Payout,
            TransactionKind::Transfer => Self::Transfer,
            TransactionKind::External => Self::InternalTransfer,
            TransactionKind::Exchange => Self::Exchange,
            TransactionKind::Partner => Self::Partners,
        }
    }
}

text_enum! {
    /// Whether what clients ask for waits for a user: the switch `application` of a type (`docs/rules.md`, Requests).
    RequestMode {
        /// It is done at once.
        Never = "0",
        /// As the other rules say.
        Usual = "1",
        /// It waits.
        Always = "2",
    }
}

impl RequestMode {
    /// Whether it waits, where by the other rules it would or would not.
    #[must_use]
    pub const fn waits(self, usually: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Usual => usually,
            Self::Always => true,
        }
    }
}

/// A type of transactions: there are six, and none can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionType {
    /// Which. Fixed.
    pub name: TransactionTypeName,
    /// The name that is shown.
    pub caption: String,
    /// Its switches, as JSON text: `holds`, `automatic` and the like.
    pub options: String,
    /// Fixed.
    pub class: Option<String>,
    /// Whether clients make transactions of it.
    pub enabled: bool,
}

impl Entity for TransactionType {
    type Id = TransactionTypeId;
    const RESOURCE: &'static str = "transaction_type";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_wins_over_the_other_rules() {
        for usually in [false, true] {
            assert!(!RequestMode::Never.waits(usually));
            assert_eq!(RequestMode::Usual.waits(usually), usually);
            assert!(RequestMode::Always.waits(usually));
        }
    }
}
