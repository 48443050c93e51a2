//! Permission levels, and what one client may do.

use diesel::prelude::*;
use domain::clients::{ClientId, ClientPermission, Overrides, PermissionLevel, PermissionLevelId, effective};
use domain::identity::Scope;
use domain::value::{CommonFault, FaultCode as _, Field, Refusal, Set, Stored, Timestamp, folded};

use super::settings;
use crate::client_scope::{check_not_deleted, check_visible, lock_client};
use crate::clients::levels;
use crate::paging::ordered;
use crate::schema::{client_settings, permission_levels as table};
use crate::{ByTime, DbConnection, Error, Page, Paging, Tx, json};

/// A level as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPermissionLevel {
    /// Its id.
    pub id: PermissionLevelId,
    /// What can be set.
    pub data: PermissionLevel,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Option<Timestamp>,
}

impl Stored for StoredPermissionLevel {
    type Data = PermissionLevel;

    fn data(&self) -> &PermissionLevel {
        &self.data
    }
}

type Columns = (
    PermissionLevelId,
    String,
    String,
    Option<PermissionLevelId>,
    bool,
    Set<ClientPermission>,
    Timestamp,
    Option<Timestamp>,
);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::caption,
        table::parent_id,
        table::is_default,
        table::permissions,
        table::create_time,
        table::update_time,
    )
}

fn record(
    (id, name, caption, parent, is_default, permissions, create_time, update_time): Columns,
) -> StoredPermissionLevel {
    let data = PermissionLevel { name, caption, parent, is_default, permissions };
    StoredPermissionLevel { id, data, create_time, update_time }
}

/// Levels, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ByTime>) -> Result<Page<StoredPermissionLevel>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = ordered!(query, paging.direction, table::create_time, table::id);
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows }.map(record))
}

/// One level.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: PermissionLevelId) -> Result<StoredPermissionLevel, Error> {
    Ok(record(table::table.find(id).select(columns()).first(conn)?))
}

/// One level, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: PermissionLevelId) -> Result<StoredPermissionLevel, Error> {
    tx.lock("permission_levels", id)?;
    get(tx.conn, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    caption: &'a str,
    parent_id: Option<PermissionLevelId>,
    permissions: String,
}

fn values(level: &PermissionLevel) -> Result<Values<'_>, Error> {
    Ok(Values {
        name: &level.name,
        name_key: folded(&level.name),
        caption: &level.caption,
        parent_id: level.parent,
        permissions: json(&level.permissions)?,
    })
}

/// Checks the chain of parents, while nobody changes it.
fn check_parent(tx: &mut Tx<'_>, id: Option<PermissionLevelId>, level: &PermissionLevel) -> Result<(), Error> {
    let mut ancestors = Vec::new();
    let mut next = level.parent;
    while let Some(parent) = next.filter(|parent| !ancestors.contains(parent)) {
        ancestors.push(parent);
        tx.lock("permission_levels", parent)?;
        let found: Option<Option<PermissionLevelId>> =
            table::table.find(parent).select(table::parent_id).first(tx.conn).optional()?;
        next = found.ok_or_else(|| Refusal::unknown(Field::Parent))?;
    }
    Ok(level.check_parent(id, &ancestors)?)
}

/// Adds a level.
///
/// # Errors
/// A refusal where its name is taken or its parent does not fit.
pub fn insert(tx: &mut Tx<'_>, level: &PermissionLevel) -> Result<StoredPermissionLevel, Error> {
    check_parent(tx, None, level)?;
    let values = (values(level)?, table::is_default.eq(false), table::create_time.eq(tx.now.naive()));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Writes what can be set of a level.
///
/// # Errors
/// A refusal where its name is taken or its parent does not fit.
pub fn update(
    tx: &mut Tx<'_>,
    before: &StoredPermissionLevel,
    level: &PermissionLevel,
) -> Result<StoredPermissionLevel, Error> {
    let id = before.id;
    check_parent(tx, Some(id), level)?;
    let values = (values(level)?, table::update_time.eq(Some(tx.now.naive())));
    let updated = diesel::update(table::table.find(id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, id)
}

/// Deletes a level that nothing refers to, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a refusal where it is the default or in use.
pub fn delete(tx: &mut Tx<'_>, id: PermissionLevelId) -> Result<StoredPermissionLevel, Error> {
    let level = lock(tx, id)?;
    level.data.check_deletable()?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(level)
}

/// What is set for a client apart from their level.
fn overrides(conn: &mut DbConnection, client: ClientId) -> Result<Overrides, Error> {
    let text: Option<String> =
        client_settings::table.find(client).select(client_settings::permission_overrides).first(conn).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

/// What a client in scope may do.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn get_of_client(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<Set<ClientPermission>, Error> {
    check_visible(conn, scope, client)?;
    of_client(conn, client)
}

/// What a client may do, whatever the caller sees.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_client(conn: &mut DbConnection, client: ClientId) -> Result<Set<ClientPermission>, Error> {
    let (_, role) = levels::of_client(conn, client)?;
    let level = get(conn, role)?.data.permissions;
    Ok(effective(&level, &overrides(conn, client)?))
}

/// What is set for a client apart from their level; the client is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], also for a client out of scope.
pub fn lock_overrides(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<Overrides, Error> {
    lock_client(tx, scope, client)?;
    overrides(tx.conn, client)
}

/// Sets what a client may do apart from their level.
///
/// # Errors
/// A conflict where the client was removed.
pub fn set_overrides(tx: &mut Tx<'_>, client: ClientId, overrides: &Overrides) -> Result<(), Error> {
    check_not_deleted(tx.conn, client)?;
    settings::ensure(tx, client)?;
    let values = client_settings::permission_overrides.eq(json(overrides)?);
    diesel::update(client_settings::table.find(client)).set(values).execute(tx.conn)?;
    Ok(())
}
