### Platforms, products and accounts opened on them.

noSubunits = cannot be 100: the platform does not have accounts in subunits
unknownPlatformGroup = is not a group of the platform
productTypeMismatch = does not fit the platform: demo products need a demo platform, trading products a live one
productCurrencyDisabled = is disabled for this product
productNotOffered = is not offered to the client
notOpenedAtSignIn = does not open accounts at sign-in
tooManyTradingAccounts = is of a type of which { $max ->
    [0] the client may open no accounts
    [one] the client may open one account, which they have
   *[other] the client may open { $max } accounts, which they have
}
tooManyAccounts = { $max ->
    [0] does not allow accounts
    [one] allows one account per client, which this client already has
   *[other] allows { $max } accounts per client, which this client already has
}
startAmountNotOffered = { $amount } is not on offer
leverageNotOffered = { $leverage } is not on offer
noPlatformPassword = is on a platform without passwords
    .alone = Accounts of this platform have no password.
noPlatformTokens = is a platform without tokens
    .alone = This platform gives no tokens.
refusedByPlatform = is refused by the platform
    .alone = The platform refuses this.
