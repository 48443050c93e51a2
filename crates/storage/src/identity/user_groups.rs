//! Groups of users.

use diesel::prelude::*;
use domain::identity::{Permission, PermissionSet, Rights, UserGroup, UserGroupId};
use domain::value::{Identified, Refusal, Set, folded};

use crate::schema::user_groups as table;
use crate::{DbConnection, Direction, Error, Page, Paging, Tx, json};

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Id,
}

/// A group, and whether it is the one that holds every permission.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredGroup {
    /// The group; that of the administrators shows all permissions.
    pub group: Identified<UserGroup>,
    /// Whether it is Administrators.
    pub is_administrators: bool,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    ((table::id, (table::name, table::permissions)), table::is_administrators)
}

/// What is stored of the Administrators group is empty: it holds future permissions too.
fn complete(mut stored: StoredGroup) -> StoredGroup {
    if stored.is_administrators {
        stored.group.data.permissions = PermissionSet::all().into();
    }
    stored
}

/// Groups, a page of them.
///
/// # Errors
/// Those of the database.
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

/// The groups of these ids that exist.
///
/// # Errors
/// Those of the database.
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
    let id = id.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    Ok(get(tx.conn, id)?.group)
}

/// Changes a group.
///
/// # Errors
/// A refusal for Administrators, where the caller lacks a permission, or the name is taken.
pub fn update(
    tx: &mut Tx<'_>,
    caller: &Rights,
    before: &StoredGroup,
    after: &UserGroup,
) -> Result<Identified<UserGroup>, Error> {
    if before.is_administrators {
        return Err(UserGroup::administrators_are_fixed().into());
    }
    caller.may_add(&before.group.data.permissions, &after.permissions)?;
    let updated = diesel::update(table::table.find(before.group.id)).set(values(after)?).execute(tx.conn);
    updated.map_err(|error| Error::from(error).or_taken(|| Refusal::taken("name")))?;
    Ok(get(tx.conn, before.group.id)?.group)
}

type Values<'a> = (
    diesel::dsl::Eq<table::name, &'a str>,
    diesel::dsl::Eq<table::name_key, String>,
    diesel::dsl::Eq<table::permissions, String>,
);

fn values(group: &UserGroup) -> Result<Values<'_>, Error> {
    let permissions: Vec<Permission> = group.permissions.iter().copied().collect();
    Ok((
        table::name.eq(group.name.as_str()),
        table::name_key.eq(folded(&group.name)),
        table::permissions.eq(json(&permissions)?),
    ))
}

/// Deletes a group without users.
///
/// # Errors
/// A refusal for Administrators and while it has users.
pub fn delete(tx: &mut Tx<'_>, group: &StoredGroup) -> Result<(), Error> {
    if group.is_administrators {
        return Err(UserGroup::administrators_are_fixed().into());
    }
    let deleted = diesel::delete(table::table.find(group.group.id)).execute(tx.conn).map_err(Error::from);
    deleted.map_err(|error| error.or_referenced(|| Refusal::conflict("The group has users."))).map(drop)
}
