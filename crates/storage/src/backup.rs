//! What backups need of a database: a snapshot that stands still while it is copied, and the last step of a restore.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};
use domain::files::{FileId, FileKey, StorageId};
use domain::value::Timestamp;
use serde_json::{Map, Value};

use crate::connection::{ConnectionUse, Connector, DatabaseUrl, DbConnection, utf8};
use crate::error::Error;
use crate::files::storages::{self, StoredStorage};
use crate::identity::system_logs::{self, Action, Actor, Subject};
use crate::messaging::events;
use crate::paging::{ById, Direction, Paging};
use crate::platform::queue;
use crate::schema::stored_files;
use crate::terms::Guard;
use crate::tx::Tx;
use crate::{migrations, unfinished_restore};

/// A snapshot of a database, which stands for as long as this lives.
pub struct Frozen(DbConnection);

/// A snapshot of PostgreSQL, by which other connections see the same.
#[derive(Clone, Debug)]
pub struct ExportedSnapshot {
    /// Its name.
    pub id: String,
    /// The major version of the server.
    pub server_major: i32,
}

/// A file of the snapshot.
#[derive(Clone, Debug)]
pub struct FrozenFile {
    /// Its id.
    pub id: FileId,
    /// What it is found by.
    pub key: FileKey,
    /// Where it is.
    pub storage: StorageId,
    /// Whether a record names it. Others may be arriving or going, and need not be there.
    pub is_named: bool,
}

impl Frozen {
    /// Copies a database of SQLite to a file, which must be empty, and opens the copy. It is one read transaction, which holds
    /// up no writer; SQLite's online backup would begin anew whenever the server writes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where there is no database.
    pub fn of_sqlite(database: &Path, copy: &Path) -> Result<Self, Error> {
        if !database.exists() {
            return Err(Error::Unavailable("there is no such file".into()));
        }
        let connector = Connector { url: DatabaseUrl::Sqlite(database.to_owned()), purpose: ConnectionUse::Backup };
        if let DbConnection::Sqlite(conn) = &mut connector.open()? {
            diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(utf8(copy)?).execute(conn)?;
        }
        // As it is: settings such as WAL would change it.
        let opened = SqliteConnection::establish(utf8(copy)?).map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self(DbConnection::Sqlite(opened)))
    }

    /// Begins a snapshot of PostgreSQL, and exports it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the server cannot be reached.
    pub fn of_postgres(url: &str) -> Result<(Self, ExportedSnapshot), Error> {
        #[derive(QueryableByName)]
        struct Exported {
            #[diesel(sql_type = Text)]
            id: String,
            #[diesel(sql_type = Integer)]
            server_major: i32,
        }
        let connector = Connector { url: DatabaseUrl::Postgres(url.to_owned()), purpose: ConnectionUse::Backup };
        let mut conn = connector.open()?;
        unfinished_restore::refuse(&mut conn)?;
        connector.begin(&mut conn, Guard::Nothing)?;
        let export = format!("SELECT pg_export_snapshot() AS id, {SERVER_MAJOR} AS server_major");
        let Exported { id, server_major } = match &mut conn {
            DbConnection::Postgres(conn) => diesel::sql_query(export).get_result(conn)?,
            DbConnection::Sqlite(_) => return Err(Error::Broken("SQLite exports no snapshots".into())),
        };
        Ok((Self(conn), ExportedSnapshot { id, server_major }))
    }

    /// The last migration that was run.
    ///
    /// # Errors
    /// [`Error::Broken`] where there is none.
    pub fn schema(&mut self) -> Result<String, Error> {
        let missing = || Error::Broken("it is no database of the back office, or was never migrated".into());
        migrations::last_run(&mut self.0).ok().flatten().ok_or_else(missing)
    }

    /// Where its files are.
    pub fn storages(&mut self) -> Result<Vec<StoredStorage>, Error> {
        all_storages(&mut self.0)
    }

    /// Its files behind this id, at most so many, those left out that are being deleted.
    pub fn files(&mut self, after: FileId, most: i64) -> Result<Vec<FrozenFile>, Error> {
        use stored_files as table;
        let columns = (table::id, table::key, table::storage_id, table::sweep_at.is_null());
        let present = table::table.filter(table::is_swept.eq(false)).filter(table::id.gt(after));
        let rows: Vec<(FileId, FileKey, StorageId, bool)> =
            present.order(table::id).limit(most).select(columns).load(&mut self.0)?;
        Ok(rows.into_iter().map(|(id, key, storage, is_named)| FrozenFile { id, key, storage, is_named }).collect())
    }
}

fn all_storages(conn: &mut DbConnection) -> Result<Vec<StoredStorage>, Error> {
    let all = Paging { sort: ById::Id, direction: Direction::Ascending, limit: i64::MAX, offset: 0, counts: false };
    Ok(storages::list(conn, &all)?.data)
}

/// The last migration of this program: the schema that it restores up to.
///
/// # Errors
/// A fault of the program.
pub fn known_schema() -> Result<String, Error> {
    migrations::last_known()
}

const SERVER_MAJOR: &str = "current_setting('server_version_num')::INTEGER / 10000";

/// A database of PostgreSQL before a restore.
#[derive(Clone, Copy, Debug)]
pub struct RestoreTarget {
    /// The major version of the server.
    pub server_major: i32,
    /// What is there.
    pub content: Content,
}

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Nothing,
    /// Tables, views or sequences of somebody.
    Something,
    /// A part of what a restore has left that died.
    UnfinishedRestore,
}

/// Whether something but extensions is there.
const HOLDS_SOMETHING: &str = "EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace \
     WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%' \
     AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::REGCLASS AND objid = pg_class.oid AND deptype = 'e'))";

fn maintaining(url: &str) -> Result<DbConnection, Error> {
    Connector { url: DatabaseUrl::Postgres(url.to_owned()), purpose: ConnectionUse::Maintain }.open()
}

/// Looks at a database of PostgreSQL that something is to be restored to.
///
/// # Errors
/// [`Error::Unavailable`] where the server cannot be reached.
pub fn restore_target(url: &str) -> Result<RestoreTarget, Error> {
    #[derive(QueryableByName)]
    struct Seen {
        #[diesel(sql_type = Integer)]
        server_major: i32,
        #[diesel(sql_type = Bool)]
        holds_something: bool,
    }
    let mut conn = maintaining(url)?;
    let is_marked = unfinished_restore::is_marked(&mut conn)?;
    let look = format!("SELECT {SERVER_MAJOR} AS server_major, {HOLDS_SOMETHING} AS holds_something");
    let seen: Seen = match &mut conn {
        DbConnection::Postgres(conn) => diesel::sql_query(look).get_result(conn)?,
        DbConnection::Sqlite(_) => return Err(Error::Broken("SQLite has no server".into())),
    };
    let content = match (is_marked, seen.holds_something) {
        (true, _) => Content::UnfinishedRestore,
        (false, true) => Content::Something,
        (false, false) => Content::Nothing,
    };
    Ok(RestoreTarget { server_major: seen.server_major, content })
}

/// Marks an empty database of PostgreSQL, so that nothing takes it for whole before [`finish_restore`].
///
/// # Errors
/// Those of the database.
pub fn begin_restore(url: &str) -> Result<(), Error> {
    unfinished_restore::mark(&mut maintaining(url)?)
}

/// Takes the mark away: nothing was restored.
///
/// # Errors
/// Those of the database.
pub fn abandon_restore(url: &str) -> Result<(), Error> {
    unfinished_restore::unmark(&mut maintaining(url)?)
}

/// What is changed in a database that was restored.
#[derive(Clone, Debug)]
pub struct RestoreChanges {
    /// Whether jobs that wait are held, as dead letters.
    pub holds_jobs: bool,
    /// The folder that files of local storages are in now.
    pub files_root: Option<String>,
    /// When the backup was made.
    pub taken_at: Timestamp,
}

/// Migrates a database that was restored and makes the changes, in one transaction: from then on it is whole. Answers how many
/// jobs were held.
///
/// # Errors
/// Those of the migrations and the database.
pub fn finish_restore(url: &DatabaseUrl, now: Timestamp, changes: &RestoreChanges) -> Result<usize, Error> {
    let mut held = 0;
    migrations::run_restored(url, now, |tx| {
        held = change(tx, changes)?;
        Ok(())
    })?;
    Ok(held)
}

fn change(tx: &mut Tx<'_>, changes: &RestoreChanges) -> Result<usize, Error> {
    let held = if changes.holds_jobs { hold(tx)? } else { 0 };
    if let Some(root) = &changes.files_root {
        for storage in all_storages(tx.conn)? {
            storages::move_folder(tx, &storage, root)?;
        }
    }
    let details = [("backupOf", changes.taken_at.to_string()), ("heldJobs", held.to_string())];
    let details: Map<String, Value> =
        details.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let actor = Actor::machine("restore");
    system_logs::record(tx, &actor, &Subject::system("database"), Action::Add, &details.into())?;
    Ok(held)
}

/// Nothing that waits leaves the process.
fn hold(tx: &mut Tx<'_>) -> Result<usize, Error> {
    events::pass_over_waiting(tx)?;
    queue::hold_all(tx, "held: restored from a backup")
}
