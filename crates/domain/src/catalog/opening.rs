//! May an account be opened on a product, and with what (`docs/rules.md`, Opening an account).

use super::{
    AccountSettings, Availability, CatalogFault, Product, ProductCurrency, ProductPermission, ProductRestriction,
    ProductStatus, ProductType, RestrictionName, settings_in_force,
};
use crate::clients::{ClientLimits, RestrictionFacts, first_obstacle};
use crate::value::{Amount, CommonFault, Fault, FaultCode as _, Field, Set};

/// Who opens an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// A user of the back office, for a client: restrictions and visibility do not bind them.
    User,
    /// The client.
    Client,
    /// The server, at the client's first sign-in.
    FirstSignIn,
}

/// What is offered: a product in one of its currencies.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The product.
    pub product: &'a Product,
    /// Whether the product's group is enabled.
    pub group_status: Availability,
    /// One of its currencies.
    pub currency: &'a ProductCurrency,
    /// All its restrictions.
    pub restrictions: &'a [ProductRestriction],
}

/// The client for whom an account is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientFacts {
    /// What restrictions look at.
    pub restrictions: RestrictionFacts,
    /// Their accounts on the product, archived ones left out.
    pub accounts_on_product: i64,
    /// How many of those are in the currency.
    pub accounts_in_currency: i64,
    /// Their accounts of the product's type, on whatever product, archived ones left out.
    pub accounts_of_type: i64,
    /// How many trading accounts they may open themselves.
    pub limits: ClientLimits,
}

impl ClientFacts {
    /// The most accounts of a type that the client may open themselves, where they have reached it.
    fn reached_limit(&self, kind: ProductType) -> Option<i64> {
        let max = match kind {
            ProductType::Demo => self.limits.max_demo_accounts,
            ProductType::Trade => self.limits.max_live_accounts,
            ProductType::Personal
            | ProductType::Partner
            | ProductType::Liquidity
            | ProductType::Exchange
            | ProductType::External
            | ProductType::System => None,
        };
        max.filter(|max| self.accounts_of_type >= *max)
    }
}

/// How the account is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The account's own copy of its rights.
    pub permissions: Set<ProductPermission>,
    /// Its leverage; none where the product has none.
    pub leverage: Option<i64>,
    /// Whether it is opened only when a request is approved.
    pub needs_request: bool,
}

/// Why no account is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningRefusal {
    /// Nobody can open accounts on the product.
    #[error("the product is disabled")]
    ProductDisabled,
    /// Nobody can open accounts in the currency.
    #[error("the currency is disabled for the product")]
    CurrencyDisabled,
    /// For the client the product does not exist: its status, its group, its permissions or a
    /// restriction hide it.
    #[error("the product is not offered to the client")]
    NotOffered(Option<RestrictionName>),
    /// The product does not open accounts at a first sign-in.
    #[error("the product does not open accounts at sign-in")]
    NotAutomatic,
    /// The client has as many accounts as they may have.
    #[error("the client already has {max} accounts, which is the most allowed")]
    TooManyAccounts {
        /// How many they may have.
        max: i64,
    },
    /// The client has opened as many trading accounts as they may.
    #[error("the client may have {max} accounts of this type")]
    TooManyOfType {
        /// How many they may have.
        max: i64,
    },
    /// The initial amount is not on offer; accounts with real money begin empty.
    #[error("{} is not on offer", amount.plain())]
    StartAmountNotOffered {
        /// What was asked for.
        amount: Amount,
    },
    /// The leverage is not on offer.
    #[error("leverage {leverage} is not on offer")]
    LeverageNotOffered {
        /// What was asked for.
        leverage: i64,
    },
}

impl From<OpeningRefusal> for Fault {
    fn from(refusal: OpeningRefusal) -> Self {
        match refusal {
            OpeningRefusal::ProductDisabled => CommonFault::Disabled.at(Field::Product),
            OpeningRefusal::CurrencyDisabled => CatalogFault::ProductCurrencyDisabled.at(Field::Currency),
            OpeningRefusal::NotOffered(_) => CatalogFault::ProductNotOffered.at(Field::Product),
            OpeningRefusal::NotAutomatic => CatalogFault::NotOpenedAtSignIn.at(Field::Product),
            OpeningRefusal::TooManyAccounts { max } => {
                CatalogFault::TooManyAccounts.at(Field::Product).with("max", max)
            }
            OpeningRefusal::TooManyOfType { max } => {
                CatalogFault::TooManyTradingAccounts.at(Field::Product).with("max", max)
            }
            OpeningRefusal::StartAmountNotOffered { amount } => {
                CatalogFault::StartAmountNotOffered.at(Field::StartAmount).with("amount", amount.plain())
            }
            OpeningRefusal::LeverageNotOffered { leverage } => {
                CatalogFault::LeverageNotOffered.at(Field::Leverage).with("leverage", leverage)
            }
        }
    }
}

impl Offer<'_> {
    /// The settings that apply to the account.
    #[must_use]
    pub fn settings(&self) -> &AccountSettings {
        settings_in_force(self.product, self.currency)
    }

    /// What a demo account begins with: one of the amounts on offer, or the first.
    ///
    /// # Errors
    /// [`OpeningRefusal::StartAmountNotOffered`], also for an account that is not a demo account.
    pub fn start_amount(&self, wanted: Option<Amount>) -> Result<Option<Amount>, OpeningRefusal> {
        let is_demo = self.product.kind == ProductType::Demo;
        let starts = &self.settings().start_amounts;
        match wanted {
            Some(amount) if !is_demo || !starts.contains(&amount) => {
                Err(OpeningRefusal::StartAmountNotOffered { amount })
            }
            Some(amount) => Ok(Some(amount)),
            None => Ok(starts.first().copied().filter(|_| is_demo)),
        }
    }

    /// Whether the client sees the offer and may use it.
    ///
    /// # Errors
    /// [`OpeningRefusal::NotOffered`], with the restriction if that is the reason.
    pub fn check_visible(&self, client: &RestrictionFacts) -> Result<(), OpeningRefusal> {
        let rights = &self.settings().permissions;
        let shown = self.product.status.is_on_offer()
            && self.group_status == Availability::Enabled
            && rights.contains(&ProductPermission::Visible)
            && rights.contains(&ProductPermission::Enabled);
        if !shown {
            return Err(OpeningRefusal::NotOffered(None));
        }
        match first_obstacle(self.restrictions, client) {
            Some(restriction) => Err(OpeningRefusal::NotOffered(Some(restriction))),
            None => Ok(()),
        }
    }

    /// Decides whether an account may be opened, and with what.
    ///
    /// # Errors
    /// The first rule that refuses it.
    pub fn open(&self, opener: Opener, client: &ClientFacts, leverage: Option<i64>) -> Result<Opening, OpeningRefusal> {
        let settings = self.settings();
        if self.product.status == ProductStatus::Disabled {
            return Err(OpeningRefusal::ProductDisabled);
        }
        if !self.currency.is_enabled {
            return Err(OpeningRefusal::CurrencyDisabled);
        }
        match opener {
            Opener::User => {}
            Opener::Client => self.check_visible(&client.restrictions)?,
            Opener::FirstSignIn if settings.auto_create_on_login => self.check_visible(&client.restrictions)?,
            Opener::FirstSignIn => return Err(OpeningRefusal::NotAutomatic),
        }
        let held = if self.currency.overwrite_product_settings {
            client.accounts_in_currency
        } else {
            client.accounts_on_product
        };
        if let Some(max) = settings.max_accounts.filter(|max| held >= *max) {
            return Err(OpeningRefusal::TooManyAccounts { max });
        }
        if let Some(max) = client.reached_limit(self.product.kind).filter(|_| opener == Opener::Client) {
            return Err(OpeningRefusal::TooManyOfType { max });
        }
        if let Some(leverage) = leverage.filter(|leverage| !settings.offers_leverage(*leverage)) {
            return Err(OpeningRefusal::LeverageNotOffered { leverage });
        }
        Ok(Opening {
            permissions: settings.default_account_permissions.clone(),
            leverage: leverage.or(settings.default_leverage),
            needs_request: opener == Opener::Client && settings.request_required,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::{Factory, PlatformId, ProductGroupId, SendMailSetting};
    use crate::clients::RestrictionMode;
    use crate::content::CountryId;
    use crate::value::{CurrencyCode, List};

    fn settings() -> AccountSettings {
        AccountSettings {
            permissions: [ProductPermission::Visible, ProductPermission::Enabled].into_iter().collect(),
            default_account_permissions: [ProductPermission::Deposit].into_iter().collect(),
            default_leverage: Some(1),
            leverages: [5, 10].into_iter().collect(),
            ..AccountSettings::default()
        }
    }

    fn product(status: ProductStatus) -> Product {
        Product {
            platform: PlatformId::new(1),
            group: ProductGroupId::new(1),
            name: "mt5_live".into(),
            caption: "MT5 Live".into(),
            kind: ProductType::Trade,
            status,
            priority: 1,
            send_mail_setting: SendMailSetting::Default,
            mail_template: None,
            options: "{}".into(),
            settings: settings(),
            resources: List::default(),
        }
    }

    fn currency() -> ProductCurrency {
        ProductCurrency {
            currency: CurrencyCode::new(840),
            factory: Factory::Units,
            platform_groups: List::default(),
            caption: None,
            is_enabled: true,
            priority: 1,
            is_hedging_enabled: false,
            overwrite_product_settings: false,
            settings: AccountSettings::default(),
            resources: List::default(),
        }
    }

    fn offer<'a>(product: &'a Product, currency: &'a ProductCurrency) -> Offer<'a> {
        Offer { product, group_status: Availability::Enabled, currency, restrictions: &[] }
    }

    const NOBODY: ClientFacts = ClientFacts {
        restrictions: RestrictionFacts { country: None, client_type: None, verification_level: None, ib_parent: None },
        accounts_on_product: 0,
        accounts_in_currency: 0,
        accounts_of_type: 0,
        limits: ClientLimits { max_demo_accounts: None, max_live_accounts: None },
    };

    #[test]
    fn only_demo_accounts_begin_with_play_money() {
        let mut demo = product(ProductStatus::Enabled);
        demo.settings.start_amounts = [1000.into(), 5000.into()].into_iter().collect();
        let currency = currency();
        let refused = Err(OpeningRefusal::StartAmountNotOffered { amount: 5000.into() });
        assert_eq!(offer(&demo, &currency).start_amount(Some(5000.into())), refused);
        assert_eq!(offer(&demo, &currency).start_amount(None), Ok(None));
        demo.kind = ProductType::Demo;
        assert_eq!(offer(&demo, &currency).start_amount(Some(5000.into())), Ok(Some(5000.into())));
        assert_eq!(offer(&demo, &currency).start_amount(None), Ok(Some(1000.into())));
        assert!(offer(&demo, &currency).start_amount(Some(7.into())).is_err());
    }

    #[test]
    fn nobody_opens_accounts_on_a_disabled_product() {
        let (product, currency) = (product(ProductStatus::Disabled), currency());
        for opener in [Opener::User, Opener::Client, Opener::FirstSignIn] {
            assert_eq!(
                offer(&product, &currency).open(opener, &NOBODY, None),
                Err(OpeningRefusal::ProductDisabled),
                "{opener:?}"
            );
        }
    }

    #[test]
    fn clients_open_accounts_on_enabled_and_default_products_only() {
        let currency = currency();
        for status in ProductStatus::ALL {
            let product = product(*status);
            let opened = offer(&product, &currency).open(Opener::Client, &NOBODY, None).is_ok();
            assert_eq!(opened, matches!(status, ProductStatus::Enabled | ProductStatus::Default), "{status}");
        }
    }

    #[test]
    fn users_open_accounts_on_products_that_clients_do_not_see() {
        let (product, currency) = (product(ProductStatus::Hidden), currency());
        assert!(offer(&product, &currency).open(Opener::User, &NOBODY, None).is_ok());
    }

    #[test]
    fn a_disabled_group_hides_its_products_from_clients() {
        let (product, currency) = (product(ProductStatus::Enabled), currency());
        let offer = Offer { group_status: Availability::Disabled, ..offer(&product, &currency) };
        assert_eq!(offer.open(Opener::Client, &NOBODY, None), Err(OpeningRefusal::NotOffered(None)));
        assert!(offer.open(Opener::User, &NOBODY, None).is_ok());
    }

    #[test]
    fn a_limit_on_trading_accounts_binds_the_client_alone() {
        let (product, currency) = (product(ProductStatus::Enabled), currency());
        let limits = ClientLimits { max_demo_accounts: Some(0), max_live_accounts: Some(2) };
        let client = |accounts_of_type| ClientFacts { accounts_of_type, limits, ..NOBODY };
        let open = |opener, accounts| offer(&product, &currency).open(opener, &client(accounts), None);
        assert_eq!(open(Opener::Client, 2), Err(OpeningRefusal::TooManyOfType { max: 2 }));
        assert!(open(Opener::Client, 1).is_ok() && open(Opener::User, 2).is_ok());
        assert_eq!(client(0).reached_limit(ProductType::Demo), Some(0));
        assert_eq!(client(9).reached_limit(ProductType::Personal), None);
    }

    #[test]
    fn a_first_sign_in_opens_accounts_where_the_product_says_so() {
        let (mut product, currency) = (product(ProductStatus::Enabled), currency());
        let refused = offer(&product, &currency).open(Opener::FirstSignIn, &NOBODY, None);
        assert_eq!(refused, Err(OpeningRefusal::NotAutomatic));
        product.settings.auto_create_on_login = true;
        assert!(offer(&product, &currency).open(Opener::FirstSignIn, &NOBODY, None).is_ok());
    }

    #[test]
    fn a_restriction_binds_clients_and_not_users() {
        let (product, currency) = (product(ProductStatus::Enabled), currency());
        let restrictions = [ProductRestriction {
            name: RestrictionName::Country,
            is_enabled: true,
            mode: RestrictionMode::Deny,
            ids: [33].into_iter().collect(),
        }];
        let offer = Offer { restrictions: &restrictions, ..offer(&product, &currency) };
        let client = ClientFacts {
            restrictions: RestrictionFacts { country: Some(CountryId::new(33)), ..NOBODY.restrictions },
            ..NOBODY
        };
        let refusal = OpeningRefusal::NotOffered(Some(RestrictionName::Country));
        assert_eq!(offer.open(Opener::Client, &client, None), Err(refusal));
        assert!(offer.open(Opener::User, &client, None).is_ok());
    }

    #[test]
    fn a_switched_off_currency_opens_nothing_for_anybody() {
        let (product, currency) =
            (product(ProductStatus::Enabled), ProductCurrency { is_enabled: false, ..currency() });
        assert_eq!(offer(&product, &currency).open(Opener::User, &NOBODY, None), Err(OpeningRefusal::CurrencyDisabled));
    }

    #[test]
    fn the_most_accounts_bind_users_too_and_zero_means_none() {
        let mut product = product(ProductStatus::Enabled);
        product.settings.max_accounts = Some(0);
        let currency = currency();
        assert_eq!(
            offer(&product, &currency).open(Opener::User, &NOBODY, None),
            Err(OpeningRefusal::TooManyAccounts { max: 0 })
        );
    }

    #[test]
    fn a_currency_that_overwrites_counts_its_own_accounts() {
        let product = product(ProductStatus::Enabled);
        let currency = ProductCurrency {
            overwrite_product_settings: true,
            settings: AccountSettings { max_accounts: Some(1), ..settings() },
            ..currency()
        };
        let client = ClientFacts { accounts_on_product: 5, ..NOBODY };
        assert!(offer(&product, &currency).open(Opener::User, &client, None).is_ok());
    }

    #[test]
    fn the_default_leverage_is_on_offer_beside_the_listed_ones() {
        let (product, currency) = (product(ProductStatus::Enabled), currency());
        let open = |leverage| offer(&product, &currency).open(Opener::User, &NOBODY, leverage);
        assert_eq!(open(Some(10)).map(|opening| opening.leverage), Ok(Some(10)));
        assert_eq!(open(Some(1)).map(|opening| opening.leverage), Ok(Some(1)));
        assert_eq!(open(None).map(|opening| opening.leverage), Ok(Some(1)));
        assert_eq!(open(Some(7)), Err(OpeningRefusal::LeverageNotOffered { leverage: 7 }));
    }

    #[test]
    fn each_refusal_says_its_rule_and_the_input() {
        let told: Vec<String> = [
            OpeningRefusal::ProductDisabled,
            OpeningRefusal::CurrencyDisabled,
            OpeningRefusal::NotOffered(Some(RestrictionName::Country)),
            OpeningRefusal::NotAutomatic,
            OpeningRefusal::TooManyAccounts { max: 2 },
            OpeningRefusal::StartAmountNotOffered { amount: 7.into() },
            OpeningRefusal::LeverageNotOffered { leverage: 3 },
        ]
        .map(|refusal| Fault::from(refusal).to_string())
        .to_vec();
        let expected = [
            "disabled at Product",
            "productCurrencyDisabled at Currency",
            "productNotOffered at Product",
            "notOpenedAtSignIn at Product",
            "tooManyAccounts at Product: max 2",
            "startAmountNotOffered at StartAmount: amount 7",
            "leverageNotOffered at Leverage: leverage 3",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn only_what_a_client_opens_waits_for_approval() {
        let mut product = product(ProductStatus::Enabled);
        product.settings.request_required = true;
        let currency = currency();
        let needs =
            |opener| offer(&product, &currency).open(opener, &NOBODY, None).map(|opening| opening.needs_request);
        assert_eq!(needs(Opener::Client), Ok(true));
        assert_eq!(needs(Opener::User), Ok(false));
    }

    proptest! {
        #[test]
        fn what_a_client_may_open_a_user_may_open(
            status in prop::sample::select(ProductStatus::ALL),
            group_status in prop::sample::select(Availability::ALL),
            is_enabled: bool,
            overwrite_product_settings: bool,
            max_accounts in prop::option::of(0..3_i64),
            accounts in 0..3_i64,
        ) {
            let mut product = product(status);
            product.settings.max_accounts = max_accounts;
            let currency = ProductCurrency { is_enabled, overwrite_product_settings, settings: settings(), ..currency() };
            let offer = Offer { group_status, ..offer(&product, &currency) };
            let client = ClientFacts { accounts_on_product: accounts, accounts_in_currency: accounts, ..NOBODY };
            if offer.open(Opener::Client, &client, None).is_ok() {
                prop_assert!(offer.open(Opener::User, &client, None).is_ok());
            }
        }

        #[test]
        fn an_account_gets_the_permissions_of_the_settings_in_force(overwrite_product_settings: bool) {
            let product = product(ProductStatus::Enabled);
            let own = AccountSettings {
                default_account_permissions: [ProductPermission::Trade].into_iter().collect(),
                ..settings()
            };
            let currency = ProductCurrency { overwrite_product_settings, settings: own, ..currency() };
            let opening = offer(&product, &currency).open(Opener::User, &NOBODY, None);
            let expected = if overwrite_product_settings { ProductPermission::Trade } else { ProductPermission::Deposit };
            prop_assert_eq!(opening.map(|opening| opening.permissions), Ok([expected].into_iter().collect()));
        }
    }
}
