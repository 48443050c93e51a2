//! Currencies as clients see them.

use domain::ledger::{CurrencyCode, has_destination_tag_or_memo};
use domain::value::{List, LocalizedText, Localizer};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::ledger::currencies::{CurrencyBrief, StoredCurrency};

use crate::front::Front;

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
    /// The code by which people name it.
    pub(crate) fn alphabetic_code(&self) -> &str {
        &self.alphabetic_code
    }

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

impl From<CurrencyBrief> for CurrencyAnswer {
    fn from(brief: CurrencyBrief) -> Self {
        Self {
            has_destination_tag_or_memo: has_destination_tag_or_memo(&brief.alphabetic_code),
            alphabetic_code: brief.alphabetic_code,
            minor_unit: brief.minor_unit,
            name: brief.name,
            numeric_code: brief.code,
            resources: brief.resources,
        }
    }
}

impl Resource<Front> for CurrencyAnswer {
    const NAME: &'static str = "currency";

    fn id(&self) -> i64 {
        self.numeric_code.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        Self::localize(self, localizer);
    }
}
