//! Sessions and their tokens, of which only the hashes are stored.

use std::net::IpAddr;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::identity::{SessionId, UserId, is_ip_allowed};
use domain::value::{List, Timestamp};

use crate::schema::{session_tokens, sessions, users as user};
use crate::{Error, Tx};

/// The hash under which a token is stored.
pub type TokenHash = [u8; 32];

/// What a token is for.
pub(super) const ACCESS: &str = "access";
const REFRESH: &str = "refresh";

/// A new pair of tokens, as stored.
#[derive(Clone, Copy, Debug)]
pub struct NewTokens {
    /// The hash of the access token.
    pub access: TokenHash,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// The hash of the refresh token.
    pub refresh: TokenHash,
    /// When the refresh token ends, and the session with it.
    pub refresh_expires_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = sessions)]
struct SessionValues<'a> {
    user_id: UserId,
    ip: &'a str,
    create_time: NaiveDateTime,
    expires_at: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = session_tokens)]
struct TokenValues<'a> {
    hash: &'a [u8],
    session_id: SessionId,
    kind: &'static str,
    create_time: NaiveDateTime,
    expires_at: NaiveDateTime,
}

/// Begins a session.
pub fn begin(tx: &mut Tx<'_>, user: UserId, ip: &str, tokens: &NewTokens) -> Result<SessionId, Error> {
    let (create_time, expires_at) = (tx.now.naive(), tokens.refresh_expires_at.naive());
    let values = SessionValues { user_id: user, ip, create_time, expires_at };
    let session = diesel::insert_into(sessions::table).values(values).returning(sessions::id).get_result(tx.conn)?;
    add_tokens(tx, session, tokens)?;
    Ok(session)
}

fn add_tokens(tx: &mut Tx<'_>, session: SessionId, tokens: &NewTokens) -> Result<(), Error> {
    let kinds =
        [(ACCESS, &tokens.access, tokens.access_expires_at), (REFRESH, &tokens.refresh, tokens.refresh_expires_at)];
    for (kind, hash, expires_at) in kinds {
        let (create_time, expires_at) = (tx.now.naive(), expires_at.naive());
        let values = TokenValues { hash, session_id: session, kind, create_time, expires_at };
        diesel::insert_into(session_tokens::table).values(values).execute(tx.conn)?;
    }
    Ok(())
}

/// What becomes of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It was used up, and its session goes on with the new tokens.
    Renewed,
    /// It is unknown, has ended, or its user may not sign in.
    Refused,
    /// It was used before: somebody has a copy, so the whole session was ended.
    Reused,
    /// Its user is not allowed from this IP address.
    IpNotAllowed,
}

/// Uses up a refresh token and replaces the pair. An access token lives on to its end.
pub fn refresh(tx: &mut Tx<'_>, hash: &TokenHash, tokens: &NewTokens, ip: IpAddr) -> Result<Refresh, Error> {
    let used = diesel::update(
        session_tokens::table
            .find(hash.to_vec())
            .filter(session_tokens::kind.eq(REFRESH))
            .filter(session_tokens::used_at.is_null()),
    )
    .set(session_tokens::used_at.eq(Some(tx.now.naive())))
    .execute(tx.conn)?;
    let row: Option<(SessionId, List<String>, Timestamp)> = session_tokens::table
        .inner_join(sessions::table.inner_join(user::table))
        .filter(session_tokens::hash.eq(hash.to_vec()))
        .filter(session_tokens::kind.eq(REFRESH))
        .filter(sessions::ended_at.is_null())
        .filter(user::active.eq(true))
        .filter(user::deleted_at.is_null())
        .select((sessions::id, user::ip_whitelist, session_tokens::expires_at))
        .first(tx.conn)
        .optional()?;
    let Some((session, ip_whitelist, expires_at)) = row else { return Ok(Refresh::Refused) };
    if used == 0 {
        end(tx, session)?;
        return Ok(Refresh::Reused);
    }
    if expires_at <= tx.now {
        return Ok(Refresh::Refused);
    }
    if !is_ip_allowed(&ip_whitelist, ip) {
        return Ok(Refresh::IpNotAllowed);
    }
    let expires_at = sessions::expires_at.eq(tokens.refresh_expires_at.naive());
    diesel::update(sessions::table.find(session)).set(expires_at).execute(tx.conn)?;
    add_tokens(tx, session, tokens)?;
    Ok(Refresh::Renewed)
}

/// Ends a session, as sign-out does.
pub fn end(tx: &mut Tx<'_>, session: SessionId) -> Result<(), Error> {
    let open = sessions::table.find(session).filter(sessions::ended_at.is_null());
    diesel::update(open).set(sessions::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// Ends all sessions of a user, with their tokens.
pub(super) fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    let open = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::ended_at.is_null());
    diesel::update(open).set(sessions::ended_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// How long tokens and sessions that ended are kept, so that a reused token is still known.
const KEPT_AFTER_END: TimeDelta = TimeDelta::days(30);

/// Forgets tokens and sessions that ended long ago.
pub fn sweep(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let limit = tx.now.plus(-KEPT_AFTER_END).naive();
    let old = sessions::table.filter(sessions::expires_at.lt(limit)).select(sessions::id);
    let of_old = session_tokens::session_id.eq_any(old);
    let tokens = diesel::delete(session_tokens::table.filter(of_old)).execute(tx.conn)?;
    let ended = diesel::delete(sessions::table.filter(sessions::expires_at.lt(limit))).execute(tx.conn)?;
    Ok(tokens + ended)
}
