use chrono::TimeDelta;

use super::{CatalogFault, Factory, PlatformId, ProductType};
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, Refusal, Timestamp, text_enum};

text_enum! {
    /// The kind of software behind a platform.
    PlatformType {
        /// Wallets, kept by the back office itself.
        Personal = "personal",
        /// A platform behind a wrapper, such as Centroid.
        Wrapper = "wrapper",
        /// `B2Trader`.
        B2Trader = "B2Trader",
        /// `cTrader`.
        CTrader = "cTrader",
        /// `MatchTrader`.
        MatchTrader = "MatchTrader",
        /// `MetaTrader` 4.
        MetaTrader4 = "MetaTrader4",
        /// `MetaTrader` 5.
        MetaTrader5 = "MetaTrader5",
        /// `OneZero`.
        OneZero = "OneZero",
        /// `PrimeXM`.
        PrimeXm = "PrimeXM",
    }
}

impl PlatformType {
    /// Whether accounts of the platform get bonuses.
    #[must_use]
    pub const fn takes_bonuses(self) -> bool {
        match self {
            Self::CTrader | Self::MetaTrader4 | Self::MetaTrader5 => true,
            Self::Personal | Self::Wrapper | Self::B2Trader | Self::MatchTrader | Self::OneZero | Self::PrimeXm => {
                false
            }
        }
    }

    /// Whether clients sign in to the platform with a password of their account.
    #[must_use]
    pub const fn has_passwords(self) -> bool {
        match self {
            Self::CTrader | Self::MetaTrader4 | Self::MetaTrader5 => true,
            Self::Personal | Self::Wrapper | Self::B2Trader | Self::MatchTrader | Self::OneZero | Self::PrimeXm => {
                false
            }
        }
    }

    /// Whether clients sign in to the platform with tokens that it gives to the back office.
    #[must_use]
    pub const fn has_tokens(self) -> bool {
        match self {
            Self::B2Trader => true,
            Self::Personal
            | Self::Wrapper
            | Self::CTrader
            | Self::MatchTrader
            | Self::MetaTrader4
            | Self::MetaTrader5
            | Self::OneZero
            | Self::PrimeXm => false,
        }
    }

    /// Whether the platform can count an account in subunits of its currency, such as cents.
    #[must_use]
    pub const fn has_subunits(self) -> bool {
        match self {
            Self::Personal | Self::Wrapper | Self::OneZero | Self::PrimeXm => false,
            Self::B2Trader | Self::CTrader | Self::MatchTrader | Self::MetaTrader4 | Self::MetaTrader5 => true,
        }
    }
}

/// How far the clock of a platform may be ahead of ours.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Whether a platform reports a time that cannot have come yet, even if its clock is a little fast.
#[must_use]
pub fn is_ahead(time: Timestamp, now: Timestamp) -> bool {
    time.since(now) > CLOCK_TOLERANCE
}

/// Where the accounts of a product are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Platform {
    /// Its name, unique whatever its case.
    pub name: String,
    /// The name that people are shown.
    pub caption: String,
    /// The software behind it.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: PlatformType,
    /// Whether its accounts hold play money.
    pub is_demo: bool,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// The groups known to the platform; empty: not known.
    pub groups: List<String>,
    /// Where it is asked to move money, and for what only it knows; none where only our books keep its accounts
    /// (`docs/rules.md`, Outside platforms).
    pub gateway_url: Option<String>,
    /// Where clients trade in the browser.
    pub terminal_url: Option<String>,
}

impl Entity for Platform {
    type Id = PlatformId;
    const RESOURCE: &'static str = "platform";
}

impl Platform {
    /// Whether clients get tokens for it.
    ///
    /// # Errors
    /// [`Refusal::Unprocessable`] where it gives none.
    pub fn check_gives_tokens(&self) -> Result<(), Refusal> {
        if self.kind.has_tokens() { Ok(()) } else { Err(CatalogFault::NoPlatformTokens.unprocessable()) }
    }

    /// The type of a product that names none.
    #[must_use]
    pub const fn default_product_type(&self) -> ProductType {
        match self.kind {
            PlatformType::Personal => ProductType::Personal,
            _ if self.is_demo => ProductType::Demo,
            _ => ProductType::Trade,
        }
    }

    /// What is wrong with products of this type on this platform.
    #[must_use]
    pub fn type_fault(&self, kind: ProductType) -> Option<Fault> {
        (!self.fits(kind)).then(|| CatalogFault::ProductTypeMismatch.at(Field::Type))
    }

    /// Demo accounts come from demo platforms, trading accounts from the others.
    const fn fits(&self, kind: ProductType) -> bool {
        match kind {
            ProductType::Demo => self.is_demo,
            ProductType::Trade => !self.is_demo,
            ProductType::Personal
            | ProductType::Partner
            | ProductType::Liquidity
            | ProductType::Exchange
            | ProductType::External
            | ProductType::System => true,
        }
    }

    /// What is wrong with a currency of these settings on this platform. Group names are checked
    /// where the platform's groups are known.
    #[must_use]
    pub fn currency_faults(&self, factory: Factory, platform_groups: &[String]) -> Vec<Fault> {
        let subunits = (factory == Factory::Subunits && !self.kind.has_subunits())
            .then(|| CatalogFault::NoSubunits.at(Field::Factory));
        let unknown = platform_groups
            .iter()
            .enumerate()
            .filter(|(_, group)| !self.groups.is_empty() && !self.groups.contains(group))
            .map(|(place, _)| CatalogFault::UnknownPlatformGroup.at(Field::PlatformGroups.entry(place)));
        subunits.into_iter().chain(unknown).collect()
    }
}

/// A platform before and after a change.
#[derive(Clone, Copy, Debug)]
pub struct PlatformChange<'a> {
    /// As it was.
    pub before: &'a Platform,
    /// As it will be.
    pub after: &'a Platform,
}

impl PlatformChange<'_> {
    /// The fields that change and that products depend on: the platform's type, and whether it is a demo.
    fn changed_fields(self) -> impl Iterator<Item = Field> {
        let fields = [
            (Field::Type, self.before.kind != self.after.kind),
            (Field::IsDemo, self.before.is_demo != self.after.is_demo),
        ];
        fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field)
    }

    /// Whether it matters to the platform's products.
    #[must_use]
    pub fn concerns_products(self) -> bool {
        self.changed_fields().next().is_some()
    }

    /// A platform with products keeps what they depend on.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] with the fields that cannot change any more.
    pub fn check(self, has_products: bool) -> Result<(), Refusal> {
        let faults: Vec<Fault> =
            self.changed_fields().filter(|_| has_products).map(|field| CommonFault::Fixed.at(field)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_platform_may_be_five_minutes_ahead() {
        let at = |seconds: i64| Timestamp::from(chrono::DateTime::from_timestamp(seconds, 0).unwrap());
        assert!(!is_ahead(at(300), at(0)));
        assert!(is_ahead(at(301), at(0)));
        assert!(!is_ahead(at(0), at(301)));
    }

    fn platform(kind: PlatformType, is_demo: bool, groups: &[&str]) -> Platform {
        Platform {
            name: "p".into(),
            caption: "P".into(),
            kind,
            is_demo,
            is_enabled: true,
            groups: groups.iter().map(ToString::to_string).collect(),
            gateway_url: None,
            terminal_url: None,
        }
    }

    #[test]
    fn a_product_without_a_type_gets_it_from_the_platform() {
        use PlatformType::{MetaTrader5, Personal};
        assert_eq!(platform(Personal, false, &[]).default_product_type(), ProductType::Personal);
        assert_eq!(platform(MetaTrader5, true, &[]).default_product_type(), ProductType::Demo);
        assert_eq!(platform(MetaTrader5, false, &[]).default_product_type(), ProductType::Trade);
    }

    #[test]
    fn demo_products_need_demo_platforms_and_trading_products_the_others() {
        let (live, demo) =
            (platform(PlatformType::MetaTrader5, false, &[]), platform(PlatformType::MetaTrader5, true, &[]));
        assert!(live.fits(ProductType::Trade) && !live.fits(ProductType::Demo));
        assert!(demo.fits(ProductType::Demo) && !demo.fits(ProductType::Trade));
    }

    #[test]
    fn wallets_have_no_accounts_in_subunits() {
        let wallets = platform(PlatformType::Personal, false, &[]);
        assert_eq!(wallets.currency_faults(Factory::Subunits, &[]), [CatalogFault::NoSubunits.at(Field::Factory)]);
        assert_eq!(wallets.currency_faults(Factory::Units, &[]), []);
    }

    #[test]
    fn group_names_are_checked_where_the_groups_are_known() {
        let names = ["real".to_owned(), "other".to_owned()];
        let known = platform(PlatformType::MetaTrader5, false, &["real"]);
        let unknown = platform(PlatformType::MetaTrader5, false, &[]);
        let faults = known.currency_faults(Factory::Units, &names);
        assert_eq!(faults, [CatalogFault::UnknownPlatformGroup.at(Field::PlatformGroups.entry(1))]);
        assert_eq!(unknown.currency_faults(Factory::Units, &names), []);
    }

    #[test]
    fn type_and_demo_are_fixed_once_there_are_products() {
        let (before, after) =
            (platform(PlatformType::MetaTrader4, false, &[]), platform(PlatformType::MetaTrader5, true, &[]));
        let change = PlatformChange { before: &before, after: &after };
        assert!(change.concerns_products());
        assert!(matches!(change.check(true), Err(Refusal::Conflict(faults)) if faults.len() == 2));
        assert!(change.check(false).is_ok());
        let renamed = Platform { caption: "Q".into(), ..before.clone() };
        let change = PlatformChange { before: &before, after: &renamed };
        assert!(!change.concerns_products() && change.check(true).is_ok());
    }
}
