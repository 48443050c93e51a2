//! The migrations of both dialects, embedded.

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use domain::value::Timestamp;

use crate::connection::{ConnectionUse, Connector, DatabaseUrl, DbConnection};
use crate::error::Error;
use crate::identity::system_logs;
use crate::ledger::running_balances;
use crate::tx::Tx;
use crate::unfinished_restore;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock under which PostgreSQL is migrated, so that two servers do not at once.
const MIGRATION_LOCK: i64 = 7_305_806_811;

/// Until this migration the audit log kept secrets of options in clear.
const LAST_LOG_IN_CLEAR: &str = "20261128000015";

/// Since this migration postings keep what they left in their books.
const RUNNING_BALANCES: &str = "20261129000042";

/// Runs what is pending and fills the tables that are given; answers the names of what was run.
pub(crate) fn run(url: &DatabaseUrl, now: Timestamp) -> Result<Vec<String>, Error> {
    run_between(url, now, unfinished_restore::refuse, |_| Ok(()))
}

/// The same for a database that was restored: with the last step it is whole.
pub(crate) fn run_restored(
    url: &DatabaseUrl,
    now: Timestamp,
    last: impl FnOnce(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let last = |tx: &mut Tx<'_>| {
        last(tx)?;
        unfinished_restore::unmark(tx.conn)
    };
    run_between(url, now, |_| Ok(()), last).map(drop)
}

fn run_between(
    url: &DatabaseUrl,
    now: Timestamp,
    first: impl FnOnce(&mut DbConnection) -> Result<(), Error>,
    last: impl FnOnce(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let connector = Connector { url: url.clone(), purpose: ConnectionUse::Maintain };
    let mut conn = connector.open()?;
    // One transaction: what follows a migration is done with it, or both are done at the next start.
    // Where something fails the connection is closed, which undoes it.
    match &mut conn {
        DbConnection::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE"),
        DbConnection::Postgres(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN"),
    }?;
    conn.wait_lock(MIGRATION_LOCK)?;
    first(&mut conn)?;
    let run = match &mut conn {
        DbConnection::Sqlite(inner) => run_pending(inner, SQLITE_MIGRATIONS),
        DbConnection::Postgres(inner) => run_pending(inner, POSTGRES_MIGRATIONS),
    }?;
    let mut tx = Tx { conn: &mut conn, now };
    crate::reference::load(&mut tx)?;
    if run.iter().any(|name| name == LAST_LOG_IN_CLEAR) {
        system_logs::mask_options(&mut tx)?;
    }
    if run.iter().any(|name| name == RUNNING_BALANCES) {
        running_balances::fill(&mut tx)?;
    }
    last(&mut tx)?;
    match &mut conn {
        DbConnection::Sqlite(inner) => AnsiTransactionManager::commit_transaction(inner),
        DbConnection::Postgres(inner) => AnsiTransactionManager::commit_transaction(inner),
    }?;
    Ok(run)
}

/// Whether all were run. diesel's own check makes its table if there is none, which a read cannot.
pub(crate) fn are_run(conn: &mut DbConnection) -> Result<bool, Error> {
    let known = match conn {
        DbConnection::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE_MIGRATIONS),
        DbConnection::Postgres(_) => versions::<diesel::pg::Pg>(&POSTGRES_MIGRATIONS),
    };
    let known = known.map_err(|error| Error::Broken(error.to_string()))?;
    let run: Vec<String> = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version).load(conn)?;
    Ok(known.iter().all(|version| run.contains(version)))
}

/// The last that was run.
pub(crate) fn last_run(conn: &mut DbConnection) -> Result<Option<String>, Error> {
    let run = __diesel_schema_migrations::table.select(diesel::dsl::max(__diesel_schema_migrations::version));
    Ok(run.first(conn)?)
}

/// The last of this program, the same for both dialects.
pub(crate) fn last_known() -> Result<String, Error> {
    let known =
        versions::<diesel::sqlite::Sqlite>(&SQLITE_MIGRATIONS).map_err(|error| Error::Broken(error.to_string()))?;
    known.into_iter().max().ok_or_else(|| Error::Broken("there are no migrations".into()))
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

fn versions<DB: diesel::backend::Backend>(
    migrations: &impl MigrationSource<DB>,
) -> diesel::migration::Result<Vec<String>> {
    Ok(migrations.migrations()?.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn run_pending<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, Error> {
    let run = conn.run_pending_migrations(migrations).map_err(|error| Error::Broken(format!("migration: {error}")))?;
    Ok(run.iter().map(ToString::to_string).collect())
}
