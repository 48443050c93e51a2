//! Notes on products.

use diesel::prelude::*;
use domain::catalog::{ProductId, ProductNote, ProductNoteId};
use domain::value::{Record, folded};

use crate::connection::MultiBackend;
use crate::schema::product_notes::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in the title.
    pub title: Option<String>,
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
    title: &'a str,
    title_key: String,
    value: &'a str,
    resources: String,
}

fn row(note: &ProductNote) -> Result<Row<'_>, Error> {
    Ok(Row {
        title: &note.title,
        title_key: folded(&note.title),
        value: &note.value,
        resources: json(&note.resources)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::title, table::value, table::resources), table::create_time, table::update_time)
}

fn filtered(product: ProductId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::product_id.eq(product)).into_boxed();
    if let Some(title) = &filter.title {
        query = query.filter(table::title_key.like(part_of(title)).escape('\\'));
    }
    query
}

/// The notes of a product, a page of them.
pub fn list(
    conn: &mut DbConnection,
    product: ProductId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Record<ProductNote>>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(product, filter).count().get_result(conn))?;
    let query = filtered(product, filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One note of a product.
///
/// # Errors
/// [`Error::NotFound`], also for a note of another product.
pub fn get(conn: &mut DbConnection, product: ProductId, id: ProductNoteId) -> Result<Record<ProductNote>, Error> {
    Ok(table::table.find(id).filter(table::product_id.eq(product)).select(columns()).first(conn)?)
}

/// Locks a note until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`], also for a note of another product.
pub fn lock(tx: &mut Tx<'_>, product: ProductId, id: ProductNoteId) -> Result<Record<ProductNote>, Error> {
    tx.lock("product_notes", id)?;
    get(tx.conn, product, id)
}

/// Adds a note to a product.
pub fn insert(tx: &mut Tx<'_>, product: ProductId, note: &ProductNote) -> Result<Record<ProductNote>, Error> {
    let times = (table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let values = (table::product_id.eq(product), row(note)?, times);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn)?;
    get(tx.conn, product, id)
}

/// Writes what can be set of a note.
pub fn update(
    tx: &mut Tx<'_>,
    product: ProductId,
    before: &Record<ProductNote>,
    after: &ProductNote,
) -> Result<Record<ProductNote>, Error> {
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, product, before.id)
}

/// Deletes a note.
pub fn delete(tx: &mut Tx<'_>, id: ProductNoteId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
