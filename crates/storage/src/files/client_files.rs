//! Files that users keep for clients.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{ClientFile, ClientFileId, FileId, FolderId};
use domain::identity::Scope;
use domain::value::{self, CommonFault, FaultCode as _, Field, Refusal};

use super::custom_folders::seen;
use super::folder_access::FolderSight;
use super::stored::{FileBrief, ReceivedFile, discard, keep};
use super::tree::lock_folders;
use crate::client_scope::check_not_deleted;
use crate::connection::MultiBackend;
use crate::paging::ordered;
use crate::schema::client_files::{self as table, BoxedQuery};
use crate::schema::{folders, stored_files};
use crate::{DbConnection, Error, Page, Paging, Tx};

/// A file of a client as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredClientFile {
    /// Its id.
    pub id: ClientFileId,
    /// Whose it is.
    pub client: ClientId,
    /// What can be set.
    pub data: ClientFile,
    /// Its content.
    pub file: FileBrief,
}

impl value::Stored for StoredClientFile {
    type Data = ClientFile;

    fn data(&self) -> &ClientFile {
        &self.data
    }
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// In this folder.
    pub folder: Option<FolderId>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names of the columns")]
pub enum Sort {
    Priority,
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    let data = (table::name, table::folder_id, table::priority);
    (table::id, table::client_id, data, (stored_files::id, stored_files::key))
}

/// The files of a client that are in these folders, or at the top.
fn filtered(client: ClientId, seen: &[FolderId], filter: Filter) -> BoxedQuery<'static, MultiBackend> {
    let of_client = table::table.filter(table::client_id.eq(client));
    match filter.folder {
        Some(folder) if seen.contains(&folder) => of_client.filter(table::folder_id.eq(folder)).into_boxed(),
        Some(_) => of_client.filter(table::id.eq(ClientFileId::new(0))).into_boxed(),
        None => {
            let in_seen = table::folder_id.eq_any(seen.iter().copied().map(Some).collect::<Vec<_>>());
            of_client.filter(table::folder_id.is_null().or(in_seen)).into_boxed()
        }
    }
}

fn seen_ids(
    conn: &mut DbConnection,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
) -> Result<Vec<FolderId>, Error> {
    Ok(seen(conn, scope, sight, client)?.into_iter().map(|folder| folder.id).collect())
}

/// The files of a client that a user sees, a page of them.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn list(
    conn: &mut DbConnection,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
    filter: Filter,
    paging: &Paging<Sort>,
) -> Result<Page<StoredClientFile>, Error> {
    let seen = seen_ids(conn, scope, sight, client)?;
    let total = paging.total(|| filtered(client, &seen, filter).count().get_result(conn))?;
    let page = filtered(client, &seen, filter).limit(paging.limit).offset(paging.offset);
    let page = match paging.sort {
        Sort::Priority => ordered!(page, paging.direction, table::priority, table::id),
    };
    let ids: Vec<ClientFileId> = page.select(table::id).load(conn)?;
    let rows = table::table.inner_join(stored_files::table).filter(table::id.eq_any(&ids)).select(columns());
    let mut rows: Vec<StoredClientFile> = rows.load(conn)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(Page { total, data: rows })
}

/// One file of a client, which is held until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], also for one of another client, or in a folder that the user does not see.
pub fn lock(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
    id: ClientFileId,
) -> Result<StoredClientFile, Error> {
    lock_folders(tx)?;
    let seen = seen_ids(tx.conn, scope, sight, client)?;
    tx.lock("client_files", id)?;
    let row = table::table.inner_join(stored_files::table).filter(table::id.eq(id)).filter(table::client_id.eq(client));
    let file: StoredClientFile = row.select(columns()).first(tx.conn)?;
    let is_seen = file.data.folder.is_none_or(|folder| seen.contains(&folder));
    if is_seen { Ok(file) } else { Err(Error::NotFound) }
}

fn check_folder(seen: &[FolderId], folder: Option<FolderId>) -> Result<(), Refusal> {
    let is_seen = folder.is_none_or(|folder| seen.contains(&folder));
    if is_seen { Ok(()) } else { Err(CommonFault::Unknown.at(Field::Folder).unprocessable()) }
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    client_id: ClientId,
    folder_id: Option<FolderId>,
    file_id: FileId,
    name: &'a str,
    priority: i64,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
}

/// Keeps a file that has arrived for a client.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope; a refusal where its folder does not exist for the user; a conflict where
/// the client was removed.
pub fn insert(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sight: &FolderSight,
    client: ClientId,
    data: &ClientFile,
    file: &ReceivedFile,
) -> Result<StoredClientFile, Error> {
    lock_folders(tx)?;
    let seen = seen_ids(tx.conn, scope, sight, client)?;
    check_not_deleted(tx.conn, client)?;
    check_folder(&seen, data.folder)?;
    keep(tx, file)?;
    let row = NewRow {
        client_id: client,
        folder_id: data.folder,
        file_id: file.id,
        name: &data.name,
        priority: data.priority,
        create_time: tx.now.naive(),
        update_time: tx.now.naive(),
    };
    let id: ClientFileId = diesel::insert_into(table::table).values(row).returning(table::id).get_result(tx.conn)?;
    Ok(table::table.inner_join(stored_files::table).filter(table::id.eq(id)).select(columns()).first(tx.conn)?)
}

/// Writes what can be set of a file of a client.
///
/// # Errors
/// A refusal where its folder does not exist for the user; a conflict where the client was removed.
pub fn update(
    tx: &mut Tx<'_>,
    scope: &Scope,
    sight: &FolderSight,
    before: &StoredClientFile,
    after: &ClientFile,
) -> Result<StoredClientFile, Error> {
    check_not_deleted(tx.conn, before.client)?;
    check_folder(&seen_ids(tx.conn, scope, sight, before.client)?, after.folder)?;
    let values = (
        table::name.eq(&after.name),
        table::folder_id.eq(after.folder),
        table::priority.eq(after.priority),
        table::update_time.eq(tx.now.naive()),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    Ok(StoredClientFile { data: after.clone(), ..before.clone() })
}

/// Deletes all files and folders of a client whose data is removed.
pub(crate) fn remove_all(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let of_client = || table::table.filter(table::client_id.eq(client));
    let contents: Vec<FileId> = of_client().select(table::file_id).load(tx.conn)?;
    diesel::delete(of_client()).execute(tx.conn)?;
    discard(tx, &contents)?;
    // In one statement: a folder goes along with the one that it is in.
    diesel::delete(folders::table.filter(folders::client_id.eq(client))).execute(tx.conn)?;
    Ok(())
}

/// Deletes a file of a client, which is held; its content goes once this is committed.
///
/// # Errors
/// A conflict where the client was removed.
pub fn delete(tx: &mut Tx<'_>, file: &StoredClientFile) -> Result<(), Error> {
    check_not_deleted(tx.conn, file.client)?;
    diesel::delete(table::table.find(file.id)).execute(tx.conn)?;
    discard(tx, &[file.file.id])
}
