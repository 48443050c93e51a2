//! Which level a client got when, and why; its records never change.

use diesel::prelude::*;
use domain::clients::{ClientId, VerificationLevelId};
use domain::identity::UserId;
use domain::verification::GrantReason;

use crate::schema::{verification_levels as level, verifications as table};
use crate::{DbConnection, Error, Tx};

/// Records that a client has another level now.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    client: ClientId,
    before: Option<VerificationLevelId>,
    after: VerificationLevelId,
    reason: GrantReason,
    user: Option<UserId>,
) -> Result<(), Error> {
    let previous = before.map(|id| name_of(tx.conn, id)).transpose()?;
    let values = (
        table::client_id.eq(client),
        table::level_id.eq(after),
        table::level_name.eq(name_of(tx.conn, after)?),
        table::previous_level_id.eq(before),
        table::previous_level_name.eq(previous),
        table::reason.eq(reason),
        table::user_id.eq(user),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

fn name_of(conn: &mut DbConnection, id: VerificationLevelId) -> Result<String, Error> {
    Ok(level::table.find(id).select(level::name).first(conn)?)
}
