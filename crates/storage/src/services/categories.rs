//! Categories of parameters. Ours: the documented interface only refers to them.

use diesel::prelude::*;
use domain::identity::UserGroupId;
use domain::services::{ParameterCategory, ParameterCategoryId, ParameterId, ServicesFault};
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, Set, folded};

use super::in_use;
use crate::connection::MultiBackend;
use crate::identity::user_groups;
use crate::paging::ordered;
use crate::schema::parameter_categories::{self as table, BoxedQuery};
use crate::schema::parameters;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Id,
    Name,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the name.
    pub name: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::name, table::read_groups, table::update_groups), table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match &filter.name {
        Some(name) => query.filter(table::name_key.like(part_of(name)).escape('\\')),
        None => query,
    }
}

/// Categories, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<ParameterCategory>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Id, Direction::Ascending) => query.order((table::id.asc(), table::id.asc())),
        (Sort::Id, Direction::Descending) => query.order((table::id.desc(), table::id.desc())),
        (Sort::Name, _) => ordered!(query, paging.direction, table::name_key, table::id),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One category.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ParameterCategoryId) -> Result<Record<ParameterCategory>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a category until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ParameterCategoryId) -> Result<Record<ParameterCategory>, Error> {
    tx.lock("parameter_categories", id)?;
    get(tx.conn, id)
}

fn check_groups(conn: &mut DbConnection, category: &ParameterCategory) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (field, groups) in [(Field::ReadGroups, &category.read_groups), (Field::UpdateGroups, &category.update_groups)]
    {
        let known: Set<UserGroupId> = user_groups::existing(conn, groups)?.iter().map(|group| group.group.id).collect();
        let unknown = groups.iter().filter(|group| !known.contains(group));
        faults.extend(unknown.map(|group| CommonFault::Unknown.at(field).with("id", group.get())));
    }
    Ok(Refusal::unless_empty(faults)?)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    read_groups: String,
    update_groups: String,
}

fn row(category: &ParameterCategory) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &category.name,
        name_key: folded(&category.name),
        read_groups: json(&category.read_groups)?,
        update_groups: json(&category.update_groups)?,
    })
}

/// Adds a category.
///
/// # Errors
/// A refusal where its name is taken or a group does not exist.
pub fn insert(tx: &mut Tx<'_>, category: &ParameterCategory) -> Result<Record<ParameterCategory>, Error> {
    check_groups(tx.conn, category)?;
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values((row(category)?, times)).returning(table::id);
    let id = id.get_result(tx.conn).map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a category.
///
/// # Errors
/// A refusal where its name is taken or a group does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<ParameterCategory>,
    after: &ParameterCategory,
) -> Result<Record<ParameterCategory>, Error> {
    check_groups(tx.conn, after)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a category without parameters.
///
/// # Errors
/// A conflict that lists its parameters.
pub fn delete(tx: &mut Tx<'_>, id: ParameterCategoryId) -> Result<(), Error> {
    let used: Vec<ParameterId> = parameters::table
        .filter(parameters::category_id.eq(id))
        .order(parameters::id)
        .select(parameters::id)
        .limit(in_use::MAX_SOUGHT)
        .load(tx.conn)?;
    if let Some(fault) = in_use::fault(ServicesFault::CategoryHasParameters, &used) {
        return Err(fault.conflict().into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
