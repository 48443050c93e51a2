//! The verification levels of clients: what clients and their rights need of them.

use diesel::prelude::*;
use domain::clients::{ClientId, PermissionLevelId, VerificationLevelId};
use domain::identity::UserId;
use domain::payments::LevelLimits;
use domain::verification::GrantReason;

use super::level_history;
use crate::schema::{clients, verification_levels as table};
use crate::{DbConnection, Error, Tx};

/// The level that new clients get.
pub fn default(conn: &mut DbConnection) -> Result<VerificationLevelId, Error> {
    Ok(table::table.filter(table::is_default.eq(true)).select(table::id).first(conn)?)
}

/// Which of these ids exist.
pub fn existing(conn: &mut DbConnection, ids: &[i64]) -> Result<Vec<i64>, Error> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// What the level of a client allows, in USD, and the permission level behind it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<(LevelLimits, PermissionLevelId), Error> {
    let level = table::table.inner_join(clients::table).filter(clients::id.eq(client));
    let (limits, role): (String, PermissionLevelId) = level.select((table::limits, table::role_id)).first(conn)?;
    Ok((serde_json::from_str(&limits)?, role))
}

/// Gives a client, who is held, a level that they asked for. A higher one that they have reached meanwhile stays.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) fn raise(
    tx: &mut Tx<'_>,
    client: ClientId,
    level: VerificationLevelId,
    reason: GrantReason,
    user: Option<UserId>,
) -> Result<(), Error> {
    tx.hold("verification_levels", &[level])?;
    let present: VerificationLevelId = clients::table.find(client).select(clients::level_id).first(tx.conn)?;
    let mut index = |id: VerificationLevelId| table::table.find(id).select(table::position).first::<i64>(tx.conn);
    if index(level)? <= index(present)? {
        return Ok(());
    }
    let raised = (clients::level_id.eq(level), clients::update_time.eq(Some(tx.now.naive())));
    diesel::update(clients::table.find(client)).set(raised).execute(tx.conn)?;
    level_history::record(tx, client, Some(present), level, reason, user)
}
