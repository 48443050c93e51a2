//! Sessions of clients and their tokens, of which only the hashes are stored.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::clients::{ClientId, ClientStatus};
use domain::credentials::{ClientSessionId, DeviceId};
use domain::value::Timestamp;

use crate::connection::on_each;
use crate::identity::sessions::{NewTokens, TokenHash};
use crate::one_of::one_of;
use crate::schema::{client_session_tokens as tokens, client_sessions as table, clients};
use crate::{DbConnection, Error, PRUNED_AT_ONCE, Tx};

/// What a token is for.
const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// The session behind an access token.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ClientSession {
    /// Its id.
    pub id: ClientSessionId,
    /// Who signed in.
    pub client: ClientId,
    /// Their e-mail address, for the audit log.
    pub email: String,
    /// From which device.
    pub device: Option<DeviceId>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewSession<'a> {
    client_id: ClientId,
    device_id: Option<DeviceId>,
    ip: &'a str,
    create_time: NaiveDateTime,
    expires_at: NaiveDateTime,
}

/// Begins a session of a client, who is held.
pub fn begin(
    tx: &mut Tx<'_>,
    client: ClientId,
    device: Option<DeviceId>,
    ip: &str,
    new: &NewTokens,
) -> Result<ClientSessionId, Error> {
    let expires_at = new.refresh_expires_at.naive();
    let values = NewSession { client_id: client, device_id: device, ip, create_time: tx.now.naive(), expires_at };
    let id: ClientSessionId =
        diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    add_tokens(tx, id, new)?;
    Ok(id)
}

fn add_tokens(tx: &mut Tx<'_>, session: ClientSessionId, new: &NewTokens) -> Result<(), Error> {
    for (kind, hash, expires_at) in
        [(ACCESS, &new.access, new.access_expires_at), (REFRESH, &new.refresh, new.refresh_expires_at)]
    {
        let values = (
            tokens::hash.eq(hash.to_vec()),
            tokens::session_id.eq(session),
            tokens::kind.eq(kind),
            tokens::create_time.eq(tx.now.naive()),
            tokens::expires_at.eq(expires_at.naive()),
        );
        diesel::insert_into(tokens::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// The session of an access token, while neither has ended and the client may sign in.
pub fn of_access_token(
    conn: &mut DbConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<ClientSession>, Error> {
    let session = tokens::table
        .inner_join(table::table.inner_join(clients::table))
        .filter(tokens::hash.eq(hash.to_vec()))
        .filter(tokens::kind.eq(ACCESS))
        .filter(tokens::expires_at.gt(now.naive()))
        .filter(table::ended_at.is_null())
        .filter(clients::status.eq(ClientStatus::Active))
        .select((table::id, table::client_id, clients::email, table::device_id, tokens::expires_at));
    Ok(session.first(conn).optional()?)
}

/// What becomes of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It was used up, and its session goes on with the new tokens.
    Renewed,
    /// It is unknown, has ended, or its client may not sign in.
    Refused,
    /// It was used before: somebody has a copy, so the whole session was ended.
    Reused,
}

/// Uses up a refresh token and replaces the pair. An access token lives on to its end.
pub fn refresh(tx: &mut Tx<'_>, hash: &TokenHash, new: &NewTokens) -> Result<Refresh, Error> {
    let unused = tokens::table.find(hash.to_vec()).filter(tokens::kind.eq(REFRESH)).filter(tokens::used_at.is_null());
    let used = diesel::update(unused).set(tokens::used_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    let session = tokens::table
        .inner_join(table::table.inner_join(clients::table))
        .filter(tokens::hash.eq(hash.to_vec()))
        .filter(tokens::kind.eq(REFRESH))
        .filter(table::ended_at.is_null())
        .filter(clients::status.eq(ClientStatus::Active))
        .select((table::id, tokens::expires_at));
    let session: Option<(ClientSessionId, Timestamp)> = session.first(tx.conn).optional()?;
    let Some((session, expires_at)) = session else { return Ok(Refresh::Refused) };
    if used == 0 {
        end(tx, session)?;
        return Ok(Refresh::Reused);
    }
    if expires_at <= tx.now {
        return Ok(Refresh::Refused);
    }
    let lives_on = table::expires_at.eq(new.refresh_expires_at.naive());
    diesel::update(table::table.find(session)).set(lives_on).execute(tx.conn)?;
    add_tokens(tx, session, new)?;
    Ok(Refresh::Renewed)
}

/// Ends a session, as sign-out does.
pub fn end(tx: &mut Tx<'_>, session: ClientSessionId) -> Result<(), Error> {
    let open = table::table.find(session).filter(table::ended_at.is_null());
    diesel::update(open).set(table::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// Ends the sessions of a client but for this one.
pub fn end_others(tx: &mut Tx<'_>, client: ClientId, session: ClientSessionId) -> Result<(), Error> {
    let others = table::table
        .filter(table::client_id.eq(client))
        .filter(table::id.ne(session))
        .filter(table::ended_at.is_null());
    diesel::update(others).set(table::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// Ends the sessions of clients.
pub(crate) fn end_all(tx: &mut Tx<'_>, clients: &[ClientId]) -> Result<(), Error> {
    let open = table::table.filter(one_of(table::client_id, clients)).filter(table::ended_at.is_null());
    let ended = diesel::update(open).set(table::ended_at.eq(Some(tx.now.naive())));
    on_each!(&mut *tx.conn, conn => ended.execute(conn))?;
    Ok(())
}

/// Ends the sessions that were begun from a device of a client.
pub(super) fn end_of_device(tx: &mut Tx<'_>, client: ClientId, device: DeviceId) -> Result<(), Error> {
    let open = table::table
        .filter(table::client_id.eq(client))
        .filter(table::device_id.eq(Some(device)))
        .filter(table::ended_at.is_null());
    diesel::update(open).set(table::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// How long sessions that ended are kept, so that a reused token is still known.
const KEPT_AFTER_END: TimeDelta = TimeDelta::days(30);

/// Forgets the sessions that ended long ago, with their tokens, some of them at a time; answers how many.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let old = table::table.filter(table::expires_at.lt(tx.now.plus(-KEPT_AFTER_END).naive()));
    let ids: Vec<ClientSessionId> =
        old.order((table::expires_at, table::id)).limit(PRUNED_AT_ONCE).select(table::id).load(tx.conn)?;
    let of_old = tokens::table.filter(one_of(tokens::session_id, &ids));
    on_each!(&mut *tx.conn, conn => diesel::delete(of_old).execute(conn))?;
    let old = table::table.filter(one_of(table::id, &ids));
    Ok(on_each!(&mut *tx.conn, conn => diesel::delete(old).execute(conn))?)
}
