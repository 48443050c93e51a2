//! The tree of folders that every client has.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{Folder, FolderId, custom_name};
use domain::identity::UserId;
use domain::value::{self, folded};

use super::folder_access::{grant, groups_of, groups_seeing};
use super::tree::{check_name, insert, load, lock_folders, tree, update};
use crate::schema::folders as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx};

pub use super::tree::StoredFolder;

/// A folder with what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderNode {
    /// The folder.
    pub folder: StoredFolder,
    /// The names from the top down to it.
    pub path: Vec<String>,
    /// The folders in it.
    pub children: Vec<FolderNode>,
}

impl value::Stored for FolderNode {
    type Data = Folder;

    fn data(&self) -> &Folder {
        &self.folder.data
    }
}

/// The folders of a place, with what is below them.
fn nodes(
    below: &BTreeMap<Option<FolderId>, Vec<&StoredFolder>>,
    parent: Option<FolderId>,
    path: &[String],
) -> Vec<FolderNode> {
    let folders = below.get(&parent).into_iter().flatten();
    folders
        .map(|folder| {
            let path = [path, std::slice::from_ref(&folder.data.name)].concat();
            let children = nodes(below, Some(folder.id), &path);
            FolderNode { folder: (*folder).clone(), path, children }
        })
        .collect()
}

/// The whole tree.
fn all(conn: &mut DbConnection) -> Result<Vec<FolderNode>, Error> {
    let folders = load(conn, None)?;
    let mut below: BTreeMap<Option<FolderId>, Vec<&StoredFolder>> = BTreeMap::new();
    for folder in &folders {
        below.entry(folder.data.parent).or_default().push(folder);
    }
    Ok(nodes(&below, None, &[]))
}

fn find(nodes: Vec<FolderNode>, id: FolderId) -> Option<FolderNode> {
    nodes.into_iter().find_map(|node| if node.folder.id == id { Some(node) } else { find(node.children, id) })
}

/// The folders at the top with what is below them, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<FolderNode>, Error> {
    let mut data = all(conn)?;
    if paging.direction == Direction::Descending {
        data.reverse();
    }
    let total = paging.total(|| i64::try_from(data.len()).map_err(|error| Error::Broken(error.to_string())))?;
    let (skipped, most) = (usize::try_from(paging.offset), usize::try_from(paging.limit));
    let page = data.into_iter().skip(skipped.unwrap_or(usize::MAX)).take(most.unwrap_or_default());
    Ok(Page { total, data: page.collect() })
}

/// One folder of the tree.
///
/// # Errors
/// [`Error::NotFound`], also for a folder of one client.
pub fn get(conn: &mut DbConnection, id: FolderId) -> Result<FolderNode, Error> {
    find(all(conn)?, id).ok_or(Error::NotFound)
}

/// Holds the tree until the transaction ends, and reads a folder of it.
///
/// # Errors
/// As of [`get`].
pub fn lock(tx: &mut Tx<'_>, id: FolderId) -> Result<FolderNode, Error> {
    lock_folders(tx)?;
    get(tx.conn, id)
}

/// Adds a folder, at the top or in another one. At the top it is seen by the groups of the user; in another one by those
/// who see that.
///
/// # Errors
/// [`Error::NotFound`] where there is no such folder to put it in; a conflict where its name is taken.
pub fn add(tx: &mut Tx<'_>, user: UserId, parent: Option<FolderId>, name: &str) -> Result<FolderNode, Error> {
    lock_folders(tx)?;
    let all = load(tx.conn, None)?;
    let groups = match parent {
        Some(parent) if all.iter().any(|folder| folder.id == parent) => groups_seeing(tx.conn, parent)?,
        Some(_) => return Err(Error::NotFound),
        None => groups_of(tx.conn, user)?,
    };
    let folder = Folder { name: name.to_owned(), parent, client: None };
    tree(&all).check_depth(parent)?;
    check_name(&all, &folder, None)?;
    rename_custom(tx, &folder)?;
    let id = insert(tx, &folder)?;
    grant(tx, id, &groups)?;
    get(tx.conn, id)
}

/// Gives a folder another name.
///
/// # Errors
/// A conflict where it is taken.
pub fn rename(tx: &mut Tx<'_>, before: &FolderNode, after: &Folder) -> Result<FolderNode, Error> {
    let id = before.folder.id;
    check_name(&load(tx.conn, None)?, after, Some(id))?;
    rename_custom(tx, after)?;
    update(tx, id, after)?;
    get(tx.conn, id)
}

/// How many folders of single clients are looked at in one statement.
const FOLDERS_AT_ONCE: usize = 1000;

/// Folders of single clients that have the name in its place get another one.
fn rename_custom(tx: &mut Tx<'_>, folder: &Folder) -> Result<(), Error> {
    let in_place = || {
        let folders = table::table.into_boxed();
        match folder.parent {
            Some(parent) => folders.filter(table::parent_id.eq(parent)),
            None => folders.filter(table::parent_id.is_null()),
        }
    };
    let same = in_place().filter(table::name_key.eq(folded(&folder.name))).filter(table::client_id.is_not_null());
    let same: Vec<(FolderId, String, Option<ClientId>)> =
        same.select((table::id, table::name, table::client_id)).load(tx.conn)?;
    for same in same.chunks(FOLDERS_AT_ONCE) {
        let clients: Vec<Option<ClientId>> = same.iter().map(|(.., client)| *client).collect();
        let beside = in_place().filter(table::client_id.is_null().or(table::client_id.eq_any(clients)));
        let beside: Vec<(Option<ClientId>, String)> =
            beside.select((table::client_id, table::name_key)).load(tx.conn)?;
        let mut taken: BTreeMap<Option<ClientId>, BTreeSet<String>> = BTreeMap::new();
        for (client, name) in beside {
            taken.entry(client).or_default().insert(name);
        }
        let of_all = taken.remove(&None).unwrap_or_default();
        let mut renamed: BTreeMap<String, Vec<FolderId>> = BTreeMap::new();
        for (id, name, client) in same {
            let own = taken.remove(client).unwrap_or_default();
            renamed.entry(custom_name(name, &own.union(&of_all).cloned().collect())).or_default().push(*id);
        }
        for (name, ids) in renamed {
            let values =
                (table::name.eq(&name), table::name_key.eq(folded(&name)), table::update_time.eq(Some(tx.now.naive())));
            diesel::update(table::table.filter(table::id.eq_any(ids))).set(values).execute(tx.conn)?;
        }
    }
    Ok(())
}
