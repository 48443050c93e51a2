//! Folders as rows, of all clients or of one.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{Folder, FolderId, FolderTree};
use domain::value::{self, CommonFault, FaultCode as _, Field, Refusal, Timestamp, folded};

use crate::schema::folders as table;
use crate::{DbConnection, Error, Tx};

/// A number by which changes of folders take their turn: a name is taken by folders of all clients and of one.
const FOLDERS_LOCK: i64 = 0x666f_6c64;

/// A folder as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredFolder {
    /// Its id.
    pub id: FolderId,
    /// What it is.
    pub data: Folder,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Option<Timestamp>,
}

impl value::Stored for StoredFolder {
    type Data = Folder;

    fn data(&self) -> &Folder {
        &self.data
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    (table::id, (table::name, table::parent_id, table::client_id), table::create_time, table::update_time)
}

/// Makes changes of folders wait for each other.
pub(super) fn lock_folders(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.conn.wait_lock(FOLDERS_LOCK)
}

/// The folders that all clients have, and those of one client where one is named.
pub(super) fn load(conn: &mut DbConnection, client: Option<ClientId>) -> Result<Vec<StoredFolder>, Error> {
    let own = table::client_id.is_null().or(table::client_id.eq(client));
    Ok(table::table.filter(own).order(table::id).select(columns()).load(conn)?)
}

/// Which of these folders is in which.
pub(super) fn tree(folders: &[StoredFolder]) -> FolderTree {
    FolderTree::of(folders.iter().map(|folder| (folder.id, folder.data.parent)))
}

/// The folded names of the folders in a place, but for one.
pub(super) fn names_beside(
    folders: &[StoredFolder],
    parent: Option<FolderId>,
    apart: Option<FolderId>,
) -> BTreeSet<String> {
    let beside = folders.iter().filter(|other| other.data.parent == parent && Some(other.id) != apart);
    beside.map(|other| folded(&other.data.name)).collect()
}

/// No two folders in a place have the same name.
///
/// # Errors
/// A conflict.
pub(super) fn check_name(folders: &[StoredFolder], folder: &Folder, apart: Option<FolderId>) -> Result<(), Refusal> {
    let taken = names_beside(folders, folder.parent, apart).contains(&folded(&folder.name));
    if taken { Err(CommonFault::Taken.at(Field::Name).conflict()) } else { Ok(()) }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    parent_id: Option<FolderId>,
    client_id: Option<ClientId>,
    name: &'a str,
    name_key: String,
    create_time: NaiveDateTime,
}

/// Adds a folder.
pub(super) fn insert(tx: &mut Tx<'_>, folder: &Folder) -> Result<FolderId, Error> {
    let row = NewRow {
        parent_id: folder.parent,
        client_id: folder.client,
        name: &folder.name,
        name_key: folded(&folder.name),
        create_time: tx.now.naive(),
    };
    Ok(diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?)
}

/// Writes the name and the place of a folder.
pub(super) fn update(tx: &mut Tx<'_>, id: FolderId, folder: &Folder) -> Result<(), Error> {
    let values = (
        table::name.eq(&folder.name),
        table::name_key.eq(folded(&folder.name)),
        table::parent_id.eq(folder.parent),
        table::update_time.eq(Some(tx.now.naive())),
    );
    diesel::update(table::table.find(id)).set(values).execute(tx.conn)?;
    Ok(())
}
