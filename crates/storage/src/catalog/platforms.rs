//! Platforms: where accounts are kept.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::catalog::{Platform, PlatformChange, PlatformId, PlatformType};
use domain::value::{CommonFault, FaultCode as _, Field, Record, Refusal, folded};

use crate::connection::{MultiBackend, on_each};
use crate::one_of::one_of;
use crate::schema::platforms::{self as table, BoxedQuery};
use crate::schema::products;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this type.
    pub kind: Option<PlatformType>,
    /// With this in the name.
    pub name: Option<String>,
    /// Enabled or not.
    pub is_enabled: Option<bool>,
    /// With play money or not.
    pub is_demo: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Id,
    Name,
    CreateTime,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    kind: PlatformType,
    is_demo: bool,
    is_enabled: bool,
    groups: String,
    gateway_url: Option<&'a str>,
    terminal_url: Option<&'a str>,
}

fn row(platform: &Platform) -> Result<Row<'_>, Error> {
    Ok(Row {
        name: &platform.name,
        name_key: folded(&platform.name),
        caption: &platform.caption,
        kind: platform.kind,
        is_demo: platform.is_demo,
        is_enabled: platform.is_enabled,
        groups: json(&platform.groups)?,
        gateway_url: platform.gateway_url.as_deref(),
        terminal_url: platform.terminal_url.as_deref(),
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (
        table::name,
        table::caption,
        table::kind,
        table::is_demo,
        table::is_enabled,
        table::groups,
        table::gateway_url,
        table::terminal_url,
    );
    (table::id, data, table::create_time, table::update_time)
}

fn filtered(filter: &Filter) -> BoxedQuery<'static, MultiBackend> {
    let mut query = table::table.into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    if let Some(is_enabled) = filter.is_enabled {
        query = query.filter(table::is_enabled.eq(is_enabled));
    }
    if let Some(is_demo) = filter.is_demo {
        query = query.filter(table::is_demo.eq(is_demo));
    }
    query
}

/// Platforms, a page of them.
pub fn list(conn: &mut DbConnection, filter: &Filter, paging: &Paging<Sort>) -> Result<Page<Record<Platform>>, Error> {
    use Direction::{Ascending, Descending};
    let total = paging.total(|| filtered(filter).count().get_result(conn))?;
    let query = filtered(filter).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Id, Ascending) => query.order((table::id.asc(), table::id.asc())),
        (Sort::Id, Descending) => query.order((table::id.desc(), table::id.desc())),
        (Sort::Name, Ascending) => query.order((table::name_key.asc(), table::id.asc())),
        (Sort::Name, Descending) => query.order((table::name_key.desc(), table::id.desc())),
        (Sort::CreateTime, Ascending) => query.order((table::create_time.asc(), table::id.asc())),
        (Sort::CreateTime, Descending) => query.order((table::create_time.desc(), table::id.desc())),
    };
    Ok(Page { total, data: query.select(columns()).load(conn)? })
}

/// One platform.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: PlatformId) -> Result<Record<Platform>, Error> {
    Ok(table::table.find(id).select(columns()).first(conn)?)
}

/// The platforms of these ids.
pub(crate) fn by_ids(
    conn: &mut DbConnection,
    ids: &[PlatformId],
) -> Result<HashMap<PlatformId, Record<Platform>>, Error> {
    let query = table::table.filter(one_of(table::id, ids)).select(columns());
    let platforms: Vec<Record<Platform>> = on_each!(conn, conn => query.load(conn))?;
    Ok(platforms.into_iter().map(|platform| (platform.id, platform)).collect())
}

/// Locks a platform until the transaction ends, and reads it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: PlatformId) -> Result<Record<Platform>, Error> {
    tx.lock("platforms", id)?;
    get(tx.conn, id)
}

/// Adds a platform.
///
/// # Errors
/// A refusal where its name is taken.
pub fn insert(tx: &mut Tx<'_>, platform: &Platform) -> Result<Record<Platform>, Error> {
    let values = (row(platform)?, table::create_time.eq(tx.now.naive()), table::update_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Changes a platform.
///
/// # Errors
/// A refusal where its name is taken, or its products depend on what changes.
pub fn update(tx: &mut Tx<'_>, before: &Record<Platform>, after: &Platform) -> Result<Record<Platform>, Error> {
    let change = PlatformChange { before: &before.data, after };
    if change.concerns_products() {
        tx.lock_to_delete("platforms", before.id)?;
        let of_platform = products::table.filter(products::platform_id.eq(before.id));
        change.check(diesel::select(diesel::dsl::exists(of_platform)).get_result(tx.conn)?)?;
    }
    let values = (row(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.id)
}

/// Deletes a platform that nothing refers to.
///
/// # Errors
/// A refusal while products, presets or programs refer to it.
pub fn delete(tx: &mut Tx<'_>, id: PlatformId) -> Result<(), Error> {
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict())).map(drop)
}
