//! The rows of stored files: they are there before the first byte is written and until the last one is deleted.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::dsl::exists;
use diesel::prelude::*;
use domain::files::{FileId, FileKey, StorageId};
use domain::value::Timestamp;

use super::storages::{self, StoredStorage};
use crate::connection::on_each;
use crate::schema::stored_files as table;
use crate::{DbConnection, Error, Tx};

/// How long a file may take to arrive and to be named by a record.
const TIME_TO_ARRIVE: TimeDelta = TimeDelta::hours(1);
/// How long the bytes of a file stay that no record names any more: a backup of the files that is made after one of the
/// database must find what that names.
const TIME_TO_BACK_UP: TimeDelta = TimeDelta::days(1);
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
    is_swept: bool,
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
        is_swept: false,
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
    let arriving =
        table::table.find(file.id).filter(table::sweep_at.gt(tx.now.naive())).filter(table::is_swept.eq(false));
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
pub(crate) fn keep_and_get_key(tx: &mut Tx<'_>, file: &ReceivedFile) -> Result<FileKey, Error> {
    keep(tx, file)?;
    Ok(table::table.find(file.id).select(table::key).first(tx.conn)?)
}

/// Keeps files that have arrived for a while longer, since the record that is to name them waits until then.
///
/// # Errors
/// [`Error::Unavailable`] where one took so long that it was swept.
pub(crate) fn keep_until(tx: &mut Tx<'_>, files: &[FileId], until: Timestamp) -> Result<(), Error> {
    let arriving = table::table
        .filter(table::id.eq_any(files.to_vec()))
        .filter(table::sweep_at.gt(tx.now.naive()))
        .filter(table::is_swept.eq(false));
    let later = table::sweep_at.eq(Some(until.plus(TIME_TO_ARRIVE).naive()));
    if diesel::update(arriving).set(later).execute(tx.conn)? == files.len() {
        Ok(())
    } else {
        Err(Error::Unavailable("a file took too long to arrive".into()))
    }
}

/// Lets go of files that no record names any more: nobody can read them from now on, and their bytes are deleted a day later.
pub(crate) fn discard(tx: &mut Tx<'_>, files: &[FileId]) -> Result<(), Error> {
    let rows = table::table.filter(table::id.eq_any(files.to_vec()));
    let later = tx.now.plus(TIME_TO_BACK_UP).naive();
    diesel::update(rows).set(table::sweep_at.eq(Some(later))).execute(tx.conn)?;
    Ok(())
}

/// A file did not arrive, or its record was refused: it is swept, unless a record has taken it over all the same.
pub fn give_up(tx: &mut Tx<'_>, id: FileId) -> Result<(), Error> {
    let row = diesel::update(table::table.find(id).filter(table::sweep_at.is_not_null()));
    row.set(table::sweep_at.eq(Some(tx.now.naive()))).execute(tx.conn)?;
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

/// Whether a file is due to be swept.
pub fn is_due(conn: &mut DbConnection, now: Timestamp) -> Result<bool, Error> {
    Ok(diesel::select(exists(table::table.filter(table::sweep_at.le(now.naive())))).get_result(conn)?)
}

/// Takes the next file that is due to be swept: no record can take it over from now on. Where its bytes cannot be deleted, it
/// is due again a while later.
pub fn claim(tx: &mut Tx<'_>) -> Result<Option<SweptFile>, Error> {
    let due = || table::table.filter(table::sweep_at.le(tx.now.naive()));
    let columns = (table::id, table::key, table::storage_id);
    let next: Option<(FileId, FileKey, StorageId)> =
        due().order(table::sweep_at).select(columns).first(tx.conn).optional()?;
    let Some((id, key, storage)) = next else { return Ok(None) };
    let later = Some(tx.now.plus(TIME_TO_RETRY).naive());
    let claimed = (table::is_swept.eq(true), table::sweep_at.eq(later));
    let is_ours = diesel::update(due().filter(table::id.eq(id))).set(claimed).execute(tx.conn)? == 1;
    Ok(is_ours.then_some(SweptFile { id, key, storage }))
}

/// Forgets a file whose bytes are deleted.
pub fn forget(tx: &mut Tx<'_>, id: FileId) -> Result<(), Error> {
    diesel::delete(table::table.find(id).filter(table::is_swept.eq(true))).execute(tx.conn)?;
    Ok(())
}
