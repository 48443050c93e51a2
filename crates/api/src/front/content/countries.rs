//! The countries that clients can choose.

use domain::content::CountryId;
use domain::value::Localizer;
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::content::countries::{self, Country, Filter, Sort};
use storage::ledger::currencies;
use storage::{DbConnection, Page};

use crate::Problem;
use crate::front::CurrencyAnswer;
use crate::front::{Front, OpenReading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.countries.list", "/api/v2/my/countries", Requirement::Anybody)
        .summary("List the countries that a client can choose.")
        .describe("By name, for the form of the sign-up: no token is needed. Disabled countries are not among them.")
        .open_list(list);
    routes
        .get("my.countries.get", "/api/v2/my/countries/{countryId}", Requirement::Anybody)
        .summary("Read a country.")
        .describe("A disabled country is not found.")
        .open_record(get);
}

/// A country of ISO 3166-1.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyCountry")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountryAnswer {
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
    currency: Option<CurrencyAnswer>,
}

impl Resource<Front> for CountryAnswer {
    const NAME: &'static str = "country";

    fn id(&self) -> i64 {
        self.country_id.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        if let Some(currency) = &mut self.currency {
            currency.localize(localizer);
        }
    }
}

fn answers(conn: &mut DbConnection, countries: Page<Country>) -> Result<Page<CountryAnswer>, Problem> {
    let codes: Vec<_> =
        countries.data.iter().filter_map(|country| country.currency.as_ref()).map(|currency| currency.code).collect();
    let currencies = currencies::of_codes(conn, &codes)?;
    Ok(countries.map(|country| CountryAnswer {
        country_id: country.id,
        alpha2_code: country.alpha2_code,
        alpha3_code: country.alpha3_code,
        country_name: country.name,
        calling_code: country.calling_code,
        numeric_code: country.numeric_code,
        currency: country.currency.and_then(|brief| currencies.get(&brief.code).cloned()).map(CurrencyAnswer::from),
    }))
}

/// A country that a client has, which may be disabled by now.
///
/// # Errors
/// A 404 where there is none.
pub(crate) fn country(conn: &mut DbConnection, id: CountryId) -> Result<CountryAnswer, Problem> {
    let country = countries::get(conn, id)?;
    let page = answers(conn, Page { total: None, data: vec![country] })?;
    page.data.into_iter().next().ok_or_else(Problem::not_found)
}

impl FilterSet<Front> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            alpha2_code: filters.text("alpha2Code"),
            alpha3_code: filters.text("alpha3Code"),
            numeric_code: filters.text("numericCode"),
            name: filters.text("countryName"),
            enabled: Some(true),
        }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("countryName", Self::Name)];
}

fn list(
    reading: &mut OpenReading<'_>,
    (): (),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<CountryAnswer>, Problem> {
    let page = countries::list(reading.conn, &query.filter, &query.paging)?;
    answers(reading.conn, page)
}

fn get(reading: &mut OpenReading<'_>, (id,): (CountryId,)) -> Result<CountryAnswer, Problem> {
    let country = countries::get_enabled(reading.conn, id)?;
    let page = answers(reading.conn, Page { total: None, data: vec![country] })?;
    page.data.into_iter().next().ok_or_else(Problem::not_found)
}
