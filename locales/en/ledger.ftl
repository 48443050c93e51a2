### Money: currencies, rates, accounts and transactions.

notCurrencyCode = is not a valid currency code: 2 to 10 letters or digits
notExplorerLink = must be a link with the placeholder { "{" }address{ "}" }
notEnabledCurrency = is not an enabled currency
currencyPlacesInUse = Accounts in this currency have money, so its decimal places can only grow.
sameCurrencyPair = must differ from the other currency of the pair
pairHasPendingExchange = An exchange of this currency pair is waiting for approval.
notNumbers = must be an array of whole numbers
insufficientFunds = is more than the { $available } available
accountCurrencyDisabled = is in a currency that is disabled
    .alone = The currency of the account is disabled.
accountPermissionMissing = does not have the permission { $permission }
    .alone = The account does not have the permission { $permission }.
notTradingAccount = is not a trading account
accountHasMoney = The account has money.
accountHasOpenTransaction = A transaction of the account is not finished.
momentAhead = must not be in the future
periodEmpty = must be after filter[from]
periodTooLong = must be at most { $days } days after filter[from]
statementTooLong = The account has more than { $max } postings in this period. Ask for a shorter one.
