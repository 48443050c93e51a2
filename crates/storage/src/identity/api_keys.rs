//! Keys with which programs of users call. Of a key its hash is kept, and how it begins. Who calls with one is found by
//! [`super::callers`].

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{self, Untyped};
use domain::identity::{
    ApiKey, ApiKeyChange, ApiKeyId, ApiKeyScope, ApiKeyStatus, IpNetwork, Permission, Rights, SignedInUser, UserId,
};
use domain::value::{Field, List, Refusal, Set, Stored, Timestamp, folded};

use super::sessions::TokenHash;
use super::users;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::api_keys::{self as table, BoxedQuery};
use crate::schema::users as user;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json, part_of};

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What can be set.
    pub data: ApiKey,
    /// Whose it is.
    pub user: UserId,
    /// Their name.
    pub user_name: String,
    /// How it begins.
    pub prefix: String,
    /// In which minute it was used last.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was changed.
    pub update_time: Timestamp,
}

impl Stored for StoredApiKey {
    type Data = ApiKey;

    fn data(&self) -> &ApiKey {
        &self.data
    }
}

/// What is kept of the key itself.
#[derive(Clone, Debug)]
pub struct KeyText {
    /// How it begins.
    pub prefix: String,
    /// Its hash.
    pub hash: TokenHash,
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this user.
    pub user: Option<UserId>,
    /// With this in the name.
    pub name: Option<String>,
    /// In this status.
    pub status: Option<ApiKeyStatus>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// When it was made.
    CreateTime,
    /// Its name.
    Name,
    /// When it was used last; those that never were are the smallest.
    LastUsedAt,
}

/// The columns of what can be set.
pub(super) type KeyColumns = (String, Set<Permission>, List<String>, Option<Timestamp>, bool);

#[diesel::dsl::auto_type]
pub(super) fn key_columns() -> _ {
    (table::name, table::permissions, table::ip_whitelist, table::expires_at, table::is_enabled)
}

/// A key of its columns.
pub(super) fn key(id: ApiKeyId, columns: KeyColumns) -> Result<ApiKey, Error> {
    let (name, permissions, networks, expires_at, is_enabled) = columns;
    let parsed: Result<List<IpNetwork>, _> = networks.iter().map(|network| network.parse()).collect();
    let ip_whitelist = parsed.map_err(|_| Error::Broken(format!("API key {id} has an address that is none")))?;
    Ok(ApiKey { name, permissions, ip_whitelist, expires_at, is_enabled })
}

#[derive(Queryable)]
struct Row {
    id: ApiKeyId,
    data: KeyColumns,
    user: (UserId, String),
    prefix: String,
    times: (Option<Timestamp>, Timestamp, Timestamp),
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        key_columns(),
        (user::id, user::name),
        table::prefix,
        (table::last_used_at, table::create_time, table::update_time),
    )
}

impl TryFrom<Row> for StoredApiKey {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let (user, user_name) = row.user;
        let (last_used_at, create_time, update_time) = row.times;
        let data = key(row.id, row.data)?;
        Ok(Self { id: row.id, data, user, user_name, prefix: row.prefix, last_used_at, create_time, update_time })
    }
}

/// The expression of an index: a key without an end ends after all others.
const END: &str = "coalesce(api_keys.expires_at, '9999-12-31 23:59:59')";

fn end() -> SqlLiteral<sql_types::Timestamp> {
    sql::<sql_types::Timestamp>(END)
}

fn seen(scope: ApiKeyScope) -> BoxedQuery<'static, MultiBackend> {
    let query = table::table.into_boxed();
    match scope {
        ApiKeyScope::All => query,
        ApiKeyScope::Of(user) => query.filter(table::user_id.eq(user)),
    }
}

fn filtered(scope: ApiKeyScope, filter: &Filter, now: Timestamp) -> BoxedQuery<'static, MultiBackend> {
    let mut query = seen(scope);
    if let Some(user) = filter.user {
        query = query.filter(table::user_id.eq(user));
    }
    if let Some(name) = &filter.name {
        query = query.filter(table::name_key.like(part_of(name)).escape('\\'));
    }
    match filter.status {
        None => query,
        Some(ApiKeyStatus::Disabled) => query.filter(table::is_enabled.eq(false)),
        Some(ApiKeyStatus::Active) => query.filter(table::is_enabled.eq(true)).filter(end().gt(now.naive())),
        Some(ApiKeyStatus::Expired) => query.filter(table::is_enabled.eq(true)).filter(end().le(now.naive())),
    }
}

/// Keys, a page of them.
pub fn list(
    conn: &mut DbConnection,
    scope: ApiKeyScope,
    filter: &Filter,
    paging: &Paging<Sort>,
    now: Timestamp,
) -> Result<Page<StoredApiKey>, Error> {
    let total = paging.total(|| filtered(scope, filter, now).count().get_result(conn))?;
    let query = filtered(scope, filter, now).limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::CreateTime, direction) => ordered!(query, direction, table::create_time, table::id),
        (Sort::Name, direction) => ordered!(query, direction, table::name_key, table::id),
        // The databases do not agree on where nothing stands.
        (Sort::LastUsedAt, Direction::Ascending) => {
            query.order((sql::<Untyped>("api_keys.last_used_at ASC NULLS FIRST"), table::id.asc()))
        }
        (Sort::LastUsedAt, Direction::Descending) => {
            query.order((sql::<Untyped>("api_keys.last_used_at DESC NULLS LAST"), table::id.desc()))
        }
    };
    let ids: Vec<ApiKeyId> = query.select(table::id).load(conn)?;
    let rows = table::table.inner_join(user::table).filter(table::id.eq_any(ids.clone())).select(columns());
    let mut found: Vec<StoredApiKey> =
        rows.load::<Row>(conn)?.into_iter().map(StoredApiKey::try_from).collect::<Result<_, _>>()?;
    found.sort_by_key(|key| ids.iter().position(|id| *id == key.id));
    Ok(Page { total, data: found })
}

/// One key.
///
/// # Errors
/// [`Error::NotFound`], also for one of a user whose keys are not seen.
pub fn get(conn: &mut DbConnection, scope: ApiKeyScope, id: ApiKeyId) -> Result<StoredApiKey, Error> {
    let id: ApiKeyId = seen(scope).filter(table::id.eq(id)).select(table::id).first(conn)?;
    let row: Row = table::table.inner_join(user::table).filter(table::id.eq(id)).select(columns()).first(conn)?;
    row.try_into()
}

/// One key, which is held until the transaction ends.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, scope: ApiKeyScope, id: ApiKeyId) -> Result<StoredApiKey, Error> {
    tx.lock("api_keys", id)?;
    get(tx.conn, scope, id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    permissions: String,
    ip_whitelist: String,
    is_enabled: bool,
    expires_at: Option<NaiveDateTime>,
}

fn values(key: &ApiKey) -> Result<Values<'_>, Error> {
    let networks: Vec<String> = key.ip_whitelist.iter().map(ToString::to_string).collect();
    Ok(Values {
        name: &key.name,
        name_key: folded(&key.name),
        permissions: json(&key.permissions)?,
        ip_whitelist: json(&networks)?,
        is_enabled: key.is_enabled,
        expires_at: key.expires_at.map(Timestamp::naive),
    })
}

fn taken() -> Refusal {
    Refusal::taken(Field::Name)
}

/// What a user may do, as they are stored.
fn rights_of(tx: &mut Tx<'_>, user: UserId) -> Result<Rights, Error> {
    let user = users::get(tx.conn, user)?;
    users::rights_of(tx.conn, &user.data)
}

/// Adds a key of the caller, who is held until the transaction ends.
///
/// # Errors
/// A refusal by [`ApiKeyChange::check`], or where the caller has a key of this name.
pub fn insert(tx: &mut Tx<'_>, caller: &SignedInUser, key: &ApiKey, text: &KeyText) -> Result<StoredApiKey, Error> {
    tx.lock("users", caller.user)?;
    let rights = rights_of(tx, caller.user)?;
    ApiKeyChange { before: None, after: key, owner: (caller.user, &rights), caller, now: tx.now }.check()?;
    let values = (
        values(key)?,
        table::user_id.eq(caller.user),
        table::hash.eq(text.hash.to_vec()),
        table::prefix.eq(&text.prefix),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, ApiKeyScope::Of(caller.user), id)
}

/// Changes a key.
///
/// # Errors
/// A refusal by [`ApiKeyChange::check`], or where its user has another key of this name.
pub fn update(
    tx: &mut Tx<'_>,
    caller: &SignedInUser,
    before: &StoredApiKey,
    after: &ApiKey,
) -> Result<StoredApiKey, Error> {
    let rights = rights_of(tx, before.user)?;
    let owner = (before.user, &rights);
    ApiKeyChange { before: Some(&before.data), after, owner, caller, now: tx.now }.check()?;
    let values = (values(after)?, table::update_time.eq(tx.now.naive()));
    let updated = diesel::update(table::table.find(before.id)).set(values).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(taken))?;
    get(tx.conn, ApiKeyScope::Of(before.user), before.id)
}

/// Deletes a key, and answers what it was. The audit log goes on to name its id.
///
/// # Errors
/// [`Error::NotFound`], also for one of a user whose keys are not seen; a refusal for a caller who calls with a key.
pub fn delete(tx: &mut Tx<'_>, caller: &SignedInUser, scope: ApiKeyScope, id: ApiKeyId) -> Result<StoredApiKey, Error> {
    caller.credential.check_in_person()?;
    let key = lock(tx, scope, id)?;
    diesel::delete(table::table.find(id)).execute(tx.conn)?;
    Ok(key)
}

/// Deletes the keys of a user who is deleted.
pub(super) fn delete_of_user(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// Notes in which minutes keys were used. Where another server was there before, there is nothing to write.
pub fn note_uses(tx: &mut Tx<'_>, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
    for (id, minute) in uses {
        let earlier = table::last_used_at.is_null().or(table::last_used_at.lt(minute.naive()));
        let used = table::last_used_at.eq(Some(minute.naive()));
        diesel::update(table::table.find(*id).filter(earlier)).set(used).execute(tx.conn)?;
    }
    Ok(())
}
