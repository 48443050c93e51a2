use diesel::prelude::*;

use crate::{DbConnection, Error, Tx};

/// Waits for every transaction that moves money, and keeps others from starting until this one ends.
///
/// For rare changes to what all movements depend on, such as deleting a method or reducing the places of a
/// currency. If each movement held its method and its currency instead, all of them would write to the same
/// few rows; this way only the change pays. A movement that waits sees the change, since PostgreSQL locks
/// tables before it takes a statement's snapshot, and methods and currencies are read together with the
/// accounts or later. Reads go on.
pub(crate) fn stop_movements(tx: &mut Tx<'_>) -> Result<(), Error> {
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        diesel::sql_query("LOCK TABLE accounts IN EXCLUSIVE MODE").execute(conn)?;
    }
    Ok(())
}
