//! Passwords of clients, of which only hashes are stored, and who changed them.

use std::net::IpAddr;

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::credentials::{ClientSessionId, PasswordChangeId, PasswordChangeKind, PasswordState};
use domain::identity::{Scope, UserId};
use domain::value::Timestamp;

use super::sessions;
use crate::client_scope::{check_not_deleted, check_visible, lock_client};
use crate::connection::on_each;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::client_credentials as credentials;
use crate::schema::client_password_changes as table;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A change of a password.
#[derive(Clone, Debug, Queryable)]
pub struct PasswordChange {
    /// Its id.
    pub id: PasswordChangeId,
    /// Whose password.
    pub client: ClientId,
    /// How.
    pub kind: PasswordChangeKind,
    /// The e-mail address of who changed it, at that time.
    pub changed_by: String,
    /// The user who changed it; none where the client did.
    pub user: Option<UserId>,
    /// When.
    pub create_time: Timestamp,
    /// From where.
    pub ip: Option<String>,
}

/// Changes of a client's password, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn changes(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    paging: &Paging<ByTime>,
) -> Result<Page<PasswordChange>, Error> {
    check_visible(conn, scope, client)?;
    let of_client = || table::table.filter(table::client_id.eq(client));
    let total = paging.total(|| of_client().count().get_result(conn))?;
    let query = of_client().into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: query.load(conn)? })
}

/// One change of a client's password.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn change(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    id: PasswordChangeId,
) -> Result<PasswordChange, Error> {
    check_visible(conn, scope, client)?;
    Ok(table::table.find(id).filter(table::client_id.eq(client)).first(conn)?)
}

/// The hash of a client's password.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn hash(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<Option<String>, Error> {
    check_visible(conn, scope, client)?;
    let hash = credentials::table.find(client).select(credentials::password_hash);
    Ok(hash.first::<Option<String>>(conn).optional()?.flatten())
}

/// The same, which stands until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn lock_hash(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<Option<String>, Error> {
    lock_client(tx, scope, client)?;
    hash(tx.conn, scope, client)
}

/// How a client's password stands.
pub fn state(conn: &mut DbConnection, client: ClientId) -> Result<PasswordState, Error> {
    let columns = (credentials::password_hash.is_not_null(), credentials::reset_prompted_at.is_not_null());
    let row: Option<(bool, bool)> = credentials::table.find(client).select(columns).first(conn).optional()?;
    Ok(row.map_or(PasswordState::Missing, state_of))
}

const fn state_of((is_set, is_reset_prompted): (bool, bool)) -> PasswordState {
    match (is_set, is_reset_prompted) {
        (false, _) => PasswordState::Missing,
        (true, false) => PasswordState::Set,
        (true, true) => PasswordState::ResetPrompted,
    }
}

/// Who sets a password.
#[derive(Clone, Copy, Debug)]
pub struct Setter<'a> {
    /// The user; none for the client.
    pub user: Option<UserId>,
    /// Their e-mail address.
    pub email: &'a str,
    /// From where.
    pub ip: Option<IpAddr>,
    /// The session that goes on; all others end.
    pub stays: Option<ClientSessionId>,
}

impl<'a> Setter<'a> {
    /// The client.
    #[must_use]
    pub const fn client(email: &'a str, ip: Option<IpAddr>) -> Self {
        Self { user: None, email, ip, stays: None }
    }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewChange<'a> {
    client_id: ClientId,
    kind: PasswordChangeKind,
    changed_by: &'a str,
    user_id: Option<UserId>,
    create_time: chrono::NaiveDateTime,
    ip: Option<String>,
}

/// Sets a client's password: their sessions and a prompt to reset it end.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope; a conflict for one who was removed.
pub fn set(tx: &mut Tx<'_>, scope: &Scope, client: ClientId, hash: &str, by: Setter<'_>) -> Result<(), Error> {
    lock_client(tx, scope, client)?;
    check_not_deleted(tx.conn, client)?;
    let values =
        (credentials::password_hash.eq(Some(hash)), credentials::reset_prompted_at.eq(None::<chrono::NaiveDateTime>));
    if diesel::update(credentials::table.find(client)).set(values).execute(tx.conn)? == 0 {
        let values = (credentials::client_id.eq(client), credentials::password_hash.eq(Some(hash)));
        diesel::insert_into(credentials::table).values(values).execute(tx.conn)?;
    }
    let kind = if by.user.is_some() { PasswordChangeKind::ChangedByAdmin } else { PasswordChangeKind::Restored };
    let change = NewChange {
        client_id: client,
        kind,
        changed_by: by.email,
        user_id: by.user,
        create_time: tx.now.naive(),
        ip: by.ip.map(|ip| ip.to_string()),
    };
    diesel::insert_into(table::table).values(change).execute(tx.conn)?;
    match by.stays {
        Some(session) => sessions::end_others(tx, client, session),
        None => sessions::end_all(tx, &[client]),
    }
}

/// Prompts a client to reset their password: they are signed out.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope; a conflict for one who was removed.
pub fn prompt(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<(), Error> {
    lock_client(tx, scope, client)?;
    check_not_deleted(tx.conn, client)?;
    prompt_all(tx, &[client])
}

/// Prompts clients, who are held, to reset their passwords. All are signed out.
pub(super) fn prompt_all(tx: &mut Tx<'_>, clients: &[ClientId]) -> Result<(), Error> {
    let states = credentials::table.filter(one_of(credentials::client_id, clients)).select((
        credentials::client_id,
        (credentials::password_hash.is_not_null(), credentials::reset_prompted_at.is_not_null()),
    ));
    let states: Vec<(ClientId, (bool, bool))> = on_each!(&mut *tx.conn, conn => states.load(conn))?;
    let changes = |row: &(ClientId, (bool, bool))| state_of(row.1).prompted() != state_of(row.1);
    let prompted: Vec<ClientId> = states.into_iter().filter(changes).map(|(client, _)| client).collect();
    let rows = credentials::table.filter(one_of(credentials::client_id, &prompted));
    let update = diesel::update(rows).set(credentials::reset_prompted_at.eq(Some(tx.now.naive())));
    on_each!(&mut *tx.conn, conn => update.execute(conn))?;
    sessions::end_all(tx, clients)
}
