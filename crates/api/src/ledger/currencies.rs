//! Currencies.

use domain::identity::Operation;
use domain::ledger::{Amount, CurrencyCode};
use domain::value::{List, Locale, LocalizedText, Timestamp, localize};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use storage::ledger::currencies::{self, Currency, Filter, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::request::{FilterSet, Filters, ListQuery, SortKey};
use crate::routes::{Reading, Resource, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.list(Operation::CurrenciesList, "/api/v2/currencies", "List currencies.", list);
    routes.get(Operation::CurrenciesGet, "/api/v2/currencies/{currencyId}", "Read a currency.", get);
}

/// A currency of the system.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Currency")]
#[serde(rename_all = "camelCase")]
struct CurrencyAnswer {
    alphabetic_code: String,
    /// Crypto-currencies: a link with the placeholder `{address}`.
    block_explorer: Option<String>,
    /// Whether it can be used in financial operations.
    enabled: bool,
    /// In percent.
    #[serde(serialize_with = "exact_number")]
    #[schemars(with = "f64")]
    markup_buy: Amount,
    /// In percent.
    #[serde(serialize_with = "exact_number")]
    #[schemars(with = "f64")]
    markup_sell: Amount,
    /// Its places after the point.
    minor_unit: i64,
    name: String,
    /// What identifies it: ISO 4217 for fiat, from 1000 on for others.
    numeric_code: CurrencyCode,
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
}

/// An amount as a JSON number, exact to its last digit.
pub(crate) fn exact_number<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    let number: serde_json::Number = amount.plain().parse().map_err(serde::ser::Error::custom)?;
    number.serialize(serializer)
}

/// What other objects show of a currency.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "CurrencyBrief")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrencyBrief {
    alphabetic_code: String,
    minor_unit: i64,
    name: String,
    numeric_code: CurrencyCode,
}

impl From<currencies::CurrencyBrief> for CurrencyBrief {
    fn from(currency: currencies::CurrencyBrief) -> Self {
        Self {
            alphabetic_code: currency.alphabetic_code,
            minor_unit: currency.minor_unit,
            name: currency.name,
            numeric_code: currency.code,
        }
    }
}

impl Resource for CurrencyAnswer {
    const NAME: &'static str = "currency";

    fn id(&self) -> i64 {
        self.numeric_code.get()
    }

    fn localize(&mut self, locale: &Locale) {
        localize(&self.resources, "name", locale, &mut self.name);
    }
}

impl From<Currency> for CurrencyAnswer {
    fn from(currency: Currency) -> Self {
        Self {
            alphabetic_code: currency.alphabetic_code,
            block_explorer: currency.block_explorer,
            enabled: currency.enabled,
            markup_buy: currency.markup_buy,
            markup_sell: currency.markup_sell,
            minor_unit: currency.minor_unit,
            name: currency.name,
            numeric_code: currency.code,
            resources: currency.resources,
            create_time: currency.create_time,
            update_time: currency.update_time,
        }
    }
}

impl FilterSet for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            alphabetic_code: filters.text("alphabeticCode"),
            code: filters.id("numericCode"),
            enabled: filters.yes_no("enabled"),
        }
    }
}

impl SortKey for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("createTime", Self::CreateTime)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<CurrencyAnswer>, Problem> {
    Ok(currencies::list(reading.conn, &query.filter, &query.paging)?.map(CurrencyAnswer::from))
}

fn get(reading: &mut Reading<'_>, (code,): (CurrencyCode,)) -> Result<CurrencyAnswer, Problem> {
    Ok(currencies::get(reading.conn, code)?.into())
}
