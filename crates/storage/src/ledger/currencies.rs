//! Currencies.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::ledger::{Amount, Currency, CurrencyChange, CurrencyCode, CurrencyUnit};
use domain::value::{self, Field, List, LocalizedText, Refusal, Timestamp};

use super::movement_lock::stop_movements;
use crate::connection::{MultiBackend, on_each};
use crate::money::Stored;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::currencies::{self as table, BoxedQuery};
use crate::schema::{accounts as account, currency_aliases as aliases};
use crate::{ById, ByTime, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A currency as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCurrency {
    /// The numeric code, which identifies it.
    pub code: CurrencyCode,
    /// What can be set.
    pub data: Currency,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredCurrency {
    type Data = Currency;

    fn data(&self) -> &Currency {
        &self.data
    }
}

#[derive(Queryable)]
struct Row {
    code: CurrencyCode,
    alphabetic_code: String,
    name: String,
    minor_unit: i64,
    enabled: bool,
    block_explorer: Option<String>,
    markup_buy: Amount,
    markup_sell: Amount,
    resources: List<LocalizedText>,
    create_time: Timestamp,
    update_time: Timestamp,
}

fn record(row: Row) -> StoredCurrency {
    let data = Currency {
        alphabetic_code: row.alphabetic_code,
        name: row.name,
        minor_unit: row.minor_unit,
        enabled: row.enabled,
        block_explorer: row.block_explorer,
        markup_buy: row.markup_buy,
        markup_sell: row.markup_sell,
        resources: row.resources,
    };
    StoredCurrency { code: row.code, data, create_time: row.create_time, update_time: row.update_time }
}

/// What other objects show of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CurrencyBrief {
    /// The numeric code, which identifies it.
    pub code: CurrencyCode,
    /// Such as BTC.
    pub alphabetic_code: String,
    /// Its name in English.
    pub name: String,
    /// Its places after the point.
    pub minor_unit: i64,
    /// Its name in other languages.
    pub resources: List<LocalizedText>,
}

impl CurrencyBrief {
    /// Its code and places.
    pub(crate) fn unit(&self) -> CurrencyUnit {
        CurrencyUnit { code: self.code, minor_unit: u32::try_from(self.minor_unit).unwrap_or(0) }
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this alphabetic code, in capitals.
    pub alphabetic_code: Option<String>,
    /// With this numeric code.
    pub code: Option<CurrencyCode>,
    /// Usable or not.
    pub enabled: Option<bool>,
}

/// The columns of a [`CurrencyBrief`].
#[diesel::dsl::auto_type]
pub(crate) fn brief() -> _ {
    (table::code, table::alphabetic_code, table::name, table::minor_unit, table::resources)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(code) = &filter.alphabetic_code {
        query = query.filter(table::alphabetic_code.eq(code.to_uppercase()));
    }
    if let Some(code) = filter.code {
        query = query.filter(table::code.eq(code));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Currencies, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<StoredCurrency>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::code);
    Ok(Page { total, data: query.load(conn)? }.map(record))
}

/// One currency.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, code: CurrencyCode) -> Result<StoredCurrency, Error> {
    Ok(record(table::table.find(code).first(conn)?))
}

/// These currencies.
pub fn of_codes(
    conn: &mut DbConnection,
    codes: &[CurrencyCode],
) -> Result<HashMap<CurrencyCode, StoredCurrency>, Error> {
    let rows: Vec<Row> = table::table.filter(table::code.eq_any(codes.to_vec())).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.code, record(row))).collect())
}

/// Holds a currency until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, code: CurrencyCode) -> Result<StoredCurrency, Error> {
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        table::table.find(code).select(table::code).for_no_key_update().first::<CurrencyCode>(conn)?;
    }
    get(tx.conn, code)
}

/// Keeps these currencies from being deleted until the transaction ends, for records that name them without
/// a foreign key; answers what others show of them.
pub(super) fn hold(tx: &mut Tx<'_>, codes: &[CurrencyCode]) -> Result<HashMap<CurrencyCode, CurrencyBrief>, Error> {
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        let named = table::table.filter(table::code.eq_any(codes)).order(table::code).select(table::code);
        named.for_key_share().load::<CurrencyCode>(conn)?;
    }
    briefs(tx.conn, codes)
}

/// The currency of an alphabetic code or of an alias, in any case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut DbConnection, code: &str) -> Result<CurrencyCode, Error> {
    let code = code.to_uppercase();
    let own: Option<CurrencyCode> =
        table::table.filter(table::alphabetic_code.eq(&code)).select(table::code).first(conn).optional()?;
    match own {
        Some(code) => Ok(code),
        None => {
            Ok(aliases::table.filter(aliases::alphabetic_code.eq(&code)).select(aliases::currency_code).first(conn)?)
        }
    }
}

/// The enabled currencies that are no money of a state, and so have addresses; a page of them.
pub(crate) fn list_of_chains(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<CurrencyBrief>, Error> {
    let named = || {
        let first = CurrencyCode::new(CurrencyCode::FIRST_WITHOUT_STATE);
        table::table.filter(table::enabled.eq(true)).filter(table::code.ge(first)).into_boxed()
    };
    let total = paging.total(|| named().count().get_result(conn))?;
    let query = named().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::code.asc()),
        Direction::Descending => query.order(table::code.desc()),
    };
    Ok(Page { total, data: query.select(brief()).load(conn)? })
}

/// What others show of these currencies.
pub fn briefs(conn: &mut DbConnection, codes: &[CurrencyCode]) -> Result<HashMap<CurrencyCode, CurrencyBrief>, Error> {
    let query = table::table.filter(one_of(table::code, codes)).select(brief());
    let briefs: Vec<CurrencyBrief> = on_each!(conn, conn => query.load(conn))?;
    Ok(briefs.into_iter().map(|brief| (brief.code, brief)).collect())
}

/// An alphabetic code belongs to one currency or alias.
pub(super) fn check_code(tx: &mut Tx<'_>, code: &str) -> Result<(), Error> {
    match find(tx.conn, code) {
        Ok(_) => Err(Refusal::taken(Field::AlphabeticCode).into()),
        Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    minor_unit: i64,
    enabled: bool,
    block_explorer: Option<&'a str>,
    markup_buy: String,
    markup_sell: String,
    resources: String,
}

fn values(currency: &Currency) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &currency.name,
        minor_unit: currency.minor_unit,
        enabled: currency.enabled,
        block_explorer: currency.block_explorer.as_deref(),
        markup_buy: currency.markup_buy.plain(),
        markup_sell: currency.markup_sell.plain(),
        resources: json(&currency.resources)?,
    })
}

/// Adds a currency.
///
/// # Errors
/// A refusal where one of its codes is taken.
pub fn insert(tx: &mut Tx<'_>, code: CurrencyCode, currency: &Currency) -> Result<StoredCurrency, Error> {
    let known: Option<CurrencyCode> = table::table.find(code).select(table::code).first(tx.conn).optional()?;
    if known.is_some() {
        return Err(Refusal::taken(Field::NumericCode).into());
    }
    check_code(tx, &currency.alphabetic_code)?;
    let fixed = (
        table::code.eq(code),
        table::alphabetic_code.eq(&currency.alphabetic_code),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let inserted = diesel::insert_into(table::table).values((fixed, values(currency)?)).execute(tx.conn);
    inserted.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::AlphabeticCode)))?;
    get(tx.conn, code)
}

/// Writes what can be set of a currency.
///
/// # Errors
/// A refusal where places would be taken away from money that is there.
pub fn update(tx: &mut Tx<'_>, before: &StoredCurrency, after: &Currency) -> Result<StoredCurrency, Error> {
    let change = CurrencyChange { before: &before.data, after };
    if change.takes_places() {
        stop_movements(tx)?;
        change.check(has_money(tx.conn, before.code)?)?;
    }
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.code)).set(values).execute(tx.conn)?;
    get(tx.conn, before.code)
}

fn has_money(conn: &mut DbConnection, code: CurrencyCode) -> Result<bool, Error> {
    let zero = Stored(Amount::ZERO);
    let with_money = account::table
        .filter(account::currency_code.eq(code))
        .filter(account::balance.ne(zero).or(account::hold.ne(zero)));
    Ok(diesel::select(diesel::dsl::exists(with_money)).get_result(conn)?)
}

/// Those of the codes that are enabled currencies.
pub fn usable(conn: &mut DbConnection, codes: &[CurrencyCode]) -> Result<Vec<CurrencyBrief>, Error> {
    let query = table::table.filter(table::code.eq_any(codes.to_vec())).filter(table::enabled.eq(true));
    Ok(query.select(brief()).load(conn)?)
}
