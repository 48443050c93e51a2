//! Client tags, as far as the caller sees them.

use diesel::prelude::*;
use domain::clients::{ClientTagId, Tag};
use domain::identity::{Scope, UserId};
use domain::value::{Identified, Refusal, folded};

use crate::connection::MultiBackend;
use crate::schema::client_tags::{self as table, BoxedQuery};
use crate::schema::{client_tag_members as of_clients, user_client_tags as of_users, users};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx};

/// Under this lock of PostgreSQL tags are deleted one after the other.
const DELETION_LOCK: i64 = 7_305_806_820;

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
}

/// Whoever is restricted to tags sees their own alone.
fn visible(scope: &Scope) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    if scope.sees_all_clients() {
        query
    } else {
        query.filter(table::id.eq_any(scope.tags_of_new().iter().copied().collect::<Vec<_>>()))
    }
}

/// Tags, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, scope: &Scope, paging: &Paging<Sort>) -> Result<Page<Identified<Tag>>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| visible(scope).count().get_result(conn))?;
    let query = visible(scope).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    let rows: Vec<(ClientTagId, String)> = query.select((table::id, table::name)).load(conn)?;
    Ok(Page { total, data: rows }.map(tag))
}

fn tag((id, name): (ClientTagId, String)) -> Identified<Tag> {
    Identified { id, data: Tag { name } }
}

/// One tag.
///
/// # Errors
/// [`Error::NotFound`], also for a tag that the caller does not see.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: ClientTagId) -> Result<Identified<Tag>, Error> {
    let query = visible(scope).filter(table::id.eq(id)).select((table::id, table::name));
    Ok(tag(query.first(conn)?))
}

/// Those of the tags that exist and that the caller sees.
///
/// # Errors
/// Those of the database.
pub fn existing(conn: &mut DbConnection, scope: &Scope, ids: &[ClientTagId]) -> Result<Vec<ClientTagId>, Error> {
    Ok(visible(scope).filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// Adds a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, tag: &Tag) -> Result<Identified<Tag>, Error> {
    scope.may_manage_tags()?;
    let values =
        (table::name.eq(&tag.name), table::name_key.eq(folded(&tag.name)), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, scope, id)
}

/// Renames a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn update(tx: &mut Tx<'_>, scope: &Scope, id: ClientTagId, tag: &Tag) -> Result<Identified<Tag>, Error> {
    scope.may_manage_tags()?;
    let values = (table::name.eq(&tag.name), table::name_key.eq(folded(&tag.name)));
    let updated = diesel::update(table::table.find(id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, scope, id)
}

/// Holds a tag that is going to be deleted, and the users who have it, until the transaction ends, so
/// that a user's last two tags are not deleted at once.
///
/// # Errors
/// Those of the database.
pub fn lock_to_delete(tx: &mut Tx<'_>, id: ClientTagId) -> Result<(), Error> {
    tx.conn.wait_lock(DELETION_LOCK)?;
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        let having = of_users::table.filter(of_users::tag_id.eq(id)).select(of_users::user_id);
        let having = users::table.filter(users::id.eq_any(having)).order(users::id).select(users::id);
        having.for_no_key_update().load::<UserId>(conn)?;
    }
    tx.lock_to_delete("client_tags", id)
}

/// Deletes a tag, which the caller holds, and takes it off all who have it.
///
/// # Errors
/// A refusal where it is the only tag of a user, who would then see every client.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: ClientTagId) -> Result<(), Error> {
    scope.may_manage_tags()?;
    let others = diesel::alias!(crate::schema::user_client_tags as others);
    let has_other = others
        .filter(others.field(of_users::user_id).eq(of_users::user_id))
        .filter(others.field(of_users::tag_id).ne(id));
    let only = of_users::table.filter(of_users::tag_id.eq(id)).filter(diesel::dsl::not(diesel::dsl::exists(has_other)));
    if diesel::select(diesel::dsl::exists(only)).get_result(tx.conn)? {
        return Err(Refusal::conflict("It is the only tag of a user, who would then see every client.").into());
    }
    diesel::delete(of_clients::table.filter(of_clients::tag_id.eq(id))).execute(tx.conn)?;
    diesel::delete(of_users::table.filter(of_users::tag_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
