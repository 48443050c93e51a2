//! The mark of a restore that is under way on PostgreSQL. Until it is taken away the database passes for nothing: no server
//! and no command migrates it.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::connection::DbConnection;
use crate::error::Error;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    is_found: bool,
}

/// Whether a restore is under way, or has died.
pub(crate) fn is_marked(conn: &mut DbConnection) -> Result<bool, Error> {
    match conn {
        // A file has its name once it is whole.
        DbConnection::Sqlite(_) => Ok(false),
        DbConnection::Postgres(conn) => {
            let found: Found = diesel::sql_query("SELECT to_regclass('unfinished_restore') IS NOT NULL AS is_found")
                .get_result(conn)?;
            Ok(found.is_found)
        }
    }
}

/// # Errors
/// [`Error::Unavailable`] where a restore is under way.
pub(crate) fn refuse(conn: &mut DbConnection) -> Result<(), Error> {
    if is_marked(conn)? {
        let told = "a restore of it did not finish: drop the database, create it again and restore";
        return Err(Error::Unavailable(told.to_owned()));
    }
    Ok(())
}

/// Marks a database that is empty.
pub(crate) fn mark(conn: &mut DbConnection) -> Result<(), Error> {
    Ok(conn.batch_execute("CREATE TABLE unfinished_restore ()")?)
}

/// The database is whole, or empty again.
pub(crate) fn unmark(conn: &mut DbConnection) -> Result<(), Error> {
    match conn {
        DbConnection::Sqlite(_) => Ok(()),
        DbConnection::Postgres(conn) => Ok(conn.batch_execute("DROP TABLE IF EXISTS unfinished_restore")?),
    }
}
