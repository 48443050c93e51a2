//! Groups of products.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{Availability, ProductGroup, ProductGroupId, ProductGroupType};
use domain::value::{CommonFault, FaultCode as _, Record};

use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::schema::product_groups::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this status.
    pub status: Option<Availability>,
    /// Of this type.
    pub kind: Option<ProductGroupType>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Caption,
    Priority,
    CreateTime,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row<'a> {
    caption: &'a str,
    description: &'a str,
    status: Availability,
    kind: ProductGroupType,
    priority: i64,
    resources: String,
}

fn row(group: &ProductGroup) -> Result<Row<'_>, Error> {
    Ok(Row {
        caption: &group.caption,
        description: &group.description,
        status: group.status,
        kind: group.kind,
        priority: group.priority,
        resources: json(&group.resources)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::caption, table::description, table::status, table::kind, table::priority, table::resources);
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(table::status.eq(status));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    query
}

/// The groups of these ids.
pub(crate) fn by_ids(
    conn: &mut DbConnection,
    ids: &[ProductGroupId],
) -> Result<HashMap<ProductGroupId, Record<ProductGroup>>, Error> {
    let query = table::table.filter(one_of(table::id, ids)).select(columns());
    let groups: Vec<Record<ProductGroup>> = on_each!(conn, conn => query.load(conn))?;
    Ok(groups.into_iter().map(|group| (group.id, group)).collect())
}

/// Groups of products, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<ProductGroup>>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Caption, Ascending) => query.order((table::caption.asc(), table::id.asc())),
        (Sort::Caption, Descending) => query.order((table::caption.desc(), table::id.desc())),
        (Sort::Priority, Ascending) => query.order((table::priority.asc(), table::id.asc())),
        (Sort::Priority, Descending) => query.order((table::priority.desc(), table::id.desc())),
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ProductGroupId) -> Result<Record<ProductGroup>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// One group whose products are shown to clients.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled.
pub fn get_enabled(conn: &mut DbConnection, id: ProductGroupId) -> Result<Record<ProductGroup>, Error> {
    let group = get(conn, id)?;
    match group.data.status {
        Availability::Enabled => Ok(group),
        Availability::Disabled => Err(Error::NotFound),
    }
}

/// Locks a group until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ProductGroupId) -> Result<Record<ProductGroup>, Error> {
    tx.lock("product_groups", id)?;
    get(tx.conn, id)
}

/// Adds a group.
pub fn insert(tx: &mut Tx<'_>, group: &ProductGroup) -> Result<Record<ProductGroup>, Error> {
    let values = (row(group)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, id)
}

/// Writes what can be set of a group.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ProductGroup>,
    after: &ProductGroup,
) -> Result<Record<ProductGroup>, Error> {
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// Deletes a group without products.
///
/// # Errors
/// A refusal while products are in it.
pub fn delete(tx: &mut Tx<'_>, id: ProductGroupId) -> Result<(), Error> {
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict())).map(drop)
}
