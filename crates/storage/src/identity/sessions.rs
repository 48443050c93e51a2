//! Sessions and their tokens, of which only the hashes are stored.

use std::net::IpAddr;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::clients::ClientTagId;
use domain::identity::{Permission, PermissionSet, Rights, Scope, SessionId, UserId, is_ip_allowed};
use domain::value::{Email, List, Set, Timestamp};

use crate::connection::on_each;
use crate::schema::{
    access_version as versions, session_tokens, sessions, user_client_tags as tags, user_group_members as members,
    user_groups as groups, users as user,
};
use crate::{DbConnection, Error, Guard, Tx};

/// The hash under which a token is stored.
pub type TokenHash = [u8; 32];

/// What a token is for.
const ACCESS: &str = "access";
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

/// The signed-in user behind a token.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// The user's e-mail address, for the audit log.
    pub email: Email,
    /// The names of the user's groups, for the audit log.
    pub groups: List<String>,
    /// What the user may do.
    pub rights: Rights,
    /// The IP addresses from which the user is allowed; empty allows all.
    pub ip_whitelist: List<String>,
    /// When the token ends.
    pub expires_at: Timestamp,
    /// What [`access_version`] was when this was read.
    pub access_version: i64,
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

/// The session of an access token that has not ended, and everything that a call asks of its
/// user. Nothing where the token is not known or the user may not sign in.
pub fn of_access_token(conn: &mut DbConnection, hash: &TokenHash, now: Timestamp) -> Result<Option<Session>, Error> {
    type Row = (SessionId, UserId, String, bool, List<String>, Timestamp);
    let row: Option<Row> = session_tokens::table
        .inner_join(sessions::table.inner_join(user::table))
        .filter(session_tokens::hash.eq(hash.to_vec()))
        .filter(session_tokens::kind.eq(ACCESS))
        .filter(session_tokens::expires_at.gt(now.naive()))
        .filter(sessions::ended_at.is_null())
        .filter(user::active.eq(true))
        .filter(user::deleted_at.is_null())
        .select((
            sessions::id,
            user::id,
            user::email,
            user::can_view_masked_data,
            user::ip_whitelist,
            session_tokens::expires_at,
        ))
        .first(conn)
        .optional()?;
    let Some((id, user, email, can_view_masked_data, ip_whitelist, expires_at)) = row else { return Ok(None) };
    let in_groups: Vec<(String, bool, Set<Permission>)> = members::table
        .inner_join(groups::table)
        .filter(members::user_id.eq(user))
        .order(groups::id)
        .select((groups::name, groups::is_administrators, groups::permissions))
        .load(conn)?;
    let client_tags: Vec<ClientTagId> = tags::table.filter(tags::user_id.eq(user)).select(tags::tag_id).load(conn)?;
    let client_tags: Set<ClientTagId> = client_tags.into_iter().collect();
    let is_administrator = in_groups.iter().any(|(_, is_administrators, _)| *is_administrators);
    let mut permissions = if is_administrator { PermissionSet::all() } else { PermissionSet::default() };
    for (_, _, granted) in &in_groups {
        permissions.extend_with(&granted.into());
    }
    let rights = Rights { permissions, is_administrator, scope: Scope::of_tags(client_tags), can_view_masked_data };
    let email = email.parse().map_err(|_| Error::Broken(format!("user {user} has no e-mail address")))?;
    let groups = in_groups.into_iter().map(|(name, ..)| name).collect();
    let access_version = access_version(conn)?;
    Ok(Some(Session { id, user, email, groups, rights, ip_whitelist, expires_at, access_version }))
}

/// A number that grows on PostgreSQL with every change of users, groups and sessions: while it
/// stands, what was read of a session still holds.
pub fn access_version(conn: &mut DbConnection) -> Result<i64, Error> {
    let version = versions::table.find(1).select(versions::version);
    Ok(on_each!(conn, conn => version.first(conn))?)
}

impl Session {
    /// What must still stand while the session is relied on.
    #[must_use]
    pub const fn guard(&self) -> Guard {
        Guard::AccessVersion(self.access_version)
    }
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
