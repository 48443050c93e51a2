//! Currencies as clients see them.

use domain::ledger::CurrencyCode;
use domain::value::{List, LocalizedText, Localizer};
use schemars::JsonSchema;
use serde::Serialize;
use storage::ledger::currencies::StoredCurrency;

/// A currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyCurrency")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrencyAnswer {
    /// The code by which people name it, in capitals.
    alphabetic_code: String,
    /// How many decimal places its amounts have.
    minor_unit: i64,
    /// Its name.
    pub(crate) name: String,
    /// The number by which filters and bodies name it.
    numeric_code: CurrencyCode,
    /// Whether a payment to an address names its recipient by a tag or a memo, too.
    has_destination_tag_or_memo: bool,
    #[serde(skip)]
    resources: List<LocalizedText>,
}

impl CurrencyAnswer {
    /// The numeric code.
    pub(crate) fn code(&self) -> CurrencyCode {
        self.numeric_code
    }

    /// Puts its name in the language of the caller.
    pub(crate) fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "name", &mut self.name);
    }
}

impl From<StoredCurrency> for CurrencyAnswer {
    fn from(StoredCurrency { code, data, .. }: StoredCurrency) -> Self {
        Self {
            has_destination_tag_or_memo: data.has_destination_tag_or_memo(),
            alphabetic_code: data.alphabetic_code,
            minor_unit: data.minor_unit,
            name: data.name,
            numeric_code: code,
            resources: data.resources,
        }
    }
}
