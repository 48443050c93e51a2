//! Writes of other processes to a SQLite file, which this process's generation does not count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use diesel::prelude::*;

use crate::connection::{Connector, DbConnection};

/// How often SQLite is asked whether another process wrote to it.
const FOREIGN_WRITES_POLL: Duration = Duration::from_millis(500);

#[derive(diesel::QueryableByName)]
struct DataVersion {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    data_version: i64,
}

/// Counts a generation when another connection wrote: `backoffice user password` beside a server.
pub(crate) fn watch_foreign_writes(connector: &Connector, generation: &AtomicU64, stopped: &mpsc::Receiver<()>) {
    let mut seen = None;
    let mut conn = None;
    while let Err(mpsc::RecvTimeoutError::Timeout) = stopped.recv_timeout(FOREIGN_WRITES_POLL) {
        if conn.is_none() {
            conn = connector.open().ok();
        }
        let version = match &mut conn {
            Some(DbConnection::Sqlite(conn)) => {
                diesel::sql_query("PRAGMA data_version").get_result::<DataVersion>(conn).ok()
            }
            Some(DbConnection::Postgres(_)) | None => None,
        };
        let version = version.map(|version| version.data_version);
        if version.is_none() || version != seen {
            generation.fetch_add(1, Ordering::SeqCst);
            seen = version;
        }
    }
}
