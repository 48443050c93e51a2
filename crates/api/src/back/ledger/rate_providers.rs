//! Sources of exchange rates, and the rates themselves.

use domain::identity::Permission;
use domain::identity::options::LeftOut;
use domain::ledger::{AlphabeticCode, Amount, CurrencyCode, RateProvider, RateProviderId, RateSource};
use domain::value::{CommonFault, Entity, Set, Timestamp};
use http::request::{Boolean, Choice, Fields, Id, Input, Integer, ListQuery, NoFilter, SetOf, SortKey, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::ledger::rate_providers::{self, Sort, StoredRateProvider};
use storage::ledger::{currencies, rates};
use storage::{DbConnection, Page};

use super::CurrencyBrief;
use crate::Problem;
use crate::back::connection_status::ConnectionStatus;
use crate::back::options::{self, SentOptions};
use crate::back::{Back, Body, Reading, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PROVIDERS: &str = "/api/v2/rates/providers";
    const PROVIDER: &str = "/api/v2/rates/providers/{providerId}";
    const STATUS: &str = "/api/v2/rates/providers/{providerId}/status";
    const RATE: &str = "/api/v2/rates/{baseCurrency}/{quoteCurrency}";
    routes
        .get("exchange-rate-providers.rate", RATE, P::ExchangeRatesRead)
        .summary("Read the rate of two currencies, without markups.")
        .describe(
            "Asks the enabled providers, in order of priority, for the direct rate, then for the inverse one, \
             then through USD. Answers 404 if none has a rate. Aliases of currencies work, too.",
        )
        .example_path("/api/v2/rates/EUR/USD")
        .record(rate);
    routes
        .get("exchange-rate-providers.list", PROVIDERS, P::ExchangeRateProvidersRead)
        .summary("List rate providers.")
        .describe("Lists providers in the order in which they are asked.")
        .list(list);
    routes
        .get("exchange-rate-providers.get", PROVIDER, P::ExchangeRateProvidersRead)
        .summary("Read a rate provider.")
        .describe("Secrets in `options` are answered as `***`.")
        .example_path("/api/v2/rates/providers/1")
        .record(get);
    routes
        .get("exchange-rate-providers.status", STATUS, P::ExchangeRateProvidersRead)
        .summary("Read whether a rate provider can be asked.")
        .describe(
            "Asks an outside provider for one of its rates, unless it has answered within the last minute. A \
             custom provider only needs a rate in its options.",
        )
        .example_path("/api/v2/rates/providers/1/status")
        .record(status);
    routes
        .post("exchange-rate-providers.create", PROVIDERS, P::ExchangeRateProvidersCreate)
        .summary("Add a rate provider.")
        .describe(
            "A `custom` provider has one fixed `rate` in its options, for the currency that `baseCurrency` \
             names; other providers need an address. Without a priority it is asked last.",
        )
        .example(json!({
            "name": "JPY fixed",
            "provider": "custom",
            "fromCurrencies": [392],
            "toCurrencies": [840],
            "options": {"rate": "0.0067", "baseCurrency": 392},
        }))
        .created(create);
    routes
        .put_and_patch("exchange-rate-providers.update", PROVIDER, P::ExchangeRateProvidersUpdate)
        .summary("Change a rate provider.")
        .describe(
            "The source of a provider never changes. If an address in the options changes, the secrets must \
             be sent again (422).",
        )
        .example_at("/api/v2/rates/providers/1", json!({"options": {"rate": "1.09", "baseCurrency": 978}}))
        .changed(update);
    routes
        .delete("exchange-rate-providers.delete", PROVIDER, P::ExchangeRateProvidersDelete)
        .summary("Delete a rate provider.")
        .describe("Refused with 409 while a currency pair or a payment method refers to it.")
        .example_path("/api/v2/rates/providers/4")
        .deleted(delete);
}

/// The rate of two currencies.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExchangeRate")]
struct RateAnswer {
    /// How much of the quote currency one unit of the base currency is worth, in plain digits.
    #[schemars(extend("format" = "decimal"))]
    value: String,
    /// How many decimal places `value` has.
    scale: u32,
}

impl Resource<Back> for RateAnswer {
    const NAME: &'static str = "exchange_rate";

    fn id(&self) -> i64 {
        0
    }
}

fn rate(reading: &mut Reading<'_>, (base, quote): (AlphabeticCode, AlphabeticCode)) -> Result<RateAnswer, Problem> {
    let from = currencies::find(reading.conn, base.as_str())?;
    let to = currencies::find(reading.conn, quote.as_str())?;
    let rate = rates::rate(reading.conn, reading.context.now(), from, to, None)?;
    let rate: Amount = rate.ok_or_else(Problem::not_found)?;
    Ok(RateAnswer { value: rate.plain(), scale: rate.scale() })
}

/// A source of exchange rates.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExchangeRateProvider")]
#[serde(rename_all = "camelCase")]
struct ProviderAnswer {
    /// Its id.
    id: RateProviderId,
    /// Its name. No two providers share one.
    name: String,
    /// The source of the rates. `custom` is one fixed rate, kept in `options`; the others are asked over HTTP. It
    /// never changes.
    provider: RateSource,
    /// Its place among the providers: the lowest is asked first.
    priority: i64,
    /// The currencies it converts from.
    from_currencies: Vec<CurrencyBrief>,
    /// The currencies it converts into.
    to_currencies: Vec<CurrencyBrief>,
    /// Whether it is asked.
    is_enabled: bool,
    /// How the source is reached, or the `rate` of a custom provider. Secrets are answered as `***`; sent back like
    /// that, or left out, they stay as they are.
    options: Map<String, Value>,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
}

impl Resource<Back> for ProviderAnswer {
    const NAME: &'static str = RateProvider::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

fn answers(conn: &mut DbConnection, stored: Vec<StoredRateProvider>) -> Result<Vec<ProviderAnswer>, Problem> {
    let codes: Vec<CurrencyCode> = stored
        .iter()
        .flat_map(|provider| provider.data.from_currencies.iter().chain(provider.data.to_currencies.iter()))
        .copied()
        .collect();
    let briefs = currencies::briefs(conn, &codes)?;
    let named = |codes: &Set<CurrencyCode>| {
        codes.iter().filter_map(|code| briefs.get(code).cloned()).map(CurrencyBrief::from).collect()
    };
    Ok(stored
        .into_iter()
        .map(|provider| ProviderAnswer {
            id: provider.id,
            from_currencies: named(&provider.data.from_currencies),
            to_currencies: named(&provider.data.to_currencies),
            name: provider.data.name,
            provider: provider.data.source,
            priority: provider.data.priority,
            is_enabled: provider.data.is_enabled,
            options: options::shown(&provider.data.options),
            create_time: provider.create_time,
            update_time: provider.update_time,
        })
        .collect())
}

fn answer(conn: &mut DbConnection, stored: StoredRateProvider) -> Result<ProviderAnswer, Problem> {
    answers(conn, vec![stored])?.pop().ok_or_else(Problem::not_found)
}

/// What is set of a provider, its options as they were before; without a priority it is the last.
struct ProviderFields {
    data: RateProvider,
    options: SentOptions,
    priority: Option<i64>,
}

impl Input<Back> for ProviderFields {
    type Current = RateProvider;

    fn read(fields: &mut Fields<'_, RateProvider>) -> Option<Self> {
        let name = fields.required("name", &Text::NAME, |provider| &provider.name);
        let source = fields.fixed("provider", &Choice::of(), |provider| &provider.source);
        let from = fields.about("The numeric codes of the currencies it converts from.").required(
            "fromCurrencies",
            &SetOf(Id::of()),
            |provider| &provider.from_currencies,
        );
        let to = fields.about("The numeric codes of the currencies it converts into.").required(
            "toCurrencies",
            &SetOf(Id::of()),
            |provider| &provider.to_currencies,
        );
        let priority = fields.optional("priority", &Integer::ANY);
        let is_enabled = fields.or("isEnabled", &Boolean, |provider| &provider.is_enabled, || true);
        let options = SentOptions::read(fields);
        let priority = priority?;
        let (options, source) = (options?, source?);
        if source == RateSource::Custom {
            check_custom(fields, &options)?;
        }
        let data = RateProvider {
            name: name?,
            source,
            priority: priority.or(fields.current().map(|provider| provider.priority)).unwrap_or(0),
            is_enabled: is_enabled?,
            from_currencies: from?,
            to_currencies: to?,
            options: fields.current().map(|provider| provider.options.clone()).unwrap_or_default(),
        };
        Some(Self { data, options, priority })
    }
}

/// A custom provider's rate is above 0 where it is given.
fn check_custom<C>(fields: &mut Fields<'_, C>, options: &SentOptions) -> Option<()> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let rate = options.get("rate").filter(|rate| !rate.is_null()).map(plain);
    match rate.map(|rate| rate.parse::<Amount>()) {
        None => Some(()),
        Some(Ok(rate)) if rate.is_positive() => Some(()),
        Some(_) => fields.fault("options.rate", CommonFault::NotPositive),
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("priority", Self::Priority)];
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<NoFilter, Sort>) -> Result<Page<ProviderAnswer>, Problem> {
    let page = rate_providers::list(reading.conn, &query.paging)?;
    Ok(Page { total: page.total, data: answers(reading.conn, page.data)? })
}

fn get(reading: &mut Reading<'_>, (id,): (RateProviderId,)) -> Result<ProviderAnswer, Problem> {
    let provider = rate_providers::get(reading.conn, id)?;
    answer(reading.conn, provider)
}

fn status(reading: &mut Reading<'_>, (id,): (RateProviderId,)) -> Result<ConnectionStatus, Problem> {
    let provider = rate_providers::get(reading.conn, id)?.data;
    let refusal = match provider.source {
        RateSource::Custom => {
            let has_rate = provider.from_currencies.iter().any(|from| rates::custom_rate(&provider, *from).is_some());
            (!has_rate).then_some("No rate is set.")
        }
        _ if rates::address(&provider).is_none() => Some("No address is set."),
        // Asked for one of its rates, unless it answered within the last minute.
        _ => (!rates::answers(reading.conn, reading.context.now(), id, &provider)?).then_some("It gives no rate."),
    };
    Ok(ConnectionStatus::of(refusal.map(ToOwned::to_owned)))
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, ProviderFields>) -> Result<ProviderAnswer, Problem> {
    let ProviderFields { mut data, options, priority } = body.create()?;
    data.options = options.stored_first(&writing.context.secret)?;
    let stored = rate_providers::insert(writing.tx, &data, priority)?;
    answer(writing.tx.conn, stored)
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (RateProviderId,),
    body: &Body<'_, ProviderFields>,
) -> Result<Change<ProviderAnswer>, Problem> {
    let before = rate_providers::lock(writing.tx, id)?;
    let ProviderFields { mut data, options, .. } = body.change(&before.data)?;
    data.options = options.stored(&writing.context.secret, &before.data.options, LeftOut::Kept)?;
    Ok(match writing.change_to(before, &data, rate_providers::update)? {
        Change::Nothing(record) => Change::Nothing(answer(writing.tx.conn, record)?),
        Change::Made { before, after } => {
            Change::Made { before: answer(writing.tx.conn, before)?, after: answer(writing.tx.conn, after)? }
        }
    })
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (RateProviderId,)) -> Result<ProviderAnswer, Problem> {
    let provider = rate_providers::delete(writing.tx, id)?;
    answer(writing.tx.conn, provider)
}
