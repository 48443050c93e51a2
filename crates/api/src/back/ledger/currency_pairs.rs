//! Pairs of currencies that can be exchanged.

use domain::identity::Permission;
use domain::ledger::{Amount, CurrencyCode, CurrencyPair, CurrencyPairId, LedgerFault};
use domain::value::{Entity, List, Timestamp};
use http::request::{Boolean, Decimal, Fields, FilterSet, Filters, Id, Input, Kind, ListOf, ListQuery, Text};
use http::routes::{Change, Resource};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use storage::ledger::currency_pairs::{self, Filter, StoredPair};
use storage::{ByTime, Page};

use super::{CurrencyBrief, exact_number};
use crate::back::{Back, Body, Reading, Routes, Writing};
use crate::{Fault, Problem};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const PAIRS: &str = "/api/v2/currencies/pairs";
    const PAIR: &str = "/api/v2/currencies/pairs/{pairId}";
    routes
        .get("currency-pairs.list", PAIRS, P::CurrencyPairsRead)
        .summary("List pairs of currencies.")
        .describe("Lists pairs, newest first. A pair allows exchanges in one direction.")
        .list(list);
    routes
        .get("currency-pairs.get", PAIR, P::CurrencyPairsRead)
        .summary("Read a pair of currencies.")
        .describe("A pair allows exchanges in one direction; the reverse is a pair of its own.")
        .example_path("/api/v2/currencies/pairs/1")
        .record(get);
    routes
        .post("currency-pairs.create", PAIRS, P::CurrencyPairsCreate)
        .summary("Add a pair of currencies.")
        .describe(
            "The two currencies must differ (400), and the pair must not exist yet (409). By default, neither \
             clients nor users can exchange it.",
        )
        .example(json!({
            "fromCurrency": 978,
            "toCurrency": 826,
            "isEnabled": true,
            "isEnabledForAdmin": true,
            "step": "10",
            "maxAmount": "50000",
            "ratesCustomPriority": ["EUR fixed"],
        }))
        .created(create);
    routes
        .put_and_patch("currency-pairs.update", PAIR, P::CurrencyPairsUpdate)
        .summary("Change a pair of currencies.")
        .describe(
            "Changes who can exchange the pair, the limits of an exchange, and the preferred rate providers. \
             Its currencies never change.",
        )
        .example_at("/api/v2/currencies/pairs/1", json!({"maxAmount": "25000", "isRequestRequired": true}))
        .changed(update);
    routes
        .delete("currency-pairs.delete", PAIR, P::CurrencyPairsDelete)
        .summary("Delete a pair of currencies.")
        .describe(
            "Refused with 409 while an exchange of the pair waits for approval. Past exchanges are not \
             affected.",
        )
        .example_path("/api/v2/currencies/pairs/4")
        .deleted(delete);
}

/// A rate provider by its name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct ProviderName {
    /// The provider's name.
    name: String,
}

/// Two currencies that can be exchanged, one way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CurrencyPair")]
#[serde(rename_all = "camelCase")]
struct PairAnswer {
    /// Its id.
    id: CurrencyPairId,
    /// The base currency: what is given. It never changes.
    from_currency: CurrencyBrief,
    /// The quote currency: what is received. It never changes.
    to_currency: CurrencyBrief,
    /// Whether clients can exchange it.
    is_enabled: bool,
    /// What the amount of an exchange must be a multiple of, in the base currency; null or 0: any amount.
    #[serde(serialize_with = "number_or_null")]
    #[schemars(with = "Option<f64>")]
    step: Option<Amount>,
    /// Whether exchanges of real money are hedged once they are done.
    is_hedging_enabled: bool,
    /// Whether users of the back office can exchange it.
    is_enabled_for_admin: bool,
    /// The largest amount of one exchange, in the base currency; null or 0: no limit.
    #[serde(serialize_with = "number_or_null")]
    #[schemars(with = "Option<f64>")]
    max_amount: Option<Amount>,
    /// Whether a client's exchange waits for approval. Users' exchanges never wait.
    is_request_required: bool,
    /// When it was created.
    create_time: Timestamp,
    /// When it was last changed.
    update_time: Timestamp,
    /// The rate providers that are asked before all others, in this order.
    rates_custom_priority: Vec<ProviderName>,
}

fn number_or_null<S: Serializer>(amount: &Option<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => exact_number(amount, serializer),
        None => serializer.serialize_none(),
    }
}

impl Resource<Back> for PairAnswer {
    const NAME: &'static str = CurrencyPair::RESOURCE;

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<StoredPair> for PairAnswer {
    fn from(stored: StoredPair) -> Self {
        Self {
            id: stored.id,
            from_currency: stored.from.into(),
            to_currency: stored.to.into(),
            is_enabled: stored.data.is_enabled,
            step: stored.data.step,
            is_hedging_enabled: stored.data.is_hedging_enabled,
            is_enabled_for_admin: stored.data.is_enabled_for_admin,
            max_amount: stored.data.max_amount,
            is_request_required: stored.data.is_request_required,
            create_time: stored.create_time,
            update_time: stored.update_time,
            rates_custom_priority: stored.provider_names.into_iter().map(|name| ProviderName { name }).collect(),
        }
    }
}

/// The name of a provider, alone or in an object as it is answered.
struct Name;

impl Kind for Name {
    type Out = String;

    fn schema(&self) -> Value {
        json!({"type": "string"})
    }

    fn parse(&self, value: &Value, at: &str, faults: &mut Vec<Fault>) -> Option<String> {
        Text::NAME.parse(value.get("name").unwrap_or(value), at, faults)
    }
}

/// What is set of a pair; the names of providers are looked up.
struct PairFields {
    data: CurrencyPair,
    providers: Option<List<String>>,
}

impl Input<Back> for PairFields {
    type Current = CurrencyPair;

    fn read(fields: &mut Fields<'_, CurrencyPair>) -> Option<Self> {
        let from: Option<CurrencyCode> = fields
            .about("The numeric code of the base currency, which is given. It never changes.")
            .fixed("fromCurrency", &Id::of(), |pair| &pair.from);
        let to: Option<CurrencyCode> = fields
            .about("The numeric code of the quote currency, which is received. It never changes.")
            .fixed("toCurrency", &Id::of(), |pair| &pair.to);
        let is_enabled = fields.or("isEnabled", &Boolean, |pair| &pair.is_enabled, || false);
        let for_admin = fields.or("isEnabledForAdmin", &Boolean, |pair| &pair.is_enabled_for_admin, || false);
        let hedging = fields.or("isHedgingEnabled", &Boolean, |pair| &pair.is_hedging_enabled, || false);
        let step = fields.nullable("step", &Decimal::NonNegative, |pair| &pair.step);
        let max_amount = fields.nullable("maxAmount", &Decimal::NonNegative, |pair| &pair.max_amount);
        let request = fields.or("isRequestRequired", &Boolean, |pair| &pair.is_request_required, || false);
        let providers = fields
            .about("The names of the rate providers that are asked before all others, in this order.")
            .optional("ratesCustomPriority", &ListOf(Name));
        if from.is_some() && from == to {
            fields.fault::<()>("toCurrency", LedgerFault::SameCurrencyPair);
        }
        let data = CurrencyPair {
            from: from?,
            to: to?,
            is_enabled: is_enabled?,
            is_enabled_for_admin: for_admin?,
            is_hedging_enabled: hedging?,
            is_request_required: request?,
            step: step?,
            max_amount: max_amount?,
            rate_providers: fields.current().map(|pair| pair.rate_providers.clone()).unwrap_or_default(),
        };
        Some(Self { data, providers: providers? })
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            from: filters.id("fromCurrency"),
            to: filters.id("toCurrency"),
            is_enabled: filters.yes_no("isEnabled"),
            is_enabled_for_admin: filters.yes_no("isEnabledForAdmin"),
            is_hedging_enabled: filters.yes_no("isHedgingEnabled"),
            max_amount_from: filters.amount("maxAmountFrom"),
            max_amount_to: filters.amount("maxAmountTo"),
            step_from: filters.amount("stepFrom"),
            step_to: filters.amount("stepTo"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, ByTime>) -> Result<Page<PairAnswer>, Problem> {
    Ok(currency_pairs::list(reading.conn, &query.filter, &query.paging)?.map(PairAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (CurrencyPairId,)) -> Result<PairAnswer, Problem> {
    Ok(currency_pairs::get(reading.conn, id)?.into())
}

fn named(writing: &mut Writing<'_, '_>, sent: PairFields) -> Result<CurrencyPair, Problem> {
    let mut data = sent.data;
    if let Some(names) = sent.providers {
        data.rate_providers = currency_pairs::providers_named(writing.tx, &names)?;
    }
    Ok(data)
}

fn create(writing: &mut Writing<'_, '_>, (): (), body: &Body<'_, PairFields>) -> Result<PairAnswer, Problem> {
    let data = named(writing, body.create()?)?;
    Ok(currency_pairs::insert(writing.tx, &data)?.into())
}

fn update(
    writing: &mut Writing<'_, '_>,
    (id,): (CurrencyPairId,),
    body: &Body<'_, PairFields>,
) -> Result<Change<PairAnswer>, Problem> {
    let before = currency_pairs::lock(writing.tx, id)?;
    let data = named(writing, body.change(&before.data)?)?;
    Ok(writing.change_to(before, &data, currency_pairs::update)?.map(PairAnswer::from))
}

fn delete(writing: &mut Writing<'_, '_>, (id,): (CurrencyPairId,)) -> Result<PairAnswer, Problem> {
    Ok(currency_pairs::delete(writing.tx, id)?.into())
}
