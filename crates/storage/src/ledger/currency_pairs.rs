//! Pairs of currencies that can be exchanged.

use diesel::prelude::*;
use domain::ledger::{
    Amount, CurrencyCode, CurrencyPair, CurrencyPairId, LedgerFault, RateProviderId, TransactionKind, TransactionStatus,
};
use domain::value::{self, CommonFault, FaultCode as _, Field, List, Refusal, Timestamp};

use super::currencies::{self, CurrencyBrief};
use super::rate_providers;
use crate::connection::MultiBackend;
use crate::money::Stored;
use crate::paging::ordered;
use crate::schema::currency_pairs::{self as table, BoxedQuery};
use crate::schema::transactions;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A pair as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPair {
    /// Its id.
    pub id: CurrencyPairId,
    /// What can be set.
    pub data: CurrencyPair,
    /// What is given.
    pub from: CurrencyBrief,
    /// What is got.
    pub to: CurrencyBrief,
    /// The names of its rate providers.
    pub provider_names: Vec<String>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredPair {
    type Data = CurrencyPair;

    fn data(&self) -> &CurrencyPair {
        &self.data
    }
}

/// What a list is narrowed to; ranges include their ends.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Giving this.
    pub from: Option<CurrencyCode>,
    /// Getting this.
    pub to: Option<CurrencyCode>,
    /// Open to clients or not.
    pub is_enabled: Option<bool>,
    /// Open to users or not.
    pub is_enabled_for_admin: Option<bool>,
    /// Hedged or not.
    pub is_hedging_enabled: Option<bool>,
    /// With a largest amount from this.
    pub max_amount_from: Option<Amount>,
    /// With a largest amount up to this.
    pub max_amount_to: Option<Amount>,
    /// With a step from this.
    pub step_from: Option<Amount>,
    /// With a step up to this.
    pub step_to: Option<Amount>,
}

#[derive(Queryable)]
struct Row {
    id: CurrencyPairId,
    from: CurrencyCode,
    to: CurrencyCode,
    is_enabled: bool,
    is_enabled_for_admin: bool,
    is_hedging_enabled: bool,
    is_request_required: bool,
    step: Option<Stored>,
    max_amount: Option<Stored>,
    rate_providers: List<i64>,
    create_time: Timestamp,
    update_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::from_code,
        table::to_code,
        table::is_enabled,
        table::is_enabled_for_admin,
        table::is_hedging_enabled,
        table::is_request_required,
        table::step,
        table::max_amount,
        table::rate_providers,
        table::create_time,
        table::update_time,
    )
}

fn data(row: &Row) -> CurrencyPair {
    CurrencyPair {
        from: row.from,
        to: row.to,
        is_enabled: row.is_enabled,
        is_enabled_for_admin: row.is_enabled_for_admin,
        is_hedging_enabled: row.is_hedging_enabled,
        is_request_required: row.is_request_required,
        step: row.step.map(Amount::from),
        max_amount: row.max_amount.map(Amount::from),
        rate_providers: row.rate_providers.iter().copied().map(RateProviderId::new).collect(),
    }
}

fn records(conn: &mut DbConnection, rows: Vec<Row>) -> Result<Vec<StoredPair>, Error> {
    let codes: Vec<CurrencyCode> = rows.iter().flat_map(|row| [row.from, row.to]).collect();
    let briefs = currencies::briefs(conn, &codes)?;
    let names = rate_providers::names(conn)?;
    let brief = |code: CurrencyCode| {
        briefs.get(&code).cloned().ok_or_else(|| Error::Broken(format!("a pair names currency {code}")))
    };
    rows.into_iter()
        .map(|row| {
            let data = data(&row);
            let name = |id: &RateProviderId| names.iter().find(|(known, _)| known == id).map(|(_, name)| name.clone());
            let provider_names = data.rate_providers.iter().filter_map(name).collect();
            let (from, to) = (brief(row.from)?, brief(row.to)?);
            let (create_time, update_time) = (row.create_time, row.update_time);
            Ok(StoredPair { id: row.id, data, from, to, provider_names, create_time, update_time })
        })
        .collect()
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(code) = filter.from {
        query = query.filter(table::from_code.eq(code));
    }
    if let Some(code) = filter.to {
        query = query.filter(table::to_code.eq(code));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    if let Some(is_enabled) = filter.is_enabled_for_admin {
        query = query.filter(table::is_enabled_for_admin.eq(is_enabled));
    }
    if let Some(is_enabled) = filter.is_hedging_enabled {
        query = query.filter(table::is_hedging_enabled.eq(is_enabled));
    }
    if let Some(amount) = filter.max_amount_from {
        query = query.filter(table::max_amount.ge(Stored(amount)));
    }
    if let Some(amount) = filter.max_amount_to {
        query = query.filter(table::max_amount.le(Stored(amount)));
    }
    if let Some(amount) = filter.step_from {
        query = query.filter(table::step.ge(Stored(amount)));
    }
    if let Some(amount) = filter.step_to {
        query = query.filter(table::step.le(Stored(amount)));
    }
    query
}

/// Pairs, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredPair>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: records(conn, rows)? })
}

/// One pair.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: CurrencyPairId) -> Result<StoredPair, Error> {
    let row = table::table.find(id).select(columns()).first(conn)?;
    records(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Holds a pair until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: CurrencyPairId) -> Result<StoredPair, Error> {
    tx.lock("currency_pairs", id)?;
    get(tx.conn, id)
}

/// The pair of two currencies.
pub(crate) fn of(conn: &mut DbConnection, from: CurrencyCode, to: CurrencyCode) -> Result<Option<CurrencyPair>, Error> {
    let pair = table::table.filter(table::from_code.eq(from)).filter(table::to_code.eq(to));
    Ok(pair.select(columns()).first::<Row>(conn).optional()?.map(|row| data(&row)))
}

/// The pairs that clients exchange from a currency, by the currency that is got.
pub(crate) fn open_from(conn: &mut DbConnection, from: CurrencyCode) -> Result<Vec<CurrencyPair>, Error> {
    let open = table::table.filter(table::from_code.eq(from)).filter(table::is_enabled.eq(true)).order(table::to_code);
    let rows: Vec<Row> = open.select(columns()).load(conn)?;
    Ok(rows.iter().map(data).collect())
}

/// The pairs that ask rate providers in an order of their own.
pub(super) fn with_order(conn: &mut DbConnection) -> Result<Vec<CurrencyPair>, Error> {
    let rows: Vec<Row> = table::table.filter(table::rate_providers.ne("[]")).select(columns()).load(conn)?;
    Ok(rows.iter().map(data).collect())
}

/// Keeps the pair of two currencies from being deleted until the transaction ends, for an exchange that
/// waits for approval. Answers whether there is one.
pub(crate) fn hold(tx: &mut Tx<'_>, from: CurrencyCode, to: CurrencyCode) -> Result<bool, Error> {
    let pair = table::table.filter(table::from_code.eq(from)).filter(table::to_code.eq(to)).select(table::id);
    match &mut *tx.conn {
        DbConnection::Postgres(conn) => Ok(pair.for_key_share().first::<CurrencyPairId>(conn).optional()?.is_some()),
        DbConnection::Sqlite(_) => Ok(true),
    }
}

/// The providers of these names, held until the transaction ends.
///
/// # Errors
/// A refusal with each name that does not exist.
pub fn providers_named(tx: &mut Tx<'_>, names: &[String]) -> Result<Vec<RateProviderId>, Error> {
    let known = rate_providers::names(tx.conn)?;
    let wanted: Vec<RateProviderId> =
        known.into_iter().filter(|(_, name)| names.contains(name)).map(|(id, _)| id).collect();
    tx.hold("rate_providers", &wanted)?;
    let known = rate_providers::names(tx.conn)?;
    let mut faults = Vec::new();
    let mut ids = Vec::new();
    for (place, name) in names.iter().enumerate() {
        match known.iter().find(|(_, known)| known == name) {
            Some((id, _)) if ids.contains(id) => {}
            Some((id, _)) => ids.push(*id),
            None => faults.push(CommonFault::Unknown.at(Field::RateProviders.entry(place))),
        }
    }
    Refusal::unless_empty(faults)?;
    Ok(ids)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values {
    is_enabled: bool,
    is_enabled_for_admin: bool,
    is_hedging_enabled: bool,
    is_request_required: bool,
    step: Option<Stored>,
    max_amount: Option<Stored>,
    rate_providers: String,
}

fn values(pair: &CurrencyPair) -> Result<Values, Error> {
    let providers: Vec<i64> = pair.rate_providers.iter().map(|id| id.get()).collect();
    Ok(Values {
        is_enabled: pair.is_enabled,
        is_enabled_for_admin: pair.is_enabled_for_admin,
        is_hedging_enabled: pair.is_hedging_enabled,
        is_request_required: pair.is_request_required,
        step: pair.step.map(Stored),
        max_amount: pair.max_amount.map(Stored),
        rate_providers: json(&providers)?,
    })
}

/// Adds a pair.
///
/// # Errors
/// A refusal where a currency does not exist, or the pair does already.
pub fn insert(tx: &mut Tx<'_>, pair: &CurrencyPair) -> Result<StoredPair, Error> {
    let known = currencies::briefs(tx.conn, &[pair.from, pair.to])?;
    let named = [(Field::FromCurrency, pair.from), (Field::ToCurrency, pair.to)];
    let unknown = named.into_iter().filter(|(_, code)| !known.contains_key(code));
    Refusal::unless_empty(unknown.map(|(field, _)| CommonFault::Unknown.at(field)).collect())?;
    let fixed = (
        table::from_code.eq(pair.from),
        table::to_code.eq(pair.to),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values((fixed, values(pair)?)).returning(table::id);
    let id =
        id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::ToCurrency)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a pair.
pub fn update(tx: &mut Tx<'_>, before: &StoredPair, after: &CurrencyPair) -> Result<StoredPair, Error> {
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a pair, and answers what it was.
///
/// # Errors
/// A refusal while an exchange of it waits for approval.
pub fn delete(tx: &mut Tx<'_>, id: CurrencyPairId) -> Result<StoredPair, Error> {
    tx.lock_to_delete("currency_pairs", id)?;
    let pair = get(tx.conn, id)?;
    let waiting = transactions::table
        .filter(transactions::status.eq(TransactionStatus::Pending))
        .filter(transactions::kind.eq(TransactionKind::Exchange))
        .filter(transactions::debit_currency.eq(pair.data.from))
        .filter(transactions::credit_currency.eq(pair.data.to));
    if diesel::select(diesel::dsl::exists(waiting)).get_result(tx.conn)? {
        return Err(LedgerFault::PairHasPendingExchange.conflict().into());
    }
    diesel::delete(table::table.find(pair.id)).execute(tx.conn)?;
    Ok(pair)
}
