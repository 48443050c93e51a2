//! The types of transactions: six, which are given.

use diesel::prelude::*;
use domain::clients::ClientTypeId;
use domain::ledger::{RequestMode, TransactionKind, TransactionType, TransactionTypeId, TransactionTypeName};
use domain::value::{CommonFault, FaultCode as _, Field, Identified, Refusal, Set};
use serde_json::Value;

use crate::schema::client_types;
use crate::schema::transaction_types as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

type Columns = (TransactionTypeId, TransactionTypeName, String, String, Option<String>, bool);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::name, table::caption, table::options, table::class, table::enabled)
}

fn record((id, name, caption, options, class, enabled): Columns) -> Identified<TransactionType> {
    Identified { id, data: TransactionType { name, caption, options, class, enabled } }
}

/// Types, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<Identified<TransactionType>>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// One type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: TransactionTypeId) -> Result<Identified<TransactionType>, Error> {
    Ok(record(table::table.find(id).select(columns()).first(conn)?))
}

/// The type of this name.
pub(crate) fn named(conn: &mut DbConnection, name: TransactionTypeName) -> Result<TransactionType, Error> {
    Ok(record(table::table.filter(table::name.eq(name)).select(columns()).first(conn)?).data)
}

/// The switches of a type.
pub(crate) fn switches(conn: &mut DbConnection, name: TransactionTypeName) -> Result<Value, Error> {
    Ok(serde_json::from_str(&named(conn, name)?.options)?)
}

/// Whether what clients ask for of a kind of transaction waits for a user, where by the other rules it would or would not.
pub(crate) fn waits(conn: &mut DbConnection, kind: TransactionKind, usually: bool) -> Result<bool, Error> {
    let switches = switches(conn, TransactionTypeName::of(kind))?;
    let mode = switches.get("application").and_then(Value::as_str).and_then(|mode| mode.parse().ok());
    Ok(mode.unwrap_or(RequestMode::Usual).waits(usually))
}

/// Holds a type until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: TransactionTypeId) -> Result<Identified<TransactionType>, Error> {
    tx.lock("transaction_types", id)?;
    get(tx.conn, id)
}

/// The client types whose exchanges are not hedged: the switch `notHedgedClientTypes` of exchanges.
pub(crate) fn not_hedged(options: &str) -> Result<Set<ClientTypeId>, Error> {
    let options: Value = serde_json::from_str(options)?;
    let ids = options.get("notHedgedClientTypes").and_then(Value::as_array);
    let ids = ids.into_iter().flatten().filter_map(Value::as_i64);
    Ok(ids.map(ClientTypeId::new).collect())
}

/// Whether the options of exchanges name a client type.
pub(crate) fn name_client_type(conn: &mut DbConnection, client_type: ClientTypeId) -> Result<bool, Error> {
    let options = named(conn, TransactionTypeName::Exchange)?.options;
    Ok(not_hedged(&options)?.contains(&client_type))
}

#[derive(AsChangeset)]
#[diesel(table_name = table)]
struct Changes<'a> {
    caption: &'a str,
    options: &'a str,
    enabled: bool,
}

/// Writes what can be set of a type.
///
/// # Errors
/// A refusal where the options newly name client types that do not exist.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<TransactionType>,
    after: &TransactionType,
) -> Result<Identified<TransactionType>, Error> {
    let known = not_hedged(&before.data.options)?;
    let named: Vec<i64> = not_hedged(&after.options)?.iter().map(|kind| kind.get()).collect();
    tx.hold("client_types", &named)?;
    let existing = client_types::table.filter(client_types::id.eq_any(&named)).select(client_types::id);
    let existing: Vec<i64> = existing.load(tx.conn)?;
    let is_unknown = |id: &&i64| !existing.contains(id) && !known.contains(&ClientTypeId::new(**id));
    let faults = named.iter().filter(is_unknown);
    let faults = faults.map(|_| CommonFault::Unknown.at(Field::NotHedgedClientTypes));
    Refusal::unless_empty(faults.collect())?;
    let changes = Changes { caption: &after.caption, options: &after.options, enabled: after.enabled };
    diesel::update(table::table.find(before.id)).set(changes).execute(tx.conn)?;
    get(tx.conn, before.id)
}
