//! The photos of clients.

use diesel::prelude::*;
use domain::clients::ClientId;
use domain::files::{FileId, FileKey};
use domain::identity::Scope;

use super::content::{StoredFile, by_id};
use super::stored::{ReceivedFile, discard, keep_and_get_key};
use crate::client_scope::{check_not_deleted, check_visible, lock_client};
use crate::schema::{profile_photos as table, stored_files};
use crate::{DbConnection, Error, Tx};

/// The photo of a client.
///
/// # Errors
/// [`Error::NotFound`] where there is none, also for a client out of scope.
pub fn get(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<StoredFile, Error> {
    check_visible(conn, scope, client)?;
    let file: FileId = table::table.find(client).select(table::file_id).first(conn)?;
    by_id(conn, file)
}

/// Holds a client in scope until the transaction ends, and tells which photo they have.
///
/// # Errors
/// [`Error::NotFound`] for a client out of scope.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, client: ClientId) -> Result<Option<FileKey>, Error> {
    lock_client(tx, scope, client)?;
    let photo = table::table.inner_join(stored_files::table).filter(table::client_id.eq(client));
    Ok(photo.select(stored_files::key).first(tx.conn).optional()?)
}

/// Shows another photo of a client, who is held; the one before goes.
///
/// # Errors
/// A conflict where the client was removed.
pub fn set(tx: &mut Tx<'_>, client: ClientId, file: &ReceivedFile) -> Result<FileKey, Error> {
    check_not_deleted(tx.conn, client)?;
    let key = keep_and_get_key(tx, file)?;
    show(tx, client, file.id)?;
    Ok(key)
}

/// Shows a photo that is stored already.
pub(crate) fn show(tx: &mut Tx<'_>, client: ClientId, file: FileId) -> Result<(), Error> {
    remove(tx, client)?;
    let row = (table::client_id.eq(client), table::file_id.eq(file), table::create_time.eq(tx.now.naive()));
    diesel::insert_into(table::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Removes the photo of a client, who is held.
pub(crate) fn remove(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    let earlier: Option<FileId> = table::table.find(client).select(table::file_id).first(tx.conn).optional()?;
    if let Some(earlier) = earlier {
        diesel::delete(table::table.find(client)).execute(tx.conn)?;
        discard(tx, &[earlier])?;
    }
    Ok(())
}

/// Removes the photo of a client, who is held.
///
/// # Errors
/// [`Error::NotFound`] where there is none; a conflict where the client was removed.
pub fn delete(tx: &mut Tx<'_>, client: ClientId) -> Result<(), Error> {
    table::table.find(client).select(table::file_id).first::<FileId>(tx.conn)?;
    check_not_deleted(tx.conn, client)?;
    remove(tx, client)
}
