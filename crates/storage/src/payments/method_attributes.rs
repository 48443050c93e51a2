//! The custom fields of Constructor methods.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::ledger::MethodId;
use domain::payments::{AttributeKind, Method, MethodAttribute, MethodAttributeId, MethodDirection, PaymentsFault};
use domain::value::{FaultCode as _, Field, Refusal, Timestamp, folded};

use super::owning_method;
use crate::connection::on_each;
use crate::one_of::one_of;
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

/// All fields of a method.
pub(super) fn of_method(conn: &mut DbConnection, method: MethodId) -> Result<Vec<MethodAttribute>, Error> {
    let of_method = table::table.filter(table::method_id.eq(method)).order(table::id).select(columns());
    let stored: Vec<StoredAttribute> = of_method.load(conn)?;
    Ok(stored.into_iter().map(|stored| stored.data).collect())
}

/// The fields of these methods.
pub(super) fn of_methods(
    conn: &mut DbConnection,
    methods: &[MethodId],
) -> Result<Vec<(MethodId, MethodAttribute)>, Error> {
    let query = table::table.filter(one_of(table::method_id, methods)).order(table::id);
    let query = query.select((table::method_id, columns()));
    let stored: Vec<(MethodId, StoredAttribute)> = on_each!(conn, conn => query.load(conn))?;
    Ok(stored.into_iter().map(|(method, stored)| (method, stored.data)).collect())
}

/// One field of a method.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method.
pub fn get(conn: &mut DbConnection, method: MethodId, id: MethodAttributeId) -> Result<StoredAttribute, Error> {
    Ok(table::table.find(id).filter(table::method_id.eq(method)).select(columns()).first(conn)?)
}

/// Holds the method, and reads a field of it.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method, and a method of the other direction.
pub fn lock(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: MethodAttributeId,
) -> Result<StoredAttribute, Error> {
    owning_method::lock(tx, direction, method)?;
    get(tx.conn, method, id)
}

#[derive(Insertable)]
#[diesel(table_name = table)]
struct NewRow<'a> {
    method_id: MethodId,
    name: &'a str,
    name_key: String,
    caption: &'a str,
    kind: AttributeKind,
    rules: String,
    options: String,
    resources: String,
    create_time: NaiveDateTime,
}

/// Adds a field to a Constructor method.
///
/// # Errors
/// A refusal where it is not a Constructor method, or has a field of the name.
pub fn insert(tx: &mut Tx<'_>, method: MethodId, attribute: &MethodAttribute) -> Result<StoredAttribute, Error> {
    if owning_method::provider(tx.conn, method)? != Method::CONSTRUCTOR {
        return Err(PaymentsFault::NotConstructorMethod.at(Field::Method).unprocessable().into());
    }
    let row = NewRow {
        method_id: method,
        name: &attribute.name,
        name_key: folded(&attribute.name),
        caption: &attribute.caption,
        kind: attribute.kind,
        rules: json(&attribute.rules)?,
        options: json(&attribute.options)?,
        resources: json(&attribute.resources)?,
        create_time: tx.now.naive(),
    };
    let id = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, method, id)
}

/// Removes a field from its method, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`], also for one of another method, and a method of the other direction.
pub fn delete(
    tx: &mut Tx<'_>,
    direction: MethodDirection,
    method: MethodId,
    id: MethodAttributeId,
) -> Result<StoredAttribute, Error> {
    let attribute = lock(tx, direction, method, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(attribute)
}
