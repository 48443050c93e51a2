//! Sources of exchange rates.

use diesel::prelude::*;
use domain::ledger::{CurrencyCode, RateProvider, RateProviderId, RateSource};
use domain::value::{Fault, Refusal, Set, Timestamp, folded};

use super::{currencies, rates};
use crate::paging::ordered;
use crate::schema::{currency_pairs, methods, rate_providers as table, rate_quotes};
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// A provider as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRateProvider {
    /// Its id.
    pub id: RateProviderId,
    /// What can be set.
    pub data: RateProvider,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// The place in which it is asked.
    Priority,
}

type Columns = (
    RateProviderId,
    String,
    RateSource,
    i64,
    bool,
    Set<CurrencyNumber>,
    Set<CurrencyNumber>,
    String,
    Timestamp,
    Timestamp,
);

type CurrencyNumber = i64;

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::provider,
        table::priority,
        table::is_enabled,
        table::from_codes,
        table::to_codes,
        table::options,
        table::create_time,
        table::update_time,
    )
}

fn record(
    (id, name, source, priority, is_enabled, from, to, options, create_time, update_time): Columns,
) -> StoredRateProvider {
    let codes = |codes: Set<i64>| codes.iter().copied().map(CurrencyCode::new).collect();
    let data = RateProvider {
        name,
        source,
        priority,
        is_enabled,
        from_currencies: codes(from),
        to_currencies: codes(to),
        options,
    };
    StoredRateProvider { id, data, create_time, update_time }
}

/// Providers, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, paging: &Paging<Sort>) -> Result<Page<StoredRateProvider>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::priority, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// All providers in the order in which they are asked.
///
/// # Errors
/// Those of the database.
pub(crate) fn all(conn: &mut DbConnection) -> Result<Vec<StoredRateProvider>, Error> {
    let rows: Vec<Columns> = table::table.order((table::priority, table::id)).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// One provider.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: RateProviderId) -> Result<StoredRateProvider, Error> {
    Ok(record(table::table.find(id).select(columns()).first(conn)?))
}

/// Whether a provider names the currency.
pub(crate) fn name(conn: &mut DbConnection, code: CurrencyCode) -> Result<bool, Error> {
    Ok(all(conn)?.iter().any(|provider| rates::named_by(&provider.data).contains(&code)))
}

/// The names of all providers.
pub(crate) fn names(conn: &mut DbConnection) -> Result<Vec<(RateProviderId, String)>, Error> {
    Ok(table::table.select((table::id, table::name)).load(conn)?)
}

fn check(tx: &mut Tx<'_>, provider: &RateProvider) -> Result<(), Error> {
    let mut faults = Vec::new();
    let all: Vec<CurrencyCode> = rates::named_by(provider).into_iter().collect();
    let known = currencies::hold(tx, &all)?;
    for (field, codes) in [("fromCurrencies", &provider.from_currencies), ("toCurrencies", &provider.to_currencies)] {
        let unknown = codes.iter().enumerate().filter(|(_, code)| !known.contains_key(code));
        faults.extend(
            unknown.map(|(place, code)| Fault::of(format!("{field}.{place}"), format!("{code} does not exist"))),
        );
    }
    if let Some(code) = rates::base_of(provider).filter(|code| !known.contains_key(code)) {
        faults.push(Fault::of("options.baseCurrency", format!("{code} does not exist")));
    }
    Ok(Refusal::unless_empty(faults)?)
}

/// Giving a provider a taken place moves the others down by one.
fn make_place(tx: &mut Tx<'_>, id: Option<RateProviderId>, priority: i64) -> Result<(), Error> {
    let others: Vec<(RateProviderId, i64)> = table::table
        .filter(table::priority.ge(priority))
        .order(table::priority)
        .select((table::id, table::priority))
        .load(tx.conn)?;
    let mut place = priority;
    for (other, taken) in others.into_iter().filter(|(other, _)| Some(*other) != id) {
        if taken > place {
            break;
        }
        place = taken + 1;
        diesel::update(table::table.find(other)).set(table::priority.eq(place)).execute(tx.conn)?;
    }
    Ok(())
}

macro_rules! values {
    ($provider:expr) => {{
        let provider: &RateProvider = $provider;
        (
            table::name.eq(&provider.name),
            table::name_key.eq(folded(&provider.name)),
            table::priority.eq(provider.priority),
            table::is_enabled.eq(provider.is_enabled),
            table::from_codes.eq(json(&provider.from_currencies)?),
            table::to_codes.eq(json(&provider.to_currencies)?),
            table::options.eq(&provider.options),
        )
    }};
}

/// Adds a provider; without a priority it is asked last.
///
/// # Errors
/// A refusal where its name is taken or a currency does not exist.
pub fn insert(tx: &mut Tx<'_>, provider: &RateProvider, priority: Option<i64>) -> Result<StoredRateProvider, Error> {
    check(tx, provider)?;
    let last: Option<i64> = table::table.select(diesel::dsl::max(table::priority)).first(tx.conn)?;
    let priority = priority.unwrap_or_else(|| last.map_or(1, |last| last + 1));
    make_place(tx, None, priority)?;
    let provider = RateProvider { priority, ..provider.clone() };
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::provider.eq(provider.source), values!(&provider), times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, id)
}

/// Writes what can be set of a provider.
///
/// # Errors
/// A refusal where its name is taken or a currency does not exist.
pub fn update(tx: &mut Tx<'_>, before: &StoredRateProvider, after: &RateProvider) -> Result<StoredRateProvider, Error> {
    check(tx, after)?;
    if after.priority != before.data.priority {
        make_place(tx, Some(before.id), after.priority)?;
    }
    let values = (values!(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, before.id)
}

/// Deletes a provider that no pair and no method names. The caller holds it.
///
/// # Errors
/// A refusal while one does.
pub fn delete(tx: &mut Tx<'_>, id: RateProviderId) -> Result<(), Error> {
    let of_pairs: Vec<Set<i64>> = currency_pairs::table.select(currency_pairs::rate_providers).load(tx.conn)?;
    let of_methods = methods::table.filter(methods::rates_provider_id.eq(id));
    if of_pairs.iter().any(|providers| providers.contains(&id.get()))
        || diesel::select(diesel::dsl::exists(of_methods)).get_result(tx.conn)?
    {
        return Err(Refusal::conflict("A currency pair or a payment method names the provider.").into());
    }
    diesel::delete(rate_quotes::table.filter(rate_quotes::provider_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
