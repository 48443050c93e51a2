use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of platforms, products and of opening accounts on them.
    CatalogFault {
        /// The platform has no accounts in subunits of a currency.
        NoSubunits = "noSubunits",
        /// A name that is not a group of the platform, where the platform's groups are known.
        UnknownPlatformGroup = "unknownPlatformGroup",
        /// Demo products need a demo platform, trading products a live one.
        ProductTypeMismatch = "productTypeMismatch",
        /// The currency is disabled for the product.
        ProductCurrencyDisabled = "productCurrencyDisabled",
        /// The product is not offered to the client.
        ProductNotOffered = "productNotOffered",
        /// The product does not open accounts at a client's first sign-in.
        NotOpenedAtSignIn = "notOpenedAtSignIn",
        /// The client has `max` accounts, which is the most that they may have.
        TooManyAccounts = "tooManyAccounts",
        /// The client may open `max` trading accounts of the type, and has as many.
        TooManyTradingAccounts = "tooManyTradingAccounts",
        /// The product does not offer accounts that begin with `amount`.
        StartAmountNotOffered = "startAmountNotOffered",
        /// Accounts of the platform have no password.
        NoPlatformPassword = "noPlatformPassword",
        /// The platform gives no tokens.
        NoPlatformTokens = "noPlatformTokens",
        /// The platform refuses what it was asked for.
        RefusedByPlatform = "refusedByPlatform",
        /// The product does not offer `leverage`.
        LeverageNotOffered = "leverageNotOffered",
    }
}

impl FaultCode for CatalogFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
