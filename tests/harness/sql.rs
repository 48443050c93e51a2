//! What stands behind the interface: a database without a server, and queries whose rows are texts.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use storage::{Database, DatabaseUrl, DbConnection, Options};

/// The database of this URL, by the clock on the wall.
pub fn open(url: &DatabaseUrl) -> Database {
    Database::open(url, Options { readers: 1, writers: 1 }, || chrono::Utc::now().into()).expect("a database")
}

/// The rows of a query of one text.
pub fn texts(conn: &mut DbConnection, query: &str) -> Vec<String> {
    let query = sql::<Text>(query);
    match conn {
        DbConnection::Sqlite(conn) => query.load(conn),
        DbConnection::Postgres(conn) => query.load(conn),
    }
    .expect("the rows of a query")
}

/// How SQLite would run a query, step by step.
pub fn plan_of_sqlite(conn: &mut SqliteConnection, query: &str) -> Vec<String> {
    let query = sql::<(Integer, Integer, Integer, Text)>(&format!("EXPLAIN QUERY PLAN {query}"));
    let steps: Vec<(i32, i32, i32, String)> = query.load(conn).expect("a plan");
    steps.into_iter().map(|(.., detail)| detail).collect()
}
