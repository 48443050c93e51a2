//! One connection type over both databases, and the few places where they differ.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, SqliteConnection};
use r2d2::ManageConnection;

use crate::{Error, Guard, postgres};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
#[expect(missing_docs, reason = "the variants are what they are called")]
pub enum DbConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Which database, parsed from `DATABASE_URL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file: `sqlite://PATH`.
    Sqlite(PathBuf),
    /// A server: `postgres://…`, as libpq reads it.
    Postgres(String),
}

/// A text that names no database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither sqlite://PATH nor postgres://…")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, InvalidDatabaseUrl> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite://").filter(|path| !path.is_empty() && !path.contains(['?', '\0']));
        path.map(|path| Self::Sqlite(path.into())).ok_or(InvalidDatabaseUrl)
    }
}

impl DatabaseUrl {
    /// The kind of database, as OpenTelemetry names it.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// Whether a pooler stands between, so that each transaction may be given another connection to the server.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        matches!(self, Self::Postgres(url) if postgres::is_pooled(url))
    }
}

/// The scheme and the place, without a password.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let place = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let place = place.rsplit_once('@').map_or(place, |(_, host)| host);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionUse {
    Read,
    /// Reads of a replica.
    Replica,
    Write,
    /// Reads that go on for long, as fast as their reader takes them.
    Export,
    /// Migrations and the like, which take as long as the tables are large.
    Maintain,
    /// A snapshot that stands while it is copied.
    Backup,
}

impl ConnectionUse {
    pub fn thread_name(self) -> &'static str {
        match self {
            Self::Read | Self::Replica | Self::Export | Self::Backup => "db-read",
            Self::Write | Self::Maintain => "db-write",
        }
    }

    /// The work, as metrics tell it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read | Self::Export | Self::Backup => "read",
            Self::Replica => "replica",
            Self::Write | Self::Maintain => "write",
        }
    }

    /// What PostgreSQL itself gives up on. A transaction whose server is gone must not hold its rows.
    fn postgres_timeouts(self) -> postgres::Timeouts {
        match self {
            Self::Read | Self::Replica | Self::Write => {
                &[("statement_timeout", "8s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "5s")]
            }
            Self::Export => &[("statement_timeout", "60s"), ("idle_in_transaction_session_timeout", "60s")],
            Self::Maintain => &[("statement_timeout", "0"), ("lock_timeout", "0")],
            Self::Backup => {
                &[("statement_timeout", "0"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "0")]
            }
        }
    }
}

/// Takes the ids of a table up to this one: those that no row gets are left out for good, as on PostgreSQL.
fn take_ids_before(connection: &mut SqliteConnection, table: &str, after: i64) -> Result<(), Error> {
    let last = after.saturating_sub(1);
    let update = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?";
    let taken = diesel::sql_query(update)
        .bind::<diesel::sql_types::BigInt, _>(last)
        .bind::<diesel::sql_types::Text, _>(table)
        .execute(connection)?;
    if taken == 0 {
        diesel::sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
            .bind::<diesel::sql_types::Text, _>(table)
            .bind::<diesel::sql_types::BigInt, _>(last)
            .execute(connection)?;
    }
    Ok(())
}

/// Makes connections of one purpose for a pool.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    pub url: DatabaseUrl,
    pub purpose: ConnectionUse,
}

/// WAL lets readers go on beside the writer; FULL makes an answered write survive a power cut.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -32768;";
const SQLITE_READ_ONLY: &str = "PRAGMA query_only = ON;";

impl Connector {
    pub fn open(&self) -> Result<DbConnection, Error> {
        let unavailable = |error: &dyn std::fmt::Display| Error::Unavailable(error.to_string());
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                make_private(path).map_err(|error| unavailable(&error))?;
                let path = utf8(path)?;
                let mut connection = SqliteConnection::establish(path).map_err(|error| unavailable(&error))?;
                connection.batch_execute(SQLITE_SETTINGS).map_err(|error| unavailable(&error))?;
                if matches!(self.purpose, ConnectionUse::Read | ConnectionUse::Replica | ConnectionUse::Export) {
                    connection.batch_execute(SQLITE_READ_ONLY).map_err(|error| unavailable(&error))?;
                }
                Ok(DbConnection::Sqlite(connection))
            }
            DatabaseUrl::Postgres(url) => {
                let connection =
                    postgres::connect(url, self.purpose.postgres_timeouts()).map_err(|error| unavailable(&error))?;
                Ok(DbConnection::Postgres(connection))
            }
        }
    }

    /// Begins a transaction: a read sees one snapshot, a write is the only one on SQLite.
    pub fn begin(&self, conn: &mut DbConnection, guard: Guard) -> Result<(), Error> {
        let begin = match (&*conn, self.purpose) {
            (
                DbConnection::Sqlite(_),
                ConnectionUse::Read | ConnectionUse::Replica | ConnectionUse::Export | ConnectionUse::Backup,
            ) => "BEGIN",
            (DbConnection::Sqlite(_), ConnectionUse::Write | ConnectionUse::Maintain) => "BEGIN IMMEDIATE",
            (
                DbConnection::Postgres(_),
                ConnectionUse::Read | ConnectionUse::Replica | ConnectionUse::Export | ConnectionUse::Backup,
            ) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            (DbConnection::Postgres(_), ConnectionUse::Write | ConnectionUse::Maintain) => "BEGIN",
        };
        let mut begin = begin.to_owned();
        if let DatabaseUrl::Postgres(url) = &self.url {
            // All in one round trip.
            if postgres::is_pooled(url) {
                begin += ";";
                begin += &postgres::settings(url, self.purpose.postgres_timeouts(), "SET LOCAL");
            }
            if let Guard::AccessVersion(version) = guard {
                begin = format!("{begin}; SELECT require_access_version({version})");
            }
        }
        Ok(conn.batch_execute(&begin)?)
    }
}

/// Makes the file, if there is none, readable by its owner alone: SQLite would follow the umask.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

pub(crate) fn utf8(path: &Path) -> Result<&str, Error> {
    path.to_str().ok_or_else(|| Error::Unavailable("the path of the database is not UTF-8".into()))
}

/// A connection of a pool, which is thrown away once it failed to begin or end a transaction.
pub(crate) struct Pooled {
    pub conn: DbConnection,
    pub is_broken: bool,
}

impl ManageConnection for Connector {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled, Error> {
        Ok(Pooled { conn: self.open()?, is_broken: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Error> {
        pooled.conn.batch_execute("SELECT 1").map_err(Error::from)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.is_broken
    }
}

/// How a row is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowLock {
    /// Another row is about to name it. Many transactions can hold it like this at once, and it can be
    /// changed meanwhile, but not deleted. Foreign keys hold the rows that they name in the same way.
    Named,
    /// It is about to be changed.
    Changed,
    /// It is about to be deleted, or changed in something that those who name it depend on.
    Deleted,
}

impl RowLock {
    const fn sql(self) -> &'static str {
        match self {
            Self::Named => "FOR KEY SHARE",
            Self::Changed => "FOR NO KEY UPDATE",
            Self::Deleted => "FOR UPDATE",
        }
    }
}

impl DbConnection {
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        Ok(self.batch_execute("COMMIT")?)
    }

    pub(crate) fn rollback(&mut self) -> Result<(), Error> {
        Ok(self.batch_execute("ROLLBACK")?)
    }

    /// Marks a place to which [`Self::undo`] goes back.
    pub(crate) fn savepoint(&mut self, name: &str) -> Result<(), Error> {
        Ok(self.batch_execute(&format!("SAVEPOINT {name}"))?)
    }

    pub(crate) fn release(&mut self, name: &str) -> Result<(), Error> {
        Ok(self.batch_execute(&format!("RELEASE SAVEPOINT {name}"))?)
    }

    pub(crate) fn undo(&mut self, name: &str) -> Result<(), Error> {
        Ok(self.batch_execute(&format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"))?)
    }

    /// Holds the row until the transaction ends, so that what is decided on it still stands when
    /// it is written. SQLite has one writer and needs no lock.
    pub(crate) fn lock_row(&mut self, table: &'static str, id: i64, lock: RowLock) -> Result<(), Error> {
        if let Self::Postgres(connection) = self {
            diesel::sql_query(format!("SELECT 1 FROM {table} WHERE id = $1 {}", lock.sql()))
                .bind::<diesel::sql_types::BigInt, _>(id)
                .execute(connection)?;
        }
        Ok(())
    }

    /// The same for many rows in one statement, always in the order of their ids, so that two transactions do not wait
    /// for each other.
    pub(crate) fn lock_rows(&mut self, table: &'static str, ids: &[i64], lock: RowLock) -> Result<(), Error> {
        use diesel::sql_types::{Array, BigInt};
        if let Self::Postgres(connection) = self {
            let rows = format!("SELECT 1 FROM {table} WHERE id = ANY($1) ORDER BY id {}", lock.sql());
            diesel::sql_query(rows).bind::<Array<BigInt>, _>(ids).execute(connection)?;
        }
        Ok(())
    }

    /// The id of the row that is inserted next, for what is made of it.
    pub(crate) fn next_id(&mut self, table: &'static str) -> Result<i64, Error> {
        #[derive(QueryableByName)]
        struct Next {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
        }
        let next: Next = match self {
            Self::Sqlite(connection) => {
                diesel::sql_query("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0) + 1 AS id")
                    .bind::<diesel::sql_types::Text, _>(table)
                    .get_result(connection)?
            }
            Self::Postgres(connection) => diesel::sql_query("SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id")
                .bind::<diesel::sql_types::Text, _>(table)
                .get_result(connection)?,
        };
        Ok(next.id)
    }

    /// Leaves out so many ids for good, at least one, and answers the next: that of the row that is inserted then.
    pub(crate) fn skip_ids(&mut self, table: &'static str, count: i64) -> Result<i64, Error> {
        #[derive(QueryableByName)]
        struct Last {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
        }
        match self {
            Self::Sqlite(_) => {
                let after = self.next_id(table)?.saturating_add(count);
                if let Self::Sqlite(connection) = self {
                    take_ids_before(connection, table, after)?;
                }
                Ok(after)
            }
            Self::Postgres(connection) => {
                // Taken one by one: a sequence that is set could be set back below what another server took.
                let last: Last = diesel::sql_query(
                    "SELECT max(id) AS id FROM \
                     (SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)) AS taken",
                )
                .bind::<diesel::sql_types::Text, _>(table)
                .bind::<diesel::sql_types::BigInt, _>(count)
                .get_result(connection)?;
                Ok(last.id)
            }
        }
    }

    /// So many ids in a row of their own, for rows that are inserted together.
    pub(crate) fn next_ids(&mut self, table: &'static str, count: usize) -> Result<Vec<i64>, Error> {
        #[derive(QueryableByName)]
        struct Next {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
        }
        let wanted = i64::try_from(count).unwrap_or(i64::MAX);
        match self {
            Self::Sqlite(_) => {
                let first = self.next_id(table)?;
                let after = first.saturating_add(wanted);
                if let Self::Sqlite(connection) = self {
                    take_ids_before(connection, table, after)?;
                }
                Ok((first..after).collect())
            }
            Self::Postgres(connection) => {
                let ids: Vec<Next> = diesel::sql_query(
                    "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)",
                )
                .bind::<diesel::sql_types::Text, _>(table)
                .bind::<diesel::sql_types::BigInt, _>(wanted)
                .load(connection)?;
                Ok(ids.into_iter().map(|next| next.id).collect())
            }
        }
    }

    /// Takes a lock of this number until the transaction ends, if nobody else holds it.
    pub(crate) fn try_lock(&mut self, number: i64) -> Result<bool, Error> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(connection) => {
                diesel::select(pg_try_advisory_xact_lock(number)).get_result(connection).map_err(Error::from)
            }
        }
    }

    /// Waits for a lock of this number, and holds it until the transaction ends.
    pub(crate) fn wait_lock(&mut self, number: i64) -> Result<(), Error> {
        if let Self::Postgres(connection) = self {
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(number)
                .execute(connection)?;
        }
        Ok(())
    }
}

/// Runs a query on the connection that it is, not through the enumeration: that builds the text of
/// the query at every call, also of a cached statement. For the few reads that are asked most.
macro_rules! on_each {
    ($conn:expr, $inner:ident => $query:expr) => {
        match $conn {
            $crate::DbConnection::Sqlite($inner) => $query,
            $crate::DbConnection::Postgres($inner) => $query,
        }
    };
}

pub(crate) use on_each;

diesel::define_sql_function! {
    /// Takes an advisory lock of PostgreSQL if it is free.
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_or_a_server() {
        assert_eq!("sqlite://a/b.db".parse(), Ok(DatabaseUrl::Sqlite("a/b.db".into())));
        assert_eq!("sqlite:///a.db".parse(), Ok(DatabaseUrl::Sqlite("/a.db".into())));
        assert!(matches!("postgres://h/d".parse(), Ok(DatabaseUrl::Postgres(_))));
        for url in ["", "sqlite://", "a.db", "mysql://h/d", "sqlite://:memory:?x"] {
            assert_eq!(url.parse::<DatabaseUrl>(), Err(InvalidDatabaseUrl), "{url}");
        }
    }

    #[test]
    fn a_url_is_shown_without_its_password() {
        let url: DatabaseUrl = "postgres://ann:secret@host/db?sslmode=require".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://host/db");
    }
}
