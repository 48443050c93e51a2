use super::{PlatformId, ProductGroupId, ProductId};
use crate::value::{Amount, Entity, List, LocalizedText, Set, UnknownValue, text_enum};

text_enum! {
    /// What the accounts of a product are.
    ProductType {
        /// Wallets.
        Personal = "personal",
        /// Trading accounts with real money.
        Trade = "trade",
        /// Trading accounts with play money.
        Demo = "demo",
        /// Accounts of partners.
        Partner = "partner",
        /// Accounts of liquidity providers.
        Liquidity = "liquidity",
        /// Accounts of an exchange.
        Exchange = "exchange",
        /// Accounts outside of the broker.
        External = "external",
        /// The broker's own.
        System = "system",
    }
}

text_enum! {
    /// Who may open accounts on a product.
    ProductStatus {
        /// Nobody.
        Disabled = "disabled",
        /// Users of the back office.
        Present = "present",
        /// Users of the back office, as for present.
        Hidden = "hidden",
        /// Users and clients.
        Enabled = "enabled",
        /// Users and clients; chosen beforehand where no product is named.
        Default = "default",
    }
}

impl ProductStatus {
    /// Whether clients see the product and open accounts on it themselves.
    #[must_use]
    pub const fn is_on_offer(self) -> bool {
        match self {
            Self::Enabled | Self::Default => true,
            Self::Disabled | Self::Present | Self::Hidden => false,
        }
    }
}

text_enum! {
    /// Whether a client is mailed about an account that was opened for them.
    SendMailSetting {
        /// No.
        DontSend = "dontSend",
        /// As the installation is set up.
        Default = "default",
        /// Yes.
        Send = "send",
    }
}

impl SendMailSetting {
    /// Whether clients are mailed. The installation mails unless a product says otherwise.
    #[must_use]
    pub const fn sends(self) -> bool {
        match self {
            Self::DontSend => false,
            Self::Default | Self::Send => true,
        }
    }
}

text_enum! {
    /// A right of a product, or of an account.
    ProductPermission {
        /// Money may come in through deposit methods.
        Deposit = "deposit",
        /// Enabled: without it clients can do nothing with it.
        Enabled = "enabled",
        /// Its money may be exchanged.
        Exchange = "exchange",
        /// Trading on the platform is allowed.
        Trade = "trade",
        /// May receive transfers.
        TransferDeposit = "transferDeposit",
        /// Transfers may be made from it.
        TransferWithdrawal = "transferWithdrawal",
        /// The client sees it.
        Visible = "visible",
        /// Money may leave through withdrawal methods.
        Withdrawal = "withdrawal",
    }
}

impl ProductPermission {
    /// Rights as bits: 1 for the first of [`Self::ALL`], 2 for the next and so on.
    #[must_use]
    pub fn bits(rights: &Set<Self>) -> i64 {
        rights.iter().fold(0, |bits, right| bits | (1 << right.index()))
    }
}

/// What one unit of an account's currency counts for on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factory {
    /// 1: the platform counts in the currency.
    Units,
    /// 100: the platform counts in subunits, such as cents.
    Subunits,
}

impl Factory {
    /// All factories as numbers.
    pub const NUMBERS: &'static [i64] = &[1, 100];

    /// The number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Units => 1,
            Self::Subunits => 100,
        }
    }
}

impl TryFrom<i64> for Factory {
    type Error = UnknownValue;

    fn try_from(number: i64) -> Result<Self, UnknownValue> {
        match number {
            1 => Ok(Self::Units),
            100 => Ok(Self::Subunits),
            _ => Err(UnknownValue),
        }
    }
}

/// How accounts are opened and used. A product has these settings, and each of its currencies
/// too; [`settings_in_force`](super::settings_in_force) says whose apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct AccountSettings {
    /// The rights of the product.
    pub permissions: Set<ProductPermission>,
    /// The rights that are copied to each account opened.
    pub default_account_permissions: Set<ProductPermission>,
    /// The leverage of an account opened without a choice.
    pub default_leverage: Option<i64>,
    /// The leverages on offer, beside the default.
    pub leverages: List<i64>,
    /// How many accounts one client may have, archived ones left out; none: no limit.
    pub max_accounts: Option<i64>,
    /// Demo accounts: the amounts to choose from, in the account's currency.
    pub start_amounts: List<Amount>,
    /// A page with more.
    pub link_info: Option<String>,
    /// A document that the client accepts before opening an account.
    pub agreement_link: Option<String>,
    /// Whether an account that a client opens waits for approval.
    pub request_required: bool,
    /// The smallest first deposit to a trading account: in USD for a product, in the
    /// currency itself for a currency of a product.
    pub min_deposit_amount: Option<Amount>,
    /// Whether an account is opened at a client's first sign-in.
    pub auto_create_on_login: bool,
}

impl AccountSettings {
    /// Whether an account can have this leverage: one on offer, or the default.
    #[must_use]
    pub fn offers_leverage(&self, leverage: i64) -> bool {
        self.default_leverage == Some(leverage) || self.leverages.contains(&leverage)
    }
}

/// What a client can open an account on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Product {
    /// Where its accounts are kept. Fixed.
    pub platform: PlatformId,
    /// The heading under which it is offered.
    pub group: ProductGroupId,
    /// Its name in the back office; several products may have the same.
    pub name: String,
    /// The name that clients are shown.
    pub caption: String,
    /// What its accounts are.
    pub kind: ProductType,
    /// Who may open accounts.
    pub status: ProductStatus,
    /// Its place in lists.
    pub priority: i64,
    /// Whether clients are mailed about new accounts.
    pub send_mail_setting: SendMailSetting,
    /// The template of that mail.
    pub mail_template: Option<String>,
    /// Settings of the platform behind it, as JSON text; this crate does not look into them.
    pub options: String,
    /// How its accounts are opened and used.
    pub settings: AccountSettings,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for Product {
    type Id = ProductId;
    const RESOURCE: &'static str = "product";
}
