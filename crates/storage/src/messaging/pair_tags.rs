//! Tags of key-value pairs.

use diesel::prelude::*;
use domain::messaging::{PairTag, PairTagId};
use domain::value::{Field, Record, Refusal, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::key_value_tags::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this name.
    pub name: Option<String>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
}

fn row(tag: &PairTag) -> Row<'_> {
    Row { name: &tag.name, name_key: folded(&tag.name) }
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    (table::id, (table::name,), table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        // The folded name has the index.
        query = query.filter(table::name_key.eq(folded(name))).filter(table::name.eq(name.clone()));
    }
    query
}

/// Tags, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ByTime>) -> Result<Page<Record<PairTag>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One tag.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: PairTagId) -> Result<Record<PairTag>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Those of the tags that exist.
pub(super) fn existing(conn: &mut DbConnection, ids: &[PairTagId]) -> Result<Vec<PairTagId>, Error> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// Locks a tag until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: PairTagId) -> Result<Record<PairTag>, Error> {
    tx.lock("key_value_tags", id)?;
    get(tx.conn, id)
}

/// Adds a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, tag: &PairTag) -> Result<Record<PairTag>, Error> {
    check_free(tx.conn, tag)?;
    let values = (row(tag), table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// A refused insert would leave a gap in the ids of PostgreSQL.
fn check_free(conn: &mut DbConnection, tag: &PairTag) -> Result<(), Error> {
    let same = table::table.filter(table::name_key.eq(folded(&tag.name)));
    let is_taken: bool = diesel::select(diesel::dsl::exists(same)).get_result(conn)?;
    if is_taken { Err(Refusal::taken(Field::Name).into()) } else { Ok(()) }
}

/// Renames a tag.
///
/// # Errors
/// A refusal where its name is taken.
pub fn update(tx: &mut Tx<'_>, before: &Record<PairTag>, after: &PairTag) -> Result<Record<PairTag>, Error> {
    let values = (row(after), table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a tag, and takes it off the pairs that have it.
pub fn delete(tx: &mut Tx<'_>, id: PairTagId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
