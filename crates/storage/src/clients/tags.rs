//! Client tags, as far as the caller sees them.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::clients::{ClientTagId, ClientsFault, Tag};
use domain::identity::{Scope, UserId};
use domain::value::{FaultCode as _, Field, Identified, Refusal, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::client_tags::{self as table, BoxedQuery};
use crate::schema::{client_tag_members as of_clients, user_client_tags as of_users, users};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// The advisory lock of PostgreSQL under which tags are deleted one after the other.
const DELETION_LOCK: i64 = 7_305_806_820;

/// A user who is restricted to tags sees those tags alone.
fn visible(scope: &Scope) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    if scope.sees_all_clients() {
        query
    } else {
        query.filter(table::id.eq_any(scope.tags_of_new().iter().copied().collect::<Vec<_>>()))
    }
}

/// Tags, a page of them.
pub fn list(conn: &mut DbConnection, scope: &Scope, paging: &Paging<ByTime>) -> Result<Page<Identified<Tag>>, Error> {
    let total = paging.total(|| visible(scope).count().get_result(conn))?;
    let query = visible(scope).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<(ClientTagId, String)> = query.select((table::id, table::name)).load(conn)?;
    Ok(Page { total, data: rows }.map(tag))
}

fn tag((id, name): (ClientTagId, String)) -> Identified<Tag> {
    Identified { id, data: Tag { name } }
}

/// One tag.
///
/// # Errors
/// [`Error::NotFound`], also for a tag out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, id: ClientTagId) -> Result<Identified<Tag>, Error> {
    let query = visible(scope).filter(table::id.eq(id)).select((table::id, table::name));
    Ok(tag(query.first(conn)?))
}

/// Those of the tags that exist and are in scope.
pub fn existing(conn: &mut DbConnection, scope: &Scope, ids: &[ClientTagId]) -> Result<Vec<ClientTagId>, Error> {
    Ok(visible(scope).filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// One tag, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, id: ClientTagId) -> Result<Identified<Tag>, Error> {
    tx.lock("client_tags", id)?;
    get(tx.conn, scope, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
}

impl<'a> From<&'a Tag> for Values<'a> {
    fn from(tag: &'a Tag) -> Self {
        Self { name: &tag.name, name_key: folded(&tag.name) }
    }
}

/// Adds a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, scope: &Scope, tag: &Tag) -> Result<Identified<Tag>, Error> {
    scope.may_manage_tags()?;
    let values = (Values::from(tag), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, scope, id)
}

/// Renames a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn update(tx: &mut Tx<'_>, scope: &Scope, id: ClientTagId, tag: &Tag) -> Result<Identified<Tag>, Error> {
    scope.may_manage_tags()?;
    let updated = diesel::update(table::table.find(id)).set(Values::from(tag)).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, scope, id)
}

/// Holds a tag that is going to be deleted, and the users who have it, until the transaction ends, so
/// that a user's last two tags are not deleted at once.
fn lock_to_delete(tx: &mut Tx<'_>, id: ClientTagId) -> Result<(), Error> {
    tx.conn.wait_lock(DELETION_LOCK)?;
    if let DbConnection::Postgres(conn) = &mut *tx.conn {
        let having = of_users::table.filter(of_users::tag_id.eq(id)).select(of_users::user_id);
        let having = users::table.filter(users::id.eq_any(having)).order(users::id).select(users::id);
        having.for_no_key_update().load::<UserId>(conn)?;
    }
    tx.lock_to_delete("client_tags", id)
}

/// Deletes a tag, takes it off all who have it, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], as of [`get`]; a refusal where it is the only tag of a user, who would then see every client.
pub fn delete(tx: &mut Tx<'_>, scope: &Scope, id: ClientTagId) -> Result<Identified<Tag>, Error> {
    lock_to_delete(tx, id)?;
    let tag = get(tx.conn, scope, id)?;
    scope.may_manage_tags()?;
    if is_only_tag_of_a_user(tx.conn, id)? {
        return Err(ClientsFault::OnlyTagOfUser.conflict().into());
    }
    diesel::delete(of_clients::table.filter(of_clients::tag_id.eq(id))).execute(tx.conn)?;
    diesel::delete(of_users::table.filter(of_users::tag_id.eq(id))).execute(tx.conn)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(tag)
}

fn is_only_tag_of_a_user(conn: &mut DbConnection, id: ClientTagId) -> Result<bool, Error> {
    let others = diesel::alias!(crate::schema::user_client_tags as others);
    let has_other = others
        .filter(others.field(of_users::user_id).eq(of_users::user_id))
        .filter(others.field(of_users::tag_id).ne(id));
    let only = of_users::table.filter(of_users::tag_id.eq(id)).filter(not(exists(has_other)));
    Ok(diesel::select(exists(only)).get_result(conn)?)
}
