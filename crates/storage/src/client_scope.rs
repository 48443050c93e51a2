//! Which clients a scope reaches, as queries ask for it.

use diesel::dsl::{Eq, EqAny};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sql_types::BigInt;
use domain::clients::{ClientId, ClientStatus, ClientTagId};
use domain::identity::Scope;
use domain::value::{Field, Refusal};

use crate::connection::RowLock;
use crate::schema::{client_tag_members as members, clients};
use crate::{DbConnection, Error, Tx};

/// The query for the clients who have one of these tags.
pub(crate) type WithTags = diesel::dsl::Select<
    diesel::dsl::Filter<members::table, EqAny<members::tag_id, Vec<ClientTagId>>>,
    members::client_id,
>;

/// The clients in a scope.
pub(crate) enum ClientsInScope {
    /// Every client.
    All,
    /// The ones that this query finds.
    WithTags(WithTags),
    /// One client.
    One(ClientId),
}

/// The clients in the scope.
pub(crate) fn clients_in(scope: &Scope) -> ClientsInScope {
    match scope {
        Scope::System | Scope::AllClients => ClientsInScope::All,
        Scope::Tags(tags) => {
            let tags: Vec<ClientTagId> = tags.iter().copied().collect();
            ClientsInScope::WithTags(members::table.filter(members::tag_id.eq_any(tags)).select(members::client_id))
        }
        Scope::Client(client) => ClientsInScope::One(*client),
    }
}

/// Narrows a boxed query to the rows whose client, named by the column, is in the scope.
pub(crate) fn visible<Q, C>(query: Q, scope: &Scope, client: C) -> Q
where
    C: Expression<SqlType = BigInt>,
    Q: methods::FilterDsl<EqAny<C, WithTags>, Output = Q> + methods::FilterDsl<Eq<C, ClientId>, Output = Q>,
{
    match clients_in(scope) {
        ClientsInScope::All => query,
        ClientsInScope::WithTags(clients) => query.filter(client.eq_any(clients)),
        ClientsInScope::One(id) => query.filter(client.eq(id)),
    }
}

/// Whether the scope reaches the client.
pub(crate) fn sees(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<bool, Error> {
    let query = clients::table.filter(clients::id.eq(client)).select(clients::id).into_boxed();
    Ok(visible(query, scope, clients::id).first::<ClientId>(conn).optional()?.is_some())
}

/// Holds a client in scope until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub(crate) fn lock_client(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<(), Error> {
    tx.lock("clients", client)?;
    check_visible(tx.conn, scope, client)
}

/// Whether there is such a client in scope.
///
/// # Errors
/// [`Error::NotFound`].
pub fn check_visible(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<(), Error> {
    if sees(conn, scope, client)? { Ok(()) } else { Err(Error::NotFound) }
}

/// Checks a client that a body names.
///
/// # Errors
/// A refusal where the scope does not reach the client, and a conflict where the client was removed.
pub(crate) fn check_named(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<(), Error> {
    if sees(conn, scope, client)? {
        check_not_deleted(conn, client)
    } else {
        Err(Refusal::unknown(Field::Client).into())
    }
}

/// Nothing is written to a client who was removed. This holds the client, who cannot be removed before the
/// transaction ends.
///
/// # Errors
/// A conflict.
pub(crate) fn check_not_deleted(conn: &mut DbConnection, client: ClientId) -> Result<(), Error> {
    conn.lock_row("clients", client.get(), RowLock::Named)?;
    let status: ClientStatus = clients::table.find(client).select(clients::status).first(conn)?;
    Ok(status.check_not_deleted()?)
}
