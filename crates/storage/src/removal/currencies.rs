//! The removal of currencies.

use diesel::prelude::*;
use domain::ledger::CurrencyCode;
use domain::value::{CommonFault, FaultCode as _};

use crate::ledger::currencies::{StoredCurrency, get, lock};
use crate::ledger::movement_lock::stop_movements;
use crate::ledger::rate_providers;
use crate::schema::{currencies as table, rate_quotes, transactions};
use crate::{DbConnection, Error, Tx};

/// Deletes a currency that nothing names, and answers what it was.
///
/// # Errors
/// A refusal while something does.
pub fn delete(tx: &mut Tx<'_>, code: CurrencyCode) -> Result<StoredCurrency, Error> {
    let currency = lock_to_delete(tx, code)?;
    let in_use = || CommonFault::InUse.conflict();
    let moved =
        transactions::table.filter(transactions::debit_currency.eq(code).or(transactions::credit_currency.eq(code)));
    let was_moved: bool = diesel::select(diesel::dsl::exists(moved)).get_result(tx.conn)?;
    if was_moved || rate_providers::name_currency(tx.conn, code)? {
        return Err(in_use().into());
    }
    // A rate that a provider once gave is not a reference.
    let of_currency = rate_quotes::from_code.eq(code).or(rate_quotes::to_code.eq(code));
    diesel::delete(rate_quotes::table.filter(of_currency)).execute(tx.conn)?;
    let deleted = diesel::delete(table::table.find(code)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(in_use))?;
    Ok(currency)
}

/// Holds a currency that is going to be deleted until the transaction ends, and reads it then.
fn lock_to_delete(tx: &mut Tx<'_>, code: CurrencyCode) -> Result<StoredCurrency, Error> {
    // The row before the table, as a change does.
    lock(tx, code)?;
    // Transactions name it without a foreign key.
    stop_movements(tx)?;
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        table::table.find(code).select(table::code).for_update().first::<CurrencyCode>(conn)?;
    }
    get(tx.conn, code)
}
