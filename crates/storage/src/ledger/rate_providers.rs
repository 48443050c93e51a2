//! Sources of exchange rates.

use diesel::prelude::*;
use domain::ledger::{CurrencyCode, RateProvider, RateProviderId, RateSource};
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Set, Stored, Timestamp, folded};

use super::currencies;
use super::rate_options::{base_of, named_by};
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

impl Stored for StoredRateProvider {
    type Data = RateProvider;

    fn data(&self) -> &RateProvider {
        &self.data
    }
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// The place in which it is asked.
    Priority,
}

#[derive(Queryable)]
struct Row {
    id: RateProviderId,
    name: String,
    source: RateSource,
    priority: i64,
    is_enabled: bool,
    from: Set<i64>,
    to: Set<i64>,
    options: String,
    create_time: Timestamp,
    update_time: Timestamp,
}

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

fn record(row: Row) -> StoredRateProvider {
    let codes = |codes: Set<i64>| codes.iter().copied().map(CurrencyCode::new).collect();
    let data = RateProvider {
        name: row.name,
        source: row.source,
        priority: row.priority,
        is_enabled: row.is_enabled,
        from_currencies: codes(row.from),
        to_currencies: codes(row.to),
        options: row.options,
    };
    StoredRateProvider { id: row.id, data, create_time: row.create_time, update_time: row.update_time }
}

/// Providers, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<Sort>) -> Result<Page<StoredRateProvider>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::priority, table::id);
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// All providers in the order in which they are asked.
pub(super) fn all(conn: &mut DbConnection) -> Result<Vec<StoredRateProvider>, Error> {
    let rows: Vec<Row> = table::table.order((table::priority, table::id)).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// One provider.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: RateProviderId) -> Result<StoredRateProvider, Error> {
    Ok(record(table::table.find(id).select(columns()).first(conn)?))
}

/// Holds a provider until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: RateProviderId) -> Result<StoredRateProvider, Error> {
    tx.lock("rate_providers", id)?;
    get(tx.conn, id)
}

/// Whether a provider names the currency.
pub(crate) fn name_currency(conn: &mut DbConnection, code: CurrencyCode) -> Result<bool, Error> {
    Ok(all(conn)?.iter().any(|provider| named_by(&provider.data).contains(&code)))
}

/// The names of all providers.
pub(super) fn names(conn: &mut DbConnection) -> Result<Vec<(RateProviderId, String)>, Error> {
    Ok(table::table.select((table::id, table::name)).load(conn)?)
}

fn check(tx: &mut Tx<'_>, provider: &RateProvider) -> Result<(), Error> {
    let mut faults = Vec::new();
    let all: Vec<CurrencyCode> = named_by(provider).into_iter().collect();
    let known = currencies::hold(tx, &all)?;
    let named = [(Field::FromCurrencies, &provider.from_currencies), (Field::ToCurrencies, &provider.to_currencies)];
    for (field, codes) in named {
        let unknown = codes.placed().filter(|(_, code)| !known.contains_key(code));
        faults.extend(unknown.map(|(place, _)| CommonFault::Unknown.at(field.entry(place))));
    }
    if base_of(provider).is_some_and(|code| !known.contains_key(&code)) {
        faults.push(CommonFault::Unknown.at(Field::BaseCurrency));
    }
    Ok(Refusal::unless_empty(faults)?)
}

/// Moves other providers down by one, where the priority is taken.
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

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    priority: i64,
    is_enabled: bool,
    from_codes: String,
    to_codes: String,
    options: &'a str,
}

fn values(provider: &RateProvider) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &provider.name,
        name_key: folded(&provider.name),
        priority: provider.priority,
        is_enabled: provider.is_enabled,
        from_codes: json(&provider.from_currencies)?,
        to_codes: json(&provider.to_currencies)?,
        options: &provider.options,
    })
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
    let values = (table::provider.eq(provider.source), values(&provider)?, times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
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
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a provider that no pair and no method names, and answers what it was.
///
/// # Errors
/// A refusal while one does.
pub fn delete(tx: &mut Tx<'_>, id: RateProviderId) -> Result<StoredRateProvider, Error> {
    tx.lock_to_delete("rate_providers", id)?;
    let provider = get(tx.conn, id)?;
    let of_pairs: Vec<Set<i64>> = currency_pairs::table.select(currency_pairs::rate_providers).load(tx.conn)?;
    let of_methods = methods::table.filter(methods::rates_provider_id.eq(id));
    if of_pairs.iter().any(|providers| providers.contains(&id.get()))
        || diesel::select(diesel::dsl::exists(of_methods)).get_result(tx.conn)?
    {
        return Err(CommonFault::InUse.conflict().into());
    }
    diesel::delete(rate_quotes::table.filter(rate_quotes::provider_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(provider)
}
