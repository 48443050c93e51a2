//! Other codes by which outside systems name currencies.

use domain::identity::Permission;
use domain::ledger::{AlphabeticCode, CurrencyAlias, CurrencyAliasId, CurrencyCode};
use domain::value::{Entity, Timestamp};
use http::request::{ALPHABETIC_CODE_PATTERN, Fields, Input, ListQuery, NoFilter, Parsed, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use storage::ledger::currencies;
use storage::ledger::currency_aliases::{self, StoredAlias};
use storage::{ById, Page};

use crate::Problem;
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ALIASES: &str = "/api/v2/currencies/{currencyId}/aliases";
    const ALIAS: &str = "/api/v2/currencies/{currencyId}/aliases/{aliasId}";
    routes
        .get("currency-aliases.list", ALIASES, P::CurrencyAliasesRead)
        .summary("List the aliases of a currency.")
        .describe("Lists the other codes by which rate providers, payment systems and platforms know the currency.")
        .list(list);
    routes
        .get("currency-aliases.get", ALIAS, P::CurrencyAliasesRead)
        .summary("Read an alias of a currency.")
        .describe("Answers 404 for an alias of another currency.")
        .example_path("/api/v2/currencies/840/aliases/1")
        .record(get);
    routes
        .post("currency-aliases.create", ALIASES, P::CurrencyAliasesCreate)
        .summary("Add an alias to a currency.")
        .describe(
            "The code must not be an alias or the code of any currency, regardless of case (409). The name \
             defaults to that of the currency.",
        )
        .example_at(
            "/api/v2/currencies/840/aliases",
            json!({"alphabeticCode": "USDX", "name": "US dollar of the price feed"}),
        )
        .created(create);
    routes
        .put_and_patch("currency-aliases.update", ALIAS, P::CurrencyAliasesUpdate)
        .summary("Change an alias of a currency.")
        .describe("The currency is no longer found by the old code.")
        .example_at("/api/v2/currencies/840/aliases/1", json!({"name": "US dollar of the bank"}))
        .changed(update);
    routes
        .delete("currency-aliases.delete", ALIAS, P::CurrencyAliasesDelete)
        .summary("Delete an alias of a currency.")
        .describe("The currency is no longer found by this code.")
        .deleted(delete);
}

/// Another code of a currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CurrencyAlias")]
#[serde(rename_all = "camelCase")]
struct AliasAnswer {
    /// Its id.
    id: CurrencyAliasId,
    #[serde(flatten)]
    data: CurrencyAlias,
    /// When it was created.
    create_time: Timestamp,
}

impl Resource<Back> for AliasAnswer {
    const NAME: &'static str = CurrencyAlias::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredAlias> for AliasAnswer {
    fn from(StoredAlias { id, data, create_time }: StoredAlias) -> Self {
        Self { id, data, create_time }
    }
}

/// What can be set; the currency's own name is the default.
struct AliasFields {
    alphabetic_code: AlphabeticCode,
    name: Option<String>,
}

impl Input<Back> for AliasFields {
    type Current = CurrencyAlias;

    fn read(fields: &mut Fields<'_, CurrencyAlias>) -> Option<Self> {
        let known = fields.current().and_then(|alias| alias.alphabetic_code.parse().ok());
        let alphabetic_code =
            fields.required_over("alphabeticCode", &Parsed::matching(ALPHABETIC_CODE_PATTERN), known.as_ref());
        let name = fields.optional("name", &Text::NAME);
        Some(Self { alphabetic_code: alphabetic_code?, name: name? })
    }
}

fn list(
    reading: &mut Reading<'_>,
    (currency,): (CurrencyCode,),
    query: &ListQuery<NoFilter, ById>,
) -> Result<Page<AliasAnswer>, Problem> {
    currencies::get(reading.conn, currency)?;
    Ok(currency_aliases::list(reading.conn, currency, &query.paging)?.map(AliasAnswer::from))
}

fn get(reading: &mut Reading<'_>, (currency, id): (CurrencyCode, CurrencyAliasId)) -> Result<AliasAnswer, Problem> {
    Ok(currency_aliases::get(reading.conn, currency, id)?.into())
}

fn create(
    writing: &mut Writing<'_, '_>,
    (code,): (CurrencyCode,),
    body: &Body<'_, AliasFields>,
) -> Result<AliasAnswer, Problem> {
    let currency = currencies::lock(writing.tx, code)?;
    let new = body.create()?;
    let alias = CurrencyAlias {
        alphabetic_code: new.alphabetic_code.as_str().to_owned(),
        name: new.name.unwrap_or(currency.data.name),
        numeric_code: code,
    };
    Ok(currency_aliases::insert(writing.tx, &alias)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (code, id): (CurrencyCode, CurrencyAliasId),
    body: &Body<'_, AliasFields>,
) -> Result<Change<AliasAnswer>, Problem> {
    let before = currency_aliases::lock(writing.tx, code, id)?;
    let sent = body.change(&before.data)?;
    let data = CurrencyAlias {
        alphabetic_code: sent.alphabetic_code.as_str().to_owned(),
        name: sent.name.unwrap_or_else(|| before.data.name.clone()),
        numeric_code: code,
    };
    Ok(writing.change_to(before, &data, currency_aliases::update)?.map(AliasAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (code, id): (CurrencyCode, CurrencyAliasId)) -> Result<AliasAnswer, Problem> {
    Ok(currency_aliases::delete(writing.tx, code, id)?.into())
}
