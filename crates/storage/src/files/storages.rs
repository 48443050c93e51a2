//! Where files are stored.

use diesel::prelude::*;
use domain::files::{FileStorage, StorageDriver, StorageId, StorageOptions};
use domain::value::{self, Timestamp};

use crate::schema::storages as table;
use crate::{ById, DbConnection, Direction, Error, Page, Paging, Tx, json};

/// A storage as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStorage {
    /// Its id.
    pub id: StorageId,
    /// What can be set.
    pub data: FileStorage,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last changed.
    pub update_time: Timestamp,
}

impl value::Stored for StoredStorage {
    type Data = FileStorage;

    fn data(&self) -> &FileStorage {
        &self.data
    }
}

type Columns = (StorageId, String, String, StorageDriver, bool, String, Timestamp, Timestamp);

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        table::id,
        table::name,
        table::caption,
        table::driver,
        table::is_enabled,
        table::options,
        table::create_time,
        table::update_time,
    )
}

fn stored(row: Columns) -> Result<StoredStorage, Error> {
    let (id, name, caption, driver, is_enabled, options, create_time, update_time) = row;
    let options: StorageOptions = serde_json::from_str(&options)?;
    let data = FileStorage { name, caption, driver, is_enabled, options };
    Ok(StoredStorage { id, data, create_time, update_time })
}

/// Storages, a page of them.
pub fn list(conn: &mut DbConnection, paging: &Paging<ById>) -> Result<Page<StoredStorage>, Error> {
    let total = paging.total(|| table::table.count().get_result(conn))?;
    let query = table::table.into_boxed().limit(paging.limit).offset(paging.offset);
    let query = match paging.direction {
        Direction::Ascending => query.order(table::id.asc()),
        Direction::Descending => query.order(table::id.desc()),
    };
    let rows: Vec<Columns> = query.select(columns()).load(conn)?;
    Ok(Page { total, data: rows.into_iter().map(stored).collect::<Result<_, _>>()? })
}

/// One storage.
///
/// # Errors
/// [`Error::NotFound`].
pub fn get(conn: &mut DbConnection, id: StorageId) -> Result<StoredStorage, Error> {
    stored(table::table.find(id).select(columns()).first(conn)?)
}

/// A storage, if there is one of this id.
pub fn find(conn: &mut DbConnection, id: StorageId) -> Result<Option<StoredStorage>, Error> {
    table::table.find(id).select(columns()).first(conn).optional()?.map(stored).transpose()
}

/// Locks a storage, as all others, until the transaction ends, and reads it: one of them takes new files.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lock(tx: &mut Tx<'_>, id: StorageId) -> Result<StoredStorage, Error> {
    let all: Vec<StorageId> = table::table.order(table::id).select(table::id).load(tx.conn)?;
    for storage in all {
        tx.lock("storages", storage)?;
    }
    get(tx.conn, id)
}

/// The storage that takes new files: the one that was made last, of those that are enabled.
///
/// # Errors
/// [`Error::Unavailable`] where there is none.
pub fn current(conn: &mut DbConnection) -> Result<StoredStorage, Error> {
    let enabled = table::table.filter(table::is_enabled.eq(true)).order(table::id.desc()).select(columns());
    let row: Option<Columns> = enabled.first(conn).optional()?;
    stored(row.ok_or_else(|| Error::Unavailable("no storage takes new files".into()))?)
}

/// Makes a storage of the installation, unless one of its driver is there.
pub fn ensure(tx: &mut Tx<'_>, storage: &FileStorage) -> Result<bool, Error> {
    let same = table::table.filter(table::driver.eq(storage.driver));
    if diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)? {
        return Ok(false);
    }
    let values = (
        table::name.eq(&storage.name),
        table::caption.eq(&storage.caption),
        table::driver.eq(storage.driver),
        table::is_enabled.eq(storage.is_enabled),
        table::options.eq(json(&storage.options)?),
        table::create_time.eq(tx.now.naive()),
        table::update_time.eq(tx.now.naive()),
    );
    // Another server may start at the same time.
    let made = diesel::insert_into(table::table).values(values).execute(tx.conn).map_err(Error::from);
    match made {
        Ok(_) => Ok(true),
        Err(Error::Taken) => Err(Error::Contended("another server makes the storage".into())),
        Err(error) => Err(error),
    }
}

/// Writes what can be set of a storage. The files in it are not moved.
///
/// # Errors
/// A conflict where no storage would take new files; a refusal where a stored secret would be sent to another place.
pub fn update(tx: &mut Tx<'_>, before: &StoredStorage, after: &FileStorage) -> Result<StoredStorage, Error> {
    let others = table::table.filter(table::id.ne(before.id)).filter(table::is_enabled.eq(true));
    let others_enabled: bool = diesel::select(diesel::dsl::exists(others)).get_result(tx.conn)?;
    before.data.check_change(after, others_enabled)?;
    let values = (
        table::caption.eq(&after.caption),
        table::is_enabled.eq(after.is_enabled),
        table::options.eq(json(&after.options)?),
        table::update_time.eq(tx.now.naive()),
    );
    diesel::update(table::table.find(before.id)).set(values).execute(tx.conn)?;
    get(tx.conn, before.id)
}

/// The folder of a storage is elsewhere now, with its files; a bucket is where it was.
pub(crate) fn move_folder(tx: &mut Tx<'_>, storage: &StoredStorage, root: &str) -> Result<(), Error> {
    let options = match storage.data.driver {
        StorageDriver::Local => StorageOptions { root: Some(root.to_owned()), ..storage.data.options.clone() },
        StorageDriver::S3 => return Ok(()),
    };
    let values = (table::options.eq(json(&options)?), table::update_time.eq(tx.now.naive()));
    diesel::update(table::table.find(storage.id)).set(values).execute(tx.conn)?;
    Ok(())
}
