//! Countries.

use domain::content::CountryId;
use domain::identity::Permission;
use http::request::{Boolean, Fields, FilterSet, Filters, Input, ListQuery, SortKey};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::Page;
use storage::content::countries::{self, Country, Filter, Sort};

use crate::Problem;
use crate::back::ledger::CurrencyBrief;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const COUNTRY: &str = "/api/v2/countries/{countryId}";
    routes
        .get("countries.list", "/api/v2/countries", P::CountriesRead)
        .summary("List countries.")
        .describe("The countries of ISO 3166-1 with their codes and calling codes, by name.")
        .list(list);
    routes
        .get("countries.get", COUNTRY, P::CountriesRead)
        .summary("Read a country.")
        .describe("The ids are the server's own; the ISO codes are fields.")
        .record(get);
    routes
        .put_and_patch("countries.update", COUNTRY, P::CountriesUpdate)
        .summary("Enable or disable a country.")
        .describe("A disabled country cannot be chosen at sign-up; clients who have it keep it.")
        .example_at("/api/v2/countries/2", json!({"enabled": true}))
        .changed(update);
}

/// A country of ISO 3166-1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Country")]
#[serde(rename_all = "camelCase")]
struct CountryAnswer {
    country_id: CountryId,
    /// The code of two letters.
    alpha2_code: String,
    /// The code of three letters.
    alpha3_code: String,
    /// The name in English.
    country_name: String,
    /// With the plus sign.
    calling_code: String,
    /// Three digits.
    numeric_code: String,
    /// The official currency, if it is one of the server's.
    currency: Option<CurrencyBrief>,
    /// Whether it can be chosen at sign-up.
    enabled: bool,
}

impl Resource<Back> for CountryAnswer {
    const NAME: &'static str = "country";

    fn id(&self) -> i64 {
        self.country_id.get()
    }
}

impl From<Country> for CountryAnswer {
    fn from(country: Country) -> Self {
        Self {
            country_id: country.id,
            alpha2_code: country.alpha2_code,
            alpha3_code: country.alpha3_code,
            country_name: country.name,
            calling_code: country.calling_code,
            numeric_code: country.numeric_code,
            currency: country.currency.map(CurrencyBrief::from),
            enabled: country.enabled,
        }
    }
}

/// What can be set of a country.
struct Enabled(bool);

impl Input<Back> for Enabled {
    type Current = bool;

    fn read(fields: &mut Fields<'_, bool>) -> Option<Self> {
        fields.required("enabled", &Boolean, |enabled| enabled).map(Self)
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            alpha2_code: filters.text("alpha2Code"),
            alpha3_code: filters.text("alpha3Code"),
            numeric_code: filters.text("numericCode"),
            name: filters.text("countryName"),
            enabled: filters.yes_no("enabled"),
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("countryName", Self::Name), ("enabled", Self::Enabled)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<CountryAnswer>, Problem> {
    Ok(countries::list(reading.conn, &query.filter, &query.paging)?.map(CountryAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (CountryId,)) -> Result<CountryAnswer, Problem> {
    Ok(countries::get(reading.conn, id)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (CountryId,),
    body: &Body<'_, Enabled>,
) -> Result<Change<CountryAnswer>, Problem> {
    let before = countries::lock(writing.tx, id)?;
    let Enabled(enabled) = body.change(&before.enabled)?;
    let change =
        writing.change_to(before, &enabled, |tx, before, enabled| countries::update(tx, before.id, *enabled))?;
    Ok(change.map(CountryAnswer::from))
}
