use super::{
    AccountId, Amount, AmountError, CommissionTerms, CurrencyCode, Entry, Step, TransactionTypeId, Unbalanced,
};
use crate::value::{Entity, Fault, List, Refusal, Timestamp, text_enum};

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
        /// Made, not yet looked at; never listed.
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

text_enum! {
    /// What the Financial Department thinks of a deposit.
    VerificationStatus {
        /// It may be credited.
        Approved = "approved",
        /// Nobody looked at it.
        New = "new",
        /// It is being looked into.
        Pending = "pending",
    }
}

text_enum! {
    /// What the Compliance or the Dealing Department thinks of a withdrawal.
    DepartmentStatus {
        /// It may be paid out.
        Approved = "approved",
        /// It may not.
        Declined = "declined",
        /// Not decided.
        Pending = "pending",
    }
}

text_enum! {
    /// How far a client's request is.
    RequestStatus {
        /// It was granted.
        Approved = "approved",
        /// A platform or payment system carries it out.
        InProgress = "inProgress",
        /// Its submission is not finished.
        New = "new",
        /// It waits for a decision.
        Pending = "pending",
        /// It was refused.
        Rejected = "rejected",
    }
}

text_enum! {
    /// What a client asks for.
    RequestKind {
        /// To open an account.
        Account = "account",
        /// To change his address.
        Address = "address",
        /// To archive an account.
        Archive = "archive",
        /// To show a picture.
        Avatar = "avatar",
        /// To have a test accepted.
        ClientTest = "clientTest",
        /// To be of another type.
        ClientType = "clientType",
        /// To have his data removed.
        DeletingAccount = "deletingAccount",
        /// To have a deposit credited.
        Deposit = "deposit",
        /// To have documents accepted.
        Document = "document",
        /// To exchange money.
        Exchange = "exchange",
        /// To transfer to an outside system.
        External = "external",
        /// To transfer to another client.
        InternalTransfer = "internalTransfer",
        /// Something of the investment platform.
        Investment = "investment",
        /// To become a partner.
        Partner = "partner",
        /// To change his name.
        Profile = "profile",
        /// To transfer between his accounts.
        Transfer = "transfer",
        /// To reach a verification level.
        Verification = "verification",
        /// To be paid out.
        Withdrawal = "withdrawal",
    }
}

impl RequestKind {
    /// The request behind a transaction of this kind that waits.
    #[must_use]
    pub const fn of(kind: TransactionKind) -> Self {
        match kind {
            TransactionKind::Deposit => Self::Deposit,
            TransactionKind::Exchange => Self::Exchange,
            TransactionKind::External => Self::InternalTransfer,
            TransactionKind::Partner => Self::Partner,
            TransactionKind::Transfer => Self::Transfer,
            TransactionKind::Withdrawal => Self::Withdrawal,
        }
    }
}

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

/// Why money does not move.
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
        Self::Refused(Refusal::unprocessable("amount", "leads to an amount with more than 28 digits"))
    }
}

impl From<Vec<Fault>> for MovementError {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Refused(Refusal::Unprocessable(faults))
    }
}

/// A setting of a payment system for one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OptionEntry {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Facts of a deposit or a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Meta {
    /// The transaction of a block chain.
    pub blockchain_transaction: Option<String>,
    /// An internal remark.
    pub comment: Option<String>,
    /// Withdrawals: what the Compliance Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub compliance_status: Option<DepartmentStatus>,
    /// Withdrawals: what the Dealing Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dealing_status: Option<DepartmentStatus>,
    /// The invoice of the payment system.
    pub invoice: Option<String>,
    /// What the payment system charged, for reports only.
    pub provider_commission: Amount,
    /// Settings of the payment system.
    pub provider_options: List<OptionEntry>,
    /// Deposits: what the Financial Department decided.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub verification_status: Option<VerificationStatus>,
    /// When these facts were first written.
    pub create_time: Timestamp,
    /// When the invoice was made.
    pub invoice_time: Option<Timestamp>,
    /// When these facts last changed.
    pub update_time: Timestamp,
}

/// What the departments have decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// Deposits: the Financial Department.
    pub verification: Option<VerificationStatus>,
    /// Withdrawals: the Compliance Department.
    pub compliance: Option<DepartmentStatus>,
    /// Withdrawals: the Dealing Department.
    pub dealing: Option<DepartmentStatus>,
}

impl Meta {
    /// The facts of an operation that nothing is known of but its approvals.
    #[must_use]
    pub fn of(approvals: Approvals, provider_commission: Amount, now: Timestamp) -> Self {
        Self {
            blockchain_transaction: None,
            comment: None,
            compliance_status: approvals.compliance,
            dealing_status: approvals.dealing,
            invoice: None,
            provider_commission,
            provider_options: List::default(),
            verification_status: approvals.verification,
            create_time: now,
            invoice_time: None,
            update_time: now,
        }
    }

    /// A decline stands against the approval of a withdrawal.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] with each department that declined.
    pub fn check_approvals(&self) -> Result<(), Refusal> {
        let declines = [("complianceStatus", self.compliance_status), ("dealingStatus", self.dealing_status)];
        let declines = declines.into_iter().filter(|(_, status)| *status == Some(DepartmentStatus::Declined));
        let faults: Vec<Fault> = declines.map(|(field, _)| Fault::of(field, "is declined")).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults)) }
    }

    /// The approval of the request approves what was still open.
    #[must_use]
    pub fn approved(mut self) -> Self {
        let approve = |status: &mut Option<DepartmentStatus>| {
            if let Some(status) = status {
                *status = DepartmentStatus::Approved;
            }
        };
        approve(&mut self.compliance_status);
        approve(&mut self.dealing_status);
        if let Some(status) = &mut self.verification_status {
            *status = VerificationStatus::Approved;
        }
        self
    }
}

/// What a waiting transaction is carried out by; it stands from when the client asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct Terms {
    /// Whether the amount was blocked.
    pub is_held: bool,
    /// Whether it has left our books for a platform since, which has not confirmed it yet.
    #[cfg_attr(feature = "serde", serde(default))]
    pub is_under_way: bool,
    /// The commission of the method, for deposits and withdrawals.
    pub commission: Option<CommissionTerms>,
}

impl Terms {
    /// Where the amount is while the transaction is unfinished.
    #[must_use]
    pub const fn stake(&self) -> Stake {
        match (self.is_under_way, self.is_held) {
            (true, _) => Stake::UnderWay,
            (false, true) => Stake::Held,
            (false, false) => Stake::Free,
        }
    }
}

/// Where the amount of an unfinished transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stake {
    /// Free: nothing is posted.
    Free,
    /// Blocked on the account.
    Held,
    /// On the way to or from a platform.
    UnderWay,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decline_stands_against_an_approval() {
        let now = Timestamp::from(chrono::DateTime::UNIX_EPOCH);
        let approvals = Approvals {
            compliance: Some(DepartmentStatus::Declined),
            dealing: Some(DepartmentStatus::Pending),
            ..Approvals::default()
        };
        let meta = Meta::of(approvals, Amount::ZERO, now);
        assert!(matches!(meta.check_approvals(), Err(Refusal::Conflict(faults)) if faults.len() == 1));
        assert_eq!(meta.approved().dealing_status, Some(DepartmentStatus::Approved));
    }
}
