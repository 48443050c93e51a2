use super::{AccountSettings, Factory, Product, ProductCurrencyId};
use crate::value::{
    Amount, CommonFault, CurrencyCode, Entity, Fault, FaultCode as _, Field, List, LocalizedText, Place,
};

/// A currency in which accounts are opened on a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ProductCurrency {
    /// The currency. Fixed.
    pub currency: CurrencyCode,
    /// What one unit counts for on the platform. Fixed.
    #[cfg_attr(feature = "diesel", diesel(deserialize_as = i64))]
    pub factory: Factory,
    /// The groups of the platform in which its accounts are opened. Fixed.
    pub platform_groups: List<String>,
    /// The name that clients are shown.
    pub caption: Option<String>,
    /// Whether accounts are opened in it.
    pub is_enabled: bool,
    /// Its place in lists.
    pub priority: i64,
    /// Whether exchanges in it are hedged.
    pub is_hedging_enabled: bool,
    /// Whether its settings replace the product's, all of them together.
    pub overwrite_product_settings: bool,
    /// Its own settings; kept, but without effect, where it does not overwrite.
    pub settings: AccountSettings,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for ProductCurrency {
    type Id = ProductCurrencyId;
    const RESOURCE: &'static str = "product_currency";
}

impl ProductCurrency {
    /// Amounts in a currency have no more decimal places than the currency.
    #[must_use]
    pub fn amount_faults(settings: &AccountSettings, minor_unit: u32) -> Vec<Fault> {
        let fault = |place: Place| CommonFault::TooManyPlaces.at(place).with("places", minor_unit);
        let too_fine = |amount: &Amount| amount.scale() > minor_unit;
        let starts = settings.start_amounts.iter().enumerate().filter(|(_, amount)| too_fine(amount));
        let starts = starts.map(|(place, _)| fault(Field::StartAmounts.entry(place)));
        let least = settings.min_deposit_amount.filter(too_fine).map(|_| fault(Field::MinDepositAmount.into()));
        starts.chain(least).collect()
    }
}

/// The settings that apply to accounts of a product in one of its currencies: the currency's,
/// all together, where it overwrites; else the product's.
#[must_use]
pub fn settings_in_force<'a>(product: &'a Product, currency: &'a ProductCurrency) -> &'a AccountSettings {
    if currency.overwrite_product_settings { &currency.settings } else { &product.settings }
}
