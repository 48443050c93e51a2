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
