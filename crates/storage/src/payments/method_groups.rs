//! Groups of payment methods.

use diesel::prelude::*;
use domain::payments::{MethodDirection, MethodGroup, MethodGroupId};
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, folded};

use crate::connection::on_each;
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::method_groups as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// The sort of groups that clients are shown.
#[derive(Clone, Copy, Debug)]
pub enum ByPriority {
    /// Their place in lists.
    Priority,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    priority: i64,
    is_enabled: bool,
    resources: String,
}

fn row(group: &MethodGroup) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &group.name,
        name_key: folded(&group.name),
        caption: &group.caption,
        priority: group.priority,
        is_enabled: group.is_enabled,
        resources: json(&group.resources)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::caption, table::priority, table::is_enabled, table::resources);
    (table::id, data, table::create_time, table::update_time)
}

/// Groups, a page of them.
pub fn list(
    conn: &mut DbConnection,
    direction: MethodDirection,
    paging: &Paging<ById>,
) -> Result<Page<Record<MethodGroup>>, Error> {
    let of_way = || table::table.filter(table::direction.eq(direction)).into_boxed();
    let total = paging.total(|| of_way().count().get_result(conn))?;
    let query = of_way().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// The groups that clients are shown, a page of them, the lowest priority first.
pub fn list_shown(
    conn: &mut DbConnection,
    direction: MethodDirection,
    paging: &Paging<ByPriority>,
) -> Result<Page<Record<MethodGroup>>, Error> {
    let shown = || table::table.filter(table::direction.eq(direction)).filter(table::is_enabled.eq(true)).into_boxed();
    let total = paging.total(|| shown().count().get_result(conn))?;
    let query = shown().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::priority, table::id);
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// Those of these groups that clients are shown.
pub(super) fn shown(conn: &mut DbConnection, ids: &[MethodGroupId]) -> Result<Vec<Record<MethodGroup>>, Error> {
    let query = table::table.filter(one_of(table::id, ids)).filter(table::is_enabled.eq(true));
    let query = query.order((table::priority, table::id)).select(columns());
    Ok(on_each!(conn, conn => query.load(conn))?)
}

/// One group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(
    conn: &mut DbConnection,
    direction: MethodDirection,
    id: MethodGroupId,
) -> Result<Record<MethodGroup>, Error> {
    Ok(table::table.find(id).filter(table::direction.eq(direction)).select(columns()).first(conn)?)
}

/// Holds a group until the transaction ends, and reads it then.
///
/// # Errors
/// [`Error::NotFound`], also for a group of the other direction.
pub fn lock(tx: &mut Tx<'_>, direction: MethodDirection, id: MethodGroupId) -> Result<Record<MethodGroup>, Error> {
    tx.lock("method_groups", id)?;
    get(tx.conn, direction, id)
}

/// Adds a group; without a priority it is the last.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    group: &MethodGroup,
    priority: Option<i64>,
) -> Result<Record<MethodGroup>, Error> {
    let last = table::table.filter(table::direction.eq(direction)).select(diesel::dsl::max(table::priority));
    let last: Option<i64> = last.first(tx.conn)?;
    let group = MethodGroup { priority: priority.unwrap_or_else(|| last.map_or(1, |last| last + 1)), ..group.clone() };
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::direction.eq(direction), row(&group)?, times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, direction, id)
}

/// Writes what can be set of a group.
///
/// # Errors
/// A refusal where its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    id: MethodGroupId,
    group: &MethodGroup,
) -> Result<Record<MethodGroup>, Error> {
    let values = (row(group)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, direction, id)
}

/// Deletes a group without methods, and answers what it was.
///
/// # Errors
/// A refusal while it has some.
pub fn delete(tx: &mut Tx<'_>, direction: MethodDirection, id: MethodGroupId) -> Result<Record<MethodGroup>, Error> {
    let group = lock(tx, direction, id)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(group)
}
