//! Groups of document types.

use diesel::prelude::*;
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, folded};
use domain::verification::{DocumentGroup, DocumentGroupId, DocumentGroupKind, DocumentTypeId};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::document_groups::{self as table, BoxedQuery};
use crate::schema::document_types;
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<DocumentGroupKind>,
    /// With this type.
    pub document_type: Option<DocumentTypeId>,
    /// Whether they count.
    pub enabled: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    CreateTime,
    Priority,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    kind: DocumentGroupKind,
    caption: &'a str,
    description: &'a str,
    enabled: bool,
    priority: i64,
    resources: String,
}

fn row(group: &DocumentGroup) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &group.name,
        name_key: folded(&group.name),
        kind: group.kind,
        caption: &group.caption,
        description: &group.description,
        enabled: group.enabled,
        priority: group.priority,
        resources: json(&group.resources)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (
        table::name,
        table::kind,
        table::caption,
        table::description,
        table::enabled,
        table::priority,
        table::resources,
    );
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(id) = filter.document_type {
        let with_type = document_types::table.filter(document_types::id.eq(id)).select(document_types::group_id);
        query = query.filter(table::id.eq_any(with_type));
    }
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    query
}

/// Groups, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<DocumentGroup>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::Priority => ordered!(query, paging.direction, table::priority, table::id),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: DocumentGroupId) -> Result<Record<DocumentGroup>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// Locks a group until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: DocumentGroupId) -> Result<Record<DocumentGroup>, Error> {
    tx.lock("document_groups", id)?;
    get(tx.conn, id)
}

/// Adds a group.
///
/// # Errors
/// A conflict where its name is taken.
pub fn insert(tx: &mut Tx<'_>, group: &DocumentGroup) -> Result<Record<DocumentGroup>, Error> {
    let values = (row(group)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a group. Levels that name it show its new name.
///
/// # Errors
/// A conflict where its name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Record<DocumentGroup>,
    after: &DocumentGroup,
) -> Result<Record<DocumentGroup>, Error> {
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a group that has no types and that no level names, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict while it is in use.
pub fn delete(tx: &mut Tx<'_>, id: DocumentGroupId) -> Result<Record<DocumentGroup>, Error> {
    let group = lock(tx, id)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(group)
}
