//! The custom fields of Constructor methods.

use diesel::prelude::*;
use domain::ledger::MethodId;
use domain::payments::{Method, MethodAttribute, MethodAttributeId};
use domain::value::{Refusal, Timestamp, folded};

use super::methods;
use crate::schema::method_attributes as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A custom field as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredAttribute {
    /// Its id.
    pub id: MethodAttributeId,
    /// What it is; it is never changed.
    pub data: MethodAttribute,
    /// When it was added.
    pub create_time: Timestamp,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::caption, table::kind, table::rules, table::options, table::resources);
    (table::id, data, table::create_time)
}

/// The fields of a method, a page of them.
///
/// # Errors
/// Those of the database.
pub fn list(conn: &mut DbConnection, method: MethodId, paging: &Paging<ById>) -> Result<Page<StoredAttribute>, Error> {
    let of_method = || table::table.filter(table::method_id.eq(method)).into_boxed();
    let total = paging.total(|| of_method().count().get_result(conn))?;
    let query = of_method().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One field of a method.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method.
pub fn get(conn: &mut DbConnection, method: MethodId, id: MethodAttributeId) -> Result<StoredAttribute, Error> {
    Ok(table::table.find(id).filter(table::method_id.eq(method)).select(columns()).first(conn)?)
}

/// Adds a field to a Constructor method.
///
/// # Errors
/// A refusal where the method is none, or has a field of the name.
pub fn insert(tx: &mut Tx<'_>, method: MethodId, attribute: &MethodAttribute) -> Result<StoredAttribute, Error> {
    if methods::provider(tx.conn, method)? != Method::CONSTRUCTOR {
        return Err(Refusal::unprocessable("methodId", "is no Constructor method").into());
    }
    let values = (
        table::method_id.eq(method),
        table::name.eq(&attribute.name),
        table::name_key.eq(folded(&attribute.name)),
        table::caption.eq(&attribute.caption),
        table::kind.eq(attribute.kind),
        table::rules.eq(json(&attribute.rules)?),
        table::options.eq(json(&attribute.options)?),
        table::resources.eq(json(&attribute.resources)?),
        table::create_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    get(tx.conn, method, id)
}

/// Removes a field.
///
/// # Errors
/// Those of the database.
pub fn delete(tx: &mut Tx<'_>, id: MethodAttributeId) -> Result<(), Error> {
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(())
}
