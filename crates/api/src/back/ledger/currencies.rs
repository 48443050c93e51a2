//! Currencies.

use domain::identity::Permission;
use domain::ledger::{AlphabeticCode, Amount, Currency, CurrencyCode, LedgerFault};
use domain::value::{List, LocalizedText, Localizer, Timestamp};
use http::request::{
    ALPHABETIC_CODE_PATTERN, Boolean, Fields, FilterSet, Filters, Id, Input, Integer, Kind, ListQuery, LocalizedTexts,
    Parsed, Percent, Text,
};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use storage::ledger::currencies::{self, Filter, StoredCurrency};
use storage::{ByTime, Page, removal};

use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const CURRENCIES: &str = "/api/v2/currencies";
    const CURRENCY: &str = "/api/v2/currencies/{currencyId}";
    routes
        .get("currencies.list", CURRENCIES, P::CurrenciesRead)
        .summary("List currencies.")
        .describe("Lists all currencies, including disabled ones, newest first.")
        .list(list);
    routes
        .get("currencies.get", CURRENCY, P::CurrenciesRead)
        .summary("Read a currency.")
        .describe("A currency is identified by its numeric code, such as 840 for the US dollar.")
        .example_path("/api/v2/currencies/826")
        .record(get);
    routes
        .post("currencies.create", CURRENCIES, P::CurrenciesCreate)
        .summary("Add a currency.")
        .describe(
            "Both codes must be free (409): the alphabetic code must not be an alias of another currency \
             either. They never change.",
        )
        .example(json!({"alphabeticCode": "PTS", "numericCode": 8980, "name": "Loyalty points", "minorUnit": 0}))
        .created(create);
    routes
        .put_and_patch("currencies.update", CURRENCY, P::CurrenciesUpdate)
        .summary("Change a currency.")
        .describe(
            "A disabled currency cannot be used in new operations; those under way continue. `minorUnit` \
             cannot be reduced while an account holds money in the currency (409).",
        )
        .example_at("/api/v2/currencies/826", json!({"markupBuy": "0.5", "markupSell": "0.5"}))
        .changed(update);
    routes
        .delete("currencies.delete", CURRENCY, P::CurrenciesDelete)
        .summary("Delete a currency.")
        .describe(
            "Refused with 409 while something refers to it, such as an account, a country or a transaction. \
             Such a currency can only be disabled.",
        )
        .example_path("/api/v2/currencies/8980")
        .deleted(delete);
}

/// A currency of the system.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Currency")]
#[serde(rename_all = "camelCase")]
struct CurrencyAnswer {
    /// The code by which people name it: 2 to 10 letters or digits, in capitals. It never changes.
    alphabetic_code: String,
    /// The address pattern of a block explorer, with `{address}` as the placeholder; null where there is none.
    block_explorer: Option<String>,
    /// Whether it takes part in new operations; what already runs goes on.
    enabled: bool,
    /// The markup on exchanges into this currency, in percent: at least 0 and below 100.
    #[serde(serialize_with = "exact_number")]
    #[schemars(with = "f64")]
    markup_buy: Amount,
    /// The markup on exchanges out of this currency, in percent: at least 0 and below 100.
    #[serde(serialize_with = "exact_number")]
    #[schemars(with = "f64")]
    markup_sell: Amount,
    /// How many decimal places its amounts have, from 0 to 18.
    minor_unit: i64,
    /// Its name.
    name: String,
    /// The number by which paths, filters and bodies name it: ISO 4217 for fiat money, from 1000 on for others. It
    /// never changes.
    numeric_code: CurrencyCode,
    /// Its name in other languages, under the key `name`.
    resources: List<LocalizedText>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

/// An amount as a JSON number, exact to its last digit.
pub(crate) fn exact_number<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
    let number: serde_json::Number = amount.plain().parse().map_err(serde::ser::Error::custom)?;
    number.serialize(serializer)
}

/// What other objects show of a currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CurrencyBrief")]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrencyBrief {
    /// The code by which people name it, in capitals.
    alphabetic_code: String,
    /// How many decimal places its amounts have.
    minor_unit: i64,
    /// Its name.
    name: String,
    /// The number by which paths, filters and bodies name it.
    numeric_code: CurrencyCode,
}

impl CurrencyBrief {
    /// The numeric code.
    pub(crate) fn code(&self) -> CurrencyCode {
        self.numeric_code
    }
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

impl Resource<Back> for CurrencyAnswer {
    const NAME: &'static str = "currency";

    fn id(&self) -> i64 {
        self.numeric_code.get()
    }

    fn localize(&mut self, localizer: &mut Localizer<'_>) {
        localizer.localize(&self.resources, "name", &mut self.name);
    }
}

impl From<StoredCurrency> for CurrencyAnswer {
    fn from(stored: StoredCurrency) -> Self {
        let currency = stored.data;
        Self {
            alphabetic_code: currency.alphabetic_code,
            block_explorer: currency.block_explorer,
            enabled: currency.enabled,
            markup_buy: currency.markup_buy,
            markup_sell: currency.markup_sell,
            minor_unit: currency.minor_unit,
            name: currency.name,
            numeric_code: stored.code,
            resources: currency.resources,
            create_time: stored.create_time,
            update_time: stored.update_time,
        }
    }
}

const PLACES: Integer = Integer { min: 0, max: 18 };
const MARKUP: Percent = Percent { up_to_all: false };

/// A link to a block explorer, with a place for the address.
#[derive(Clone, Copy)]
struct Explorer;

impl Kind for Explorer {
    type Out = String;

    fn schema(&self) -> Value {
        let pattern = r"^https?://[!-~]*\{address\}[!-~]*$";
        serde_json::json!({"type": "string", "maxLength": Text::SHORT.max, "pattern": pattern})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let link = Text::SHORT.parse(value, at, faults)?;
        let is_link = (link.starts_with("https://") || link.starts_with("http://")) && link.contains("{address}");
        if is_link {
            Some(link)
        } else {
            faults.push(Fault::sent(at, LedgerFault::NotExplorerLink));
            None
        }
    }
}

impl Input<Back> for Currency {
    type Current = Self;

    fn read(fields: &mut Fields<'_, Self>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |currency| &currency.name);
        let minor_unit = fields.required("minorUnit", &PLACES, |currency| &currency.minor_unit);
        let enabled = fields.or("enabled", &Boolean, |currency| &currency.enabled, || true);
        let explorer = fields.nullable("blockExplorer", &Explorer, |currency| &currency.block_explorer);
        let buy = fields.or("markupBuy", &MARKUP, |currency| &currency.markup_buy, Default::default);
        let sell = fields.or("markupSell", &MARKUP, |currency| &currency.markup_sell, Default::default);
        let resources = fields.or("resources", &LocalizedTexts, |currency| &currency.resources, Default::default);
        Some(Self {
            alphabetic_code: fields.current().map(|currency| currency.alphabetic_code.clone()).unwrap_or_default(),
            name: name?,
            minor_unit: minor_unit?,
            enabled: enabled?,
            block_explorer: explorer?,
            markup_buy: buy?,
            markup_sell: sell?,
            resources: resources?,
        })
    }
}

/// A currency with the codes that identify it, which never change.
struct Coded {
    code: CurrencyCode,
    data: Currency,
}

impl Input<Back> for Coded {
    type Current = StoredCurrency;

    fn texts(current: &Self::Current) -> Option<&List<LocalizedText>> {
        Some(&current.data.resources)
    }

    fn read(fields: &mut Fields<'_, StoredCurrency>) -> Option<Self> {
        let known = fields.current().and_then(|currency| currency.data.alphabetic_code.parse::<AlphabeticCode>().ok());
        let alphabetic = fields.fixed_over(
            "alphabeticCode",
            &Parsed::<AlphabeticCode>::matching(ALPHABETIC_CODE_PATTERN),
            known.as_ref(),
        );
        let code = fields.fixed("numericCode", &Id::of(), |currency| &currency.code);
        let data = Currency::read(&mut fields.part(|currency| &currency.data));
        let alphabetic_code = alphabetic?.as_str().to_owned();
        Some(Self { code: code?, data: Currency { alphabetic_code, ..data? } })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            alphabetic_code: filters.text("alphabeticCode"),
            code: filters.id("numericCode"),
            enabled: filters.yes_no("enabled"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<CurrencyAnswer>, Problem> {
    Ok(currencies::list(reading.conn, &query.filter, &query.paging)?.map(CurrencyAnswer::from))
}

fn get(reading: &mut Reading<'_>, (code,): (CurrencyCode,)) -> Result<CurrencyAnswer, Problem> {
    Ok(currencies::get(reading.conn, code)?.into())
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, Coded>) -> Result<CurrencyAnswer, Problem> {
    let Coded { code, data } = body.create()?;
    Ok(currencies::insert(writing.tx, code, &data)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (code,): (CurrencyCode,),
    body: &Body<'_, Coded>,
) -> Result<Change<CurrencyAnswer>, Problem> {
    let before = currencies::lock(writing.tx, code)?;
    let data = body.change(&before)?.data;
    Ok(writing.change_to(before, &data, currencies::update)?.map(CurrencyAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (code,): (CurrencyCode,)) -> Result<CurrencyAnswer, Problem> {
    Ok(removal::currencies::delete(writing.tx, code)?.into())
}
