//! A method, as far as what belongs to it asks for it: its currencies, commissions, custom fields and restrictions.

use std::net::IpAddr;

use diesel::prelude::*;
use domain::connections::ConnectionId;
use domain::ledger::MethodId;
use domain::payments::MethodDirection;
use domain::value::List;

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

/// How the payment system of a method is reached.
#[derive(Queryable)]
pub(super) struct Contact {
    /// Its name.
    pub provider: String,
    pub connection: Option<ConnectionId>,
    /// The addresses that may report; none for any.
    pub ip_white_list: List<IpAddr>,
}

/// # Errors
/// [`Error::NotFound`], also for a method of the other direction.
pub(super) fn contact(conn: &mut DbConnection, direction: MethodDirection, id: MethodId) -> Result<Contact, Error> {
    let method = table::table.find(id).filter(table::direction.eq(direction));
    Ok(method.select((table::provider, table::connection_id, table::ip_white_list)).first(conn)?)
}
