### Payments: deposits, withdrawals, transfers, exchanges, their methods and limits.

addressNotWhitelisted = is not on the whitelist to which the client restricts withdrawals
notWalletAddress = is not an address for { $currency }
addressListed = is on the whitelist already
sameAccount = must not be the source account
notAccountCurrency = is not the currency of the account
notAccountOfClient = is not an account of this client
demoMismatch = cannot be combined with the source: only one of the two is a demo account
sameCurrency = is in the same currency: make a transfer instead
differentCurrency = is in another currency: make an exchange instead
pairNotExchanged = cannot be used: this currency pair cannot be exchanged
quoteNotValid = is not a rate that holds for you and these currencies: ask for a new one
exchangeAboveMaximum = is above the maximum of { $max } for this currency pair
notMultipleOfStep = must be a multiple of { $step }, the step of this currency pair
notForExchangeType = cannot be sent with the type { $type }
rateRequired = is required: no provider has a rate for this currency pair
noRate = cannot be converted: no provider has an exchange rate
noUsdRate = cannot be converted to USD: no provider has an exchange rate
roundsToZero = rounds to 0
nothingLeft = leaves nothing to pay after the commission
clientPermissionMissing = The client does not have the permission { $permission }.
transactionTypeDisabled = Transactions of this type are disabled.
productPermissionMissing = belongs to a product without the permission { $permission }
notManualMethod = is not a manual method
accountCurrencyNotServed = does not support the currency of the account
notMethodCurrency = is not a currency of the payment system of this method
belowMethodMinimum = is below the minimum of { $min } for this method
aboveMethodMaximum = is above the maximum of { $max } for this method
belowMinimumDeposit = { $unit ->
    [usd] is below the minimum deposit of { $minimum } USD
   *[account] is below the minimum deposit of { $minimum } in the currency of the account
}
dailyLimitExceeded = exceeds the daily limit of { $limit } USD of the verification level
monthlyLimitExceeded = exceeds the monthly limit of { $limit } USD of the verification level
transitionNotAllowed = A transaction of type { $kind } cannot go from { $from } to { $to }.
decidedTooLate = Departments can only decide while the transaction is pending.
declined = is declined
notOfThisKind = cannot be set for a transaction of type { $kind }
resolutionRequired = is required to reject a transaction
resolutionNotApplicable = can only be given for a transaction that failed or was refused
notMonitored = is not a deposit or a withdrawal, and nothing else is monitored
noMonitoringProvider = No monitoring provider is connected.
currencyRequired = is required: the product does not have exactly one currency
notProductCurrency = is not a currency of the product
clientCannotOpenAccounts = cannot get new accounts: the client is { $status }
accountHasOpenBonus = A bonus of the account is not finished.
notMethodName = can only have Latin letters, digits, - and _
methodFieldMissing = is asked for by this method
notMethodFieldOption = is none of the options of this field
notConstructorMethod = is not a Constructor method
lastAccountCurrency = This is the last currency of accounts of the method.
currencyHasCommission = There is a commission in this currency. Remove it first.
commissionMissing = or percent is required
minimumAboveMaximum = must not be above the maximum
limitsOfAccountsOnly = and maxAmount can only be set for currencies of accounts (type TR)
