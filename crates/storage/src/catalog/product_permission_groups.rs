//! Named sets of product permissions.

use diesel::prelude::*;
use domain::catalog::{Availability, ProductPermissionGroup, ProductPermissionGroupId};
use domain::value::{Field, Record, Refusal, folded};

use crate::connection::MultiBackend;
use crate::schema::product_permission_groups::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    status: Availability,
    permissions: String,
}

fn row(group: &ProductPermissionGroup) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &group.name,
        name_key: folded(&group.name),
        status: group.status,
        permissions: json(&group.permissions)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::status, table::permissions);
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    query
}

/// Permission groups, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<ProductPermissionGroup>>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One permission group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ProductPermissionGroupId) -> Result<Record<ProductPermissionGroup>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a permission group until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ProductPermissionGroupId) -> Result<Record<ProductPermissionGroup>, Error> {
    tx.lock("product_permission_groups", id)?;
    get(tx.conn, id)
}

/// Adds a permission group.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, group: &ProductPermissionGroup) -> Result<Record<ProductPermissionGroup>, Error> {
    let values = (row(group)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a permission group. Products keep what they copied.
///
/// # Errors
/// A refusal where its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ProductPermissionGroup>,
    after: &ProductPermissionGroup,
) -> Result<Record<ProductPermissionGroup>, Error> {
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a permission group.
pub fn delete(tx: &mut Tx<'_>, id: ProductPermissionGroupId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
