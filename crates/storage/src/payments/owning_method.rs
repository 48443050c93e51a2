//! A method, as far as what belongs to it asks for it: its currencies, commissions, custom fields and restrictions.

use diesel::prelude::*;
use domain::ledger::MethodId;
use domain::payments::MethodDirection;

use crate::schema::methods as table;
use crate::{DbConnection, Error, Tx};

/// Whether there is such a method.
///
/// # Errors
/// [`Error::NotFound`], also for a method of the other direction.
pub fn check_exists(conn: &mut DbConnection, direction: MethodDirection, id: MethodId) -> Result<(), Error> {
    table::table.find(id).filter(table::direction.eq(direction)).select(table::id).first::<MethodId>(conn)?;
    Ok(())
}

/// Holds a method until the transaction ends, for a change of what belongs to it.
///
/// # Errors
/// [`Error::NotFound`], also for a method of the other direction.
pub fn lock(tx: &mut Tx<'_>, direction: MethodDirection, id: MethodId) -> Result<(), Error> {
    tx.lock("methods", id)?;
    check_exists(tx.conn, direction, id)
}

/// The payment system of a method.
pub(super) fn provider(conn: &mut DbConnection, id: MethodId) -> Result<String, Error> {
    Ok(table::table.find(id).select(table::provider).first(conn)?)
}
