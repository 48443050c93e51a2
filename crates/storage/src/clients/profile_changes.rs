//! What of profiles was changed; never changed itself.

use diesel::prelude::*;
use domain::clients::{ClientId, ProfileChange, ProfileChangeId, ProfileChangeKind};
use domain::identity::UserId;
use domain::value::Timestamp;

use crate::paging::ordered;
use crate::schema::profile_changes as table;
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// A change as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProfileChange {
    /// Its id.
    pub id: ProfileChangeId,
    /// What happened.
    pub data: ProfileChange,
    /// When.
    pub create_time: Timestamp,
}

type Columns = (ProfileChangeId, ClientId, String, String, ProfileChangeKind, Option<UserId>, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::client_id,
        table::current_value,
        table::previous_value,
        table::kind,
        table::user_id,
        table::create_time,
    )
}

fn record((id, client, current_value, previous_value, kind, user, create_time): Columns) -> StoredProfileChange {
    let data = ProfileChange { client, current_value, previous_value, kind, user };
    StoredProfileChange { id, data, create_time }
}

/// Changes of a client's profile, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut DbConnection,
    client: ClientId,
    kind: ProfileChangeKind,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredProfileChange>, Error> {
    let of_client = || table::table.filter(table::client_id.eq(client)).filter(table::kind.eq(kind));
    let total = paging.total(|| of_client().count().get_result(conn))?;
    let query = of_client().into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// One change of a client's profile.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, client: ClientId, id: ProfileChangeId) -> Result<StoredProfileChange, Error> {
    let query = table::table.find(id).filter(table::client_id.eq(client));
    Ok(record(query.select(columns()).first(conn)?))
}

/// Writes a change down.
///
/// # Errors
/// Those of the database.
pub(super) fn insert(tx: &mut Tx<'_>, change: &ProfileChange) -> Result<(), Error> {
    let values = (
        table::client_id.eq(change.client),
        table::kind.eq(change.kind),
        table::current_value.eq(&change.current_value),
        table::previous_value.eq(&change.previous_value),
        table::user_id.eq(change.user),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}
