//! Why requests are rejected.

pub mod types;

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::resolutions::{Resolution, ResolutionId, ResolutionType, ResolutionTypeId};
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Identified, Refusal, Stored, folded};

use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::schema::resolutions::{self as table, BoxedQuery};
use crate::schema::{requests, resolution_types as kind, transactions};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// A resolution as it is stored, with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResolution {
    /// Its id.
    pub id: ResolutionId,
    /// What can be set.
    pub data: Resolution,
    /// Its type.
    pub kind: Identified<ResolutionType>,
}

impl Stored for StoredResolution {
    type Data = Resolution;

    fn data(&self) -> &Resolution {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whether they can be chosen.
    pub enabled: Option<bool>,
    /// With this in the name.
    pub name: Option<String>,
    /// Of this type.
    pub kind: Option<ResolutionTypeId>,
}

type Columns = (ResolutionId, Resolution, Identified<ResolutionType>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::enabled, table::name, table::type_id, table::resources);
    (table::id, data, (kind::id, (kind::enabled, kind::name)))
}

fn stored((id, data, kind): Columns) -> StoredResolution {
    StoredResolution { id, data, kind }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::type_id.eq(kind));
    }
    query
}

/// Resolutions, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<ById>) -> Result<Page<StoredResolution>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let ids: Vec<ResolutionId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(kind::table).filter(table::id.eq_any(&ids)).select(columns());
    let mut rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    rows.sort_by_key(|(id, ..)| ids.iter().position(|listed| listed == id));
    Ok(Page { total, data: rows }.map(stored))
}

/// The resolutions of these ids, by their ids.
pub(crate) fn by_ids(
    conn: &mut DbConnection,
    ids: &[ResolutionId],
) -> Result<HashMap<ResolutionId, StoredResolution>, Error> {
    let rows = table::table.inner_join(kind::table).filter(one_of(table::id, ids)).select(columns());
    let rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    Ok(rows.into_iter().map(|row| (row.0, stored(row))).collect())
}

/// One resolution.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ResolutionId) -> Result<StoredResolution, Error> {
    let row = table::table.inner_join(kind::table).filter(table::id.eq(id)).select(columns());
    let row: Columns = on_each!(conn, conn => row.first(conn))?;
    Ok(stored(row))
}

/// Locks a resolution until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ResolutionId) -> Result<StoredResolution, Error> {
    tx.lock("resolutions", id)?;
    get(tx.conn, id)
}

/// Why a rejection cannot give this reason: it or its type is disabled, or there is none. It is held until the transaction
/// ends.
pub(crate) fn choice_fault(tx: &mut Tx<'_>, id: ResolutionId) -> Result<Option<Fault>, Error> {
    // Transactions name it without a foreign key.
    tx.hold("resolutions", &[id])?;
    let query = table::table.inner_join(kind::table).filter(table::id.eq(id)).select((table::enabled, kind::enabled));
    let enabled: Option<(bool, bool)> = on_each!(&mut *tx.conn, conn => query.first(conn)).optional()?;
    Ok(match enabled {
        Some((true, true)) => None,
        Some(_) => Some(CommonFault::Disabled.at(Field::Resolution)),
        None => Some(CommonFault::Unknown.at(Field::Resolution)),
    })
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    resources: String,
    enabled: bool,
    type_id: ResolutionTypeId,
}

fn row(resolution: &Resolution) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &resolution.name,
        name_key: folded(&resolution.name),
        resources: json(&resolution.resources)?,
        enabled: resolution.enabled,
        type_id: resolution.kind,
    })
}

/// The type of a resolution exists, and is enabled where the resolution is given it now.
fn check_type(tx: &mut Tx<'_>, before: Option<ResolutionTypeId>, after: ResolutionTypeId) -> Result<(), Error> {
    let kind = types::find(tx, after)?.ok_or_else(|| Refusal::unknown(Field::ResolutionType))?;
    Ok(Refusal::unless_empty(kind.fault_for(before != Some(after)).into_iter().collect())?)
}

/// Adds a resolution.
///
/// # Errors
/// A refusal where its type does not exist or is disabled; a conflict where the name is taken within it.
pub fn insert(tx: &mut Tx<'_>, resolution: &Resolution) -> Result<StoredResolution, Error> {
    check_type(tx, None, resolution.kind)?;
    let id = diesel::insert_into(table::table).values(row(resolution)?).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a resolution.
///
/// # Errors
/// As for a new one; a type that it has already may be disabled.
pub fn update(tx: &mut Tx<'_>, before: &StoredResolution, after: &Resolution) -> Result<StoredResolution, Error> {
    check_type(tx, Some(before.data.kind), after.kind)?;
    let updated = diesel::update(table::table.find(before.id)).set(row(after)?).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a resolution that was never given as a reason, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict where a transaction or a request names it.
pub fn delete(tx: &mut Tx<'_>, id: ResolutionId) -> Result<StoredResolution, Error> {
    tx.lock_to_delete("resolutions", id)?;
    let resolution = get(tx.conn, id)?;
    let named = transactions::table.filter(transactions::resolution_id.eq(id));
    let of_requests = requests::table.filter(requests::resolution_id.eq(id));
    if diesel::select(exists(named)).get_result(tx.conn)? || diesel::select(exists(of_requests)).get_result(tx.conn)? {
        return Err(CommonFault::InUse.conflict().into());
    }
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(resolution)
}
