//! The folders of one client, in the tree that every client has.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{FilesFault, Folder, FolderId};
use domain::identity::Scope;
use domain::value::{CommonFault, Entity, FaultCode as _, Field, Refusal};

use super::folder_access::FolderSight;
use super::tree::{StoredFolder, check_name, insert, load, lock_folders, tree, update as write};
use crate::client_scope::{check_not_deleted, check_visible};
use crate::schema::{client_files, folders as table};
use crate::{DbConnection, Error, Tx};

/// The folders that a client has and a user sees.
pub(super) fn seen(
    conn: &mut DbConnection,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
) -> Result<Vec<StoredFolder>, Error> {
    check_visible(conn, scope, client)?;
    let mut folders = load(conn, Some(client))?;
    let seen = sight.of(&folders);
    folders.retain(|folder| seen.contains(&folder.id));
    Ok(folders)
}

/// Holds the folders until the transaction ends, and reads one that a client has.
///
/// # Errors
/// [`Error::NotFound`], also for one of another client, or that the user does not see.
pub fn lock(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
    id: FolderId,
) -> Result<StoredFolder, Error> {
    lock_folders(tx)?;
    let found = seen(tx.conn, scope, sight, client)?.into_iter().find(|folder| folder.id == id);
    found.ok_or(Error::NotFound)
}

/// The folder that another one is in exists for the user.
fn check_parent(seen: &[StoredFolder], parent: Option<FolderId>) -> Result<(), Refusal> {
    let is_seen = parent.is_none_or(|parent| seen.iter().any(|folder| folder.id == parent));
    if is_seen { Ok(()) } else { Err(CommonFault::Unknown.at(Field::Parent).unprocessable()) }
}

/// Adds a folder to a client.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope; a refusal where the folder that it is in does not exist for the user; a
/// conflict where its name is taken or the client was removed.
pub fn add(tx: &mut Tx<'_>, scope: &Scope, sight: &FolderSight, folder: &Folder) -> Result<StoredFolder, Error> {
    lock_folders(tx)?;
    let client = folder.client.ok_or(Error::NotFound)?;
    let seen = seen(tx.conn, scope, sight, client)?;
    check_not_deleted(tx.conn, client)?;
    check_parent(&seen, folder.parent)?;
    let all = load(tx.conn, Some(client))?;
    tree(&all).check_depth(folder.parent)?;
    check_name(&all, folder, None)?;
    let id = insert(tx, folder)?;
    stored(tx.conn, client, id)
}

fn stored(conn: &mut DbConnection, client: ClientId, id: FolderId) -> Result<StoredFolder, Error> {
    load(conn, Some(client))?.into_iter().find(|folder| folder.id == id).ok_or(Error::NotFound)
}

/// Writes the name and the place of a client's folder.
///
/// # Errors
/// A conflict for a folder that all clients have, and where the name is taken; a refusal where the folder would be within
/// itself, or in one that does not exist for the user.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
    before: &StoredFolder,
    after: &Folder,
) -> Result<StoredFolder, Error> {
    before.data.check_custom()?;
    check_not_deleted(tx.conn, client)?;
    if after.parent != before.data.parent {
        check_parent(&seen(tx.conn, scope, sight, client)?, after.parent)?;
    }
    let all = load(tx.conn, Some(client))?;
    tree(&all).check_move(before.id, after.parent)?;
    check_name(&all, after, Some(before.id))?;
    write(tx, before.id, after)?;
    stored(tx.conn, client, before.id)
}

/// Deletes a client's folder that nothing is in.
///
/// # Errors
/// A conflict for a folder that all clients have, and for one that is not empty.
pub fn delete(tx: &mut Tx<'_>, client: ClientId, folder: &StoredFolder) -> Result<(), Error> {
    folder.data.check_custom()?;
    check_not_deleted(tx.conn, client)?;
    let folders = table::table.filter(table::parent_id.eq(folder.id));
    let files = client_files::table.filter(client_files::folder_id.eq(folder.id));
    if diesel::select(exists(folders)).get_result(tx.conn)? || diesel::select(exists(files)).get_result(tx.conn)? {
        return Err(FilesFault::FolderNotEmpty.conflict().into());
    }
    diesel::delete(table::table.find(folder.id)).execute(tx.conn)?;
    Ok(())
}

impl Entity for StoredFolder {
    type Id = FolderId;
    const RESOURCE: &'static str = "client_folder";
}
