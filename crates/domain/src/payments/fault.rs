use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of payments: what moves money, by which methods and within which limits.
    PaymentsFault {
        /// A client who restricts themselves withdraws to whitelisted addresses alone.
        AddressNotWhitelisted = "addressNotWhitelisted",
        /// The text does not have the form of an address of the `currency`.
        NotWalletAddress = "notWalletAddress",
        /// An address is on a client's whitelist once for each currency.
        AddressListed = "addressListed",
        /// Money does not move from an account to itself.
        SameAccount = "sameAccount",
        /// The account does not belong to the client, or the caller may not see it.
        NotAccountOfClient = "notAccountOfClient",
        /// The account is in another currency than the one that is named.
        NotAccountCurrency = "notAccountCurrency",
        /// Play money and real money never mix.
        DemoMismatch = "demoMismatch",
        /// An exchange needs accounts in different currencies.
        SameCurrency = "sameCurrency",
        /// A transfer needs accounts in the same currency.
        DifferentCurrency = "differentCurrency",
        /// The currency pair cannot be exchanged.
        PairNotExchanged = "pairNotExchanged",
        /// The rate was not told to the client for these currencies, was used, or has expired.
        QuoteNotValid = "quoteNotValid",
        /// The amount is above the `max` of the currency pair.
        ExchangeAboveMaximum = "exchangeAboveMaximum",
        /// The amount is not a multiple of the `step` of the currency pair.
        NotMultipleOfStep = "notMultipleOfStep",
        /// The field does not go with the exchange `type`.
        NotForExchangeType = "notForExchangeType",
        /// The order has to name a rate, since no provider has one.
        RateRequired = "rateRequired",
        /// The amount cannot be converted, since no provider has a rate.
        NoRate = "noRate",
        /// Limits count in USD, and no provider has the rate.
        NoUsdRate = "noUsdRate",
        /// The amount or the rate comes to 0.
        RoundsToZero = "roundsToZero",
        /// Nothing is left of the amount after the commission.
        NothingLeft = "nothingLeft",
        /// The client does not have the `permission` that the operation needs.
        ClientPermissionMissing = "clientPermissionMissing",
        /// The type of transaction is disabled for clients.
        TransactionTypeDisabled = "transactionTypeDisabled",
        /// The product of the account does not have the `permission` that the operation needs.
        ProductPermissionMissing = "productPermissionMissing",
        /// Users make deposits and withdrawals by manual methods only.
        NotManualMethod = "notManualMethod",
        /// The method does not serve the currency of the account.
        AccountCurrencyNotServed = "accountCurrencyNotServed",
        /// The payment system of the method does not have the currency.
        NotMethodCurrency = "notMethodCurrency",
        /// The amount is below the `min` of the method.
        BelowMethodMinimum = "belowMethodMinimum",
        /// The amount is above the `max` of the method.
        AboveMethodMaximum = "aboveMethodMaximum",
        /// Less than the `minimum` in `unit` (usd, or account for its currency) is brought to a trading account.
        BelowMinimumDeposit = "belowMinimumDeposit",
        /// More than the `limit` in USD that the verification level allows in a day.
        DailyLimitExceeded = "dailyLimitExceeded",
        /// More than the `limit` in USD that the verification level allows in a month.
        MonthlyLimitExceeded = "monthlyLimitExceeded",
        /// A transaction of this `kind` does not go `from` one status `to` the other.
        TransitionNotAllowed = "transitionNotAllowed",
        /// Departments decide while the transaction is pending.
        DecidedTooLate = "decidedTooLate",
        /// A withdrawal that a department has declined is not approved.
        Declined = "declined",
        /// The field does not belong to a transaction of this `kind`.
        NotOfThisKind = "notOfThisKind",
        /// A rejection names its reason.
        ResolutionRequired = "resolutionRequired",
        /// A resolution explains a failure or a refusal, and nothing else.
        ResolutionNotApplicable = "resolutionNotApplicable",
        /// Only deposits and withdrawals are monitored.
        NotMonitored = "notMonitored",
        /// No monitoring provider is connected.
        NoMonitoringProvider = "noMonitoringProvider",
        /// The currency must be named where the product does not have exactly one.
        CurrencyRequired = "currencyRequired",
        /// The product does not have the currency.
        NotProductCurrency = "notProductCurrency",
        /// A client with this `status` gets no new accounts.
        ClientCannotOpenAccounts = "clientCannotOpenAccounts",
        /// An account with an unfinished bonus is not archived.
        AccountHasOpenBonus = "accountHasOpenBonus",
        /// The name of a method has Latin letters, digits, - and _ only.
        NotMethodName = "notMethodName",
        /// A field that the method asks for is left out.
        MethodFieldMissing = "methodFieldMissing",
        /// The field of a method takes one of its options.
        NotMethodFieldOption = "notMethodFieldOption",
        /// Only Constructor methods have custom fields.
        NotConstructorMethod = "notConstructorMethod",
        /// A method keeps at least one currency of accounts.
        LastAccountCurrency = "lastAccountCurrency",
        /// A currency of a method stays while there is a commission in it.
        CurrencyHasCommission = "currencyHasCommission",
        /// A commission is fixed, a percentage, or both.
        CommissionMissing = "commissionMissing",
        /// A minimum is not above its maximum.
        MinimumAboveMaximum = "minimumAboveMaximum",
        /// Only currencies of accounts have a smallest and a largest amount.
        LimitsOfAccountsOnly = "limitsOfAccountsOnly",
        /// An amount is needed: only payment systems give addresses, and only for coins.
        AmountMissing = "amountMissing",
        /// The reference is another payment's.
        ReferenceTaken = "referenceTaken",
        /// The deposit has the status `status`, and does not wait for what is reported.
        PaymentEnded = "paymentEnded",
        /// The payment system does not take the deposit.
        RefusedByPaymentSystem = "refusedByPaymentSystem",
    }
}

impl FaultCode for PaymentsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
