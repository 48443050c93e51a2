//! What other objects show of a country.

use domain::content::CountryId;
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::countries;

/// What other objects show of a country.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CountryBrief")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountryBrief {
    country_id: CountryId,
    /// The code of two letters.
    alpha2_code: String,
    /// The code of three letters.
    alpha3_code: String,
    /// The name in English.
    country_name: String,
    /// Three digits.
    numeric_code: String,
}

impl From<countries::CountryBrief> for CountryBrief {
    fn from(country: countries::CountryBrief) -> Self {
        Self {
            country_id: country.id,
            alpha2_code: country.alpha2_code,
            alpha3_code: country.alpha3_code,
            country_name: country.name,
            numeric_code: country.numeric_code,
        }
    }
}
