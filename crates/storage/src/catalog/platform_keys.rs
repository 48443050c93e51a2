//! The keys with which platforms report; only their hashes are stored.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::catalog::{PlatformId, PlatformKeyId};
use domain::value::Timestamp;

use crate::paging::ordered;
use crate::schema::platform_keys as table;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// How exactly the last use is stored: not every report needs a write for it.
const USE_STEP: TimeDelta = TimeDelta::minutes(1);

/// A key as it is stored, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct PlatformKey {
    /// Its id.
    pub id: PlatformKeyId,
    /// What it is for.
    pub caption: String,
    /// When it expires; none: never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was created.
    pub create_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::caption, table::expires_at, table::last_used_at, table::create_time)
}

/// The keys of a platform, a page of them.
pub fn list(
    conn: &mut DbConnection,
    platform: PlatformId,
    paging: &Paging<ByTime>,
) -> Result<Page<PlatformKey>, Error> {
    let of_platform = || table::table.filter(table::platform_id.eq(platform)).into_boxed();
    let total = paging.total(|| of_platform().count().get_result(conn))?;
    let query = of_platform().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One key of a platform.
///
/// # Errors
/// [`Error::NotFound`], also for a key of another platform.
pub fn get(conn: &mut DbConnection, platform: PlatformId, id: PlatformKeyId) -> Result<PlatformKey, Error> {
    Ok(table::table.find(id).filter(table::platform_id.eq(platform)).select(columns()).first(conn)?)
}

/// Locks a key until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for a key of another platform.
pub fn lock(tx: &mut Tx<'_>, platform: PlatformId, id: PlatformKeyId) -> Result<PlatformKey, Error> {
    tx.lock("platform_keys", id)?;
    get(tx.conn, platform, id)
}

/// Adds a key by the hash of its secret.
pub fn insert(
    tx: &mut Tx<'_>,
    platform: PlatformId,
    caption: &str,
    expires_at: Option<Timestamp>,
    hash: &[u8],
) -> Result<PlatformKey, Error> {
    let values = (
        table::platform_id.eq(platform),
        table::caption.eq(caption),
        table::hash.eq(hash),
        table::expires_at.eq(expires_at.map(Timestamp::naive)),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, platform, id)
}

/// Revokes a key.
pub fn delete(tx: &mut Tx<'_>, id: PlatformKeyId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Whose key this is, if it is valid; records that it was used.
pub fn platform_of(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<PlatformId>, Error> {
    type Known = (PlatformKeyId, PlatformId, Option<Timestamp>, Option<Timestamp>);
    let columns = (table::id, table::platform_id, table::expires_at, table::last_used_at);
    let known: Option<Known> = table::table.filter(table::hash.eq(hash)).select(columns).first(tx.conn).optional()?;
    let Some((id, platform, expires_at, last_used_at)) = known else { return Ok(None) };
    if expires_at.is_some_and(|expiry| expiry <= tx.now) {
        return Ok(None);
    }
    if last_used_at.is_none_or(|used| tx.now.since(used) >= USE_STEP) {
        diesel::update(table::table.find(id)).set(table::last_used_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    }
    Ok(Some(platform))
}
