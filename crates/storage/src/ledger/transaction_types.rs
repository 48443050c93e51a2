//! The types of transactions: six, which are given.

use diesel::prelude::*;
use domain::clients::ClientTypeId;
use domain::ledger::{TransactionType, TransactionTypeId, TransactionTypeName};
use domain::value::{Fault, Identified, Refusal};

use super::hedges;
use crate::clients::types;
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
///
/// # Errors
/// Those of the database.
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

/// Writes what can be set of a type.
///
/// # Errors
/// A refusal where the options newly name client types that do not exist.
pub fn update(
    tx: &mut Tx<'_>,
    id: TransactionTypeId,
    after: &TransactionType,
) -> Result<Identified<TransactionType>, Error> {
    let before = hedges::left_out(&get(tx.conn, id)?.data.options)?;
    let named: Vec<i64> = hedges::left_out(&after.options)?.iter().map(|kind| kind.get()).collect();
    tx.hold("client_types", &named)?;
    let existing = types::existing(tx.conn, &named)?;
    let is_unknown = |id: &&i64| !existing.contains(id) && !before.contains(&ClientTypeId::new(**id));
    let faults = named.iter().filter(is_unknown);
    let faults = faults.map(|id| Fault::of("options.notHedgedClientTypes", format!("{id} does not exist")));
    Refusal::unless_empty(faults.collect())?;
    let values =
        (table::caption.eq(&after.caption), table::options.eq(&after.options), table::enabled.eq(after.enabled));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    get(tx.conn, id)
}
