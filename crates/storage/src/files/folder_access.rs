//! Which users see which folders: access is given to groups of users, folder by folder.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::files::{FolderId, check_access_change};
use domain::identity::{Rights, UserGroupId, UserId};
use domain::value;

use super::tree::{StoredFolder, load, lock_folders, tree};
use crate::schema::{folder_groups as table, folders, user_group_members as members, user_groups};
use crate::{DbConnection, Error, Tx};

/// What a user sees of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderSight {
    /// Every folder.
    All,
    /// These of all clients, and what is in them.
    Granted(BTreeSet<FolderId>),
}

/// What a user sees of folders: administrators see all, others those of their groups.
pub fn sight(conn: &mut DbConnection, rights: &Rights, user: UserId) -> Result<FolderSight, Error> {
    if rights.sees_all_groups {
        return Ok(FolderSight::All);
    }
    let groups = members::table.filter(members::user_id.eq(user)).select(members::group_id);
    let granted: Vec<FolderId> =
        table::table.filter(table::group_id.eq_any(groups)).select(table::folder_id).load(conn)?;
    Ok(FolderSight::Granted(granted.into_iter().collect()))
}

impl FolderSight {
    /// Those of some folders that the user sees. A client's folder is seen with the one of all clients that it is in.
    #[must_use]
    pub fn of(&self, folders: &[StoredFolder]) -> BTreeSet<FolderId> {
        let Self::Granted(granted) = self else { return folders.iter().map(|folder| folder.id).collect() };
        let tree = tree(folders);
        let system: BTreeSet<FolderId> =
            folders.iter().filter(|folder| folder.data.client.is_none()).map(|folder| folder.id).collect();
        let is_seen = |folder: &&StoredFolder| {
            let above = tree.upwards(folder.id).find(|above| system.contains(above));
            above.is_none_or(|above| granted.contains(&above))
        };
        folders.iter().filter(is_seen).map(|folder| folder.id).collect()
    }
}

/// Whether a group of users sees a folder of all clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderAccess {
    /// The folder.
    pub folder: FolderId,
    /// The group.
    pub group: UserGroupId,
    /// Whether it does.
    pub is_granted: bool,
}

impl value::Stored for FolderAccess {
    type Data = bool;

    fn data(&self) -> &bool {
        &self.is_granted
    }
}

/// Whether a group of users sees a folder.
///
/// # Errors
/// [`Error::NotFound`] where there is no such group, or no such folder of all clients.
pub fn get(conn: &mut DbConnection, folder: FolderId, group: UserGroupId) -> Result<FolderAccess, Error> {
    folders::table.find(folder).filter(folders::client_id.is_null()).select(folders::id).first::<FolderId>(conn)?;
    let is_administrators = user_groups::table.find(group).select(user_groups::is_administrators).first(conn)?;
    let is_granted = is_administrators || is_granted(conn, folder, group)?;
    Ok(FolderAccess { folder, group, is_granted })
}

fn is_granted(conn: &mut DbConnection, folder: FolderId, group: UserGroupId) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(table::table.find((folder, group)))).get_result(conn)?)
}

/// Holds the access of a group to a folder, and reads it.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, folder: FolderId, group: UserGroupId) -> Result<FolderAccess, Error> {
    lock_folders(tx)?;
    get(tx.conn, folder, group)
}

/// Lets a group see a folder, which says nothing of those below, or takes that away, also for everything below.
///
/// # Errors
/// A conflict where the group does not see the folder that this one is in, or has every permission.
pub fn set(tx: &mut Tx<'_>, before: &FolderAccess, is_granted: &bool) -> Result<FolderAccess, Error> {
    let (FolderAccess { folder, group, .. }, is_granted) = (*before, *is_granted);
    let is_administrators = user_groups::table.find(group).select(user_groups::is_administrators).first(tx.conn)?;
    let folders = load(tx.conn, None)?;
    let parent = folders.iter().find(|other| other.id == folder).and_then(|folder| folder.data.parent);
    let sees_parent = parent.map_or(Ok(true), |parent| self::is_granted(tx.conn, parent, group))?;
    check_access_change(is_granted, is_administrators, sees_parent)?;
    if is_granted {
        grant(tx, folder, &[group])?;
    } else {
        let below: Vec<FolderId> = tree(&folders).below(folder).into_iter().collect();
        let rows = table::table.filter(table::group_id.eq(group)).filter(table::folder_id.eq_any(below));
        diesel::delete(rows).execute(tx.conn)?;
    }
    Ok(FolderAccess { is_granted, ..*before })
}

pub(super) fn grant(tx: &mut Tx<'_>, folder: FolderId, groups: &[UserGroupId]) -> Result<(), Error> {
    for group in groups {
        let row = (table::folder_id.eq(folder), table::group_id.eq(*group));
        diesel::insert_into(table::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

/// The groups that see a new folder at the top: those of whoever makes it. Administrators see it anyway.
pub(super) fn groups_of(conn: &mut DbConnection, user: UserId) -> Result<Vec<UserGroupId>, Error> {
    let of_user = members::table.inner_join(user_groups::table).filter(members::user_id.eq(user));
    let groups = of_user.filter(user_groups::is_administrators.eq(false)).order(members::group_id);
    Ok(groups.select(members::group_id).load(conn)?)
}

/// The groups that see a folder.
pub(super) fn groups_seeing(conn: &mut DbConnection, folder: FolderId) -> Result<Vec<UserGroupId>, Error> {
    let rows = table::table.filter(table::folder_id.eq(folder)).order(table::group_id);
    Ok(rows.select(table::group_id).load(conn)?)
}
