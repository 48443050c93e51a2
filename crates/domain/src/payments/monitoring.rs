use super::PaymentsFault;
use crate::ledger::TransactionKind;
use crate::value::{FaultCode as _, Field, Refusal, text_enum};

text_enum! {
    /// What a transaction monitoring provider thinks of a transaction.
    ReviewStatus {
        /// A decision is needed.
        Red = "red",
        /// Nothing is known against it.
        Green = "green",
        /// The provider could not tell.
        Error = "error",
    }
}

text_enum! {
    /// Which way the monitored money goes.
    MonitoringDirection {
        /// To the client's account.
        Deposit = "deposit",
        /// Away from it.
        Withdraw = "withdraw",
    }
}

impl MonitoringDirection {
    /// Which way a transaction is monitored.
    ///
    /// # Errors
    /// A refusal for money that neither comes from outside nor goes there.
    pub fn of(kind: TransactionKind) -> Result<Self, Refusal> {
        match kind {
            TransactionKind::Deposit => Ok(Self::Deposit),
            TransactionKind::Withdrawal => Ok(Self::Withdraw),
            TransactionKind::Exchange
            | TransactionKind::External
            | TransactionKind::Partner
            | TransactionKind::Transfer => Err(PaymentsFault::NotMonitored.at(Field::Transaction).unprocessable()),
        }
    }
}
