//! The free-form options of all records that have some.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::connection::on_each;
use crate::{DbConnection, Error, Tx};

/// The tables with options.
const TABLES: [&str; 4] = ["products", "methods", "rate_providers", "transaction_types"];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    options: String,
}

fn load(conn: &mut DbConnection, query: &str) -> Result<Vec<Row>, Error> {
    Ok(on_each!(conn, conn => diesel::sql_query(query).load(conn))?)
}

fn store(conn: &mut DbConnection, table: &str, row: &Row) -> Result<usize, Error> {
    let update = |value: &str| format!("UPDATE {table} SET options = {value} WHERE id = {}", row.id);
    Ok(match conn {
        DbConnection::Postgres(conn) => diesel::sql_query(update("$1")).bind::<Text, _>(&row.options).execute(conn)?,
        DbConnection::Sqlite(conn) => diesel::sql_query(update("?")).bind::<Text, _>(&row.options).execute(conn)?,
    })
}

/// Passes each record's options to a function and stores what it returns, if anything; answers how many records
/// changed.
pub fn rewrite(tx: &mut Tx<'_>, rewritten: impl Fn(&str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
    let mut changed = 0;
    for table in TABLES {
        for seen in load(tx.conn, &format!("SELECT id, options FROM {table} ORDER BY id"))? {
            if rewritten(&seen.options)?.is_none() {
                continue;
            }
            // Another server may have changed it meanwhile.
            tx.lock(table, seen.id)?;
            for row in load(tx.conn, &format!("SELECT id, options FROM {table} WHERE id = {}", seen.id))? {
                if let Some(options) = rewritten(&row.options)? {
                    changed += store(tx.conn, table, &Row { options, ..row })?;
                }
            }
        }
    }
    Ok(changed)
}
