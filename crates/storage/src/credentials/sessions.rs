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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct ClientSession {
    /// Its id.
    pub id: ClientSessionId,
    /// Who signed in.
    pub client: ClientId,
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
    for (kind, hash, expires_at) in
        [(ACCESS, &new.access, new.access_expires_at), (REFRESH, &new.refresh, new.refresh_expires_at)]
    {
        let values = (
            tokens::hash.eq(hash.to_vec()),
            tokens::session_id.eq(id),
            tokens::kind.eq(kind),
            tokens::create_time.eq(tx.now.naive()),
            tokens::expires_at.eq(expires_at.naive()),
        );
        diesel::insert_into(tokens::table).values(values).execute(tx.conn)?;
    }
    Ok(id)
}

/// The session of an access token, while neither has ended and the client was not removed.
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
        .filter(clients::status.ne(ClientStatus::Deleted))
        .select((table::id, table::client_id, table::device_id, tokens::expires_at));
    Ok(session.first(conn).optional()?)
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
