use super::TransactionKind;
use crate::value::text_enum;

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

impl RequestStatus {
    /// Its number in the interface, by which filters name it.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Approved => 1,
            Self::Rejected => 2,
            Self::InProgress => 3,
            Self::New => 127,
        }
    }
}

text_enum! {
    /// What a client asks for.
    RequestKind {
        /// To open an account.
        Account = "account",
        /// To change their address.
        Address = "address",
        /// To archive an account.
        Archive = "archive",
        /// To show a picture.
        Avatar = "avatar",
        /// To have a test accepted.
        ClientTest = "clientTest",
        /// To be of another type.
        ClientType = "clientType",
        /// To have their data removed.
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
        /// To change their name.
        Profile = "profile",
        /// To transfer between their accounts.
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
