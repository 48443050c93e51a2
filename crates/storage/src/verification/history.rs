//! Which level a client got when, and why; its records never change.

use diesel::prelude::*;
use domain::clients::{ClientId, VerificationLevelId};
use domain::identity::{Scope, UserId};
use domain::value::Timestamp;
use domain::verification::{GrantReason, VerificationId};

use crate::client_scope::visible;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::verifications::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging};

/// A level that a client got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Its id.
    pub id: VerificationId,
    /// Who got it.
    pub client: ClientId,
    /// The level, and what it was called then.
    pub level: (VerificationLevelId, String),
    /// The level before it; none for the first one.
    pub previous_level: Option<(VerificationLevelId, String)>,
    /// Why.
    pub reason: GrantReason,
    /// The user who granted it.
    pub user: Option<UserId>,
    /// When.
    pub create_time: Timestamp,
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Of this client.
    pub client: Option<ClientId>,
}

type Columns = (
    VerificationId,
    ClientId,
    (VerificationLevelId, String),
    (Option<VerificationLevelId>, Option<String>),
    GrantReason,
    Option<UserId>,
    Timestamp,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::client_id,
        (table::level_id, table::level_name),
        (table::previous_level_id, table::previous_level_name),
        table::reason,
        table::user_id,
        table::create_time,
    )
}

fn record((id, client, level, (previous, previous_name), reason, user, create_time): Columns) -> Verification {
    Verification { id, client, level, previous_level: previous.zip(previous_name), reason, user, create_time }
}

fn filtered(scope: &Scope, filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = visible(table::table.into_boxed(), scope, table::client_id);
    match filter.client {
        Some(client) => query.filter(table::client_id.eq(client)),
        None => query,
    }
}

/// What clients in scope got, a page of it.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    filter: Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Verification>, Error> {
    let total = paging.total(|| filtered(scope, filter).count().get_result(conn))?;
    let query = filtered(scope, filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// One record.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: VerificationId) -> Result<Verification, Error> {
    let query = filtered(scope, Filter::default()).filter(table::id.eq(id));
    Ok(record(query.select(columns()).first(conn)?))
}
