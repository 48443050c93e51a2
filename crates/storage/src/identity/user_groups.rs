//! Groups of users.

use diesel::prelude::*;
use domain::identity::{Permission, PermissionSet, Rights, UserGroup, UserGroupId};
use domain::value::{CommonFault, FaultCode as _, Field, Identified, Refusal, Set, Stored, folded};

pub use crate::ById as Sort;
use crate::schema::user_groups as table;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A group, and whether it is the one that holds every permission.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredGroup {
    /// The group; that of the administrators shows all permissions.
    pub group: Identified<UserGroup>,
    /// Whether it is Administrators.
    pub is_administrators: bool,
}

impl Stored for StoredGroup {
    type Data = UserGroup;

    fn data(&self) -> &UserGroup {
        &self.group.data
    }
}

impl StoredGroup {
    fn check_changeable(&self) -> Result<(), Refusal> {
        if self.is_administrators { Err(UserGroup::administrators_are_fixed()) } else { Ok(()) }
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    ((table::id, (table::name, table::permissions)), table::is_administrators)
}

/// The stored permissions of the Administrators group are empty, since it holds future permissions too.
fn complete(mut stored: StoredGroup) -> StoredGroup {
    if stored.is_administrators {
        stored.group.data.permissions = PermissionSet::all().into();
    }
    stored
}

/// Groups, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<Sort>) -> Result<Page<Identified<UserGroup>>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match (paging.sort, paging.direction) {
        (Sort::Id, Direction::Ascending) => query.order(table::id.asc()),
        (Sort::Id, Direction::Descending) => query.order(table::id.desc()),
    };
    let data: Vec<StoredGroup> = query.select(columns()).load(conn)?;
    Ok(Page { total, data }.map(|stored| complete(stored).group))
}

/// One group.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: UserGroupId) -> Result<StoredGroup, Error> {
    Ok(complete(table::table.find(id).select(columns()).first(conn)?))
}

/// One group, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: UserGroupId) -> Result<StoredGroup, Error> {
    tx.lock("user_groups", id)?;
    get(tx.conn, id)
}

/// The groups of these ids that exist.
pub fn existing(conn: &mut DbConnection, ids: &Set<UserGroupId>) -> Result<Vec<StoredGroup>, Error> {
    let ids: Vec<UserGroupId> = ids.iter().copied().collect();
    let groups: Vec<StoredGroup> = table::table.filter(table::id.eq_any(ids)).select(columns()).load(conn)?;
    Ok(groups.into_iter().map(complete).collect())
}

/// Adds a group.
///
/// # Errors
/// A refusal where the caller lacks a permission, or the name is taken.
pub fn insert(tx: &mut Tx<'_>, caller: &Rights, group: &UserGroup) -> Result<Identified<UserGroup>, Error> {
    caller.may_add(&Set::default(), &group.permissions)?;
    let values = (values(group)?, table::is_administrators.eq(false));
    let id = diesel::insert_into(table::table).values(values).returning(table::id).get_result(tx.conn);
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    Ok(get(tx.conn, id)?.group)
}

/// Changes a group.
///
/// # Errors
/// A refusal for Administrators, where the caller lacks a permission, or the name is taken.
pub fn update(tx: &mut Tx<'_>, caller: &Rights, before: &StoredGroup, after: &UserGroup) -> Result<StoredGroup, Error> {
    before.check_changeable()?;
    caller.may_add(&before.group.data.permissions, &after.permissions)?;
    let updated = diesel::update(table::table.find(before.group.id)).set(values(after)?).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken(Field::Name)))?;
    get(tx.conn, before.group.id)
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = table)]
struct Values<'a> {
    name: &'a str,
    name_key: String,
    permissions: String,
}

fn values(group: &UserGroup) -> Result<Values<'_>, Error> {
    let permissions: Vec<Permission> = group.permissions.iter().copied().collect();
    Ok(Values { name: &group.name, name_key: folded(&group.name), permissions: json(&permissions)? })
}

/// Deletes a group without users, and answers what it was.
///
/// # Errors
/// [`Error::NotFound`]; a refusal for Administrators and while the group has users.
pub fn delete(tx: &mut Tx<'_>, id: UserGroupId) -> Result<Identified<UserGroup>, Error> {
    let stored = lock(tx, id)?;
    stored.check_changeable()?;
    let deleted = diesel::delete(table::table.find(id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| CommonFault::InUse.conflict()))?;
    Ok(stored.group)
}
