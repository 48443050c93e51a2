//! The commissions of payment methods.

use diesel::prelude::*;
use domain::ledger::{Amount, CommissionTerms, MethodId};
use domain::payments::{Commission, CommissionId, CommissionKind, MethodDirection, PaymentsFault};
use domain::value::{self, FaultCode as _, Field, Refusal, Timestamp};

use super::method_currencies;
use super::owning_method;
use crate::ledger::currencies::{self, CurrencyBrief};
use crate::money::Stored;
use crate::schema::currencies as currency;
use crate::schema::method_commissions as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

/// A commission as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCommission {
    /// Whose it is.
    pub method: MethodId,
    /// Its id.
    pub id: CommissionId,
    /// What can be set, and what is fixed.
    pub data: Commission,
    /// The currency.
    pub currency: CurrencyBrief,
    /// When it was added.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredCommission {
    type Data = Commission;

    fn data(&self) -> &Commission {
        &self.data
    }
}

#[derive(Queryable)]
struct Row {
    method: MethodId,
    id: CommissionId,
    kind: CommissionKind,
    fixed: Option<Stored>,
    percent: Option<Stored>,
    min: Option<Stored>,
    max: Option<Stored>,
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
        table::fixed,
        table::percent,
        table::min_amount,
        table::max_amount,
        table::create_time,
        table::update_time,
        currencies::brief(),
    )
}

fn record(row: Row) -> StoredCommission {
    let terms = CommissionTerms {
        fixed: row.fixed.map(Amount::from),
        percent: row.percent.map(Amount::from),
        min: row.min.map(Amount::from),
        max: row.max.map(Amount::from),
    };
    let data = Commission { currency: row.currency.code, kind: row.kind, terms };
    let (create_time, update_time) = (row.create_time, row.update_time);
    StoredCommission { method: row.method, id: row.id, data, currency: row.currency, create_time, update_time }
}

/// The commissions of a method, a page of them.
pub fn list(conn: &mut DbConnection, method: MethodId, paging: &Paging<ById>) -> Result<Page<StoredCommission>, Error> {
    let of_method = || table::table.filter(table::method_id.eq(method));
    let total = paging.total(|| of_method().count().get_result(conn))?;
    let query = of_method().inner_join(currency::table).into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? }.map(record))
}

/// The commissions of these methods.
pub(super) fn of_methods(conn: &mut DbConnection, ids: &[MethodId]) -> Result<Vec<StoredCommission>, Error> {
    let query = table::table.inner_join(currency::table).filter(table::method_id.eq_any(ids)).order(table::id);
    let rows: Vec<Row> = query.select(columns()).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// One commission of a method.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method.
pub fn get(conn: &mut DbConnection, method: MethodId, id: CommissionId) -> Result<StoredCommission, Error> {
    let query = table::table.inner_join(currency::table).filter(table::id.eq(id)).filter(table::method_id.eq(method));
    Ok(record(query.select(columns()).first(conn)?))
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values {
    kind: CommissionKind,
    fixed: Option<Stored>,
    percent: Option<Stored>,
    min_amount: Option<Stored>,
    max_amount: Option<Stored>,
}

fn values(commission: &Commission) -> Values {
    let CommissionTerms { fixed, percent, min, max } = commission.terms;
    Values {
        kind: commission.kind,
        fixed: fixed.map(Stored),
        percent: percent.map(Stored),
        min_amount: min.map(Stored),
        max_amount: max.map(Stored),
    }
}

/// Holds the method, and reads a commission of it.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method, and a method of the other direction.
pub fn lock(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: CommissionId,
) -> Result<StoredCommission, Error> {
    owning_method::lock(tx, direction, method)?;
    get(tx.conn, method, id)
}

/// Adds a commission to a method.
///
/// # Errors
/// A refusal where the payment system does not have the currency, or there is one of the type.
pub fn insert(tx: &mut Tx<'_>, method: MethodId, commission: &Commission) -> Result<StoredCommission, Error> {
    if !method_currencies::pays(tx.conn, method, commission.currency)? {
        return Err(PaymentsFault::NotMethodCurrency.at(Field::Currency).unprocessable().into());
    }
    let fixed = (table::method_id.eq(method), table::currency_code.eq(commission.currency));
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values((fixed, values(commission), times)).returning(table::id);
    let id = id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Type)))?;
    get(tx.conn, method, id)
}

/// Writes what can be set of a commission.
///
/// # Errors
/// A refusal where there is one of the type.
pub fn update(tx: &mut Tx<'_>, before: &StoredCommission, after: &Commission) -> Result<StoredCommission, Error> {
    let values = (values(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Type)))?;
    get(tx.conn, before.method, before.id)
}

/// Removes a commission from its method, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method, and a method of the other direction.
pub fn delete(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: CommissionId,
) -> Result<StoredCommission, Error> {
    let commission = lock(tx, direction, method, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(commission)
}
