//! Client types.

use diesel::prelude::*;
use domain::clients::{ClientType, ClientTypeChange, ClientTypeGroup, ClientTypeId};
use domain::value::{Field, Identified, List, LocalizedText, Refusal, folded};

use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::client_types::{self as table, BoxedQuery};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Whether clients can be given it.
    pub enabled: Option<bool>,
    /// Of this group.
    pub group: Option<ClientTypeGroup>,
    /// With this in the name.
    pub name: Option<String>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    kind: ClientTypeGroup,
    is_default: bool,
    enabled: bool,
    wizard: bool,
    resources: String,
}

fn values(kind: &ClientType) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &kind.name,
        name_key: folded(&kind.name),
        kind: kind.group,
        is_default: kind.default,
        enabled: kind.enabled,
        wizard: kind.wizard,
        resources: json(&kind.resources)?,
    })
}

type Columns = (ClientTypeId, bool, bool, String, ClientTypeGroup, bool, List<LocalizedText>);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (table::id, table::is_default, table::enabled, table::name, table::kind, table::wizard, table::resources)
}

fn record((id, default, enabled, name, group, wizard, resources): Columns) -> Identified<ClientType> {
    Identified { id, data: ClientType { default, enabled, name, group, wizard, resources } }
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(enabled) = filter.enabled {
        query = query.filter(table::enabled.eq(enabled));
    }
    if let Some(group) = filter.group {
        query = query.filter(table::kind.eq(group));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    query
}

/// Client types, a page of them.
pub fn list(
    conn: &mut DbConnection,
    filter: &Filter,
    paging: &Paging<ByTime>,
) -> Result<Page<Identified<ClientType>>, Error> {
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// The types that clients can choose from, in their order.
pub fn offered(conn: &mut DbConnection) -> Result<Vec<Identified<ClientType>>, Error> {
    let enabled = table::table.filter(table::enabled.eq(true)).order(table::id).limit(1_000);
    let rows: Vec<Columns> = enabled.select(columns()).load(conn)?;
    Ok(rows.into_iter().map(record).collect())
}

/// One type.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: ClientTypeId) -> Result<Identified<ClientType>, Error> {
    Ok(record(table::table.find(id).select(columns()).first(conn)?))
}

/// One type that clients can be given.
///
/// # Errors
/// [`Error::NotFound`], also for one that is disabled.
pub fn get_enabled(conn: &mut DbConnection, id: ClientTypeId) -> Result<Identified<ClientType>, Error> {
    let kind = get(conn, id)?;
    if kind.data.enabled { Ok(kind) } else { Err(Error::NotFound) }
}

/// One type, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: ClientTypeId) -> Result<Identified<ClientType>, Error> {
    tx.lock("client_types", id)?;
    get(tx.conn, id)
}

/// The type that new clients get.
pub fn default(conn: &mut DbConnection) -> Result<ClientTypeId, Error> {
    Ok(table::table.filter(table::is_default.eq(true)).select(table::id).first(conn)?)
}

/// Those of the ids that exist.
pub fn existing(conn: &mut DbConnection, ids: &[i64]) -> Result<Vec<i64>, Error> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// Only one type is the default: the mark moves.
fn move_default(tx: &mut Tx<'_>, kind: &ClientType) -> Result<(), Error> {
    if kind.default {
        let earlier = table::table.filter(table::is_default.eq(true));
        diesel::update(earlier).set(table::is_default.eq(false)).execute(tx.conn)?;
    }
    Ok(())
}

/// Adds a type.
///
/// # Errors
/// A refusal where its name is taken, or it is a default that cannot be given.
pub fn insert(tx: &mut Tx<'_>, kind: &ClientType) -> Result<Identified<ClientType>, Error> {
    ClientTypeChange { before: None, after: kind }.check()?;
    move_default(tx, kind)?;
    let values = (values(kind)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a type.
///
/// # Errors
/// A refusal where its name is taken, or no default would be left.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Identified<ClientType>,
    after: &ClientType,
) -> Result<Identified<ClientType>, Error> {
    ClientTypeChange { before: Some(&before.data), after }.check()?;
    move_default(tx, after)?;
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}
