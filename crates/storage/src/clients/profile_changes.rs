//! The history of profiles; its records never change.

use diesel::prelude::*;
use domain::clients::{ClientId, ProfileChange, ProfileChangeId, ProfileChangeKind};
use domain::identity::{Scope, UserId};
use domain::value::{Timestamp, folded};

use crate::client_scope::check_visible;
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

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Of this kind; without it, nothing matches.
    pub kind: Option<ProfileChangeKind>,
}

/// Changes of a client's profile, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    filter: Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<StoredProfileChange>, Error> {
    check_visible(conn, scope, client)?;
    let Some(kind) = filter.kind else {
        return Ok(Page { total: paging.total(|| Ok::<_, Error>(0))?, data: Vec::new() });
    };
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
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(
    conn: &mut DbConnection,
    scope: &Scope,
    client: ClientId,
    id: ProfileChangeId,
) -> Result<StoredProfileChange, Error> {
    check_visible(conn, scope, client)?;
    let query = table::table.find(id).filter(table::client_id.eq(client));
    Ok(record(query.select(columns()).first(conn)?))
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct Values<'a> {
    client_id: ClientId,
    kind: ProfileChangeKind,
    current_value: &'a str,
    previous_value: &'a str,
    previous_key: String,
    user_id: Option<UserId>,
}

/// Records a change.
pub(super) fn insert(tx: &mut Tx<'_>, change: &ProfileChange) -> Result<(), Error> {
    let values = Values {
        client_id: change.client,
        kind: change.kind,
        current_value: &change.current_value,
        previous_value: &change.previous_value,
        previous_key: folded(&change.previous_value),
        user_id: change.user,
    };
    diesel::insert_into(table::table).values((values, table::create_time.eq(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}
