use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of money: currencies, rates, accounts and records of transactions.
    LedgerFault {
        /// A text that is not the code of a currency.
        NotCurrencyCode = "notCurrencyCode",
        /// A link to a block explorer without a place for the address.
        NotExplorerLink = "notExplorerLink",
        /// It does not name an enabled currency.
        NotEnabledCurrency = "notEnabledCurrency",
        /// A currency keeps its decimal places as long as accounts have money in it.
        CurrencyPlacesInUse = "currencyPlacesInUse",
        /// A pair needs two different currencies.
        SameCurrencyPair = "sameCurrencyPair",
        /// A pair is not deleted while an exchange of it waits for approval.
        PairHasPendingExchange = "pairHasPendingExchange",
        /// An option that is not a list of whole numbers.
        NotNumbers = "notNumbers",
        /// The amount is more than the `available` that the account has.
        InsufficientFunds = "insufficientFunds",
        /// The currency of the account is disabled.
        AccountCurrencyDisabled = "accountCurrencyDisabled",
        /// The account does not have the `permission` that the operation needs.
        AccountPermissionMissing = "accountPermissionMissing",
        /// Only trading accounts can be archived, and get bonuses.
        NotTradingAccount = "notTradingAccount",
        /// An account with money is not archived.
        AccountHasMoney = "accountHasMoney",
        /// An account with an unfinished transaction is not archived.
        AccountHasOpenTransaction = "accountHasOpenTransaction",
        /// What will be at a time in the future is not known.
        MomentAhead = "momentAhead",
        /// A period ends after it begins.
        PeriodEmpty = "periodEmpty",
        /// The period of a statement has at most so many `days`.
        PeriodTooLong = "periodTooLong",
        /// A statement has at most `max` lines.
        StatementTooLong = "statementTooLong",
    }
}

impl FaultCode for LedgerFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
