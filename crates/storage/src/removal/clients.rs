//! The removal of clients.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::catalog::ProductType;
use domain::clients::{ClientId, ClientStatus, Unfinished};
use domain::identity::Scope;
use domain::ledger::{Amount, RequestKind, TransactionStatus};

use crate::clients::profiles::{StoredClient, get};
use crate::credentials::erasure;
use crate::ledger::requests;
use crate::money::Stored;
use crate::payments::withdrawal_templates;
use crate::schema::{accounts, clients as table, transactions};
use crate::services::subscriptions;
use crate::tickets;
use crate::{DbConnection, Error, Tx};

/// Removes a client, and answers what the client was: their records stay in the books, and their e-mail address stays
/// taken.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a refusal where the client was removed already, has money, or has something
/// unfinished.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: ClientId) -> Result<StoredClient, Error> {
    let client = lock_removable(tx, scope, id, None)?;
    let values = (table::status.eq(ClientStatus::Deleted), table::update_time.eq(Some(tx.now.naive())));
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    subscriptions::switch_off(tx, id)?;
    erasure::end(tx, id)?;
    tickets::end(tx, id)?;
    withdrawal_templates::remove_all(tx, id)?;
    Ok(client)
}

/// Holds a client who can be removed, apart from requests of this kind that wait.
///
/// # Errors
/// As of [`delete`].
pub(crate) fn lock_removable(
    tx: &mut Tx<'_>,
    scope: &Scope,
    id: ClientId,
    apart: Option<RequestKind>,
) -> Result<StoredClient, Error> {
    tx.lock_to_delete("clients", id)?;
    let client = get(tx.conn, scope, id)?;
    let unfinished = Unfinished {
        has_money: has_money(tx.conn, id)?,
        has_transaction: has_unfinished(tx.conn, id)?,
        has_request: requests::has_undecided(tx.conn, id, apart)?,
    };
    client.data.check_removable(unfinished)?;
    Ok(client)
}

fn has_money(conn: &mut DbConnection, client: ClientId) -> Result<bool, Error> {
    let zero = Stored(Amount::ZERO);
    let with_money = accounts::table
        .filter(accounts::client_id.eq(client))
        .filter(accounts::archive_time.is_null())
        .filter(accounts::kind.ne(ProductType::Demo))
        .filter(accounts::balance.ne(zero).or(accounts::hold.ne(zero)).or(accounts::credit.ne(zero)));
    Ok(diesel::select(exists(with_money)).get_result(conn)?)
}

/// Whether a transaction of the client is unfinished, or another client's transfer to an account of this one.
fn has_unfinished(conn: &mut DbConnection, client: ClientId) -> Result<bool, Error> {
    let unfinished = || transactions::table.filter(transactions::status.eq_any(TransactionStatus::unfinished()));
    let of_client = unfinished().filter(transactions::client_id.eq(client));
    let own = accounts::table.filter(accounts::client_id.eq(client)).select(accounts::id.nullable());
    let to_client = unfinished().filter(transactions::credit_account_id.eq_any(own));
    Ok(diesel::select(exists(of_client)).get_result(conn)? || diesel::select(exists(to_client)).get_result(conn)?)
}
