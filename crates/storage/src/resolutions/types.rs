//! Types of resolutions.

use diesel::prelude::*;
use domain::resolutions::{ResolutionType, ResolutionTypeId};
use domain::value::{CommonFault, FaultCode as _, Field, Identified, Refusal, folded};

use crate::connection::MultiBackend;
use crate::schema::resolution_types::{self as table, BoxedQuery};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whether resolutions can be given it.
    pub enabled: Option<bool>,
    /// With this in the name.
    pub name: Option<String>,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::enabled, table::name))
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    query
}

/// Types, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ById>,
) -> Result<Page<Identified<ResolutionType>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ResolutionTypeId) -> Result<Identified<ResolutionType>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// A type that a resolution is given, if it exists; it stays as it is until the transaction ends.
pub(super) fn find(tx: &mut Tx<'_>, id: ResolutionTypeId) -> Result<Option<ResolutionType>, Error> {
    tx.hold("resolution_types", &[id])?;
    Ok(table::table.find(id).select((table::enabled, table::name)).first(tx.conn).optional()?)
}

/// Locks a type until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ResolutionTypeId) -> Result<Identified<ResolutionType>, Error> {
    // No resolution is given a type that is being disabled.
    tx.lock_to_delete("resolution_types", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    enabled: bool,
}

fn row(kind: &ResolutionType) -> Row<'_> {
    Row { name: &kind.name, name_key: folded(&kind.name), enabled: kind.enabled }
}

/// Adds a type.
///
/// # Errors
/// A conflict where its name is taken.
pub fn insert(tx: &mut Tx<'_>, kind: &ResolutionType) -> Result<Identified<ResolutionType>, Error> {
    let id = diesel::insert_into(table::table).values(row(kind)).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a type. Resolutions of a disabled type cannot be chosen.
///
/// # Errors
/// A conflict where its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<ResolutionType>,
    after: &ResolutionType,
) -> Result<Identified<ResolutionType>, Error> {
    let updated = diesel::update(table::table.find(before.id)).set(row(after)).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a type without resolutions, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict while it has some.
pub fn delete(tx: &mut Tx<'_>, id: ResolutionTypeId) -> Result<Identified<ResolutionType>, Error> {
    let kind = lock(tx, id)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(kind)
}
