use crate::value::text_enum;

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
