//! Restrictions of payment methods.

use diesel::prelude::*;
use domain::catalog::RestrictionMode;
use domain::ledger::{MethodId, MethodRestriction, MethodRestrictionId, MethodRestrictionName};
use domain::value::{Identified, Refusal};

use crate::catalog::restrictions::{self, Named};
use crate::connection::MultiBackend;
use crate::schema::method_restrictions::{self as table, BoxedQuery};
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this name.
    pub name: Option<MethodRestrictionName>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Row {
    name: MethodRestrictionName,
    is_enabled: bool,
    mode: RestrictionMode,
    ids: String,
}

fn row(restriction: &MethodRestriction) -> Result<Row, Error> {
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

fn filtered(method: MethodId, filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.filter(table::method_id.eq(method)).into_boxed();
    if let Some(name) = filter.name {
        query = query.filter(table::name.eq(name));
    }
    query
}

/// The restrictions of a method, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(
    conn: &mut DbConnection,
    method: MethodId,
    filter: &Filter,
    paging: &Paging<ById>,
) -> Result<Page<Identified<MethodRestriction>>, Error> {
    let total = paging.total(|| filtered(method, filter).count().get_result(conn))?;
    let query = filtered(method, filter).limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One restriction of a method.
///
/// # Errors
/// [`Error::NotFound`], also for a restriction of another method.
pub fn get(
    conn: &mut DbConnection,
    method: MethodId,
    id: MethodRestrictionId,
) -> Result<Identified<MethodRestriction>, Error> {
    Ok(table::table.find(id).filter(table::method_id.eq(method)).select(columns()).first(conn)?)
}

/// Adds a restriction to a method.
///
/// # Errors
/// A refusal where an id does not exist, or the method has one of this name.
pub fn insert(
    tx: &mut Tx<'_>,
    method: MethodId,
    restriction: &MethodRestriction,
) -> Result<Identified<MethodRestriction>, Error> {
    check_ids(tx, restriction)?;
    let values = (table::method_id.eq(method), row(restriction)?);
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, method, id)
}

/// Writes what can be set of a restriction.
///
/// # Errors
/// A refusal where an id does not exist.
pub fn update(
    tx: &mut Tx<'_>,
    method: MethodId,
    id: MethodRestrictionId,
    restriction: &MethodRestriction,
) -> Result<Identified<MethodRestriction>, Error> {
    check_ids(tx, restriction)?;
    diesel::update(table::table.find(id)).set(row(restriction)?).execute(tx.conn)?;
    get(tx.conn, method, id)
}

/// Deletes a restriction.
///
/// # Errors
/// Those of the database.
pub fn delete(tx: &mut Tx<'_>, id: MethodRestrictionId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}

fn check_ids(tx: &mut Tx<'_>, restriction: &MethodRestriction) -> Result<(), Error> {
    let named = match restriction.name {
        MethodRestrictionName::Country => Named::Countries,
        MethodRestrictionName::ClientType => Named::ClientTypes,
        MethodRestrictionName::VerificationLevel => Named::Levels,
    };
    restrictions::check_ids(tx, named, &restriction.ids)
}

/// All restrictions of a method.
pub(super) fn all(conn: &mut DbConnection, method: MethodId) -> Result<Vec<MethodRestriction>, Error> {
    let rows: Vec<Identified<MethodRestriction>> = filtered(method, &Filter::default()).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(|row| row.data).collect())
}
