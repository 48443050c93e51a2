//! The rows of stored files: they are there before the first byte is written and until the last one is deleted.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::files::{FileId, FileKey, StorageId};
use domain::value::Timestamp;

use super::storages::{self, StoredStorage};
use crate::connection::on_each;
use crate::schema::stored_files as table;
use crate::{DbConnection, Error, Tx};

/// How long a file may take to arrive and to be named by a record.
const TIME_TO_ARRIVE: TimeDelta = TimeDelta::hours(1);
/// When a file is deleted again whose storage did not answer.
const TIME_TO_RETRY: TimeDelta = TimeDelta::minutes(5);

/// A file that begins to arrive.
#[derive(Clone, Debug)]
pub struct IncomingFile {
    /// Its id.
    pub id: FileId,
    /// What it is found by.
    pub key: FileKey,
    /// Where it goes.
    pub storage: StoredStorage,
}

/// A file whose bytes are stored, and which no record names yet.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReceivedFile {
    /// Its id.
    pub id: FileId,
    /// What it is by its content.
    pub media_type: String,
    /// How long it is.
    pub length: i64,
}

/// A file, as records show it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FileBrief {
    /// Its id.
    pub id: FileId,
    /// What it is found by.
    pub key: FileKey,
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    key: &'a FileKey,
    storage_id: StorageId,
    media_type: &'static str,
    length: i64,
    sweep_at: Option<NaiveDateTime>,
    create_time: NaiveDateTime,
}

/// Notes that a file begins to arrive. Unless it is kept, it is swept.
pub fn begin(tx: &mut Tx<'_>, key: FileKey) -> Result<IncomingFile, Error> {
    let storage = storages::current(tx.conn)?;
    let row = NewRow {
        key: &key,
        storage_id: storage.id,
        media_type: "",
        length: 0,
        sweep_at: Some(tx.now.plus(TIME_TO_ARRIVE).naive()),
        create_time: tx.now.naive(),
    };
    let id = diesel::insert_into(table::table).values(row).returning(table::id);
    let id = on_each!(&mut *tx.conn, conn => id.get_result(conn))?;
    Ok(IncomingFile { id, key, storage })
}

/// Keeps a file that has arrived: the caller writes the record that names it.
///
/// # Errors
/// [`Error::Unavailable`] where it took so long that it was swept.
pub(crate) fn keep(tx: &mut Tx<'_>, file: &ReceivedFile) -> Result<(), Error> {
    let arriving = table::table.find(file.id).filter(table::sweep_at.gt(tx.now.naive()));
    let kept = (
        table::media_type.eq(&file.media_type),
        table::length.eq(file.length),
        table::sweep_at.eq(None::<NaiveDateTime>),
    );
    match diesel::update(arriving).set(kept).execute(tx.conn)? {
        1 => Ok(()),
        _ => Err(Error::Unavailable("a file took too long to arrive".into())),
    }
}

/// Keeps a file that has arrived, and tells what it is found by.
///
/// # Errors
/// As of [`keep`].
pub(crate) fn keep_for_later(tx: &mut Tx<'_>, file: &ReceivedFile) -> Result<FileKey, Error> {
    keep(tx, file)?;
    Ok(table::table.find(file.id).select(table::key).first(tx.conn)?)
}

/// Lets go of files that no record names any more: their bytes are deleted once this is committed.
pub(crate) fn discard(tx: &mut Tx<'_>, files: &[FileId]) -> Result<(), Error> {
    let rows = table::table.filter(table::id.eq_any(files.to_vec()));
    diesel::update(rows).set(table::sweep_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
    Ok(())
}

/// A file that is to be swept.
#[derive(Clone, Debug)]
pub struct SweptFile {
    /// Its id.
    pub id: FileId,
    /// What it is found by.
    pub key: FileKey,
    /// Where it is.
    pub storage: StorageId,
}

/// The files that are due to be swept, so many of them.
pub fn due(conn: &mut DbConnection, now: Timestamp, most: i64) -> Result<Vec<SweptFile>, Error> {
    let due = table::table.filter(table::sweep_at.le(now.naive())).order(table::sweep_at).limit(most);
    let rows: Vec<(FileId, FileKey, StorageId)> = due.select((table::id, table::key, table::storage_id)).load(conn)?;
    Ok(rows.into_iter().map(|(id, key, storage)| SweptFile { id, key, storage }).collect())
}

/// Forgets a file whose bytes are deleted.
pub fn forget(tx: &mut Tx<'_>, id: FileId) -> Result<(), Error> {
    diesel::delete(table::table.find(id).filter(table::sweep_at.is_not_null())).execute(tx.conn)?;
    Ok(())
}

/// A file could not be deleted: that is tried again later.
pub fn postpone(tx: &mut Tx<'_>, id: FileId) -> Result<(), Error> {
    let later = tx.now.plus(TIME_TO_RETRY).naive();
    let swept = table::table.find(id).filter(table::sweep_at.is_not_null());
    diesel::update(swept).set(table::sweep_at.eq(Some(later))).execute(tx.conn)?;
    Ok(())
}
