//! Restrictions of products.

use diesel::prelude::*;
use domain::catalog::{ProductId, ProductRestriction, ProductRestrictionId, RestrictionMode, RestrictionName};
use domain::value::{Identified, Refusal};

use super::restrictions::{self, Named};
use crate::connection::MultiBackend;
use crate::schema::product_restrictions::{self as table, BoxedQuery};
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this name.
    pub name: Option<RestrictionName>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Id,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row {
    name: RestrictionName,
    is_enabled: bool,
    mode: RestrictionMode,
    ids: String,
}

fn row(restriction: &ProductRestriction) -> Result<Row, Error> {
    Ok(Row {
        name: restriction.name,
        is_enabled: restriction.is_enabled,
        mode: restriction.mode,
        ids: json(&restriction.ids)?,
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, (table::name, table::is_enabled, table::mode, table::ids))
}

fn filtered(product: ProductId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::product_id.eq(product)).into_boxed();
    if let Some(name) = filter.name {
        query = query.filter(table::name.eq(name));
    }
    query
}

/// The restrictions of a product, a page of them.
pub fn list(
    conn: &mut DbConnection,
    product: ProductId,
    filter: &Filter,
    paging: &Paging<Sort>,
) -> Result<Page<Identified<ProductRestriction>>, Error> {
    let total = paging.total(|| filtered(product, filter).count().get_result(conn))?;
    let query = filtered(product, filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Id, Direction::Ascending) => query.order(table::id.asc()),
        (Sort::Id, Direction::Descending) => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One restriction of a product.
///
/// # Errors
/// [`Error::NotFound`], also for a restriction of another product.
pub fn get(
    conn: &mut DbConnection,
    product: ProductId,
    id: ProductRestrictionId,
) -> Result<Identified<ProductRestriction>, Error> {
    Ok(table::table.find(id).filter(table::product_id.eq(product)).select(columns()).first(conn)?)
}

/// Adds a restriction to a product.
///
/// # Errors
/// A refusal where an id does not exist, or the product has one of this name.
pub fn insert(
    tx: &mut Tx<'_>,
    product: ProductId,
    restriction: &ProductRestriction,
) -> Result<Identified<ProductRestriction>, Error> {
    check_ids(tx, restriction)?;
    let values = (table::product_id.eq(product), row(restriction)?);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, product, id)
}

/// Writes what can be set of a restriction.
///
/// # Errors
/// A refusal where an id does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    product: ProductId,
    id: ProductRestrictionId,
    restriction: &ProductRestriction,
) -> Result<Identified<ProductRestriction>, Error> {
    check_ids(tx, restriction)?;
    diesel::update(table::table.find(id)).set(row(restriction)?).execute(tx.conn)?;
    get(tx.conn, product, id)
}

/// Deletes a restriction.
pub fn delete(tx: &mut Tx<'_>, id: ProductRestrictionId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

fn check_ids(tx: &mut Tx<'_>, restriction: &ProductRestriction) -> Result<(), Error> {
    let named = match restriction.name {
        RestrictionName::Country | RestrictionName::ProductCountry => Named::Countries,
        RestrictionName::ClientType => Named::ClientTypes,
        RestrictionName::VerificationLevel | RestrictionName::VerificationAutoCreate => Named::Levels,
        RestrictionName::IbParent => Named::Partners,
    };
    restrictions::check_ids(tx, named, &restriction.ids)
}
