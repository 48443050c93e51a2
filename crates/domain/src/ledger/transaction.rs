use super::{AccountId, Amount, AmountError, CommissionTerms, CurrencyCode, Entry, Step, Unbalanced};
use crate::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// What a transaction does.
    TransactionKind {
        /// Brings money from outside.
        Deposit = "deposit",
        /// Moves money between currencies of a client.
        Exchange = "exchange",
        /// Moves money to another client.
        External = "external",
        /// Rewards a partner.
        Partner = "partner",
        /// Moves money between accounts of a client.
        Transfer = "transfer",
        /// Takes money outside.
        Withdrawal = "withdrawal",
    }
}

text_enum! {
    /// How far a transaction is (`docs/rules.md`, States of a transaction).
    TransactionStatus {
        /// Taken back on the client's word.
        Cancelled = "cancelled",
        /// Completed.
        Done = "done",
        /// Not carried out.
        Failed = "failed",
        /// The amount is being blocked.
        Hold = "hold",
        /// Blocking the amount failed.
        HoldFailed = "holdFailed",
        /// Being carried out.
        InProgress = "inProgress",
        /// Just made; never listed.
        New = "new",
        /// Not finished; a user must look into it.
        Partial = "partial",
        /// Waits for a decision.
        Pending = "pending",
        /// Refused by a user.
        Rejected = "rejected",
        /// Given back after the approval.
        Refund = "refund",
        /// Giving back failed.
        RefundFailed = "refundFailed",
        /// An exchange that is being traded.
        Trade = "trade",
    }
}

impl TransactionStatus {
    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Cancelled | Self::Done | Self::Failed | Self::HoldFailed | Self::Rejected | Self::Refund => true,
            Self::Hold
            | Self::InProgress
            | Self::New
            | Self::Partial
            | Self::Pending
            | Self::RefundFailed
            | Self::Trade => false,
        }
    }

    /// Whether it ended without success: only then is there something for a resolution to explain.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::Cancelled | Self::Failed | Self::HoldFailed | Self::Refund | Self::RefundFailed | Self::Rejected => {
                true
            }
            Self::Done | Self::Hold | Self::InProgress | Self::New | Self::Partial | Self::Pending | Self::Trade => {
                false
            }
        }
    }

    /// All that are not final.
    #[must_use]
    pub fn unfinished() -> Vec<Self> {
        Self::ALL.iter().copied().filter(|status| !status.is_final()).collect()
    }
}

/// One side of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The client's account; none where the side is a payment system, or the broker.
    pub account: Option<AccountId>,
    /// Gross on the debit side, net on the credit side; in the side's currency.
    pub amount: Amount,
    /// What is charged in this side's currency.
    pub commission: Amount,
    /// The currency.
    pub currency: CurrencyCode,
}

/// What moves money: the two sides as they are shown, and what is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What it does.
    pub kind: TransactionKind,
    /// What leaves.
    pub debit: Side,
    /// What arrives.
    pub credit: Side,
    /// 1 where nothing is converted.
    pub rate: Amount,
    /// What the entry does.
    pub step: Step,
    /// What is posted now.
    pub entry: Entry,
}

/// Why money cannot move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MovementError {
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A bug: the postings that were made do not balance.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
}

impl From<AmountError> for MovementError {
    fn from(_: AmountError) -> Self {
        Self::Refused(CommonFault::AmountTooLarge.at(Field::Amount).unprocessable())
    }
}

impl From<Fault> for MovementError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.unprocessable())
    }
}

impl From<Vec<Fault>> for MovementError {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Refused(Refusal::Unprocessable(faults))
    }
}

/// The terms under which a waiting transaction will be completed, fixed when the client asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Terms {
    /// Whether the amount was blocked.
    pub is_held: bool,
    /// Whether it has left our books for a platform since, which has not confirmed it yet.
    #[cfg_attr(feature = "serde", serde(rename = "isUnderWay", default))]
    pub is_in_transit: bool,
    /// The commission of the method, for deposits and withdrawals.
    pub commission: Option<CommissionTerms>,
    /// The rate that a user set when they approved it, without markups; else the rate of the day counts.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub rate: Option<Amount>,
    /// Whether the client's program waits to be told of the end.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub is_awaited: bool,
}

impl Terms {
    /// Nothing was taken yet.
    #[must_use]
    pub const fn free(commission: Option<CommissionTerms>) -> Self {
        Self { is_held: false, is_in_transit: false, commission, rate: None, is_awaited: false }
    }

    /// The amount is blocked.
    #[must_use]
    pub const fn held(commission: Option<CommissionTerms>) -> Self {
        Self { is_held: true, ..Self::free(commission) }
    }

    /// The amount is on its way to or from a platform.
    #[must_use]
    pub const fn in_transit(commission: Option<CommissionTerms>) -> Self {
        Self { is_in_transit: true, ..Self::free(commission) }
    }

    /// Where the amount is while the transaction is unfinished.
    #[must_use]
    pub const fn funds(&self) -> FundsState {
        match (self.is_in_transit, self.is_held) {
            (true, _) => FundsState::InTransit,
            (false, true) => FundsState::Held,
            (false, false) => FundsState::Free,
        }
    }
}

/// Where the amount of an unfinished transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FundsState {
    /// Free: nothing is posted.
    Free,
    /// Blocked on the account.
    Held,
    /// On the way to or from a platform.
    InTransit,
}
