//! Types of documents.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, Set, Stored, Timestamp};
use domain::verification::{DocumentGroup, DocumentGroupId, DocumentType, DocumentTypeId};

use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::paging::ordered;
use crate::schema::document_groups as group;
use crate::schema::document_types::{self as table, BoxedQuery};
use crate::{DbConnection, Error, Page, Paging, Tx, json};

/// A type as it is stored, with its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocumentType {
    /// Its id.
    pub id: DocumentTypeId,
    /// What can be set.
    pub data: DocumentType,
    /// Its group.
    pub group: Record<DocumentGroup>,
    /// When it was created.
    pub create_time: Timestamp,
}

impl Stored for StoredDocumentType {
    type Data = DocumentType;

    fn data(&self) -> &DocumentType {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Whether clients can hand in documents of them.
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
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    group_id: DocumentGroupId,
    name: &'a str,
    caption: &'a str,
    description: &'a str,
    enabled: bool,
    example: Option<&'a str>,
    max_files: i64,
    priority: i64,
    resources: String,
}

fn row(kind: &DocumentType) -> Result<Row<'_>, Error> {
    Ok(Row {
        group_id: kind.group,
        name: &kind.name,
        caption: &kind.caption,
        description: &kind.description,
        enabled: kind.enabled,
        example: kind.example.as_deref(),
        max_files: kind.max_files,
        priority: kind.priority,
        resources: json(&kind.resources)?,
    })
}

type Columns = (DocumentTypeId, DocumentType, Record<DocumentGroup>, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (
        table::name,
        table::group_id,
        table::caption,
        table::description,
        table::enabled,
        table::example,
        table::max_files,
        table::priority,
        table::resources,
    );
    let of_group = (
        group::name,
        group::kind,
        group::caption,
        group::description,
        group::enabled,
        group::priority,
        group::resources,
    );
    (table::id, data, (group::id, of_group, group::create_time, group::update_time), table::create_time)
}

fn stored((id, data, group, create_time): Columns) -> StoredDocumentType {
    StoredDocumentType { id, data, group, create_time }
}

fn filtered(filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match filter.enabled {
        Some(enabled) => query.filter(table::enabled.eq(enabled)),
        None => query,
    }
}

/// The types of the groups of these names, in their order.
pub(crate) fn of_groups(conn: &mut DbConnection, names: &Set<String>) -> Result<Vec<StoredDocumentType>, Error> {
    let names: Vec<String> = names.iter().cloned().collect();
    let rows = table::table.inner_join(group::table).filter(group::name.eq_any(names));
    let rows: Vec<Columns> = rows.order((table::priority, table::id)).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(stored).collect())
}

/// Types, a page of them.
pub fn list(conn: &mut DbConnection, filter: Filter, paging: &Paging<Sort>) -> Result<Page<StoredDocumentType>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.sort {
        Sort::CreateTime => ordered!(query, paging.direction, table::create_time, table::id),
        Sort::Priority => ordered!(query, paging.direction, table::priority, table::id),
    };
    let ids: Vec<DocumentTypeId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(group::table).filter(table::id.eq_any(&ids)).select(columns());
    let mut rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    rows.sort_by_key(|(id, ..)| ids.iter().position(|listed| listed == id));
    Ok(Page { total, data: rows }.map(stored))
}

/// The types of these ids, by their ids.
pub(super) fn by_ids(
    conn: &mut DbConnection,
    ids: &[DocumentTypeId],
) -> Result<HashMap<DocumentTypeId, StoredDocumentType>, Error> {
    let rows = table::table.inner_join(group::table).filter(one_of(table::id, ids)).select(columns());
    let rows: Vec<Columns> = on_each!(conn, conn => rows.load(conn))?;
    Ok(rows.into_iter().map(|row| (row.0, stored(row))).collect())
}

/// One type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: DocumentTypeId) -> Result<StoredDocumentType, Error> {
    let row = table::table.inner_join(group::table).filter(table::id.eq(id)).select(columns());
    let row: Columns = on_each!(conn, conn => row.first(conn))?;
    Ok(stored(row))
}

/// Locks a type until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: DocumentTypeId) -> Result<StoredDocumentType, Error> {
    tx.lock("document_types", id)?;
    get(tx.conn, id)
}

fn check_group(conn: &mut DbConnection, id: DocumentGroupId) -> Result<(), Error> {
    let known: bool = diesel::select(diesel::dsl::exists(group::table.find(id))).get_result(conn)?;
    if known { Ok(()) } else { Err(Refusal::unknown(Field::Group).into()) }
}

/// Adds a type.
///
/// # Errors
/// A refusal where its group does not exist.
pub fn insert(tx: &mut Tx<'_>, kind: &DocumentType) -> Result<StoredDocumentType, Error> {
    check_group(tx.conn, kind.group)?;
    let values = (row(kind)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_referenced(|| Refusal::unknown(Field::Group)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a type.
///
/// # Errors
/// A refusal where its group does not exist.
pub fn update(tx: &mut Tx<'_>, before: &StoredDocumentType, after: &DocumentType) -> Result<StoredDocumentType, Error> {
    check_group(tx.conn, after.group)?;
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn).map_err(Error::from);
    updated.map_err(|error| error.or_referenced(|| Refusal::unknown(Field::Group)))?;
    get(tx.conn, before.id)
}

/// Deletes a type, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a conflict while documents are of it.
pub fn delete(tx: &mut Tx<'_>, id: DocumentTypeId) -> Result<StoredDocumentType, Error> {
    let kind = lock(tx, id)?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(kind)
}
