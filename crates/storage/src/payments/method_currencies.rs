//! The currencies of payment methods.

use diesel::prelude::*;
use domain::ledger::{Amount, CurrencyCode, LedgerFault, MethodId};
use domain::payments::{MethodCurrency, MethodCurrencyId, MethodCurrencyKind, MethodDirection, PaymentsFault};
use domain::value::{self, FaultCode as _, Field, Refusal, Timestamp};

use super::owning_method;
use crate::connection::MultiBackend;
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::money::Stored;
use crate::schema::method_currencies::{self as table, BoxedQuery};
use crate::schema::{currencies as currency, method_commissions as commissions};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A currency of a method as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMethodCurrency {
    /// Whose it is.
    pub method: MethodId,
    /// Its id.
    pub id: MethodCurrencyId,
    /// What can be set, and what is fixed.
    pub data: MethodCurrency,
    /// The currency.
    pub currency: CurrencyBrief,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredMethodCurrency {
    type Data = MethodCurrency;

    fn data(&self) -> &MethodCurrency {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whose currency it is.
    pub kind: Option<MethodCurrencyKind>,
    /// Usable or not.
    pub is_enabled: Option<bool>,
}

#[derive(Queryable)]
struct Row {
    method: MethodId,
    id: MethodCurrencyId,
    kind: MethodCurrencyKind,
    is_enabled: bool,
    min_amount: Option<Stored>,
    max_amount: Option<Stored>,
    create_time: Timestamp,
    update_time: Timestamp,
    currency: CurrencyBrief,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::method_id,
        table::id,
        table::kind,
        table::is_enabled,
        table::min_amount,
        table::max_amount,
        table::create_time,
        table::update_time,
        currencies::brief(),
    )
}

fn record(row: Row) -> StoredMethodCurrency {
    let data = MethodCurrency {
        currency: row.currency.code,
        kind: row.kind,
        is_enabled: row.is_enabled,
        min_amount: row.min_amount.map(Amount::from),
        max_amount: row.max_amount.map(Amount::from),
    };
    let (create_time, update_time) = (row.create_time, row.update_time);
    StoredMethodCurrency { method: row.method, id: row.id, data, currency: row.currency, create_time, update_time }
}

fn filtered(method: MethodId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::method_id.eq(method)).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    query
}

/// The currencies of a method, a page of them.
pub fn list(
    conn: &mut DbConnection,
    method: MethodId,
    filter: &Filter,
    paging: &Paging<ById>,
) -> Result<Page<StoredMethodCurrency>, Error> {
    let total = paging.total(|| filtered(method, filter).count().get_result(conn))?;
    let page = filtered(method, filter).limit(paging.limit).offset(paging.offset).select(table::id);
    let ids: Vec<MethodCurrencyId> = match paging.direction {
        Direction::Ascending => page.order(table::id.asc()).load(conn)?,
        Direction::Descending => page.order(table::id.desc()).load(conn)?,
    };
    let rows = table::table.inner_join(currency::table).filter(table::id.eq_any(ids)).into_boxed();
    let rows = match paging.direction {
        Direction::Ascending => rows.order(table::id.asc()),
        Direction::Descending => rows.order(table::id.desc()),
    };
    Ok(Page { total, data: rows.select(columns()).load(conn)? }.map(record))
}

/// The currencies of these methods.
pub(super) fn of_methods(conn: &mut DbConnection, ids: &[MethodId]) -> Result<Vec<StoredMethodCurrency>, Error> {
    let query = table::table.inner_join(currency::table).filter(table::method_id.eq_any(ids)).order(table::id);
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// One currency of a method.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method.
pub fn get(conn: &mut DbConnection, method: MethodId, id: MethodCurrencyId) -> Result<StoredMethodCurrency, Error> {
    let query = table::table.inner_join(currency::table).filter(table::id.eq(id)).filter(table::method_id.eq(method));
    Ok(record(query.select(columns()).first(conn)?))
}

/// Holds the method, and reads a currency of it.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method, and a method of the other direction.
pub fn lock(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: MethodCurrencyId,
) -> Result<StoredMethodCurrency, Error> {
    owning_method::lock(tx, direction, method)?;
    get(tx.conn, method, id)
}

/// Adds a currency to a method.
///
/// # Errors
/// A refusal where it is not an enabled currency, or the method has it.
pub fn insert(tx: &mut Tx<'_>, method: MethodId, entry: &MethodCurrency) -> Result<StoredMethodCurrency, Error> {
    if currencies::usable(tx.conn, &[entry.currency])?.is_empty() {
        return Err(LedgerFault::NotEnabledCurrency.at(Field::Currency).unprocessable().into());
    }
    check_places(tx.conn, entry)?;
    let id = add(tx, method, entry)?;
    get(tx.conn, method, id)
}

fn check_places(conn: &mut DbConnection, entry: &MethodCurrency) -> Result<(), Error> {
    let unit = currencies::get(conn, entry.currency)?.data.unit(entry.currency);
    let amounts = [(Field::MinAmount, entry.min_amount), (Field::MaxAmount, entry.max_amount)];
    let faults = amounts.into_iter().filter_map(|(field, amount)| unit.place_fault(amount?, field));
    Ok(Refusal::unless_empty(faults.collect())?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values {
    is_enabled: bool,
    min_amount: Option<Stored>,
    max_amount: Option<Stored>,
}

fn values(entry: &MethodCurrency) -> Values {
    Values {
        is_enabled: entry.is_enabled,
        min_amount: entry.min_amount.map(Stored),
        max_amount: entry.max_amount.map(Stored),
    }
}

/// Adds a currency that was checked.
pub(crate) fn add(tx: &mut Tx<'_>, method: MethodId, entry: &MethodCurrency) -> Result<MethodCurrencyId, Error> {
    let fixed = (table::method_id.eq(method), table::currency_code.eq(entry.currency), table::kind.eq(entry.kind));
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values((fixed, values(entry), times)).returning(table::id);
    id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Currency)))
}

/// Writes what can be set of a currency of a method.
///
/// # Errors
/// A refusal where an amount has more places than the currency.
pub fn update(
    tx: &mut Tx<'_>,
    before: &StoredMethodCurrency,
    after: &MethodCurrency,
) -> Result<StoredMethodCurrency, Error> {
    check_places(tx.conn, after)?;
    let changes = (values(after), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(changes).execute(tx.conn)?;
    get(tx.conn, before.method, before.id)
}

/// Removes a currency from its method, and answers what it was.
///
/// # Errors
/// A refusal where it is the last one of accounts, or has a commission.
pub fn delete(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: MethodCurrencyId,
) -> Result<StoredMethodCurrency, Error> {
    let entry = lock(tx, direction, method, id)?;
    match entry.data.kind {
        MethodCurrencyKind::Account => {
            let others = Filter { kind: Some(MethodCurrencyKind::Account), is_enabled: None };
            if filtered(entry.method, &others).count().get_result::<i64>(tx.conn)? < 2 {
                return Err(PaymentsFault::LastAccountCurrency.conflict().into());
            }
        }
        MethodCurrencyKind::PaymentSystem => {
            let charged = commissions::table
                .filter(commissions::method_id.eq(entry.method))
                .filter(commissions::currency_code.eq(entry.data.currency));
            if diesel::select(diesel::dsl::exists(charged)).get_result(tx.conn)? {
                return Err(PaymentsFault::CurrencyHasCommission.conflict().into());
            }
        }
    }
    diesel::delete(table::table.find(entry.id)).execute(tx.conn)?;
    Ok(entry)
}

/// Whether the payment system of a method takes or pays the currency.
pub(super) fn pays(conn: &mut DbConnection, method: MethodId, code: CurrencyCode) -> Result<bool, Error> {
    let filter = Filter { kind: Some(MethodCurrencyKind::PaymentSystem), is_enabled: None };
    let entry = filtered(method, &filter).filter(table::currency_code.eq(code)).select(table::id);
    Ok(entry.first::<MethodCurrencyId>(conn).optional()?.is_some())
}
